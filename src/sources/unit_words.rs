//! The words and patterns by which the name of a school or agency is told from what stands around
//! it: `schemas/sources/units.toml`, compiled once.

use std::sync::LazyLock;

use regex::Regex;

const TEXT: &str = include_str!("../../schemas/sources/units.toml");

/// Digits of either width.
const DIGIT: &str = "[0-9０-９]";
/// Chinese numerals.
const NUMERAL: &str = "〇○零一二三四五六七八九十百";

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct UnitWordsSchema {
    endings: Vec<String>,
    designation: String,
    branch: String,
    left: Vec<String>,
    right: Vec<String>,
    certain: Vec<String>,
    aside: String,
    loose: String,
    stops: Vec<String>,
    bare: Vec<String>,
    vague: Vec<String>,
    general: Vec<String>,
    offices: Vec<String>,
    labels: Vec<String>,
    office_labels: Vec<String>,
}

/// The compiled words; see the schema file for what each is for.
pub(super) struct UnitWords {
    pub(super) endings: Vec<String>,
    pub(super) designation: Regex,
    pub(super) branch: Regex,
    pub(super) left: Regex,
    pub(super) right: Regex,
    pub(super) certain: Regex,
    pub(super) aside: Regex,
    pub(super) loose: Regex,
    /// A year or a full date anywhere in a text.
    pub(super) year: Regex,
    pub(super) stops: Vec<String>,
    pub(super) bare: Vec<String>,
    pub(super) vague: Vec<String>,
    pub(super) general: Vec<String>,
    pub(super) offices: Vec<String>,
    pub(super) labels: Vec<String>,
    pub(super) office_labels: Vec<String>,
}

/// The words of the embedded file.
pub(super) static WORDS: LazyLock<UnitWords> = LazyLock::new(|| {
    let schema: UnitWordsSchema = toml::from_str(TEXT).expect("the embedded schema is valid TOML");
    let any = |patterns: &[String]| format!("(?:{})", patterns.join("|"));
    let mut endings = schema.endings;
    endings.sort_by_key(|word| std::cmp::Reverse(word.len()));
    UnitWords {
        endings,
        designation: compiled(&schema.designation),
        branch: compiled(&schema.branch),
        left: compiled(&format!("^{}", any(&schema.left))),
        right: compiled(&format!("{}$", any(&schema.right))),
        certain: compiled(&format!("{}$", any(&schema.certain))),
        aside: compiled(&schema.aside),
        loose: compiled(&schema.loose),
        year: compiled(r"(?:19|20)NN年(?:度|春季|秋季)?(?:N{1,2}月(?:份|N{1,2}[日号])?)?"),
        stops: schema.stops,
        bare: schema.bare,
        vague: schema.vague,
        general: schema.general,
        offices: schema.offices,
        labels: schema.labels,
        office_labels: schema.office_labels,
    }
});

/// Terms of a year.
const TERM: &str =
    "(?:春季|秋季|夏季|冬季|第?[一二三四1-4]季度|[上下]半年|第[一二12]学期|[上下]学期)";

/// Dates and terms as people put them into titles and file names.
fn date() -> String {
    [&full_date(), TERM, "N{1,2}月(?:份|初|底|N{1,2}[日号])?", "(?:年度|学年度?|全年)"].join("|")
}

/// Dates that name their year.
fn full_date() -> String {
    let (term, between) = (TERM, "[-－—–~～至到]");
    let year = "(?:(?:19|20)NN|二[〇○零][HN]{2})";
    [
        format!("截[至止]到?{year}年?(?:N{{1,2}}月(?:份|底|末|N{{1,2}}[日号])?)?"),
        format!("{year}{between}(?:(?:19|20)?NN)(?:学年度?|年度|年)?{term}?"),
        format!("{year}[01]N(?:[0-3]N(?:N{{4}}(?:NN)?)?)?"),
        format!("{year}[-.．/_]N{{1,2}}(?:[-.．/_]N{{1,2}})?"),
        format!(
            "(?:{year}|NN)年(?:度|初|底|末)?{term}?(?:N{{1,2}}月(?:份|初|底|N{{1,2}}[日号])?)?"
        ),
        format!("(?:{year}|NN)[级届]"),
        format!("{year}(?:{term}|[春秋])?"),
    ]
    .join("|")
}

/// A pattern with `D`, `E`, `N` and `H` spelt out.
fn compiled(pattern: &str) -> Regex {
    // Inside a class the letters stand for members, outside for a class of their own.
    let dated = pattern.replace('D', &format!("(?:{})", date()));
    let dated = dated.replace('E', &format!("(?:{})", full_date()));
    let mut spelt = String::new();
    let mut in_class = false;
    let mut letters = dated.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => {
                spelt.push(letter);
                spelt.extend(letters.next());
            }
            'N' if in_class => spelt.push_str("0-9０-９"),
            'N' => spelt.push_str(DIGIT),
            'H' if in_class => spelt.push_str(NUMERAL),
            'H' => spelt.extend(["[", NUMERAL, "]"]),
            other => {
                in_class = match other {
                    '[' => true,
                    ']' => false,
                    _ => in_class,
                };
                spelt.push(other);
            }
        }
    }
    Regex::new(&spelt).expect("the embedded patterns are valid")
}
