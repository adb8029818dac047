//! What a distributed run decided → what a run takes in place of its own linking.

use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use crate::cluster::{self, LinkSet};
use crate::linkage::people::DecidedElsewhere;
use crate::private_files;
use crate::records::Records;

use super::error::RunError;

/// Name of the file that is written last with decided rows.
const LINKS: &str = "links.json";

/// Decided rows of a folder, and whether they belong to a run.
#[derive(Clone, Debug)]
pub(super) struct LinkFolder {
    folder: PathBuf,
    set: LinkSet,
}

impl LinkFolder {
    /// Opens a folder of decided rows that were made of these very rows.
    pub(super) fn open(folder: &Path, id: &str) -> Result<Self, RunError> {
        let path = folder.join(LINKS);
        let text = fs_err::read_to_string(&path).map_err(|_| {
            let what = format!(
                "“{}”里没有 {LINKS}：分布式比对还没有完成，或者不是这个文件夹",
                folder.display()
            );
            RunError::Rows(what)
        })?;
        let set: LinkSet = serde_json::from_str(&text)
            .map_err(|error| RunError::Rows(format!("“{}”读不出来：{error}", path.display())))?;
        if set.id != id {
            let what = format!(
                "“{}”是由另一批数据、设置、模型或认定算出的（{}，现在是 {id}）；请重新 bidui records 并比对",
                folder.display(),
                set.id
            );
            return Err(RunError::Rows(what));
        }
        Ok(Self { folder: folder.to_owned(), set })
    }

    /// Reads the decided rows of a run's records.
    pub(super) fn read(&self, records: &Records) -> Result<DecidedElsewhere, RunError> {
        let open = |part: &cluster::LinkFile| {
            let name = Path::new(&part.file).file_name().unwrap_or_default();
            fs_err::File::open(self.folder.join(name)).map(BufReader::new)
        };
        let files = self.set.parts.iter().map(open).collect::<io::Result<Vec<_>>>();
        let refuse = |error: &dyn std::fmt::Display| {
            RunError::Rows(format!("“{}”里的比对结果不能用：{error}", self.folder.display()))
        };
        let files = files.map_err(|error| refuse(&private_files::reason(&error)))?;
        let (rows, persons) = (records.sources.len(), records.persons.len());
        cluster::decided(&self.set, files, rows, persons).map_err(|error| refuse(&error))
    }
}
