//! Why a run published nothing.

use crate::ledger::LedgerError;
use crate::problems::{Problem, Severity};
use crate::sources::CustodyObstacle;
use crate::workbooks::WorkbookError;

use super::publish::PublishError;

/// Why a run published nothing.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The ledger or its lock.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The target of the results, or the disk.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// A model file of the user's own.
    #[error("{0}")]
    Model(String),
    /// A blank form of the user's own.
    #[error("[form] templates 里的表样不能用{}", listed(.problems))]
    Templates {
        /// Why, cell by cell.
        problems: Vec<Problem>,
    },
    /// No file of the registry could be used.
    #[error("没有读到任何建档立卡信息，无法比对。{}{}", sentences(.obstacles), listed(.problems))]
    NoRegistry {
        /// What was not read.
        obstacles: Vec<CustodyObstacle>,
        /// Why.
        problems: Vec<Problem>,
    },
    /// Of several registries one is not there.
    #[error(
        "“{pattern}”没有找到任何建档立卡信息的文件；缺了它，这些地方的人都会被当作没有登记，所以没有比对。请放入文件；如不再需要，请从项目文件里删去这一段{}", listed(.problems)
    )]
    RegistryMissing {
        /// Its globs.
        pattern: String,
        /// Why.
        problems: Vec<Problem>,
    },
    /// Part of a registry was not read, or lists were handed over that cannot be told apart.
    #[error("{}所以没有比对{}", sentences(.obstacles), listed(.problems))]
    HandedOver {
        /// What stands in the way.
        obstacles: Vec<CustodyObstacle>,
        /// What was met in the files.
        problems: Vec<Problem>,
    },
    /// No enrolment and no training rows.
    #[error("没有读到任何学籍或培训数据，没有可比对的人员{}", listed(.problems))]
    NothingToCompare {
        /// Why.
        problems: Vec<Problem>,
    },
    /// None of the files holds a form.
    #[error("各市报送的文件里没有读到附件2或附件3{}", listed(.problems))]
    NoReturns {
        /// Why.
        problems: Vec<Problem>,
    },
    /// A row the user named was not read.
    #[error(
        "没有读到“{0}”这一行；请写成 文件:工作表:行号（文本文件写 文件::行号），行号按 Excel 显示的数"
    )]
    NoSuchRow(String),
    /// Rows for a distributed run, or what it decided.
    #[error("{0}")]
    Rows(String),
    /// A run that is to be read again is not the same any more.
    #[error(
        "打开待核页面以后，数据文件、设置或台账里的更正有变化，当时的全部名单已经读不出来；请按“按认定重新比对”，或关闭后重新打开待核页面"
    )]
    Changed,
    /// A workbook or file could not be written.
    #[error(transparent)]
    Write(#[from] WorkbookError),
    /// A mistake of the program: a row went astray.
    #[error(
        "程序内部核对没有通过：{place} 读入 {read} 行，处理后为 {kept} 行。没有写出任何结果；请把这句话转告程序的开发者"
    )]
    RowsLost {
        /// Sheet or result file.
        place: String,
        /// Rows before.
        read: usize,
        /// Rows after.
        kept: usize,
    },
}

/// Each obstacle as a sentence, at most [`LISTED`].
fn sentences(obstacles: &[CustodyObstacle]) -> String {
    let sentences = obstacles.iter().take(LISTED).map(CustodyObstacle::sentence);
    sentences.flat_map(|sentence| [sentence, "。".to_owned()]).collect()
}

/// Longest list an error text holds.
pub(super) const LISTED: usize = 30;

/// The problems that weigh most, one per line, for an error text.
pub(super) fn listed(problems: &[Problem]) -> String {
    let errors = problems.iter().filter(|problem| problem.severity == Severity::Error);
    let more = errors.clone().count().saturating_sub(LISTED);
    let lines = errors.take(LISTED).flat_map(|problem| ["\n  ".to_owned(), problem.line()]);
    let rest = (more > 0).then(|| format!("\n  ……还有{more}条，用 bidui check 查看全部"));
    lines.chain(rest).collect()
}
