//! Record of runs and of what people decided, in an `SQLite` file (`bidui.db`) beside the project.
//!
//! Comes in: what a finished run read, did and wrote, as a [`RunEntry`]. Goes out: the earlier run
//! on the same inputs, so that a repeated run is recognised and compared; and the rulings in force.
//! The schema is `schemas/ledger/*.sql`, applied by `user_version` in one transaction. Failed runs
//! leave no trace. People, rows and questions stand in it under keyed digests. The file, like the lock beside it, is readable by its owner only.

mod cards;
mod disclosures;
mod keys;
pub mod lock;
mod people;
mod periods;
mod questions;
mod returns;
mod rounds;
mod rulings;
mod store;

use std::path::{Path, PathBuf};

use jiff::Timestamp;

pub use disclosures::Disclosure;
pub use people::NameKeys;
pub use periods::{KeptPeriod, PastPeriod};
pub use questions::KeptQuestions;
pub use returns::{Filled, NewReturn, ReturnEntry};
pub use rounds::Presence;
pub use rulings::{CaseEntry, NewRuling, RulingAct, RulingEntry, RulingView};
pub use store::{Ledger, PastRun, PendingRun};

use crate::vocabulary::SourceKind;

/// What an input of a run was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum InputKind {
    /// A source of a comparison.
    Source(SourceKind),
    /// A form a city returned to the province.
    Returned,
    /// The last period's figures.
    Previous,
}

impl InputKind {
    /// The name used in `run.json` and in the ledger.
    pub fn key(self) -> &'static str {
        match self {
            Self::Source(kind) => kind.key(),
            Self::Returned => "returned",
            Self::Previous => "previous",
        }
    }

    /// The name users read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Source(kind) => kind.label(),
            Self::Returned => "各市报送的表",
            Self::Previous => "上期数据",
        }
    }
}

/// Name of the ledger beside the project file.
pub const FILE_NAME: &str = "bidui.db";

/// One input file of a run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct InputEntry {
    /// What it holds.
    pub kind: InputKind,
    /// Path relative to the project file, with `/`.
    pub path: String,
    /// SHA-256 of its bytes, lower-case hexadecimal.
    pub sha256: String,
    /// Data rows.
    pub rows: usize,
}

/// One published file of a run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ResultEntry {
    /// Path relative to the results folder, with `/`.
    pub path: String,
    /// SHA-256 of its bytes, lower-case hexadecimal.
    pub sha256: String,
    /// Size in bytes.
    pub bytes: u64,
}

/// How long a stage took.
#[derive(Clone, Debug, PartialEq)]
pub struct StageEntry {
    /// Its name in `run.json`.
    pub stage: &'static str,
    /// Wall-clock seconds.
    pub seconds: f64,
}

/// One count of a stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountEntry {
    /// Its stage's name in `run.json`.
    pub stage: &'static str,
    /// What was counted.
    pub name: String,
    /// How many.
    pub count: usize,
}

/// Everything the ledger keeps of one finished run.
#[derive(Clone, Debug)]
pub struct RunEntry {
    /// Equal for equal inputs and settings.
    pub run_id: String,
    /// When it began.
    pub started_at: Timestamp,
    /// When its results were complete.
    pub finished_at: Timestamp,
    /// Title of the project.
    pub title: String,
    /// Reporting unit.
    pub unit: String,
    /// Report date, ISO 8601.
    pub as_of: String,
    /// Version of the program.
    pub program_version: String,
    /// Version of the linkage model.
    pub model_version: String,
    /// Settings in force, as JSON.
    pub settings: String,
    /// Where the results are.
    pub folder: PathBuf,
    /// 0 or 1.
    pub exit_status: u8,
    /// Inputs in order.
    pub inputs: Vec<InputEntry>,
    /// Stages in order.
    pub stages: Vec<StageEntry>,
    /// Counts in order of the stages.
    pub counts: Vec<CountEntry>,
    /// Results by path; `run.json` is not among them, since it holds times.
    pub results: Vec<ResultEntry>,
}

/// An earlier run on the same inputs with the same settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EarlierRun {
    /// When it began.
    pub started_at: Timestamp,
    /// Where its results were published.
    pub folder: PathBuf,
    /// What it published, by path.
    pub results: Vec<ResultEntry>,
}

impl EarlierRun {
    /// Paths whose content is not the same now, by name; empty when all are byte-identical.
    pub fn differences(&self, now: &[ResultEntry]) -> Vec<String> {
        let only = |left: &[ResultEntry], right: &[ResultEntry]| -> Vec<String> {
            left.iter().filter(|one| !right.contains(one)).map(|one| one.path.clone()).collect()
        };
        let mut paths = only(&self.results, now);
        paths.extend(only(now, &self.results));
        paths.sort();
        paths.dedup();
        paths
    }
}

/// What keeps a run from using the ledger.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// Typically a folder without write permission, or a read-only share.
    #[error("无法在项目文件夹里写台账 {path}：{reason}；请检查文件夹是否可写、磁盘是否已满")]
    Unwritable {
        /// The ledger.
        path: String,
        /// What the system said.
        reason: String,
    },
    /// Another program's file of that name, or a damaged one.
    #[error("{path} 不是本程序的台账，或已损坏（{reason}）；请把它移到别处再运行")]
    Foreign {
        /// The ledger.
        path: String,
        /// What the database said.
        reason: String,
    },
    /// Written by a later version of the program.
    #[error(
        "{path} 由更新的版本写成（结构版本 {found}，本程序只认到 {known}）；请使用新版本的程序"
    )]
    Newer {
        /// The ledger.
        path: String,
        /// Its `user_version`.
        found: usize,
        /// The newest this program knows.
        known: usize,
    },
    /// Another program holds the file longer than this one waits.
    #[error(
        "台账 {path} 正被另一个程序占用（另一次比对、待核页面的保存，或数据库查看工具），等了几秒仍写不了；本次没有写入，请关闭后再试"
    )]
    Locked {
        /// The ledger.
        path: String,
    },
    /// A lock file that is a link: it would be written somewhere else.
    #[error(
        "{path} 是一个链接，不是普通文件；为免改写别处的文件，没有开始。请删除这个链接后再运行"
    )]
    LinkedLock {
        /// The lock file.
        path: String,
    },
    /// Anything else the database reports.
    #[error("读写台账 {path} 时出错：{source}")]
    Database {
        /// The ledger.
        path: String,
        /// What the database said.
        source: rusqlite::Error,
    },
    /// Two people ruled on one question at the same time.
    #[error("别人刚刚对同一人员作了认定，本次没有写入；请重新导入或刷新后再试")]
    Overtaken,
    /// A second run in the same folder.
    #[error(
        "另一次比对正在这个文件夹里运行{holder}；请等它结束后再试，或加 --wait 60 让本次等候最多 60 秒"
    )]
    Busy {
        /// `（进程号 1234）`, when known.
        holder: String,
    },
}

impl LedgerError {
    fn unwritable(path: &Path, reason: &dyn std::fmt::Display) -> Self {
        Self::Unwritable { path: path.display().to_string(), reason: reason.to_string() }
    }
}

#[cfg(test)]
mod tests;
