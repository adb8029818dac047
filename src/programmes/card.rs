//! What a unit filled in on a card that was handed out to it.

/// A kind of card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CardKind {
    /// Its name in results and in the ledger.
    pub key: &'static str,
    /// What users call it.
    pub title: &'static str,
}

/// What schools tell of their students every month (002（四）).
pub const MONITORING: CardKind = CardKind { key: "monitoring", title: "每月监测" };
/// What was done for graduates without work (004).
pub const SERVICES: CardKind = CardKind { key: "services", title: "就业服务" };
/// What keepers of lists say of people who say they are on them.
pub const CONFIRMATION: CardKind = CardKind { key: "confirmation", title: "身份核实" };

/// What users call a kind of card; nothing of an unknown one.
pub fn card_title(key: &str) -> &'static str {
    let known = [MONITORING, SERVICES, CONFIRMATION].into_iter().find(|kind| kind.key == key);
    known.map_or("", |kind| kind.title)
}

/// One filled-in cell of a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardLine {
    /// Kind of card, `monitoring`.
    pub card: String,
    /// The school or office it was handed to.
    pub unit: String,
    /// Whom it is about, as results name people. Kept as a keyed digest.
    pub person: String,
    /// `2019-11`.
    pub month: String,
    /// Heading of the cell.
    pub field: String,
    /// What was filled in.
    pub value: String,
    /// Who filled it in.
    pub filled_by: String,
    /// The returned file.
    pub source_file: String,
    /// Its sheet.
    pub source_sheet: String,
    /// Its row.
    pub source_row: u32,
}

impl CardLine {
    /// Where it was filled in: `file › sheet › 第5行`, as far as known.
    pub fn place(&self) -> String {
        let row = (self.source_row > 0).then(|| format!("第{}行", self.source_row));
        let parts = [&self.source_file, &self.source_sheet].into_iter().chain(&row);
        parts.filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(" › ")
    }
}
