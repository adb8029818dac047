//! Which files a run's folder holds, and what each is filled with.

use std::path::{Path, PathBuf};

use rust_xlsxwriter::XlsxError;

use crate::config::{Binding, BoundForm};
use crate::file_names::FileNames;
use crate::results::groups::CountyKey;
use crate::results::{FIRST, PROBLEMS, words};
use crate::vocabulary::Annex;
use crate::vocabulary::SourceKind;

use super::book::Book;
use super::context::Context;
use super::plan_form::PlanReport;
use super::template::OwnForm;
use super::{
    WorkbookError, annex2, annex3, confirmation, csv_files, exemption_book, first_page,
    graduates_book, intentions, lists_csv, matched, mismatches, monitoring_book, outlook_book,
    outreach, overlap, pair_reach, people, periods, problem_book, programme_book, progress_book,
    ranking_book, returned_book, returns_county, returns_institution, review, stages_book,
    template,
};

/// One file to write.
#[derive(Clone, Copy, Debug)]
pub(super) enum Output {
    FirstPage,
    Problems,
    Matched,
    Mismatches,
    Review,
    Annex2,
    Annex3,
    People(Annex),
    PeopleCsv(Annex, usize),
    Explained(Annex),
    Institution(usize),
    County(CountyKey),
    Intentions,
    Outreach,
    PairReach,
    Periods,
    LinksCsv,
    ProblemsCsv,
    Annex2Csv,
    Annex3Csv,
    ListsCsv,
    MembershipsCsv,
    EntitlementsCsv,
    ProgressCsv,
    Progress(usize),
    /// A programme's quarterly report on the bureau's own blank, by index.
    OwnReport(usize),
    Exemptions(usize),
    CardsCsv,
    Stages,
    Ranking,
    Monitoring,
    Programme(usize),
    Overlap,
    Confirmation(usize),
    Graduates,
    GraduatesCsv,
    Outlook,
    Returned,
}

impl Output {
    /// When a file's turn comes: the longest ones first, so that no processor is left with one of
    /// them at the end. In the order of their sizes for a province.
    pub(super) fn turn(self) -> usize {
        match self {
            Self::People(Annex::Three) => 0,
            Self::Mismatches => 1,
            Self::LinksCsv => 2,
            Self::Matched => 3,
            Self::People(Annex::Two) | Self::PeopleCsv(..) => 4,
            _ => 5,
        }
    }
}

/// All files of a run, relative to its folder.
pub(super) fn plan(context: &Context) -> Vec<(PathBuf, Output)> {
    let mut files: Vec<(PathBuf, Output)> = [
        (FIRST, Output::FirstPage),
        ("01_比对结果.xlsx", Output::Matched),
        ("02_差异报告.xlsx", Output::Mismatches),
        ("03_待核清单.xlsx", Output::Review),
        (PROBLEMS, Output::Problems),
        (outreach::FILE, Output::Outreach),
        (pair_reach::FILE, Output::PairReach),
        (annex2::FILE, Output::Annex2),
        (annex3::FILE, Output::Annex3),
        ("附件2_明细.xlsx", Output::People(Annex::Two)),
        ("附件3_明细.xlsx", Output::People(Annex::Three)),
        ("links.csv", Output::LinksCsv),
        ("problems.csv", Output::ProblemsCsv),
        ("annex2.csv", Output::Annex2Csv),
        ("annex3.csv", Output::Annex3Csv),
    ]
    .map(|(name, output)| (PathBuf::from(name), output))
    .into();
    for annex in Annex::ALL {
        let long = people::long_lists(context, annex).into_iter();
        files.extend(long.map(|(path, place)| (path, Output::PeopleCsv(annex, place))));
    }
    if !context.results.records.intentions.is_empty() {
        files.push((PathBuf::from(intentions::FILE), Output::Intentions));
    }
    if !context.results.comparisons.is_empty() {
        files.push((PathBuf::from(periods::FILE), Output::Periods));
    }
    for binding in &context.results.project.templates {
        if let BoundForm::Annex(annex) = binding.form {
            let name = format!("{}_说明.xlsx", annex.label());
            files.push((PathBuf::from(name), Output::Explained(annex)));
        }
    }
    for kind in [SourceKind::Enrollment, SourceKind::Training] {
        files.extend(institution_files(context, kind));
    }
    files.extend(county_files(context));
    files.extend(list_files(context));
    files
}

