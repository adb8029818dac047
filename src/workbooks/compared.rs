//! The cells that set a source row beside a registered person, with differing characters marked.

use crate::records::identifier::IdClass;
use crate::records::{Facts, Person};
use crate::results::marks;
use crate::results::words::id_as_filed;

use super::columns::Cell;

/// A name and an ID as a source row and a registered person have them, with differing characters
/// marked: source name, source ID, registry name, registry ID.
pub(super) fn compared<'a>(source: &'a Facts, person: &'a Person) -> [Cell<'a>; 4] {
    let registered = &person.facts;
    let (name, registered_name) = pair(source.name.raw().trim(), registered.name.raw().trim());
    if source.id.class == IdClass::Truncated {
        // The digits after the damage differ by accident; marking them would mislead.
        let id = Cell::Text(id_as_filed(&source.id));
        return [name, id, registered_name, registered.id.raw().trim().into()];
    }
    let (id, registered_id) = pair(source.id.raw().trim(), registered.id.raw().trim());
    [name, id, registered_name, registered_id]
}

fn pair<'a>(left: &'a str, right: &'a str) -> (Cell<'a>, Cell<'a>) {
    match marks::differences(left, right) {
        Some([left, right]) => (Cell::Marked(left.into()), Cell::Marked(right.into())),
        None => (left.into(), right.into()),
    }
}
