//! `bidui init`: a folder of exports → a project file.
//!
//! Comes in: a folder. Goes out: an [`Arrangement`]: every file with what it is, whose, how many rows
//! and which period, and the text of the project file. The files are read by the code that reads them
//! in a run, so that what is said here is what a run will see. [`write`] alone writes, one file, and
//! never over another.

mod facts;
mod text;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use crate::config::{Source, shipped_lists};
use crate::private_files;
use crate::sources::sorting::{FileVerdict, ListName, PassedOver, SortedFile, sort_folder};
use crate::sources::{self, CustodyObstacle, Progress};
use crate::vocabulary::{HalfYear, SourceKind};

use facts::{FileFacts, Gathered};
pub use text::pattern;

/// Name of the project file.
pub const PROJECT_FILE: &str = "project.toml";

/// What the user says of the project beforehand.
#[derive(Clone, Debug)]
pub struct InitWishes {
    /// The reporting unit; where nothing is said it is told from the registry.
    pub unit: Option<String>,
    /// The report date; where nothing is said it is told from the lists.
    pub as_of: Option<Date>,
    /// Today: no report date lies beyond.
    pub today: Date,
}

/// A file that goes into the project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecognisedFile {
    /// Path relative to the folder, with `/`.
    pub shown: String,
    /// Which list it is.
    pub list: ListName,
    /// Cities and counties of a registry, schools or agencies of a list.
    pub whose: Vec<String>,
    /// Data rows.
    pub rows: usize,
    /// First and last month its rows speak of.
    pub period: Option<(Date, Date)>,
    /// The city a registry belongs to where it is not the unit's own.
    pub region: Option<String>,
    /// What a person should know of it.
    pub notes: Vec<String>,
}

impl RecognisedFile {
    fn new(shown: String, list: ListName) -> Self {
        let (whose, notes) = (Vec::new(), Vec::new());
        Self { shown, list, whose, rows: 0, period: None, region: None, notes }
    }
}

/// A file that does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftAside {
    /// Path relative to the folder, with `/`.
    pub shown: String,
    /// Why.
    pub why: String,
    /// Whether a person should look at it: it may be a list.
    pub is_open: bool,
}

/// A folder put in order, on paper.
#[derive(Clone, Debug, Default)]
pub struct Arrangement {
    /// Files of the project, by list and path.
    pub files: Vec<RecognisedFile>,
    /// All others.
    pub aside: Vec<LeftAside>,
    /// The reporting unit, if it is known.
    pub unit: Option<String>,
    /// Whether the user said so.
    pub unit_is_given: bool,
    /// The report date.
    pub as_of: Option<Date>,
    /// Whether the user said so.
    pub as_of_is_given: bool,
    /// Why a run of these files would stop.
    pub obstacles: Vec<String>,
}

/// Why no project file was written.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// There is no such folder.
    #[error("没有“{}”这个文件夹；请写放着导出文件的文件夹", .0.display())]
    NoFolder(PathBuf),
    /// There is a project file.
    #[error("“{}”已经有了，没有改动；要重新辨认，请先把它改名或移走", .0.display())]
    Exists(PathBuf),
    /// No file is a list.
    #[error("没有认出任何名单，没有写项目文件")]
    NothingRecognised,
    /// The file could not be written.
    #[error("项目文件写不了：{}", private_files::reason(.0))]
    Unwritten(#[from] std::io::Error),
}

/// Looks at a folder and says what a project of it would be; writes nothing.
///
/// # Errors
/// No such folder, or one that is a project already.
pub fn arrange(
    folder: &Path,
    wishes: &InitWishes,
    progress: &dyn Progress,
) -> Result<Arrangement, InitError> {
    if !folder.is_dir() {
        return Err(InitError::NoFolder(folder.to_owned()));
    }
    let target = folder.join(PROJECT_FILE);
    if target.symlink_metadata().is_ok() {
        return Err(InitError::Exists(target));
    }
    let sorted = sort_folder(folder, progress);
    let mut arrangement = Arrangement {
        unit: wishes.unit.clone(),
        unit_is_given: wishes.unit.is_some(),
        as_of: wishes.as_of,
        as_of_is_given: wishes.as_of.is_some(),
        ..Arrangement::default()
    };
    for file in sorted.files {
        arrangement.place(file);
    }
    let passed =
        |one: PassedOver| LeftAside { shown: one.shown, why: one.why.to_owned(), is_open: false };
    arrangement.aside.extend(sorted.passed_over.into_iter().map(passed));
    arrangement.files.sort_by(|a, b| (&a.list, &a.shown).cmp(&(&b.list, &b.shown)));
    arrangement.look_inside(folder, wishes, progress);
    Ok(arrangement)
}

