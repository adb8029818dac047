//! The station of lists and programmes: people over all lists, then verdicts.

use std::collections::BTreeMap;

use super::people::EarlierPeople;
use super::watch::Watch;
use crate::census::Census;
use crate::config::{Programme, Project};
use crate::findings::{self, Finding};
use crate::linkage::Outcome;
use crate::linkage::index::RegistryIndex;
use crate::origin::Catalogue;
use crate::problems::{Problem, Severity};
use crate::programmes::{
    self, Areas, CardLine, CodeCatalogue, ProgrammeBasis, ProgressRow, Targets, Verdicts,
};
use crate::records::Records;
use crate::sources::{Grid, Progress, pattern_sums, read_grids, shown_cell};
use crate::vocabulary::SourceKind;

/// Tables beside the lists: catalogues and numbers to reach.
#[derive(Default)]
struct PolicyTables {
    catalogues: BTreeMap<String, CodeCatalogue>,
    targets: Targets,
}

/// The tables a project names, read as whole sheets; what cannot be used is a problem.
fn tables(project: &Project, progress: &dyn Progress) -> (PolicyTables, Vec<Problem>) {
    let (catalogues, mut problems) = catalogues(project, progress);
    let mut targets = Targets::shipped(&project.programmes);
    for target in &project.targets {
        let grids = read_grids(&project.root, &target.files, &[], progress);
        problems.extend(grids.problems);
        for grid in &grids.grids {
            if !targets.add(&target.programme, &texts(grid)) {
                problems.push(no_targets(grid));
            }
        }
    }
    (PolicyTables { catalogues, targets }, problems)
}

/// What names a run besides inputs and settings: the files of catalogues and numbers to reach.
pub(super) fn beside(project: &Project) -> Vec<String> {
    let catalogues = project.catalogues.values();
    let targets = project.targets.iter().map(|target| &target.files);
    catalogues.chain(targets).flat_map(|files| pattern_sums(&project.root, files)).collect()
}

fn no_targets(grid: &Grid) -> Problem {
    Problem::file(&grid.file, "targets-unreadable", Severity::Warning).at(&grid.sheet, "").saying(
        "没有找到“地区”（“单位”“学校名称”）和“指标数”（“计划数”“任务数”）两列，不能用作任务数",
        "没有采用这个工作表；请给两列加上标题",
    )
}

fn catalogues(
    project: &Project,
    progress: &dyn Progress,
) -> (BTreeMap<String, CodeCatalogue>, Vec<Problem>) {
    let mut found: BTreeMap<String, CodeCatalogue> = BTreeMap::new();
    let mut problems = Vec::new();
    // Posts are pushed to schools as they are.
    for (name, files) in project.catalogues.iter().filter(|(name, _)| *name != "jobs") {
        let grids = read_grids(&project.root, files, &[], progress);
        problems.extend(grids.problems);
        for grid in &grids.grids {
            match CodeCatalogue::read(&texts(grid)) {
                Some(one) => found.entry(name.clone()).or_default().append(one),
                None => problems.push(no_catalogue(grid)),
            }
        }
    }
    (found, problems)
}

/// The cells of a sheet as texts, row by row, every column in its place.
pub(super) fn texts(grid: &Grid) -> Vec<Vec<String>> {
    let row = |row: &crate::sources::Row| {
        let width = row.cells.last().map_or(0, |(column, _)| *column as usize + 1);
        let mut cells = vec![String::new(); width];
        for (column, cell) in &row.cells {
            cells[*column as usize] = shown_cell(cell).to_string();
        }
        cells
    };
    grid.rows.iter().map(row).collect()
}

fn no_catalogue(grid: &Grid) -> Problem {
    Problem::file(&grid.file, "catalogue-unreadable", Severity::Warning).at(&grid.sheet, "").saying(
        "没有找到“职业编码”“职业名称”或“工种”列，不能用作目录",
        "没有采用这个工作表；请给目录加上列标题",
    )
}

/// People over all lists; `None` for a project without lists and programmes.
fn census(
    project: &Project,
    records: &Records,
    outcomes: &[Outcome],
    registry: &mut RegistryIndex<'_>,
) -> Option<Census> {
    let has_lists = project.sources.iter().any(|source| source.kind == SourceKind::List);
    if !has_lists && project.programmes.is_empty() {
        return None;
    }
    Some(Census::build(records, outcomes, registry))
}

/// What judging needs besides the census.
pub(super) struct Judging<'run> {
    project: &'run Project,
    records: &'run Records,
    catalogue: &'run Catalogue,
    earlier: Option<&'run EarlierPeople>,
    progress: &'run dyn Progress,
}

/// What lists and programmes made of a run.
#[derive(Default)]
pub(super) struct Policy {
    pub(super) census: Option<Census>,
    pub(super) judged: Option<Verdicts>,
    /// What came back on cards.
    pub(super) cards: Vec<CardLine>,
    pub(super) problems: Vec<Problem>,
}

