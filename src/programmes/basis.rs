//! What programmes are judged and counted on.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::census::Census;
use crate::config::{ListDefinition, Programme};
use crate::records::Records;

use super::areas::Areas;
use super::catalogue::CodeCatalogue;
use super::history::PastEvent;

/// What judging needs.
#[derive(Clone, Copy, Debug)]
pub struct ProgrammeBasis<'run> {
    /// People and rows.
    pub records: &'run Records,
    /// Who is who.
    pub census: &'run Census,
    /// The programmes in the order of the project.
    pub programmes: &'run [Programme],
    /// All lists there are, handed over or not.
    pub lists: &'run [ListDefinition],
    /// Catalogues by name.
    pub catalogues: &'run BTreeMap<String, CodeCatalogue>,
    /// Where agencies are.
    pub areas: &'run Areas,
    /// Report date: the term students are judged for.
    pub as_of: Date,
    /// Events of earlier half-years that today's data do not tell of.
    pub past: &'run [PastEvent],
}
