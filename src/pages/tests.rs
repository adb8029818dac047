//! Pages are well formed, stand alone, and take nobody's text for markup.

use quick_xml::Reader;
use quick_xml::events::Event;

use super::{Subject, evaluation};
use crate::linkage::Decision;
use crate::linkage::evaluation::{Basis, Evaluation, Row, SchoolSource, TruthKind, evaluate};
use crate::linkage::model::Thresholds;

const ODD: &str = "甲 & 乙 <b>校</b>";

fn row(decision: Decision, person: &str, probability: f64, truth: &str) -> Row {
    Row {
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

fn result(rows: &[Row], thresholds: Option<Thresholds>) -> Evaluation {
    let basis = Basis {
        links: rows.len(),
        truth: rows.len(),
        truth_kind: TruthKind::MatchesOnly,
        links_without_truth: 1,
        truth_without_links: 0,
        schools: SchoolSource::SourceFile,
    };
    evaluate(rows, basis, thresholds)
}

fn rows() -> Vec<Row> {
    vec![
        row(Decision::Link, "230000000101", 1.0, "230000000101"),
        row(Decision::Link, "230000000102", 0.995, "230899200103051818"),
        row(Decision::Review, "230000000103", 0.4, "230000000103"),
        row(Decision::None, "", 0.0, ""),
    ]
}

fn page(rows: &[Row], thresholds: Option<Thresholds>) -> String {
    let subject = Subject { links: "a/links.csv", truth: "<truth>.csv" };
    evaluation(&result(rows, thresholds), subject)
}

/// Fails where elements do not nest, and gives the names of all of them.
fn elements(page: &str) -> Vec<String> {
    let mut reader = Reader::from_str(page);
    let mut names = Vec::new();
    loop {
        match reader.read_event().expect("well formed") {
            Event::Eof => return names,
            Event::Start(element) | Event::Empty(element) => {
                element.attributes().for_each(|attribute| drop(attribute.expect("an attribute")));
                names.push(element.name().as_ref().to_owned());
            }
            _ => {}
        }
    }
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
