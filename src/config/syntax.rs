//! What is wrong where the text is no TOML at all, said in the user's words.

use super::mistakes::MistakeCollector;

/// Marks Chinese input methods leave where TOML wants the ASCII ones.
const FULL_WIDTH: [(char, char); 10] = [
    ('“', '"'),
    ('”', '"'),
    ('‘', '\''),
    ('’', '\''),
    ('＝', '='),
    ('，', ','),
    ('［', '['),
    ('］', ']'),
    ('【', '['),
    ('】', ']'),
];

/// What the parser says → what the user reads. The first entry whose text occurs wins.
const TRANSLATIONS: [(&str, &str); 15] = [
    ("invalid date", "没有这一天；日期请写成 2019-06-10 的样子"),
    ("invalid datetime", "日期写法不对；请写成 2019-06-10 的样子"),
    ("duplicate key", "同一个设置写了两次；请只留一个"),
    ("string values must be quoted", "文字要加英文双引号，如 unit = \"佳木斯市\""),
    ("missing escaped value", "双引号里的反斜杠“\\”有特别含义；路径请用“/”分隔"),
    ("missing opening quote", "引号不成对；文字两端各要一个英文双引号"),
    ("invalid basic string", "引号不成对；文字两端各要一个英文双引号"),
    ("comma between", "列表各项之间要用英文逗号“,”分隔；也可能是上面的列表缺“]”"),
    ("unclosed array", "方括号不成对，缺“]”"),
    ("unclosed table", "方括号不成对，缺“]”"),
    ("unclosed inline table", "花括号不成对，缺“}”"),
    ("key with no value", "等号右边缺内容，或这一行缺等号；应为 名称 = 内容"),
    ("missing value", "等号右边缺内容；应为 名称 = 内容"),
    ("invalid unquoted key", "设置的名称只能用英文字母、数字和下划线；其他字要加英文引号"),
    ("unexpected", "这一行有多余的内容；应为 名称 = 内容，每行一个"),
];

/// Adds one mistake per line the parser complains about.
pub(super) fn report(text: &str, errors: &[toml::de::Error], mistakes: &mut MistakeCollector<'_>) {
    let mut last = 0;
    for error in errors {
        let line = mistakes.line_of(error.span().map_or(0, |span| span.start));
        let written = text.lines().nth(line - 1).unwrap_or_default();
        // A list that is not closed makes every line after it look wrong.
        let follows = last > 0 && line == last + 1;
        if !(follows && AFTERMATH.iter().any(|part| error.message().contains(part))) {
            mistakes.add_broken(line, explain(written, error.message()));
        }
        last = line;
    }
}

/// What the parser says of sound lines after a broken one.
const AFTERMATH: [&str; 2] = ["unexpected", "comma between"];

fn explain(line: &str, parser: &str) -> String {
    if let Some(date) = loose_date(line) {
        return format!(
            "日期“{date}”的写法不对；请写成 2019-06-10 的样子（四位年、两位月、两位日，中间用“-”）"
        );
    }
    if let Some((wide, plain)) = full_width(line) {
        return format!("这一行用了全角的 {wide} ；请改为半角（英文）的 {plain}");
    }
    let known = TRANSLATIONS.iter().find(|(part, _)| parser.contains(part));
    known.map_or_else(|| format!("写法不合规则（{parser}）"), |(_, words)| (*words).to_owned())
}

/// A date the way people write it where TOML wants `2019-06-10`: `2019/06/10`, `2019-6-10`,
/// `2019年6月10日`.
fn loose_date(line: &str) -> Option<&str> {
    let (_, value) = line.split_once(['=', '＝'])?;
    let value = value.split('#').next().unwrap_or_default().trim();
    let is_mark = |c: char| matches!(c, '-' | '/' | '.' | '年' | '月' | '日' | '－' | '／' | '．');
    let parts: Vec<&str> = value.split(is_mark).filter(|part| !part.is_empty()).collect();
    let digits = |part: &&str| part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_date = parts.len() == 3 && parts[0].len() == 4 && parts.iter().all(digits);
    // Written as it should be: there is no such day.
    let is_strict = parts.iter().map(|part| part.len()).eq([4, 2, 2])
        && value.match_indices('-').map(|(at, _)| at).eq([4, 7])
        && value.len() == 10;
    (is_date && !is_strict).then_some(value)
}

/// The first full-width mark outside quotes and comments.
fn full_width(line: &str) -> Option<(char, char)> {
    let mut quoted = false;
    for letter in line.chars() {
        match letter {
            '"' => quoted = !quoted,
            '#' if !quoted => return None,
            _ if quoted => {}
            _ => {
                if let Some(pair) = FULL_WIDTH.iter().find(|(wide, _)| *wide == letter) {
                    return Some(*pair);
                }
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{full_width, loose_date};

    #[test]
    fn dates_are_known_however_they_are_written() {
        for date in ["2019/06/10", "2019-6-10", "2019.6.10", "2019年6月10日"] {
            assert_eq!(loose_date(&format!("as_of = {date} # 报告日期")), Some(date));
        }
        for line in [
            "as_of = \"2019-06-10\"",
            "as_of = 2019-06-31",
            "unit = 佳木斯市",
            "x = 2019",
            "[[source]]",
        ] {
            assert_eq!(loose_date(line), None, "{line}");
        }
    }

    #[test]
    fn full_width_marks_count_outside_quotes_only() {
        let cases = [
            ("unit = “佳木斯市”", Some(('“', '"'))),
            ("unit ＝ \"佳木斯市\"", Some(('＝', '='))),
            ("title = \"甲，乙\"", None),
            ("unit = 1 # 说明，如此", None),
        ];
        for (line, found) in cases {
            assert_eq!(full_width(line), found, "{line}");
        }
    }
}
