//! What a list of people looks like and what being on it means (`schemas/lists/*.toml`).

use std::collections::BTreeMap;
use std::path::Path;

use crate::config::ConfigErrors;
use crate::config::mistakes::{MistakeCollector, nearest};
use crate::config::section::Section;
use crate::vocabulary::Field;

/// Columns any list may have, brought in by `include = "person"`.
const PERSON: &str = include_str!("../../../schemas/lists/_person.toml");

const KEYS: [&str; 16] = [
    "list",
    "title",
    "named",
    "outranks",
    "role",
    "keeper",
    "rank",
    "include",
    "required",
    "ignored",
    "household",
    "sensitive",
    "membership",
    "status",
    "column",
    "categories",
];

/// What the rows of a list are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListRole {
    /// Its rows are members of a group.
    Group,
    /// Its rows are events: claims, payments, stints of work, services.
    Event,
}

/// One column of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListColumn {
    /// What it holds.
    pub field: Field,
    /// Its headings, the preferred one first.
    pub headings: Vec<String>,
    /// Lists of words: a heading with all words of one of them is taken where nothing else fits.
    pub words: Vec<Vec<String>>,
}

/// A kind of list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListDefinition {
    /// Its name, also the code of the group its members belong to.
    pub list: String,
    /// The name users read.
    pub title: String,
    /// Words of file names, sheet names and titles that say it is this list.
    pub named: Vec<String>,
    /// Lists whose words count for nothing beside its own, because its own are narrower.
    pub outranks: Vec<String>,
    /// What its rows are.
    pub role: ListRole,
    /// Who keeps it and confirms membership.
    pub keeper: String,
    /// Place in the order in which lists found persons; smaller comes first.
    pub rank: u32,
    /// Whether a row stands for a household, so that members who are not named are uncertain.
    pub household: bool,
    /// Whether membership must not leave the office.
    pub sensitive: bool,
    /// Of each group of columns at least one has to be there.
    pub required: Vec<Vec<Field>>,
    /// Headings that are known and not used.
    pub ignored: Vec<String>,
    /// Columns in the order of the file.
    pub columns: Vec<ListColumn>,
    /// Dates a membership begins on; the first column with a value counts.
    pub from: Vec<Field>,
    /// Dates it ends on.
    pub to: Vec<Field>,
    /// Whether membership covers the calendar year of its beginning.
    pub whole_year: bool,
    /// Column and words that end a membership; an empty cell never does.
    pub status: Option<(Field, Vec<String>)>,
    /// Code of a category → words in the files.
    pub categories: BTreeMap<String, Vec<String>>,
}

impl ListDefinition {
    /// Reads a definition.
    ///
    /// # Errors
    /// Every mistake of the text at once, each with its line.
    pub fn parse(text: &str, path: &Path) -> Result<Self, ConfigErrors> {
        crate::config::checked(text, path, build)
    }
}

fn build(top: &Section<'_, '_>, mistakes: &mut MistakeCollector<'_>) -> Option<ListDefinition> {
    top.allow(&KEYS, mistakes);
    top.demand(&["list", "title", "role", "keeper", "rank", "required"], mistakes);
    let roles = [("group", ListRole::Group), ("event", ListRole::Event)];
    let membership = top.section("membership", mistakes);
    if let Some(section) = &membership {
        section.allow(&["from", "to", "whole_year"], mistakes);
    }
    let dates = |key: &str, mistakes: &mut MistakeCollector<'_>| {
        membership.as_ref().map(|one| fields(one, key, mistakes)).unwrap_or_default()
    };
    let (from, to) = (dates("from", mistakes), dates("to", mistakes));
    let mut columns = included(top, mistakes);
    let own = columns_of(top, mistakes);
    columns.retain(|one| own.iter().all(|other| other.field != one.field));
    columns.extend(own);
    check_known(top, &columns, from.iter().chain(&to), mistakes);
    // All of it is looked at before anything is missed, so that mistakes come all at once.
    let (list, title) = (top.text("list", mistakes), top.text("title", mistakes));
    let role = top.word("role", &roles, mistakes);
    let (keeper, rank) = (top.text("keeper", mistakes), top.count("rank", mistakes));
    let required = required(top, mistakes);
    let status = status(top, mistakes);
    let categories = top.section("categories", mistakes);
    let whole_year = membership.as_ref().and_then(|one| one.flag("whole_year", mistakes));
    Some(ListDefinition {
        household: top.flag("household", mistakes).unwrap_or(false),
        sensitive: top.flag("sensitive", mistakes).unwrap_or(false),
        required,
        named: top.texts("named", mistakes),
        outranks: top.texts("outranks", mistakes),
        ignored: top.texts("ignored", mistakes),
        whole_year: whole_year.unwrap_or(false),
        columns,
        from,
        to,
        status,
        categories: categories.map(|one| one.lists(mistakes)).unwrap_or_default(),
        list: list?,
        title: title?,
        role: role?,
        keeper: keeper?,
        rank: u32::try_from(rank?).ok()?,
    })
}