/// Writes the project file of an arrangement; never over another.
///
/// # Errors
/// Nothing to write, a file that is there, or what the system says.
pub fn write(folder: &Path, arrangement: &Arrangement) -> Result<PathBuf, InitError> {
    if arrangement.files.is_empty() {
        return Err(InitError::NothingRecognised);
    }
    let target = folder.join(PROJECT_FILE);
    let made = private_files::create_file(&target).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => InitError::Exists(target.clone()),
        _ => InitError::Unwritten(error),
    });
    let mut file = made?;
    file.write_all(arrangement.project_text().as_bytes())?;
    file.sync_all()?;
    Ok(target)
}

impl Arrangement {
    /// The text of the project file.
    pub fn project_text(&self) -> String {
        text::project(self)
    }

    /// Rows of all files of a kind.
    pub fn rows(&self, kind: SourceKind) -> usize {
        self.files.iter().filter(|file| file.list.kind == kind).map(|file| file.rows).sum()
    }

    /// Paths of all files, recognised or not, in an order that stays while they are corrected.
    pub fn all_files(&self) -> impl Iterator<Item = &str> {
        let aside = self.aside.iter().map(|file| file.shown.as_str());
        self.files.iter().map(|file| file.shown.as_str()).chain(aside)
    }

    /// Takes the user's word for unit and report date.
    pub fn settle(&mut self, unit: &str, as_of: Date) {
        self.unit_is_given |= self.unit.as_deref() != Some(unit);
        self.as_of_is_given |= self.as_of != Some(as_of);
        (self.unit, self.as_of) = (Some(unit.to_owned()), Some(as_of));
    }

    /// Takes the user's word for what a file is: the name of a kind or a list, nothing for no list; and
    /// for a registry the city it belongs to, nothing for the unit's own.
    pub fn correct(&mut self, shown: &str, list: &str, region: &str) {
        let named = list_named(list);
        let place = self.files.iter().position(|file| file.shown == shown);
        match (named, place) {
            (Some(list), place) => {
                let is_registry = list.kind == SourceKind::Registry;
                let region = (is_registry && !region.is_empty()).then(|| region.to_owned());
                let at = place.unwrap_or_else(|| {
                    self.aside.retain(|file| file.shown != shown);
                    self.files.push(RecognisedFile::new(shown.to_owned(), list.clone()));
                    self.files.len() - 1
                });
                (self.files[at].list, self.files[at].region) = (list, region);
            }
            (None, Some(place)) => {
                let file = self.files.remove(place);
                let why = "由人指定不列入".to_owned();
                self.aside.push(LeftAside { shown: file.shown, why, is_open: false });
            }
            (None, None) => {}
        }
    }

    /// What a comparison still needs, in words.
    pub fn lacks(&self) -> Vec<String> {
        let has = |kind| self.files.iter().any(|file| file.list.kind == kind);
        let mut lacks = Vec::new();
        if !has(SourceKind::Registry) {
            lacks.push("没有认出建档立卡信息；没有它不能比对".to_owned());
        }
        if !has(SourceKind::Enrollment) && !has(SourceKind::Training) {
            lacks.push("没有认出学籍名单或培训实名制；至少要有一种才能比对".to_owned());
        }
        if self.unit.is_none() {
            lacks
                .push("看不出填报单位；请在项目文件里写明 unit，如 unit = \"佳木斯市\"".to_owned());
        }
        lacks.extend(self.obstacles.iter().cloned());
        lacks
    }

    fn place(&mut self, SortedFile { file, verdict }: SortedFile) {
        let shown = file.shown;
        let mut notes = Vec::new();
        let list = match verdict {
            FileVerdict::List(list) => list,
            FileVerdict::Several(lists) => {
                notes.push(several(&lists));
                lists[0].clone()
            }
            other => {
                let (why, is_open) = why_aside(other);
                self.aside.push(LeftAside { shown, why, is_open });
                return;
            }
        };
        self.files.push(RecognisedFile { notes, ..RecognisedFile::new(shown, list) });
    }

    /// Reads the lists as a run would: rows, places, names, periods.
    fn look_inside(&mut self, folder: &Path, wishes: &InitWishes, progress: &dyn Progress) {
        let sources: Vec<Source> = self.files.iter().map(source_of).collect();
        let intake = sources::read(folder, &sources, progress);
        self.obstacles = intake.obstacles.iter().map(CustodyObstacle::sentence).collect();
        let gathered = facts::gather(intake, &sources, wishes.today);
        for file in &mut self.files {
            let facts = gathered.of(&file.shown);
            file.rows = facts.rows;
            file.period = facts.period();
            file.whose = facts.whose(file.list.kind, &gathered);
            file.notes.extend(facts.notes.iter().cloned());
        }
        if self.unit.is_none() {
            self.unit = gathered.own_city();
        }
        let own = self.unit.clone().unwrap_or_default();
        for file in self.files.iter_mut().filter(|file| file.list.kind == SourceKind::Registry) {
            file.region = foreign_city(gathered.of(&file.shown), &gathered, &own);
        }
        if self.as_of.is_none() {
            self.as_of = Some(report_date(&gathered, wishes.today));
        }
    }
}