/// What lists and programmes give.
fn list_files(context: &Context) -> Vec<(PathBuf, Output)> {
    let results = &context.results;
    let mut files = Vec::new();
    if results.census.is_some() {
        files.push((PathBuf::from("lists.csv"), Output::ListsCsv));
        files.push((PathBuf::from("memberships.csv"), Output::MembershipsCsv));
        files.push((PathBuf::from(overlap::FILE), Output::Overlap));
        files.extend(
            confirmation::files(context).map(|(path, list)| (path, Output::Confirmation(list))),
        );
    }
    if graduates_book::found(results).is_some() {
        files.push((PathBuf::from(graduates_book::FILE), Output::Graduates));
        files.push((PathBuf::from(graduates_book::CSV), Output::GraduatesCsv));
    }
    if outlook_book::is_due(results) {
        files.push((PathBuf::from(outlook_book::FILE), Output::Outlook));
    }
    if !results.cards.is_empty() {
        files.push((PathBuf::from("cards.csv"), Output::CardsCsv));
        files.push((PathBuf::from(returned_book::FILE), Output::Returned));
    }
    if monitoring_book::month(results).is_some() {
        files.push((PathBuf::from(monitoring_book::FILE), Output::Monitoring));
    }
    if results.judged.is_some() {
        files.push((PathBuf::from(stages_book::FILE), Output::Stages));
        if ranking_book::programme(context).is_some() {
            files.push((PathBuf::from(ranking_book::FILE), Output::Ranking));
        }
        let schools = exemption_book::files(context).into_iter();
        files.extend(schools.map(|(path, school)| (path, Output::Exemptions(school))));
        files.push((PathBuf::from("entitlements.csv"), Output::EntitlementsCsv));
        files.push((PathBuf::from("progress.csv"), Output::ProgressCsv));
        let mut taken = FileNames::default();
        for (index, programme) in results.project.programmes.iter().enumerate() {
            if !programme.figures.is_empty() {
                let name = taken.give(&programme.sheet);
                let path = Path::new("项目").join(format!("{name}.xlsx"));
                files.push((path, Output::Progress(index)));
                let report = PlanReport::of(context, index);
                if report.is_some_and(|report| report.own_blank(context).is_some()) {
                    let name = taken.give(&format!("{}_季报", programme.sheet));
                    let path = Path::new("项目").join(format!("{name}.xlsx"));
                    files.push((path, Output::OwnReport(index)));
                }
            }
            if !programme.rules.is_empty() {
                let name = taken.give(&programme.sheet);
                let path = Path::new("项目").join(format!("{name}.xlsx"));
                files.push((path, Output::Programme(index)));
            }
        }
    }
    files
}

fn institution_files(context: &Context, kind: SourceKind) -> Vec<(PathBuf, Output)> {
    let folder = Path::new("反馈").join(words::institution_kind(kind));
    let institutions = &context.results.records.institutions;
    let mut taken = FileNames::default();
    let of_kind = context.institution_order.iter().filter(|&&i| institutions[i].kind == kind);
    let mut files = Vec::new();
    for &index in of_kind {
        let name = taken.give(&institutions[index].name);
        files.push((folder.join(format!("{name}.xlsx")), Output::Institution(index)));
    }
    files
}

fn county_files(context: &Context) -> Vec<(PathBuf, Output)> {
    let folder = Path::new("反馈").join("扶贫部门");
    let mut taken = FileNames::default();
    let mut files = Vec::new();
    for &key in context.groups.counties.keys() {
        let name = taken.give(&context.county_name(key));
        files.push((folder.join(format!("{name}.xlsx")), Output::County(key)));
    }
    files
}

/// Writes one file.
pub(super) fn write_file(
    context: &Context,
    path: &Path,
    output: Output,
) -> Result<(), WorkbookError> {
    match output {
        Output::LinksCsv => csv_files::links(path, &context.results),
        Output::ProblemsCsv => csv_files::problems(path, context.results.problems),
        Output::Annex2Csv => csv_files::annex2(path, &context.results.statistics.annex2),
        Output::Annex3Csv => csv_files::annex3(path, &context.results.statistics.annex3),
        Output::ListsCsv => lists_csv::lists(path, &context.results),
        Output::MembershipsCsv => lists_csv::memberships(path, &context.results),
        Output::EntitlementsCsv => lists_csv::entitlements(path, &context.results),
        Output::ProgressCsv => lists_csv::progress(path, &context.results),
        Output::CardsCsv => lists_csv::cards(path, &context.results),
        Output::GraduatesCsv => graduates_book::csv(path, &context.results),
        Output::PeopleCsv(annex, place) => people::csv(path, context, annex, place),
        _ => {
            if let Some(own) = own_form(context, output) {
                return template::write(path, &own, context.results.project);
            }
            let excel = |source| WorkbookError::Excel { path: path.to_owned(), source };
            let book = fill_book(context, path, output).map_err(excel)?;
            book.save(path)
        }
    }
}