impl<'run> Judging<'run> {
    /// Without what earlier half-years know.
    pub(super) fn new(
        project: &'run Project,
        records: &'run Records,
        catalogue: &'run Catalogue,
        progress: &'run dyn Progress,
    ) -> Self {
        Self { project, records, catalogue, earlier: None, progress }
    }

    /// With what earlier half-years know of people.
    pub(super) fn after(self, earlier: &'run EarlierPeople) -> Self {
        Self { earlier: Some(earlier), ..self }
    }

    /// People over all lists, verdicts, and the findings with those of the programmes.
    pub(super) fn apply(
        &self,
        outcomes: &[Outcome],
        registry: &mut RegistryIndex<'_>,
        watch: &mut Watch<'_>,
    ) -> (Policy, Vec<Finding>) {
        let (project, records) = (self.project, self.records);
        let (tables, mut problems) = tables(project, self.progress);
        let found = watch.time("findings", || findings::collect(records, outcomes, project.as_of));
        let mut census = watch.time("census", || census(project, records, outcomes, registry));
        if let (Some(census), Some(earlier)) = (&mut census, self.earlier) {
            census.answer(&earlier.answers(project, records, census));
        }
        let (judged, found) = watch.time("judge", || self.run(&tables, census.as_ref(), found));
        problems.extend(missing_lists(project, judged.as_ref()));
        (Policy { census, judged, cards: Vec::new(), problems }, found)
    }

    /// All verdicts, and the findings with those of the programmes.
    fn run(
        &self,
        tables: &PolicyTables,
        census: Option<&Census>,
        found: Vec<Finding>,
    ) -> (Option<Verdicts>, Vec<Finding>) {
        let Some(census) = census else { return (None, found) };
        let areas = areas(self.project);
        let past = self.earlier.map_or_else(Vec::new, |earlier| {
            earlier.events(self.project, self.records, census, self.catalogue)
        });
        let basis = ProgrammeBasis {
            records: self.records,
            census,
            programmes: &self.project.programmes,
            lists: &self.project.lists,
            catalogues: &tables.catalogues,
            areas: &areas,
            as_of: self.project.as_of,
            past: &past,
        };
        let mut judged = programmes::judge(&basis);
        let targets = &tables.targets;
        let counted = programmes::progress(&basis, &judged, targets, self.project.as_of);
        (judged.in_forms, judged.progress) =
            counted.into_iter().partition(|line| is_form_only(&self.project.programmes, line));
        let more = programmes::findings(&basis, &judged);
        if self.project.programmes.is_empty() {
            let mut all = found;
            all.extend(more);
            return (None, findings::sorted(all));
        }
        (Some(judged), findings::with_programmes(found, more))
    }
}

/// Whether a figure stands in a printed form alone.
fn is_form_only(programmes: &[Programme], line: &ProgressRow) -> bool {
    let code = line.figure.split(':').next().unwrap_or_default();
    let figures = &programmes[line.programme].figures;
    figures.iter().any(|figure| figure.is_form_only && figure.code == code)
}

/// Where schools and agencies are.
pub(super) fn areas(project: &Project) -> Areas {
    let cities = crate::province::cities::city_names();
    let homes = crate::records::county_homes(project.as_of);
    let counties = homes.into_iter().filter(|(_, homes)| homes.len() == 1);
    let counties = counties.map(|(county, mut homes)| (county, homes.remove(0)));
    let mut names: Vec<(String, String)> = cities.into_iter().chain(counties).collect();
    names.sort_by(|a, b| (b.0.chars().count(), &a.0).cmp(&(a.0.chars().count(), &b.0)));
    let told = project.institutions.iter().filter_map(|one| {
        let area = one.area.clone()?;
        Some(one.also.iter().chain([&one.name]).map(move |name| (name.clone(), area.clone())))
    });
    Areas { unit: project.unit.clone(), told: told.flatten().collect(), names }
}

/// A note for each list a programme needs and nobody handed over.
fn missing_lists(project: &Project, judged: Option<&Verdicts>) -> Vec<Problem> {
    let mut missing: BTreeMap<&str, usize> = BTreeMap::new();
    for (list, people) in judged.iter().flat_map(|judged| judged.missing.iter().flatten()) {
        let most = missing.entry(list).or_default();
        *most = (*most).max(*people);
    }
    let title = |list: &str| {
        let known = project.lists.iter().find(|one| one.list == list);
        known.map_or_else(|| list.to_owned(), |one| one.title.clone())
    };
    let note = |(list, people): (&str, usize)| {
        Problem::file("", "list-missing", Severity::Note).saying(
            format!("未载入{}名单，涉及的结论为待定；另有{people}人因此无法判断", title(list)),
            "如有这份名单，请在项目文件里加一个 kind = \"list\" 的 [[source]]",
        )
    };
    missing.into_iter().map(note).collect()
}