/// The city of a registry that is not the unit's own. A county's bureau reports on its own registry
/// although the city is another.
fn foreign_city(facts: &FileFacts, gathered: &Gathered, own: &str) -> Option<String> {
    let city = facts.city.clone()?;
    let is_own = city == own || gathered.own_city().as_deref() == Some(city.as_str());
    let is_named = gathered.has_city(own);
    (if is_named { city != own } else { !is_own }).then_some(city)
}

/// The last day of the half-year the lists reach into, or today where that is earlier.
fn report_date(gathered: &Gathered, today: Date) -> Date {
    let Some(half) = gathered.latest_half_year(today) else { return today };
    let (month, day) = if half.second { (12, 31) } else { (6, 30) };
    jiff::civil::date(half.year, month, day).min(today)
}

/// Every list a file can be, with the name a form uses.
pub fn all_lists() -> Vec<(String, ListName)> {
    let kinds = SourceKind::ALL.map(|kind| (kind.key().to_owned(), ListName::of(kind)));
    let lists = shipped_lists().iter().map(|one| {
        let name = ListName { kind: SourceKind::List, list: Some(one.list.clone()) };
        (one.list.clone(), name)
    });
    kinds.into_iter().chain(lists).collect()
}

fn list_named(name: &str) -> Option<ListName> {
    all_lists().into_iter().find(|(key, _)| key == name).map(|(_, list)| list)
}

/// The list a file is, as a form names it, with what a person should know; for what is no list nothing, and
/// why.
pub fn list_of(verdict: FileVerdict) -> (String, String) {
    match verdict {
        FileVerdict::List(list) => (form_name(&list), String::new()),
        FileVerdict::Several(lists) => {
            let name = lists.first().map(form_name).unwrap_or_default();
            (name, several(&lists))
        }
        other => (String::new(), why_aside(other).0),
    }
}

/// The name a form uses for a list.
fn form_name(list: &ListName) -> String {
    list.list.clone().unwrap_or_else(|| list.kind.key().to_owned())
}

/// A source without files for the list a form names, and for a registry the city; nothing for no list.
pub fn source_named(name: &str, region: &str) -> Option<Source> {
    let list = list_named(name)?;
    let is_registry = list.kind == SourceKind::Registry;
    let region = (is_registry && !region.is_empty()).then(|| region.to_owned());
    let file =
        RecognisedFile { region: region.clone(), ..RecognisedFile::new(String::new(), list) };
    Some(Source { files: Vec::new(), region, ..source_of(&file) })
}

/// One source for a file alone.
fn source_of(file: &RecognisedFile) -> Source {
    let definition = file.list.list.as_ref().and_then(|name| {
        let found = shipped_lists().iter().find(|one| one.list == *name);
        found.map(|one| std::sync::Arc::new(one.clone()))
    });
    Source {
        kind: file.list.kind,
        files: vec![text::pattern(&file.shown)],
        list: file.list.list.clone(),
        definition,
        region: None,
        institution: None,
        columns: std::collections::BTreeMap::new(),
        labels: std::collections::BTreeMap::new(),
        passwords: Vec::new(),
        unused: Vec::new(),
        allow_missing: false,
    }
}

fn several(lists: &[ListName]) -> String {
    let names: Vec<String> = lists.iter().map(ListName::label).collect();
    format!(
        "几张表是不同的名单（{}），只按“{}”读入；请把其余的另存成单独的文件",
        names.join("、"),
        names.first().map_or("", String::as_str)
    )
}

fn why_aside(verdict: FileVerdict) -> (String, bool) {
    match verdict {
        FileVerdict::Ours => ("是本程序写出的结果或发出去填的表，不是名单".to_owned(), false),
        FileVerdict::Blank => ("是空表：有表头，没有人".to_owned(), false),
        FileVerdict::Form => ("是统计表，不是逐人的名单".to_owned(), false),
        FileVerdict::Unclear(why) | FileVerdict::Unread(why) => (why, true),
        FileVerdict::List(_) | FileVerdict::Several(_) => (String::new(), false),
    }
}

/// The half-year of a report date, for messages.
pub fn half_year(as_of: Date) -> String {
    HalfYear::of(as_of).label()
}
