//! Which heading was taken for which field, in lines for the user.

use super::synonyms::Synonyms;
use crate::config::Source;
use crate::origin::{Catalogue, SheetInfo, column_letters};
use crate::vocabulary::{Field, SourceKind};

/// The mapping of every sheet: one line per sheet, one indented line per column, in the order of the
/// columns.
pub fn describe(catalogue: &Catalogue) -> Vec<String> {
    let lists = crate::config::shipped_lists().iter().map(Synonyms::of_list);
    let known: Vec<Synonyms> = SourceKind::ALL.into_iter().map(Synonyms::of).chain(lists).collect();
    catalogue.sheets.iter().flat_map(|sheet| lines(sheet, &known)).collect()
}

fn lines(sheet: &SheetInfo, known: &[Synonyms]) -> Vec<String> {
    let name = if sheet.sheet.is_empty() {
        sheet.file.clone()
    } else {
        format!("{} › {}", sheet.file, sheet.sheet)
    };
    let header = if sheet.header_row == 0 {
        "沿用前一个工作表的表头".to_owned()
    } else {
        format!("表头在第{}行", sheet.header_row)
    };
    let mut lines = vec![format!("{name}：{header}，数据{}行", sheet.rows)];
    let used = sheet.columns.iter().map(|column| {
        (column.index, label(column.field, known).to_owned(), column.heading.as_str())
    });
    let unused = sheet.unknown_columns.iter();
    let unused = unused.map(|(index, heading)| (*index, "未使用".to_owned(), heading.as_str()));
    let mut columns: Vec<(u32, String, &str)> = used.chain(unused).collect();
    columns.sort();
    lines.extend(columns.into_iter().map(|(index, taken_for, heading)| {
        let heading = if heading.is_empty() {
            "（没有标题）".to_owned()
        } else {
            format!("“{heading}”")
        };
        format!("  {taken_for} ← {}列{heading}", column_letters(index))
    }));
    lines
}

/// For each kind of list, which headings are understood for which field and which fields it needs.
pub fn describe_headings() -> Vec<String> {
    let mut lines = vec![
        "各种名单认得的列标题（不分全角半角，空格、*、冒号和括号里的说明不影响）。".to_owned(),
        "本市另有写法的，在项目文件该 [[source]] 写 columns = { 字段名 = [\"实际标题\"] }。"
            .to_owned(),
        "表头可以有几层：上层写家庭住址、学籍信息等，下层写县、乡镇、村等，合在一起认。".to_owned(),
    ];
    for kind in SourceKind::ALL {
        let known = Synonyms::of(kind);
        lines.push(String::new());
        lines.push(format!("{}（kind = \"{}\"）", kind.label(), kind.key()));
        let need = |group: &Vec<Field>| {
            let labels: Vec<&str> = group.iter().map(|field| known.label(*field)).collect();
            labels.join("或")
        };
        let needed: Vec<String> = known.required.iter().map(need).collect();
        lines.push(format!("  必须有：{}", needed.join("，")));
        for (field, headings) in known.by_field() {
            let mark = if known.required.iter().flatten().any(|f| *f == field) { "*" } else { "" };
            lines.push(format!(
                "  {mark}{}（{}）：{}",
                known.label(field),
                field.key(),
                headings.join("、")
            ));
        }
        lines.push(format!("  认得但不使用：{}", known.ignored_headings().join("、")));
    }
    lines
}

fn label(field: Field, known: &[Synonyms]) -> &str {
    let labels = known.iter().map(|synonyms| synonyms.label(field));
    labels.into_iter().find(|label| *label != field.key()).unwrap_or(field.key())
}

/// The fields a column of a source may hold, with their names for users, in the order of its schema.
pub fn fields_of(source: &Source) -> Vec<(Field, String)> {
    let known = match &source.definition {
        Some(definition) => Synonyms::of_list(definition),
        None => Synonyms::of(source.kind),
    };
    known.by_field().map(|(field, _)| (field, known.label(field).to_owned())).collect()
}
