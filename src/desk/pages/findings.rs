//! The mismatch report, browsable.

use std::cmp::Reverse;

use maud::{Markup, html};

use crate::desk::material::Material;
use crate::desk::search_words::SearchWords;
use crate::findings::{EvidenceCell, Finding, FindingKind};
use crate::ledger::Disclosure;
use crate::records::Facts;
use crate::records::identifier::mask;
use crate::records::place::PlaceId;
use crate::results::groups::known_county;
use crate::vocabulary::states::ANSWERED;
use crate::vocabulary::{Field, beijing_time};

use super::names::name;
use super::{PageView, frame, headings, pager, secret};

/// Findings on one page.
const PER_PAGE: usize = 100;

/// Which findings are shown.
#[derive(Clone, Debug, Default)]
pub(in crate::desk) struct Chosen {
    /// Of one class.
    pub(in crate::desk) kind: Option<FindingKind>,
    /// About the rows of one school or agency.
    pub(in crate::desk) institution: Option<u32>,
    /// About a person of one county.
    pub(in crate::desk) county: Option<PlaceId>,
    /// About somebody: name, ID or its last four digits, village.
    pub(in crate::desk) words: String,
    /// From 1.
    pub(in crate::desk) page: usize,
}

/// The findings that are meant: what has to be mended first, then in the order of the report.
pub(in crate::desk) fn chosen<'run>(
    material: &'run Material,
    chosen: &Chosen,
) -> Vec<&'run Finding> {
    let results = material.results();
    let institution = |finding: &Finding| {
        finding.record.map(|row| results.records.sources[row as usize].institution)
    };
    let home = |finding: &Finding| {
        results.person_of(finding).and_then(|person| known_county(results.person(person)))
    };
    let words = SearchWords::new(&chosen.words);
    let sides = |finding: &Finding| {
        let row = finding.record.map(|row| &results.row(row).0.facts);
        row.into_iter()
            .chain(results.person_of(finding).map(|person| &results.person(person).facts))
    };
    let wanted = |finding: &&Finding| {
        chosen.kind.is_none_or(|kind| finding.kind == kind)
            && chosen.institution.is_none_or(|index| institution(finding) == Some(index))
            && chosen.county.is_none_or(|place| home(finding) == Some(place))
            && (words.is_empty() || sides(finding).any(|facts| words.mean(&results, facts)))
    };
    let mut list: Vec<&Finding> = results.findings.iter().filter(wanted).collect();
    list.sort_by_key(|finding| Reverse(finding.kind.urgency()));
    list
}

/// What was chosen, in words.
pub(in crate::desk) fn words(material: &Material, chosen: &Chosen) -> String {
    let records = material.results().records;
    let kind = chosen.kind.map(FindingKind::label);
    let school = chosen.institution.and_then(|index| records.institutions.get(index as usize));
    let county = chosen.county.map(|id| records.gazetteer.name(id));
    let sought = Some(chosen.words.as_str()).filter(|words| !words.is_empty());
    let parts = [kind, school.map(|one| one.name.as_str()), county, sought];
    let parts: Vec<&str> = parts.into_iter().flatten().collect();
    if parts.is_empty() { "全部".to_owned() } else { parts.join("；") }
}

/// The page.
pub(in crate::desk) fn findings(view: PageView, which: &Chosen, exports: &[Disclosure]) -> Markup {
    let list = chosen(view.material, which);
    let results = view.material.results();
    let answered = list.iter().filter(|finding| results.is_answered(finding)).count();
    let has_answers = list.iter().any(|finding| results.answer_to(finding).is_some());
    let answer = has_answers.then_some("答复");
    let columns = ["类别", "处理", "学校（机构）", "姓名", "证件号码", "说明", "责任方", "依据"];
    let columns: Vec<&str> = columns.into_iter().chain(answer).collect();
    let chosen = which;
    let pages = list.len().div_ceil(PER_PAGE).max(1);
    let page = chosen.page.clamp(1, pages);
    let kind = chosen.kind.map_or("", FindingKind::code);
    let place = chosen.institution.map(|index| index.to_string()).unwrap_or_default();
    let home = chosen.county.map(|id| id.to_string()).unwrap_or_default();
    let body = html! {
        h1 { "差异" small { (list.len()) " 条" @if answered > 0 { "，其中" (ANSWERED) " " (answered) " 条" } } }
        (filters(view, chosen))
        (about(view, chosen))
        @if let Some(kind) = chosen.kind { p { b { (kind.label()) } "：" (kind.definition()) } }
        (export(view, chosen, list.len(), exports))
        @if list.is_empty() { p.empty { "没有这样的差异。" } }
        @else {
            table {
                (headings(&columns))
                tbody {
                    @for finding in list.iter().skip((page - 1) * PER_PAGE).take(PER_PAGE) { (line(view, finding, has_answers)) }
                }
            }
            (pager(&format!("/findings?kind={kind}&place={place}&county={home}"), page, pages))
        }
    };
    frame(view, "/findings", "差异", &body)
}

