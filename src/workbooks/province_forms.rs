//! The province's 附件2 and 附件3: the cities' forms with a city in every row, and beside them the
//! returned rows the figures were added up from.

use std::path::Path;

use rust_xlsxwriter::XlsxError;

use crate::province::form::ReturnedRow;
use crate::province::is_money;
use crate::province::{CityReturn, Collection, FormState, TakenFigure};
use crate::statistics::indicators::indicators;
use crate::vocabulary::Annex;
use crate::vocabulary::HalfYear;

use super::book::Book;
use super::columns::{Cell, CellKind, ColumnLook, TableColumn, column, joined, nth, numbered};
use super::form::{self, Filling, Form, FormFigure, FormRow, Heading, Signature, heading};
use super::table::{SheetSpec, SheetTable};
use super::{ProvinceResults, WorkbookError, annex2, annex3};

/// The columns of a city's form, a city in the place of a school or county.
fn headings(annex: Annex) -> Vec<Heading> {
    let (mut headings, width) = match annex {
        Annex::Two => (annex2::headings(), 22.0),
        Annex::Three => (annex3::headings(), 13.0),
    };
    headings[1] = heading("市(地)名称", width);
    if annex == Annex::Three {
        headings[18] = heading("备注", 26.0);
    }
    headings
}

/// A row of a city's form.
struct CityRow<'a> {
    annex: Annex,
    city: &'a str,
    file: &'a str,
    sheet: &'a str,
    row: &'a ReturnedRow,
}

fn row_columns<'a>(annex: Annex) -> Vec<TableColumn<CityRow<'a>>> {
    let name = match annex {
        Annex::Two => ColumnLook::plain("技工院校、培训机构", CellKind::Text, 34),
        Annex::Three => ColumnLook::plain("县(市、区)", CellKind::Text, 20),
    };
    let figures = figure_looks(annex).into_iter().enumerate().map(|(slot, look)| {
        nth(look, slot, |one: &CityRow, slot| {
            one.row.amounts.get(slot).map(|amount| shown(one.annex, slot, amount.value())).into()
        })
    });
    joined([
        vec![
            numbered(6),
            column("市(地)", CellKind::Word, 14, |one| one.city.into()),
            column(name.heading, name.kind, name.widest, |one| one.row.name.as_str().into()),
        ],
        figures.collect(),
        vec![
            column("文件", CellKind::Text, 40, |one| one.file.into()),
            column("工作表", CellKind::Text, 18, |one| one.sheet.into()),
            column("行", CellKind::Count, 6, |one| f64::from(one.row.number).into()),
        ],
    ])
}

/// The figures of a form under short headings, in the order of the form.
fn figure_looks(annex: Annex) -> Vec<ColumnLook> {
    let count = |heading| ColumnLook::plain(heading, CellKind::Count, 9);
    let money = |heading| ColumnLook::plain(heading, CellKind::Word, 11);
    match annex {
        Annex::Two => {
            ["①两后生", "②招收", "③在校生", "④毕业生", "⑤毕业生就业", "⑥职业培训", "⑦就业创业"]
                .map(count)
                .to_vec()
        }
        Annex::Three => {
            let counts = [
                "劳动力",
                "有意愿",
                "培训人数",
                "培训人次",
                "引导性",
                "就业技能",
                "岗位技能",
                "就地就近",
                "劳动预备制",
                "创业培训",
                "取得证书",
                "就业创业",
                "其中创业",
            ];
            let sums = ["培训费\n(万元)", "鉴定费\n(万元)", "生活费\n(万元)"];
            counts.map(count).into_iter().chain(sums.map(money)).collect()
        }
    }
}

