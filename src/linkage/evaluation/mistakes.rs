//! What makes an evaluation impossible, said with file, line and value.

use super::super::mistake::ModelError;

/// How many mistakes of a file are named one by one.
const NAMED: usize = 20;

/// Why links cannot be evaluated.
#[derive(Debug, thiserror::Error)]
pub enum EvaluationError {
    /// A file cannot be read.
    #[error("{path}：{}", csv_message(.source))]
    Csv {
        /// The file.
        path: String,
        /// What the reader says.
        source: csv::Error,
    },
    /// A column is missing.
    #[error("{path} 缺少列“{column}”，表头为：{seen}")]
    Column {
        /// The file.
        path: String,
        /// The column.
        column: String,
        /// The header.
        seen: String,
    },
    /// Lines that cannot be understood, all of them.
    #[error("{path} 有 {} 处错误：{}", .mistakes.len(), listed(.mistakes))]
    Mistakes {
        /// The file.
        path: String,
        /// One line each.
        mistakes: Vec<String>,
    },
    /// A file without data rows.
    #[error("{0} 没有数据行，无法评估")]
    Empty(String),
    /// Links and truth are about different rows.
    #[error(
        "比对结果（{links} 行）与真值（{truth} 行）没有一行对得上；请检查是不是同一批数据，行的写法（文件、工作表、行号或编号）是否一致"
    )]
    Unrelated {
        /// Rows of the links.
        links: usize,
        /// Rows of the truth.
        truth: usize,
    },
    /// Rows on one side only.
    #[error("{}{}", listed(.mistakes), advice(*.sample_helps))]
    Unpaired {
        /// What is missing where.
        mistakes: Vec<String>,
        /// Whether a truth for a part of the rows may be meant.
        sample_helps: bool,
    },
    /// The model file given for its thresholds.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The run's own description, from which the thresholds are taken.
    #[error("{path} 读不出阈值：{message}")]
    Manifest {
        /// The file.
        path: String,
        /// What is wrong.
        message: String,
    },
}

fn listed(mistakes: &[String]) -> String {
    let mut lines: Vec<String> =
        mistakes.iter().take(NAMED).map(|mistake| format!("\n  {mistake}")).collect();
    if mistakes.len() > NAMED {
        lines.push(format!("\n  ……另有 {} 处", mistakes.len() - NAMED));
    }
    lines.concat()
}

fn advice(sample_helps: bool) -> &'static str {
    if sample_helps {
        "\n如果真值只抽查了一部分行，请加 --partial，只评估真值中有的行"
    } else {
        "\n请检查两个文件是不是同一批数据"
    }
}

fn csv_message(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::Utf8 { pos, .. } => match pos {
            Some(pos) => format!("第 {} 行不是 UTF-8 编码的文字", pos.line()),
            None => "不是 UTF-8 编码的文字".to_owned(),
        },
        csv::ErrorKind::Io(error) if error.kind() == std::io::ErrorKind::NotFound => {
            "没有这个文件".to_owned()
        }
        csv::ErrorKind::Io(error) => format!("读不了：{error}"),
        _ => format!("读不了：{error}"),
    }
}