/// The columns of `_person.toml`, where the definition asks for them.
fn included(top: &Section<'_, '_>, mistakes: &mut MistakeCollector<'_>) -> Vec<ListColumn> {
    if top.word("include", &[("person", ())], mistakes).is_none() {
        return Vec::new();
    }
    let shared = crate::config::checked(PERSON, Path::new("_person.toml"), |top, mistakes| {
        Some(columns_of(top, mistakes))
    });
    shared.expect("the embedded columns of persons are right; a test reads them")
}

fn columns_of(top: &Section<'_, '_>, mistakes: &mut MistakeCollector<'_>) -> Vec<ListColumn> {
    let sections = top.sections("column", mistakes);
    let column = |section: &Section<'_, '_>, mistakes: &mut MistakeCollector<'_>| {
        section.allow(&["field", "headings", "words"], mistakes);
        section.demand(&["field", "headings"], mistakes);
        let name = section.text("field", mistakes)?;
        let field = field(section, "field", &name, mistakes)?;
        let headings = section.texts("headings", mistakes);
        Some(ListColumn { field, headings, words: section.text_lists("words", mistakes) })
    };
    sections.iter().filter_map(|section| column(section, mistakes)).collect()
}

/// The field of a name, or a mistake with the nearest one.
fn field(
    section: &Section<'_, '_>,
    key: &str,
    name: &str,
    mistakes: &mut MistakeCollector<'_>,
) -> Option<Field> {
    let found = Field::from_key(name);
    if found.is_none() {
        let known = nearest(name, Field::ALL.iter().map(|field| field.key()));
        let hint = known.map_or_else(
            || "字段名见 schemas/lists 下的文件".to_owned(),
            |name| format!("是否应为“{name}”？"),
        );
        let message = format!("{}的“{name}”不是字段名；{hint}", section.label(key));
        mistakes.add(&section.span_of(key), message);
    }
    found
}

fn fields(section: &Section<'_, '_>, key: &str, mistakes: &mut MistakeCollector<'_>) -> Vec<Field> {
    let names = section.texts(key, mistakes);
    names.iter().filter_map(|name| field(section, key, name, mistakes)).collect()
}

fn required(top: &Section<'_, '_>, mistakes: &mut MistakeCollector<'_>) -> Vec<Vec<Field>> {
    let groups = top.text_lists("required", mistakes);
    let known = |group: &Vec<String>, mistakes: &mut MistakeCollector<'_>| -> Vec<Field> {
        group.iter().filter_map(|name| field(top, "required", name, mistakes)).collect()
    };
    groups.iter().map(|group| known(group, mistakes)).collect()
}

fn status(
    top: &Section<'_, '_>,
    mistakes: &mut MistakeCollector<'_>,
) -> Option<(Field, Vec<String>)> {
    let section = top.section("status", mistakes)?;
    section.allow(&["column", "out"], mistakes);
    section.demand(&["column", "out"], mistakes);
    let name = section.text("column", mistakes)?;
    Some((field(&section, "column", &name, mistakes)?, section.texts("out", mistakes)))
}

/// Dates of membership must be columns of the list.
fn check_known<'a>(
    top: &Section<'_, '_>,
    columns: &[ListColumn],
    dates: impl Iterator<Item = &'a Field>,
    mistakes: &mut MistakeCollector<'_>,
) {
    for date in dates.filter(|date| columns.iter().all(|column| column.field != **date)) {
        let message = format!("[membership] 里的“{}”没有对应的 [[column]]", date.key());
        mistakes.add(&top.span_of("membership"), message);
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{ListDefinition, ListRole};

    #[test]
    fn every_shipped_list_can_be_read() {
        let lists = crate::config::shipped_lists();
        assert_eq!(lists.len(), 15);
        assert!(lists.iter().any(|one| one.sensitive));
        assert!(lists.is_sorted_by_key(|one| one.rank));
        let events = lists.iter().filter(|one| one.role == ListRole::Event).count();
        assert_eq!(events, 4);
    }

    #[test]
    fn mistakes_come_all_at_once_with_their_lines() {
        let text = "list = \"x\"\ntitle = \"某\"\nrole = \"grup\"\nkeeper = \"某局\"\nrank = 5\n\
                    required = [[\"nmae\"]]\n[membership]\nfrom = [\"valid_from\"]\n\
                    [[column]]\nfield = \"birht\"\nheadings = [\"生日\"]\n";
        let errors = ListDefinition::parse(text, Path::new("x.toml")).expect_err("mistakes");
        let lines: Vec<usize> = errors.mistakes.iter().map(|one| one.line).collect();
        assert_eq!(lines, [3, 6, 7, 10], "{errors}");
        let all = errors.to_string();
        for word in ["grup", "nmae", "valid_from", "birht", "birth"] {
            assert!(all.contains(word), "{word}: {all}");
        }
    }
}
