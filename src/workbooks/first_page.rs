//! `00_先看这里.xlsx`: one page: what was read, what is missing, the figures, what to do next, and
//! which file is for whom.

use std::collections::BTreeSet;

use rust_xlsxwriter::{Format, Worksheet, XlsxError};

use crate::linkage::{Decision, Outcome};
use crate::origin::Origin;
use crate::problems::{Problem, Severity};
use crate::results::{Results, next_steps, people};
use crate::statistics::forms::FilledAnnex;
use crate::statistics::indicators::{ANNEX2, ANNEX3, Indicator, Measure};
use crate::vocabulary::{Annex, SourceKind};

use super::book::Book;
use super::columns::count_value;
use super::context::Context;
use super::csv_files::yuan;
use super::style::Styles;
use super::table::{LINE_HEIGHT, MAX_HEIGHT, display_width, fit_cell};
use super::{annex2, annex3, intentions, outreach, pair_reach, periods};

/// Columns: a wide one for names, the others for figures.
const WIDTHS: [f64; 7] = [26.0, 12.0, 12.0, 12.0, 12.0, 12.0, 12.0];
const LAST: u16 = 6;
/// Files that could not be used are named up to this number.
const MOST_MISSING: usize = 6;
/// A figure's name from column to column and its value's column, two of them side by side.
const PAIRS: [[u16; 3]; 2] = [[0, 1, 2], [3, 5, 6]];

/// Writes the page.
pub(super) fn fill(book: &mut Book, context: &Context) -> Result<(), XlsxError> {
    let styles = book.styles.clone();
    book.sheets.sheet("先看这里");
    let sheet = book.page("先看这里")?;
    for (column, width) in (0_u16..).zip(WIDTHS) {
        sheet.set_column_width(column, width)?;
    }
    let mut page = Page { sheet, styles: &styles, next: 0 };
    page.title(context)?;
    page.read(&context.results)?;
    page.missing(&context.results)?;
    page.figures(&context.results)?;
    page.steps(&context.results)?;
    page.files(context)?;
    let Page { sheet, .. } = page;
    sheet.set_screen_gridlines(false);
    sheet
        .set_paper_size(9)
        .set_portrait()
        .set_print_fit_to_pages(1, 1)
        .set_margins(0.5, 0.5, 0.6, 0.6, 0.3, 0.3);
    Ok(())
}

/// The page being written, top to bottom.
struct Page<'a> {
    sheet: &'a mut Worksheet,
    styles: &'a Styles,
    /// Next row, from 0.
    next: u32,
}

