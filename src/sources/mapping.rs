//! Which heading was taken for which field, in lines for the user.

use super::synonyms::Synonyms;
use crate::origin::{Catalogue, SheetInfo, column_letters};
use crate::vocabulary::{Field, SourceKind};

/// The mapping of every sheet: one line per sheet, one indented line per recognised column, one
/// for the headings that are not used.
pub fn describe(catalogue: &Catalogue) -> Vec<String> {
    let kinds =
        [SourceKind::Registry, SourceKind::Enrollment, SourceKind::Training, SourceKind::Intention];
    let known = kinds.map(Synonyms::of);
    catalogue.sheets.iter().flat_map(|sheet| lines(sheet, &known)).collect()
}

fn lines(sheet: &SheetInfo, known: &[Synonyms; 4]) -> Vec<String> {
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
    for column in &sheet.columns {
        let letters = column_letters(column.index);
        lines.push(format!("  {} ← {letters}列“{}”", label(column.field, known), column.heading));
    }
    if !sheet.unknown_columns.is_empty() {
        let unused: Vec<String> = sheet
            .unknown_columns
            .iter()
            .map(|(index, heading)| format!("{}列“{heading}”", column_letters(*index)))
            .collect();
        lines.push(format!("  未使用：{}", unused.join("、")));
    }
    lines
}

fn label(field: Field, known: &[Synonyms; 4]) -> &str {
    let labels = known.iter().map(|synonyms| synonyms.label(field));
    labels.into_iter().find(|label| *label != field.key()).unwrap_or(field.key())
}