fn filters(view: PageView, chosen: &Chosen) -> Markup {
    let results = view.material.results();
    let count = |kind: FindingKind| {
        // Findings are sorted by kind.
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
            label { "县（市、区）"
                select name="county" {
                    option value="" { "全部" }
                    @for id in counties(view) {
                        option value=(id) selected[chosen.county == Some(id)] { (results.records.gazetteer.name(id)) }
                    }
                }
            }
            button type="submit" { "筛选" }
        }
    }
}

/// Whose findings are shown; the words are sent in the form, not in the address.
fn about(view: PageView, chosen: &Chosen) -> Markup {
    let number = |id: Option<u32>| id.map(|id| id.to_string()).unwrap_or_default();
    html! {
        form.filters.screen method="post" action="/findings" role="search" {
            (secret(view))
            input type="hidden" name="kind" value=(chosen.kind.map_or("", FindingKind::code));
            input type="hidden" name="place" value=(number(chosen.institution));
            input type="hidden" name="county" value=(number(chosen.county));
            label { "查找" input #search data-key="/" type="search" name="words" value=(chosen.words) placeholder="姓名、证件号或末四位、村" autocomplete="off"; }
            button type="submit" { "查找" }
        }
    }
}

fn counties(view: PageView) -> Vec<PlaceId> {
    let ids: Vec<PlaceId> = view.material.overview().counties.keys().copied().collect();
    view.material.results().records.gazetteer.official_order(&ids)
}

/// The way to a workbook, which shows numbers in full as `02_差异报告.xlsx` does; and who has gone it.
fn export(view: PageView, chosen: &Chosen, count: usize, exports: &[Disclosure]) -> Markup {
    let kind = chosen.kind.map_or("", FindingKind::code);
    let number = |id: Option<u32>| id.map(|id| id.to_string()).unwrap_or_default();
    html! {
        @if count > 0 {
            form.inline.screen method="post" action="/findings/export" data-again="1" {
                (secret(view))
                input type="hidden" name="kind" value=(kind);
                input type="hidden" name="place" value=(number(chosen.institution));
                input type="hidden" name="county" value=(number(chosen.county));
                button type="submit" { "导出为 Excel（" (count) " 条，含完整证件号码，记入台账）" }
                span.note { "只含现在筛选出的；全部差异也在运行结果的 02_差异报告.xlsx 里。" }
            }
        }
        @if let Some(last) = exports.last() {
            p.note { "已导出 " (exports.len()) " 次，最近一次：" (beijing_time(last.at)) " " (last.clerk) "，" (last.places) }
        }
    }
}

fn line(view: PageView, finding: &Finding, has_answers: bool) -> Markup {
    let results = view.material.results();
    let record = finding.record.map(|row| results.row(row).0);
    let person = finding.person.map(|person| results.person(person));
    let facts: Option<&Facts> =
        record.map(|record| &record.facts).or(person.map(|person| &person.facts));
    html! {
        tr {
            td { (finding.kind.label()) }
            td.keep { (finding.kind.urgency().label()) }
            td { @if let Some(record) = record { (results.institution(record)) } @else { "建档立卡信息" } }
            td.keep { @if let Some(facts) = facts { (name(facts.name.text())) } }
            td.keep { @if let Some(facts) = facts { (facts.id.masked()) } }
            td { (finding.reason) }
            td { (finding.owner.label()) }
            td.path {
                @if !finding.evidence.is_empty() {
                    details {
                        summary.keep { "单元格" }
                        @for cells in finding.evidence.chunk_by(|a, b| a.origin == b.origin) { (evidence(view, cells)) }
                    }
                }
            }
            @if has_answers { td { (results.answer_to(finding).map_or_else(String::new, |one| one.words(results.project.as_of))) } }
        }
    }
}

/// The cells of one row a finding rests on.
fn evidence(view: PageView, cells: &[EvidenceCell]) -> Markup {
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
