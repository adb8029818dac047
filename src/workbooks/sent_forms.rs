//! All lists that are sent out to be filled in, besides review lists and cards.

use super::sent::SentForm;
use super::{confirmation, outreach, returns_county, returns_institution};

/// The lists.
pub const SENT_FORMS: [SentForm; 6] = [
    returns_institution::POLICY,
    returns_institution::MEND,
    returns_institution::SUPPLY,
    returns_county::REGISTRY,
    outreach::VISIT,
    confirmation::IDENTITY,
];

/// The form of a name.
pub fn form(key: &str) -> Option<&'static SentForm> {
    SENT_FORMS.iter().find(|form| form.key == key)
}