/// Writes one of the two workbooks.
pub(super) fn write(
    target: &Path,
    results: &ProvinceResults,
    annex: Annex,
) -> Result<(), WorkbookError> {
    let headings = headings(annex);
    let (file, form) = match annex {
        Annex::Two => {
            // One page holds all cities and the notes.
            let heading_heights = [24.0, 70.0];
            let form = Form { heading_heights, ..annex2::form(&headings) };
            (annex2::FILE, form)
        }
        Annex::Three => (annex3::FILE, annex3::form(&headings)),
    };
    let path = target.join(file);
    let filled = || -> Result<Book, XlsxError> {
        let province = results.province;
        let mut book = Book::new(form.title, province.as_of, target)?;
        let signature = Signature {
            bureau: province.bureau(),
            filled_on: province.filled_on.unwrap_or(province.as_of),
            filled_by: province.filled_by.as_deref().unwrap_or_default(),
        };
        form::write(&mut book, &form, &signature, &filling(results, annex))?;
        returned_rows(&mut book, results.collection, annex)?;
        Ok(book)
    };
    let book = filled().map_err(|source| WorkbookError::Excel { path: path.clone(), source })?;
    book.save(&path)
}

fn filling(results: &ProvinceResults, annex: Annex) -> Filling {
    let collection = results.collection;
    let row = |city: &CityReturn| {
        let taken = city.form(annex).taken.iter().copied().enumerate();
        let mut figures: Vec<FormFigure> =
            taken.map(|(slot, taken)| figure(annex, slot, TakenFigure::value(taken))).collect();
        if annex == Annex::Three {
            figures.push(FormFigure::Remark(city.form(annex).remark.clone()));
        }
        FormRow { name: city.name.clone(), figures }
    };
    let slots = 0..indicators(annex).len();
    let mut total: Vec<FormFigure> =
        slots.map(|slot| figure(annex, slot, collection.total(annex, slot))).collect();
    if annex == Annex::Three {
        total.push(FormFigure::Remark(String::new()));
    }
    let rows = collection.cities.iter().map(row).collect();
    Filling { rows, total, notes: notes(results, annex) }
}

fn figure(annex: Annex, slot: usize, value: Option<i64>) -> FormFigure {
    FormFigure::of(&indicators(annex)[slot], value)
}

/// Which cities' figures are not in the sums, or only in part.
fn notes(results: &ProvinceResults, annex: Annex) -> Vec<String> {
    let cities = &results.collection.cities;
    let half = HalfYear::of(results.province.as_of).label();
    let of = |state: FormState| {
        let names = cities.iter().filter(|city| city.form(annex).state == state);
        names.map(|city| city.name.as_str()).collect::<Vec<_>>()
    };
    let mut notes = vec![format!("注：本表为{half}各市(地)报送数据的汇总。")];
    let lists = [(FormState::Missing, "未报送"), (FormState::LeftOut, "已报送但未计入")];
    for (state, what) in lists {
        let names = of(state);
        if !names.is_empty() {
            let count = names.len();
            notes.push(format!("{what}的{count}个：{}，总计不含其数据。", names.join("、")));
        }
    }
    if annex == Annex::Two {
        let partly = cities.iter().filter(|city| {
            let form = city.form(annex);
            form.state == FormState::Taken && !form.remark.is_empty()
        });
        let partly: Vec<String> =
            partly.map(|city| format!("{}{}", city.name, city.form(annex).remark)).collect();
        if !partly.is_empty() {
            notes.push(format!("部分数据另有说明：{}。", partly.join("；")));
        }
    }
    notes
}

fn returned_rows(book: &mut Book, collection: &Collection, annex: Annex) -> Result<(), XlsxError> {
    let spec = SheetSpec {
        name: "各市明细",
        title: "各市(地)报送的各行",
        note: "汇总数由这些行相加得出；没有列出的市(地)未报送或整表未计入。",
        frozen: 3,
        back: None,
    };
    let rows = collection.cities.iter().flat_map(|city| {
        let form = city.form(annex).form.as_ref();
        form.into_iter().flat_map(move |form| {
            let row = move |row| CityRow {
                annex,
                city: &city.name,
                file: &form.file,
                sheet: &form.sheet,
                row,
            };
            form.rows.iter().map(row)
        })
    });
    SheetTable::write(book, spec, row_columns(annex), rows)
}

fn shown<'a>(annex: Annex, slot: usize, value: Option<i64>) -> Cell<'a> {
    match value {
        None => Cell::Empty,
        Some(fen) if is_money(annex, slot) => {
            let fen = fen.unsigned_abs();
            format!("{}.{:06}", fen / 1_000_000, fen % 1_000_000).into()
        }
        Some(count) => form::count_cell(count.unsigned_abs()),
    }
}