impl Page<'_> {
    fn title(&mut self, context: &Context) -> Result<(), XlsxError> {
        let title = format!("{}　先看这里", context.results.project.title);
        self.sheet.set_row_height(0, 28)?.write_string_with_format(
            0,
            0,
            fit_cell(&title).as_ref(),
            &self.styles.title,
        )?;
        self.sheet.write_string_with_format(1, 0, context.round_line(), &self.styles.note)?;
        self.next = 2;
        Ok(())
    }

    fn section(&mut self, words: &str) -> Result<(), XlsxError> {
        self.sheet.set_row_height(self.next, 24)?;
        let style = self.styles.title.clone().set_font_size(12);
        self.sheet.write_string_with_format(self.next, 0, words, &style)?;
        self.next += 1;
        Ok(())
    }

    fn headings(&mut self, words: &[&str]) -> Result<(), XlsxError> {
        for (column, word) in (0_u16..).zip(words) {
            self.sheet.write_string_with_format(self.next, column, *word, &self.styles.heading)?;
        }
        self.next += 1;
        Ok(())
    }

    /// A text over columns of the row that is being written.
    fn span(&mut self, [from, to]: [u16; 2], text: &str, style: &Format) -> Result<(), XlsxError> {
        if from == to {
            self.sheet.write_string_with_format(self.next, from, text, style)?;
        } else {
            self.sheet.merge_range(self.next, from, self.next, to, text, style)?;
        }
        let width: f64 = WIDTHS[usize::from(from)..=usize::from(to)].iter().sum();
        let lines = (count_value(display_width(text)) / (width - 2.0)).ceil();
        if lines > 1.0 {
            let height = (lines * LINE_HEIGHT + 3.0).min(MAX_HEIGHT);
            self.sheet.set_row_height(self.next, height)?;
        }
        Ok(())
    }

    /// What was read, by kind of list.
    fn read(&mut self, results: &Results) -> Result<(), XlsxError> {
        self.section("一、读入了什么")?;
        self.headings(&["名单", "文件", "行", "人", "比对一致(行)", "待核(行)", "未比中(行)"])?;
        let kinds = SourceKind::ALL.into_iter().chain([SourceKind::List]);
        for line in kinds.filter_map(|kind| ReadLine::of(results, kind)) {
            self.sheet.write_string_with_format(self.next, 0, line.kind, &self.styles.text)?;
            let cells = [Some(line.files), Some(line.rows), line.people];
            let cells = cells.into_iter().chain(line.decided);
            for (column, count) in (1_u16..).zip(cells) {
                match count {
                    Some(count) => self.sheet.write_number_with_format(
                        self.next,
                        column,
                        count_value(count),
                        &self.styles.count,
                    )?,
                    None => self.sheet.write_blank(self.next, column, &self.styles.count)?,
                };
            }
            self.next += 1;
        }
        Ok(())
    }

    /// What nobody handed over, or could not be used.
    fn missing(&mut self, results: &Results) -> Result<(), XlsxError> {
        self.section("二、缺什么")?;
        let mut lines = results.statistics.lacks();
        let errors: Vec<&Problem> =
            results.problems.iter().filter(|one| one.severity == Severity::Error).collect();
        lines.extend(errors.iter().take(MOST_MISSING).map(|one| one.line()));
        if errors.len() > MOST_MISSING {
            let rest = errors.len() - MOST_MISSING;
            lines.push(format!("另有 {rest} 处没有用上，见 {}", crate::results::PROBLEMS));
        }
        if lines.is_empty() {
            lines.push("没有缺的：项目里列出的名单都已读入，报表各栏都能计算。".to_owned());
        }
        let style = self.styles.text.clone();
        for line in lines {
            self.span([0, LAST], &line, &style)?;
            self.next += 1;
        }
        Ok(())
    }

    /// The totals of both forms.
    fn figures(&mut self, results: &Results) -> Result<(), XlsxError> {
        self.section("三、主要数字（全部合计；“—”为没有数据可算，不是零）")?;
        for (annex, indicators, form) in [
            (Annex::Two, ANNEX2, &results.statistics.annex2),
            (Annex::Three, ANNEX3, &results.statistics.annex3),
        ] {
            let heading = self.styles.total_text.clone();
            self.span([0, LAST], annex.label(), &heading)?;
            self.next += 1;
            for pair in indicators.chunks(PAIRS.len()) {
                for (one, columns) in pair.iter().zip(PAIRS) {
                    self.figure(one, form, columns)?;
                }
                self.next += 1;
            }
        }
        Ok(())
    }

    fn figure(
        &mut self,
        one: &Indicator,
        form: &FilledAnnex,
        [from, to, value]: [u16; 3],
    ) -> Result<(), XlsxError> {
        let text = self.styles.text.clone();
        self.span([from, to], &one.title(), &text)?;
        let figure = form.total.values.get(one.code);
        let shown = match (figure, one.measure) {
            (None, _) => "—".to_owned(),
            (Some(fen), Measure::Money(_)) => format!("{}元", yuan(fen)),
            (Some(count), measure) => format!("{count}{}", measure.unit()),
        };
        let style = self.styles.centred.clone().set_bold();
        self.sheet.write_string_with_format(self.next, value, shown, &style)?;
        Ok(())
    }

    /// What is to be done, in order.
    fn steps(&mut self, results: &Results) -> Result<(), XlsxError> {
        self.section("四、接下来做什么")?;
        let text = self.styles.text.clone();
        let steps = next_steps(results);
        for (number, step) in (1..).zip(&steps) {
            let file = format!("{number}. {}", step.file);
            self.span([0, 1], &file, &text)?;
            self.span([2, LAST], &step.what, &text)?;
            self.next += 1;
        }
        let last = format!("{}. 附件2、附件3", steps.len() + 1);
        self.span([0, 1], &last, &text)?;
        self.span([2, LAST], "核对“口径说明”“勾稽关系”，无误后打印、盖章上报。", &text)?;
        self.next += 1;
        Ok(())
    }

    /// Which file is for whom.
    fn files(&mut self, context: &Context) -> Result<(), XlsxError> {
        self.section("五、哪个文件给谁")?;
        let (text, heading) = (self.styles.text.clone(), self.styles.heading.clone());
        for (columns, word) in [([0, 1], "文件"), ([2, 3], "给谁"), ([4, LAST], "做什么用")]
        {
            self.span(columns, word, &heading)?;
        }
        self.next += 1;
        for [file, who, what] in files(context) {
            self.span([0, 1], file, &text)?;
            self.span([2, 3], who, &text)?;
            self.span([4, LAST], what, &text)?;
            self.next += 1;
        }
        Ok(())
    }
}

