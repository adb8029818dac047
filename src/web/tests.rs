//! Pages are well formed and self-contained, and escape text from files.

use std::path::Path;

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::config::Project;
use crate::linkage::decisions::{Answer, PairTrace, RegistryTrace, Ruling, SourceTrace};
use crate::linkage::evaluation::{
    EvaluatedRow, Evaluation, EvaluationBasis, Judgements, RulingEvaluation, SchoolSource,
    SeenPair, Share, TruthKind, evaluate, evaluate_rulings,
};
use crate::linkage::model::Thresholds;
use crate::linkage::{Decision, MatchClass};
use crate::records::identity::representatives;
use crate::results::{Results, UnitAnswers};
use crate::web::{EvaluatedFiles, RunPage, evaluation, report, rulings};
use bidui_sample::{Sample, catalogue, id_of, none, review};

const SOURCES: &str = "[[source]]\nkind = \"registry\"\nfiles = [\"r/*\"]\n\
                       [[source]]\nkind = \"enrollment\"\nfiles = [\"e/*\"]\n";

const ODD: &str = "甲 & 乙 <b>校</b>";

fn row(decision: Decision, person: &str, probability: f64, truth: &str) -> EvaluatedRow {
    EvaluatedRow {
        place: format!("{ODD} › 第 3 行"),
        decision,
        person: person.to_owned(),
        probability,
        class: ODD.to_owned(),
        persons: if truth.is_empty() { Vec::new() } else { vec![truth.to_owned()] },
        errors: vec![ODD.to_owned()],
        school: ODD.to_owned(),
    }
}

fn result(rows: &[EvaluatedRow], thresholds: Option<Thresholds>) -> Evaluation {
    let basis = EvaluationBasis {
        links: rows.len(),
        truth: rows.len(),
        truth_kind: TruthKind::MatchesOnly,
        links_without_truth: 1,
        truth_without_links: 0,
        schools: SchoolSource::SourceFile,
    };
    evaluate(rows, basis, thresholds)
}

fn rows() -> Vec<EvaluatedRow> {
    vec![
        row(Decision::Link, "230000000101", 1.0, "230000000101"),
        row(Decision::Link, "230000000102", 0.995, "230899200103051818"),
        row(Decision::Review, "230000000103", 0.4, "230000000103"),
        row(Decision::None, "", 0.0, ""),
    ]
}

fn page(rows: &[EvaluatedRow], thresholds: Option<Thresholds>) -> String {
    let subject = EvaluatedFiles { links: "a/links.csv", truth: "<truth>.csv" };
    evaluation(&result(rows, thresholds), subject)
}

/// Fails where elements do not nest, and gives the names of all of them.
fn elements(page: &str) -> Vec<String> {
    let mut reader = Reader::from_str(page);
    // HTML's void elements have no end.
    reader.config_mut().check_end_names = false;
    let mut names = Vec::new();
    let mut open = Vec::new();
    loop {
        match reader.read_event().expect("well formed") {
            Event::Eof => break,
            Event::Start(element) => {
                element.attributes().for_each(|attribute| drop(attribute.expect("an attribute")));
                let name = element.name().as_ref().to_owned();
                if !["meta", "br"].contains(&name.as_str()) {
                    open.push(name.clone());
                }
                names.push(name);
            }
            Event::Empty(element) => names.push(element.name().as_ref().to_owned()),
            Event::End(element) => {
                assert_eq!(open.pop().as_deref(), Some(element.name().as_ref()), "nested");
            }
            _ => {}
        }
    }
    assert!(open.is_empty(), "never closed: {open:?}");
    names
}

#[test]
fn the_page_is_well_formed_with_and_without_figures() {
    let thresholds = Some(Thresholds { link: 0.99, review: 0.15 });
    for page in [page(&rows(), thresholds), page(&rows(), None), page(&rows()[3..], None)] {
        let names = elements(&page);
        assert_eq!(names.iter().filter(|name| *name == "svg").count(), 4);
        assert!(!page.contains("NaN") && !page.contains("inf"), "{page}");
    }
}

#[test]
fn the_page_needs_nothing_from_elsewhere() {
    let page = page(&rows(), None);
    for outside in ["http", "//", "src=", "url(", "@import", "<script", "<link", "javascript"] {
        assert!(!page.contains(outside), "{outside} in\n{page}");
    }
    let inside = page.matches("href=\"#").count();
    assert!(inside > 0 && page.matches("href=").count() == inside);
}

#[test]
fn text_of_files_is_no_markup_and_numbers_are_masked() {
    let page = page(&rows(), None);
    assert!(!page.contains("<b>校") && page.contains("甲 &amp; 乙 &lt;b&gt;校&lt;/b&gt;"));
    assert!(!page.contains("230000000102") && !page.contains("230899200103051818"));
    assert!(page.contains("23********02") && page.contains("230899********1818"));
}

#[test]
fn thresholds_are_marked_where_they_are_known() {
    let known = page(&rows(), Some(Thresholds { link: 0.97, review: 0.2 }));
    assert!(known.contains(">link 0.97<") && known.contains(">review 0.2<"));
    assert!(known.contains("<td>link 阈值</td>"));
    assert!(page(&rows(), None).contains("没有找到这次运行的阈值"));
}

