//! The mismatches of a run as they are told everywhere: what is work first, what is settled apart.

use crate::findings::Urgency;
use crate::vocabulary::states::ANSWERED;

use super::Results;

/// How many mismatches there are, by what they ask of whom. Each is counted once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct FindingWork {
    /// To be mended, not answered yet.
    pub mend: usize,
    /// To be looked at, not answered yet.
    pub check: usize,
    /// Told; nobody has to act.
    pub inform: usize,
    /// Answered by the unit that was asked.
    pub answered: usize,
}

impl FindingWork {
    /// Counts the mismatches of a run.
    pub fn of(results: &Results) -> Self {
        let mut counts = Self::default();
        for finding in results.findings {
            let slot = match finding.kind.urgency() {
                _ if results.is_answered(finding) => &mut counts.answered,
                Urgency::Mend => &mut counts.mend,
                Urgency::Check => &mut counts.check,
                Urgency::Inform => &mut counts.inform,
            };
            *slot += 1;
        }
        counts
    }

    /// Those somebody still has to act on.
    pub fn work(&self) -> usize {
        self.mend + self.check
    }

    /// All in words, the settled ones only where there are some.
    pub fn words(&self) -> String {
        format!("须更正 {} 条、核实 {} 条，{}", self.mend, self.check, self.beside())
    }

    /// Those nobody has to act on, in words.
    pub fn beside(&self) -> String {
        let answered = match self.answered {
            0 => String::new(),
            count => format!("，{ANSWERED} {count} 条"),
        };
        format!("另有告知 {} 条{answered}", self.inform)
    }
}
