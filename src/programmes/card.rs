//! What a unit filled in on a card that was handed out to it.

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