/// A linked student who was said to be somebody else, and one in review who was confirmed.
fn by_rulings() -> RulingEvaluation {
    let mut world = Sample::new();
    let person = world.person("张伟", id_of("20030610", 101));
    let other = world.person("李娜", id_of("20040610", 102));
    world.linked(0, person);
    let facts = world.records.persons[other as usize].facts.clone();
    world.row(1, facts, review(&[other], MatchClass::IdMissing));
    let records = &world.records;
    let ruling = |number: i64, row: usize, person: u32, answer: Answer| Ruling {
        number,
        pair: PairTrace {
            source: SourceTrace::of(&records.sources[row], records),
            person: RegistryTrace::of(&records.persons[person as usize], records),
        },
        answer,
        clerk: "赵核".to_owned(),
        on: jiff::civil::date(2019, 6, 11),
        note: String::new(),
    };
    let rulings = [ruling(1, 0, person, Answer::Different), ruling(2, 1, other, Answer::Same)];
    let judgements = Judgements {
        records,
        outcomes: &world.outcomes,
        rulings: &rulings,
        seen: &[0.9, 0.4].map(|probability| SeenPair { probability, model: ODD.to_owned() }),
        undone: 3,
        audit: 1,
        model: ODD,
    };
    evaluate_rulings(&judgements, &|row| format!("{ODD} › 第 {row} 行"))
}

#[test]
fn rulings_are_counted_by_what_was_decided() {
    let result = by_rulings();
    let answers = &result.answers;
    assert_eq!((answers.same, answers.different, answers.undone, answers.absent), (1, 1, 3, 0));
    let share = |share: Share| (share.part, share.whole);
    let decisions: Vec<_> = result.decisions.iter().map(|a| (a.decision, share(a.right))).collect();
    assert_eq!(decisions, [("link", (0, 1)), ("review", (1, 1))]);
    let audit = result.audit.expect("asked for");
    assert_eq!((audit.links, audit.drawn, share(audit.right)), (1, 1, (0, 1)));
    assert!((result.then.expected - 1.3).abs() < 1e-12, "{:?}", result.then);
    assert_eq!(share(result.then.same), (1, 2));
    assert_eq!(result.wrong_links.len(), 1);
}

#[test]
fn the_page_of_rulings_stands_alone_and_names_nobody() {
    let result = by_rulings();
    let page = rulings(&result, "<p>.toml");
    let names = elements(&page);
    assert_eq!(names.iter().filter(|name| *name == "svg").count(), 2);
    for outside in ["http", "//", "src=", "url(", "@import", "<script", "<link", "javascript"] {
        assert!(!page.contains(outside), "{outside} in\n{page}");
    }
    assert!(page.contains("&lt;p&gt;.toml") && page.contains("甲 &amp; 乙 &lt;b&gt;校&lt;/b&gt;"));
    assert!(!page.contains("张伟") && !page.contains("20030610101") && !page.contains("NaN"));
}

/// The page of a small world with a linked student, one in review and a stranger.
fn run_page(title: &str) -> String {
    let mut world = Sample::new();
    let person = world.person(ODD, id_of("20030610", 101));
    world.records.institutions[0].name = ODD.to_owned();
    world.linked(0, person);
    let facts = world.records.persons[0].facts.clone();
    world.row(1, facts.clone(), review(&[0], MatchClass::IdMissing));
    world.row(2, facts, none());
    let project =
        format!("title = \"{title}\"\nunit = \"佳木斯市\"\nas_of = 2019-06-10\n{SOURCES}");
    let project = Project::parse(&project, Path::new("p.toml"), None).expect("a project");
    let basis = crate::statistics::Basis {
        as_of: project.as_of,
        window: project.report_window,
        settings: project.figures.clone(),
        institution_order: Vec::new(),
        asked: Vec::new(),
    };
    let catalogue = catalogue(&[]);
    let said = crate::statistics::RowOutcomes { sources: &world.outcomes, wishes: &world.wishes };
    let statistics = crate::statistics::summarise(
        &world.records,
        said,
        representatives(&world.records).into(),
        &basis,
        &catalogue,
    );
    let findings = crate::findings::collect(&world.records, &world.outcomes, basis.as_of);
    let results = Results {
        census: None,
        judged: None,
        cards: &[],
        answers: UnitAnswers::none(),
        project: &project,
        catalogue: &catalogue,
        records: &world.records,
        outcomes: &world.outcomes,
        wishes: &world.wishes,
        findings: &findings,
        statistics: &statistics,
        problems: &statistics.problems,
        cases: &[],
        rulings: &[],
        effects: &[],
        comparisons: &[],
    };
    let thresholds = Thresholds { link: 0.99, review: 0.15 };
    report(&RunPage { results, run_id: "2019-06-10-0000000000", thresholds })
}

#[test]
fn the_page_of_a_run_stands_alone_and_names_nobody() {
    let page = run_page(ODD);
    let names = elements(&page);
    assert_eq!(names.iter().filter(|name| *name == "svg").count(), 1);
    for outside in ["http", "//", "src=", "url(", "@import", "<script", "<link", "javascript"] {
        assert!(!page.contains(outside), "{outside} in\n{page}");
    }
    assert!(!page.contains("<b>校") && page.contains("甲 &amp; 乙 &lt;b&gt;校&lt;/b&gt;"));
    assert!(!page.contains("20030610101") && !page.contains("NaN"));
    assert_eq!(page, run_page(ODD));
}

#[test]
fn the_page_of_a_run_counts_as_the_workbooks_do() {
    let page = run_page("试");
    let schools = page.split("按学校、机构").nth(1).expect("the schools");
    let linked = "</td><td class=\"n\">1</td><td class=\"n\">1</td><td class=\"n\">0</td>";
    assert!(schools.contains(&format!("甲 &amp; 乙 &lt;b&gt;校&lt;/b&gt;{linked}")), "{schools}");
    assert!(page.contains(">待核 0.15<") && page.contains(">比对一致 0.99<"));
    assert!(page.contains("台账中没有更早一期的运行"));
    assert!(page.contains("没有读入培训意愿名单"));
    assert!(
        page.contains("②当(半)年招收建档立卡贫困家庭子女人数（人）</td><td class=\"n\">1</td>")
    );
}