/// What was read of one kind of list.
struct ReadLine {
    kind: &'static str,
    files: usize,
    rows: usize,
    /// Persons; unknown where nobody was looked for.
    people: Option<usize>,
    /// Rows linked, in review, and none.
    decided: [Option<usize>; 3],
}

impl ReadLine {
    fn of(results: &Results, kind: SourceKind) -> Option<Self> {
        let records = results.records;
        let own = || (0_u32..).zip(&records.sources).filter(move |(_, row)| row.kind() == kind);
        let (rows, people) = match kind {
            SourceKind::Registry => (records.persons.len(), Some(results.statistics.registered())),
            SourceKind::Intention => (records.intentions.len(), None),
            SourceKind::List => (records.entries.len(), None),
            _ => (own().count(), Some(people::behind(results, own().map(|(row, _)| row)))),
        };
        let decided = [Decision::Link, Decision::Review, Decision::None].map(|decision| {
            let of = |outcome: &Outcome| outcome.decision == decision;
            match kind {
                SourceKind::Intention => Some(results.wishes.iter().filter(|one| of(one)).count()),
                SourceKind::Registry | SourceKind::List => None,
                _ => Some(own().filter(|(row, _)| of(&results.outcomes[*row as usize])).count()),
            }
        });
        (rows > 0).then(|| Self {
            kind: kind.label(),
            files: files_of(results, kind),
            rows,
            people,
            decided,
        })
    }
}

/// Files that hold rows of a kind of list.
fn files_of(results: &Results, kind: SourceKind) -> usize {
    let records = results.records;
    let origins: Box<dyn Iterator<Item = Origin>> = match kind {
        SourceKind::Registry => Box::new(records.persons.iter().map(|one| one.origin)),
        SourceKind::Intention => Box::new(records.intentions.iter().map(|one| one.origin)),
        SourceKind::List => Box::new(records.entries.iter().map(|one| one.origin)),
        _ => Box::new(
            records.sources.iter().filter(move |row| row.kind() == kind).map(|one| one.origin),
        ),
    };
    let sheets: BTreeSet<_> = origins.map(|origin| origin.sheet).collect();
    let names = sheets.iter().map(|sheet| &results.catalogue.sheet(*sheet).file);
    names.collect::<BTreeSet<_>>().len()
}

/// File, whom it is for, and what for; only those this run writes.
fn files(context: &Context) -> Vec<[&'static str; 3]> {
    let results = &context.results;
    let bureau = "本单位经办人";
    let lines = [
        (true, [crate::results::PROBLEMS, bureau, "读入时发现的问题，按文件列出"]),
        (true, ["01_比对结果.xlsx", bureau, "逐行的比对结果和依据"]),
        (true, ["02_差异报告.xlsx", bureau, "要更正、核实的差异，按类别、学校列出"]),
        (true, ["03_待核清单.xlsx", bureau, "程序不能确定的人，填结论后收回"]),
        (
            !results.records.intentions.is_empty(),
            [intentions::FILE, bureau, "各村意愿名单逐行的结果"],
        ),
        (true, [outreach::FILE, bureau, "未就读、未参训的两后生"]),
        (true, [pair_reach::FILE, bureau, "附件1各校、各县结对覆盖情况"]),
        (!results.comparisons.is_empty(), [periods::FILE, bureau, "与上期、去年同期的增减和原因"]),
        (true, [annex2::FILE, "上级人社部门（盖章）", "报表；数字怎样来见“口径说明”"]),
        (true, [annex3::FILE, "上级人社部门（盖章）", "报表；数字怎样来见“口径说明”"]),
        (true, ["附件2_明细.xlsx、附件3_明细.xlsx", bureau, "每个数字由哪些人组成"]),
        (true, ["反馈/技工院校、职业培训机构", "各学校、机构", "各自的结果；填黄色格后交回"]),
        (true, ["反馈/扶贫部门", "各县扶贫部门", "各县的结果；填黄色格后交回"]),
        (true, ["报告.html", "领导", "一页看全，只有合计数"]),
        (true, ["*.csv、run.json", "其他程序", "不用打开"]),
    ];
    lines.into_iter().filter(|(is_there, _)| *is_there).map(|(_, line)| line).collect()
}
