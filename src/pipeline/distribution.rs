//! A project's rows → files for a distributed run.

use std::io::{self, BufWriter, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::cluster::{self, ExportRows, FileRows, Job, JobObserved, JobRuling, StreamError};
use crate::config::Project;
use crate::ledger::Ledger;
use crate::linkage::decisions;
use crate::linkage::parts::LAYOUT;
use crate::private_files;
use crate::problems::Problem;
use crate::records::{self, Records};
use crate::sources::{self, Progress};

use super::error::RunError;
use super::inputs::{self, demand_rows};
use super::start::rows_id;
use super::{VERSION, corrections, setup};

/// Name of the file that is written last with the rows.
const JOB: &str = "job.json";

/// What was written.
#[derive(Clone, Debug, Default)]
pub struct ExportReport {
    /// Names what was exported.
    pub id: String,
    /// Registry rows.
    pub persons: usize,
    /// Source rows.
    pub sources: usize,
    /// Rulings that bear on rows.
    pub rulings: usize,
    /// Everything that was met in the inputs.
    pub problems: Vec<Problem>,
}

/// Writes a project's rows for a distributed run into a folder, which must not be there or be empty.
///
/// # Errors
/// As a run; and when the folder cannot be written. Then nothing is left in it.
pub fn export_rows(
    project: &Project,
    out: &Path,
    file_rows: FileRows,
    progress: &dyn Progress,
) -> Result<ExportReport, RunError> {
    demand_empty(out)?;
    let in_force = setup::model(project.model.as_deref())?;
    let rulings = Ledger::rulings_in(&project.root)?;
    let intake = sources::read(&project.root, &project.sources, progress);
    demand_rows(project, &intake)?;
    let corrected = corrections::of(&Ledger::returns_in(&project.root)?);
    let known = corrections::fingerprint(&rulings, &corrected);
    let id = rows_id(project, &in_force, &inputs::entries(&intake), known);
    let mut problems = intake.problems;
    let settings = setup::settings(project);
    progress.stage("整理记录", 0);
    let (mut records, more) = records::normalise(intake.tables, &intake.catalogue, &settings);
    problems.extend(more);
    problems.extend(corrections::apply(project, &mut records, &corrected, &intake.catalogue));
    progress.stage("写出记录", 0);
    let effects = decisions::apply(&records, &rulings);
    let rows = ExportRows::of(&records, &in_force.model);
    let job = Job {
        layout: LAYOUT,
        version: VERSION.to_owned(),
        id: id.clone(),
        model: Job::model_text(&in_force.model).map_err(RunError::Model)?,
        right_rows: records.persons.len(),
        left_rows: records.sources.len(),
        file_rows,
        above: rows.above().to_vec(),
        rulings: JobRuling::all(&effects),
        observed: JobObserved::of(rows.observed()),
    };
    let sizes = (records.persons.len(), records.sources.len());
    write_rows(out, &records, &rows, &job).map_err(|error| unwritten(out, &error))?;
    Ok(ExportReport {
        id,
        persons: sizes.0,
        sources: sizes.1,
        rulings: job.rulings.len(),
        problems,
    })
}

fn unwritten(out: &Path, error: &io::Error) -> RunError {
    RunError::Rows(format!("“{}”写不进去：{}", out.display(), private_files::reason(error)))
}

fn demand_empty(out: &Path) -> Result<(), RunError> {
    match fs_err::read_dir(out).map(|mut entries| entries.next().is_none()) {
        Ok(true) => Ok(()),
        Ok(false) => {
            let what = format!("文件夹“{}”里已有文件；请换一个空的或还没有的文件夹", out.display());
            Err(RunError::Rows(what))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(unwritten(out, &error)),
    }
}

/// Writes all files; what was begun is taken away where it cannot be finished.
fn write_rows(out: &Path, records: &Records, rows: &ExportRows<'_>, job: &Job) -> io::Result<()> {
    let mut made = Vec::new();
    let written = write_all(out, records, rows, job, &mut made);
    if written.is_err() {
        for file in made {
            if fs_err::remove_file(file).is_err() {
                // What stopped the writing is reported.
            }
        }
    }
    written
}

fn write_all(
    out: &Path,
    records: &Records,
    rows: &ExportRows<'_>,
    job: &Job,
    made: &mut Vec<PathBuf>,
) -> io::Result<()> {
    private_files::make_folder(out)?;
    private_files::restrict(out)?;
    let mut file = |name: String| {
        let path = out.join(name);
        let file = private_files::create_file(&path)?;
        made.push(path);
        Ok::<_, io::Error>(BufWriter::new(file))
    };
    let FileRows { persons, sources } = job.file_rows;
    for (number, range) in (0..).zip(stretches(records.persons.len(), persons)) {
        let output = file(format!("persons-{number:05}.arrow"))?;
        finish(cluster::put_persons(rows, number, range, output))?;
    }
    for (number, range) in (0..).zip(stretches(records.sources.len(), sources)) {
        let output = file(format!("sources-{number:05}.arrow"))?;
        finish(cluster::put_sources(rows, number, range, output))?;
    }
    let mut output = file(JOB.to_owned())?;
    output.write_all(job.text().as_bytes())?;
    output.into_inner()?.sync_all()
}

fn finish(written: Result<BufWriter<fs_err::File>, StreamError>) -> io::Result<()> {
    written.map_err(io::Error::other)?.into_inner()?.sync_all()
}

fn stretches(rows: usize, in_file: u32) -> impl Iterator<Item = Range<usize>> {
    let in_file = in_file.max(1) as usize;
    (0..rows).step_by(in_file).map(move |start| start..rows.min(start + in_file))
}
