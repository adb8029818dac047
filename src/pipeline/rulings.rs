//! Between ledger and linkage: the rulings in force as part of a run's identity, and the problems
//! they give.

use crate::digest::TextDigest;
use crate::linkage::Decision;
use crate::linkage::decisions::{Effect, Force, Ruling, contradiction};
use crate::origin::Catalogue;
use crate::problems::{Problem, Severity};
use crate::records::Records;
use crate::vocabulary::Field;

/// A sum over all rulings in force; `None` without any, so that a run nobody has ruled on keeps its
/// id.
pub(super) fn fingerprint(rulings: &[Ruling]) -> Option<String> {
    if rulings.is_empty() {
        return None;
    }
    let mut digest = TextDigest::default();
    for ruling in rulings {
        let day = ruling.on.to_string();
        let parts = [&ruling.pair.key(), ruling.answer.key(), &ruling.clerk, &day, &ruling.note];
        digest.extend(parts);
    }
    Some(digest.hex(32))
}

/// A problem for every ruling new data contradicts, at the row's name.
pub(super) fn contradicted(
    effects: &[(Effect, Decision)],
    rulings: &[Ruling],
    records: &Records,
    catalogue: &Catalogue,
) -> Vec<Problem> {
    let again = effects.iter().filter(|(effect, _)| effect.force == Force::Again);
    let problem = |(effect, _): &(Effect, Decision)| {
        let origin = records.sources[effect.row as usize].origin;
        let sheet = catalogue.sheet(origin.sheet);
        let ruling = &rulings[effect.ruling];
        Problem::file(&sheet.file, "ruling-contradicted", Severity::Warning)
            .at(&sheet.sheet, &catalogue.cell(origin, Field::Name))
            .saying(
                contradiction(effect, ruling),
                "这条认定没有采用；如在待核清单中，请重新填写结论",
            )
    };
    again.map(problem).collect()
}