/// A form the bureau has a layout of its own for, and what fills it.
fn own_form<'run>(context: &Context<'run>, output: Output) -> Option<OwnForm<'run>> {
    let statistics = context.results.statistics;
    match output {
        Output::Annex2 => {
            let binding = bound(context, Annex::Two)?;
            Some(OwnForm { binding, filling: annex2::filling(&statistics.annex2), period: None })
        }
        Output::Annex3 => {
            let binding = bound(context, Annex::Three)?;
            Some(OwnForm { binding, filling: annex3::filling(&statistics.annex3), period: None })
        }
        Output::OwnReport(index) => {
            let report = PlanReport::of(context, index)?;
            let binding = report.own_blank(context)?;
            Some(OwnForm { binding, filling: report.filling()?, period: Some(report.period()) })
        }
        _ => None,
    }
}

fn bound<'run>(context: &Context<'run>, annex: Annex) -> Option<&'run Binding> {
    context.results.project.blank_of(&BoundForm::Annex(annex))
}

fn fill_book(context: &Context, path: &Path, output: Output) -> Result<Book, XlsxError> {
    let project = context.results.project;
    let folder = path.parent().unwrap_or(path);
    let title = path.file_stem().unwrap_or_default().to_string_lossy();
    let mut book = Book::new(&title, project.as_of, folder)?;
    match output {
        Output::FirstPage => first_page::fill(&mut book, context)?,
        Output::Problems => problem_book::fill(&mut book, context)?,
        Output::Matched => matched::fill(&mut book, context)?,
        Output::Mismatches => mismatches::fill(&mut book, context)?,
        Output::Review => review::fill(&mut book, context)?,
        Output::Annex2 => annex2::fill(&mut book, context)?,
        Output::Annex3 => annex3::fill(&mut book, context)?,
        Output::Explained(Annex::Two) => annex2::explain(&mut book, context)?,
        Output::Explained(Annex::Three) => annex3::explain(&mut book, context)?,
        Output::People(annex) => people::fill(&mut book, context, annex)?,
        Output::Institution(index) => returns_institution::fill(&mut book, context, index)?,
        Output::County(key) => returns_county::fill(&mut book, context, key)?,
        Output::Intentions => intentions::fill(&mut book, context)?,
        Output::Outreach => outreach::fill(&mut book, context)?,
        Output::PairReach => pair_reach::fill(&mut book, context)?,
        Output::Periods => periods::fill(&mut book, context)?,
        Output::Stages => stages_book::fill(&mut book, context)?,
        Output::Ranking => ranking_book::fill(&mut book, context)?,
        Output::Monitoring => monitoring_book::fill(&mut book, context)?,
        Output::Exemptions(school) => exemption_book::fill(&mut book, context, school)?,
        Output::Progress(index) => progress_book::fill(&mut book, context, index)?,
        Output::Programme(index) => programme_book::fill(&mut book, context, index)?,
        Output::Overlap => overlap::fill(&mut book, context)?,
        Output::Confirmation(list) => confirmation::fill(&mut book, context, list)?,
        Output::Graduates => graduates_book::fill(&mut book, context)?,
        Output::Outlook => outlook_book::fill(&mut book, context)?,
        Output::Returned => returned_book::fill(&mut book, context)?,
        Output::OwnReport(_) => unreachable!("a blank form is copied"),
        Output::LinksCsv
        | Output::ProblemsCsv
        | Output::Annex2Csv
        | Output::Annex3Csv
        | Output::ListsCsv
        | Output::MembershipsCsv
        | Output::EntitlementsCsv
        | Output::ProgressCsv
        | Output::CardsCsv
        | Output::PeopleCsv(..)
        | Output::GraduatesCsv => {
            unreachable!("CSV files are not workbooks")
        }
    }
    Ok(book)
}
