//! The mismatch report, browsable.

use maud::{Markup, html};

use super::queue::name;
use super::{View, frame, headings, pager};
use crate::findings::{EvidenceCell, Finding, FindingKind};
use crate::records::Facts;
use crate::records::identifier::mask;
use crate::sources::Field;

/// Findings on one page.
const PER_PAGE: usize = 100;

/// Which findings are shown.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::desk) struct Chosen {
    /// Of one class.
    pub(in crate::desk) kind: Option<FindingKind>,
    /// About the rows of one school or agency.
    pub(in crate::desk) institution: Option<u32>,
    /// From 1.
    pub(in crate::desk) page: usize,
}

/// The page.
pub(in crate::desk) fn findings(view: View, chosen: Chosen) -> Markup {
    let results = view.material.results();
    let institution = |finding: &Finding| {
        finding.record.map(|row| results.records.sources[row as usize].institution)
    };
    let wanted = |finding: &&Finding| {
        chosen.kind.is_none_or(|kind| finding.kind == kind)
            && chosen.institution.is_none_or(|index| institution(finding) == Some(index))
    };
    let list: Vec<&Finding> = results.findings.iter().filter(wanted).collect();
    let pages = list.len().div_ceil(PER_PAGE).max(1);
    let page = chosen.page.clamp(1, pages);
    let kind = chosen.kind.map_or("", FindingKind::code);
    let place = chosen.institution.map(|index| index.to_string()).unwrap_or_default();
    let body = html! {
        h1 { "差异" small { (list.len()) " 条" } }
        (filters(view, chosen))
        @if let Some(kind) = chosen.kind { p { b { (kind.label()) } "：" (kind.definition()) } }
        p.note { "同样的内容在运行结果的 02_差异报告.xlsx 里，可用 Excel 打开。" }
        @if list.is_empty() { p.empty { "没有这样的差异。" } }
        @else {
            table {
                (headings(&["类别", "学校（机构）", "姓名", "证件号码", "说明", "责任方", "依据"]))
                tbody {
                    @for finding in list.iter().skip((page - 1) * PER_PAGE).take(PER_PAGE) { (line(view, finding)) }
                }
            }
            (pager(&format!("/findings?kind={kind}&place={place}"), page, pages))
        }
    };
    frame(view, ("/findings", "差异"), &body)
}

fn filters(view: View, chosen: Chosen) -> Markup {
    let results = view.material.results();
    let count = |kind: FindingKind| {
        // Findings stand in the order of their kinds.
        let start = results.findings.partition_point(|finding| finding.kind < kind);
        results.findings[start..].partition_point(|finding| finding.kind == kind)
    };
    let kinds = FindingKind::ALL.iter().map(|kind| (*kind, count(*kind)));
    html! {
        form.filters.screen method="get" action="/findings" {
            label { "类别"
                select name="kind" {
                    option value="" { "全部" }
                    @for (kind, count) in kinds.filter(|(_, count)| *count > 0) {
                        option value=(kind.code()) selected[chosen.kind == Some(kind)] { (kind.code()) " " (kind.label()) "（" (count) "）" }
                    }
                }
            }
            label { "学校（机构）"
                select name="place" {
                    option value="" { "全部" }
                    @for (index, institution) in (0_u32..).zip(&results.records.institutions) {
                        option value=(index) selected[chosen.institution == Some(index)] { (institution.name) }
                    }
                }
            }
            button type="submit" { "筛选" }
        }
    }
}

fn line(view: View, finding: &Finding) -> Markup {
    let results = view.material.results();
    let record = finding.record.map(|row| results.row(row).0);
    let person = finding.person.map(|person| results.person(person));
    let facts: Option<&Facts> =
        record.map(|record| &record.facts).or(person.map(|person| &person.facts));
    html! {
        tr {
            td { (finding.kind.label()) }
            td { @if let Some(record) = record { (results.institution(record)) } @else { "建档立卡信息" } }
            td { @if let Some(facts) = facts { (name(&facts.name.text)) } }
            td { @if let Some(facts) = facts { (facts.id.masked()) } }
            td { (finding.reason) }
            td { (finding.owner.label()) }
            td.path {
                @for cells in finding.evidence.chunk_by(|a, b| a.origin == b.origin) { (evidence(view, cells)) }
            }
        }
    }
}

/// The cells of one row a finding rests on.
fn evidence(view: View, cells: &[EvidenceCell]) -> Markup {
    let catalogue = view.material.results().catalogue;
    html! {
        div {
            @if let Some(first) = cells.first() { span.faint { (catalogue.show(first.origin, None)) "：" } }
            @for cell in cells { " " span.faint { (catalogue.cell(cell.origin, cell.field)) } " " (shown(cell)) }
        }
    }
}

/// A cell's text, numbers and birth dates hidden; the systems' own numbers are nobody's secret.
fn shown(evidence: &EvidenceCell) -> String {
    match evidence.field {
        Field::Birth => evidence.value.chars().take(4).chain("-**-**".chars()).collect(),
        Field::PersonNo | Field::HouseholdNo | Field::StudentNo => evidence.value.clone(),
        _ if evidence.value.chars().filter(char::is_ascii_digit).count() > 8 => {
            mask(&evidence.value)
        }
        _ => evidence.value.clone(),
    }
}
