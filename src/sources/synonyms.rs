//! Which heading means which field: the schema files, the user's own headings, and a careful
//! second look at headings neither of them has.

use std::collections::{BTreeMap, BTreeSet};

use super::heading::{Normal, normalise};
use crate::config::ListDefinition;
use crate::vocabulary::{Field, SourceKind};

const REGISTRY: &str = include_str!("../../schemas/sources/registry.toml");
const ENROLLMENT: &str = include_str!("../../schemas/sources/enrollment.toml");
const TRAINING: &str = include_str!("../../schemas/sources/training.toml");
const INTENTION: &str = include_str!("../../schemas/sources/intention.toml");

/// Words that make a heading somebody else's or something else's: `户主姓名` is not `姓名`,
/// `学校联系电话` is not the student's. A guess never adds or drops one of them.
const OTHERS: &[&str] = &[
    "父",
    "母",
    "监护",
    "户主",
    "配偶",
    "丈夫",
    "妻",
    "联系人",
    "法人",
    "法定代表",
    "负责人",
    "班主任",
    "教师",
    "老师",
    "经办",
    "家长",
    "家属",
    "亲属",
    "家庭",
    "紧急",
    "担保",
    "审核",
    "填表",
    "填报",
    "帮扶",
    "责任人",
    "开户",
    "银行",
    "残疾",
    "单位",
    "企业",
    "公司",
    "学校",
    "院校",
    "机构",
    "子女",
    "曾用",
    "英文",
    "拼音",
    "是否",
    "类型",
    "类别",
    "干部",
    "书记",
    "介绍人",
    "推荐人",
    "领取人",
    "代领",
    "村医",
];

/// What may stand before a known heading without changing its meaning.
const PREFIXES: &[&str] = &[
    "参训人员",
    "参训学员",
    "培训人员",
    "培训学员",
    "培训对象",
    "受训人员",
    "贫困劳动力",
    "脱贫劳动力",
    "建档立卡贫困劳动力",
    "贫困人口",
    "脱贫人口",
    "建档立卡人员",
    "建档立卡",
    "毕业生",
    "劳动力",
    "申请人",
    "学生",
    "学员",
    "新生",
    "人员",
    "本人",
    "个人",
    "成员",
    "所属",
    "所在",
    "现",
    "实际",
    "当前",
    "目前",
    "享受",
    "已享受",
];

/// Heading cells of a running number, which is no field.
const SERIALS: &[&str] = &["序号", "编号", "序", "no", "行号", "顺序号", "序列号", "num", "xh"];

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceSchema {
    required: Vec<Vec<String>>,
    ignored: Vec<String>,
    /// Words of group headings that make what stands below nobody else's in this kind of list: the
    /// family's members in a registry of families.
    #[serde(default)]
    own: Vec<String>,
    column: Vec<SchemaColumn>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct SchemaColumn {
    field: String,
    headings: Vec<String>,
    /// Lists of words: a heading with all words of one of them is taken for this field where
    /// nothing else fits.
    #[serde(default)]
    words: Vec<Vec<String>>,
}

/// A heading that was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Recognised {
    /// What the column holds.
    pub(super) field: Field,
    /// Place among the headings of the field: lower is preferred.
    pub(super) rank: u16,
    /// Whether it is only near a known heading.
    pub(super) guessed: bool,
}

/// A known heading. What a search for misspellings asks of it is worked out once.
#[derive(Clone, Copy, Debug)]
struct KnownHeading {
    field: Field,
    rank: u16,
    letters: usize,
    /// See [`others_in`].
    others: u64,
}

/// The headings of one kind of source.
#[derive(Clone, Debug)]
pub(super) struct Synonyms {
    exact: BTreeMap<String, KnownHeading>,
    ignored: BTreeSet<String>,
    /// The shipped headings as people write them, by field in the order of the schema.
    written: Vec<(Field, Vec<String>)>,
    unused: Vec<String>,
    labels: BTreeMap<Field, String>,
    words: Vec<(Field, Vec<String>)>,
    own: Vec<String>,
    /// Of each group at least one column has to be there.
    pub(super) required: Vec<Vec<Field>>,
}

impl Synonyms {
    /// The shipped headings of a kind.
    ///
    /// # Panics
    /// Never with the embedded schema files, which a test reads.
    pub(super) fn of(kind: SourceKind) -> Self {
        let text = match kind {
            SourceKind::Registry => REGISTRY,
            SourceKind::Enrollment => ENROLLMENT,
            SourceKind::Training => TRAINING,
            SourceKind::Intention | SourceKind::List => INTENTION,
        };
        let schema: SourceSchema = toml::from_str(text).expect("the embedded schema is valid TOML");
        Self::from_schema(&schema)
    }

    fn from_schema(schema: &SourceSchema) -> Self {
        let field = |key: &String| Field::from_key(key).expect("the embedded schema names fields");
        let mut synonyms = Self {
            exact: BTreeMap::new(),
            ignored: schema.ignored.iter().map(|heading| normalise(heading).whole).collect(),
            written: schema
                .column
                .iter()
                .map(|one| (field(&one.field), one.headings.clone()))
                .collect(),
            unused: schema.ignored.clone(),
            labels: BTreeMap::new(),
            words: Vec::new(),
            own: schema.own.clone(),
            required: schema.required.iter().map(|keys| keys.iter().map(field).collect()).collect(),
        };
        for column in &schema.column {
            let known = field(&column.field);
            synonyms.add(known, &column.headings, 1);
            synonyms.words.extend(column.words.iter().map(|words| (known, words.clone())));
        }
        synonyms
    }

    /// The headings of a list.
    pub(super) fn of_list(list: &ListDefinition) -> Self {
        let mut synonyms = Self {
            exact: BTreeMap::new(),
            ignored: BTreeSet::new(),
            written: list.columns.iter().map(|one| (one.field, one.headings.clone())).collect(),
            unused: list.ignored.clone(),
            labels: BTreeMap::new(),
            words: Vec::new(),
            own: Vec::new(),
            required: list.required.clone(),
        };
        for column in &list.columns {
            synonyms.add(column.field, &column.headings, 1);
            synonyms.words.extend(column.words.iter().map(|words| (column.field, words.clone())));
        }
        let ignored = list.ignored.iter().map(|heading| normalise(heading).whole);
        synonyms.ignored = ignored.filter(|one| !synonyms.exact.contains_key(one)).collect();
        synonyms
    }

    fn add(&mut self, field: Field, headings: &[String], first_rank: u16) {
        for (rank, heading) in (first_rank..).zip(headings) {
            self.labels.entry(field).or_insert_with(|| heading.clone());
            let text = normalise(heading).whole;
            let (letters, others) = (text.chars().count(), others_in(&text));
            self.exact.insert(text, KnownHeading { field, rank, letters, others });
        }
    }

    /// Adds the user's headings, which come before all others. Hands back keys that name no field.
    pub(super) fn extend(&mut self, columns: &BTreeMap<String, Vec<String>>) -> Vec<String> {
        let mut unknown = Vec::new();
        for (key, headings) in columns {
            match Field::from_key(key) {
                Some(field) => self.add(field, headings, 0),
                None => unknown.push(key.clone()),
            }
        }
        unknown
    }

    /// Leaves columns unused, whatever else their headings mean.
    pub(super) fn leave_out(&mut self, headings: &[String]) {
        for heading in headings {
            let text = normalise(heading).whole;
            self.exact.remove(&text);
            self.ignored.insert(text);
        }
    }

    /// The name of a field for users: its first heading.
    pub(super) fn label(&self, field: Field) -> &str {
        self.labels.get(&field).map_or(field.key(), String::as_str)
    }

    /// What a heading means, if anything.
    pub(super) fn recognise(&self, heading: &str) -> Option<Recognised> {
        let normal = normalise(heading);
        if normal.whole.is_empty() {
            return None;
        }
        if let Some(&KnownHeading { field, rank, .. }) = self.exact.get(&normal.whole) {
            return Some(Recognised { field, rank, guessed: false });
        }
        if self.ignored.contains(&normal.whole) {
            return None;
        }
        self.without_aside(&normal).or_else(|| self.guess(&normal))
    }

    /// Whether a heading is known and not used.
    pub(super) fn ignores(&self, heading: &str) -> bool {
        let normal = normalise(heading);
        self.ignored.contains(&normal.whole) && !self.exact.contains_key(&normal.whole)
    }

    /// Whether a text is one of the headings as they are listed, not only near one.
    pub(super) fn lists(&self, heading: &str) -> bool {
        self.exact.contains_key(&normalise(heading).whole)
    }

    /// Whether a group heading makes what stands below it somebody else's.
    pub(super) fn is_others_group(&self, group: &str) -> bool {
        let text = normalise(group).whole;
        is_others(&self.own.iter().fold(text, |text, word| text.replace(word.as_str(), "")))
    }

    /// The heading without its bracketed words, unless those say whose it is.
    fn without_aside(&self, normal: &Normal) -> Option<Recognised> {
        if normal.aside.is_empty() || is_others(&normal.aside) {
            return None;
        }
        let &KnownHeading { field, rank, .. } = self.exact.get(&normal.bare)?;
        Some(Recognised { field, rank, guessed: false })
    }

    fn guess(&self, normal: &Normal) -> Option<Recognised> {
        let text = if is_others(&normal.aside) { &normal.whole } else { &normal.bare };
        if self.ignored.contains(text) {
            return None;
        }
        let found = self.trimmed(text).or_else(|| self.misspelt(text));
        let (field, rank) = found.or_else(|| self.by_words(&normal.whole))?;
        Some(Recognised { field, rank: rank + 1000, guessed: true })
    }

    /// A known heading with a harmless word before or after it.
    fn trimmed(&self, text: &str) -> Option<(Field, u16)> {
        let core = text.trim_end_matches(is_hint_letter);
        let prefixes = PREFIXES.iter().filter_map(|prefix| core.strip_prefix(prefix));
        let mut cores = std::iter::once(core).chain(prefixes);
        cores.find_map(|core| self.exact.get(core)).map(|known| (known.field, known.rank))
    }

    /// A long known heading with one wrong letter. Short ones are too near each other
    /// (`毕业时间`, `结业时间`, `就业时间`).
    fn misspelt(&self, text: &str) -> Option<(Field, u16)> {
        let letters = text.chars().count();
        if letters < 6 {
            return None;
        }
        let others = others_in(text);
        let near = |heading: &str, known: &KnownHeading| {
            known.letters >= 6
                && known.letters.abs_diff(letters) <= 1
                && known.others == others
                && strsim::osa_distance(heading, text) == 1
        };
        let found = self.exact.iter().find(|(heading, known)| near(heading, known));
        found.map(|(_, known)| (known.field, known.rank))
    }

    /// A heading with all words of a list, e.g. `是否` and `建档立卡`.
    fn by_words(&self, text: &str) -> Option<(Field, u16)> {
        let fits = |words: &[String]| words.iter().all(|word| text.contains(word.as_str()));
        self.words.iter().find(|(_, words)| fits(words)).map(|(field, _)| (*field, 900))
    }

    /// The shipped headings of every field, in the order of the schema.
    pub(super) fn by_field(&self) -> impl Iterator<Item = (Field, &[String])> {
        self.written.iter().map(|(field, headings)| (*field, headings.as_slice()))
    }

    /// The shipped headings that are known and not used.
    pub(super) fn ignored_headings(&self) -> &[String] {
        &self.unused
    }

    /// The seen heading most like one of the headings of a field, for messages.
    pub(super) fn nearest<'a>(&self, field: Field, seen: &'a [String]) -> Option<&'a str> {
        let likeness = |heading: &str| {
            let normal = normalise(heading).whole;
            let known = self.exact.iter().filter(|(_, known)| known.field == field);
            known
                .map(|(known, _)| strsim::normalized_levenshtein(known, &normal))
                .fold(0.0, f64::max)
        };
        let scored = seen.iter().map(|heading| (likeness(heading), heading));
        let best = scored.max_by(|left, right| left.0.total_cmp(&right.0))?;
        (best.0 >= 0.4).then_some(best.1.as_str())
    }

    /// Known headings of a field, in order of preference, for messages.
    pub(super) fn known(&self, field: Field, count: usize) -> Vec<&str> {
        let mut known: Vec<(u16, &str)> = self
            .exact
            .iter()
            .filter(|(_, known)| known.field == field)
            .map(|(heading, known)| (known.rank, heading.as_str()))
            .collect();
        known.sort_unstable();
        known.into_iter().take(count).map(|(_, heading)| heading).collect()
    }
}

/// Whether a heading is that of a running number.
pub(super) fn is_serial(heading: &str) -> bool {
    SERIALS.contains(&normalise(heading).whole.as_str())
}

/// Whether a text makes the heading beside it somebody else's.
pub(super) fn is_others(text: &str) -> bool {
    OTHERS.iter().any(|word| text.contains(word))
}

/// Which of [`OTHERS`] a text has, one bit each.
fn others_in(text: &str) -> u64 {
    const { assert!(OTHERS.len() <= 64, "one bit per word") };
    let bits = OTHERS.iter().enumerate().filter(|(_, word)| text.contains(**word));
    bits.fold(0, |all, (index, _)| all | 1 << index)
}

/// Letters of remarks such as `必填`, `18位`, `文本格式`, `yyyymmdd`.
fn is_hint_letter(letter: char) -> bool {
    letter.is_ascii_digit() || "位必选填文本格式元个例如ymd".contains(letter)
}

/// Whether a cell below a heading says how to fill the column in: `必填`, `18位`, `yyyymmdd`.
pub(super) fn is_form_hint(text: &str) -> bool {
    const HINTS: [&str; 6] = ["必填", "选填", "位", "格式", "文本", "yyyy"];
    let text = normalise(text).whole;
    text.chars().all(is_hint_letter) && HINTS.iter().any(|hint| text.contains(hint))
}

/// The field key most like a mistaken one, for messages.
pub(super) fn nearest_key(key: &str) -> &'static str {
    let keys = Field::ALL.iter().map(|field| field.key());
    let likeness = |known: &&str| strsim::jaro_winkler(known, key);
    keys.max_by(|left, right| likeness(left).total_cmp(&likeness(right))).unwrap_or("name")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Field, SourceKind, Synonyms, nearest_key};
    use SourceKind::{Enrollment, Intention, Registry, Training};

    fn field(kind: SourceKind, heading: &str) -> Option<(&'static str, bool)> {
        Synonyms::of(kind).recognise(heading).map(|found| (found.field.key(), found.guessed))
    }

    #[test]
    fn headings_of_real_exports_are_known() {
        let cases = [
            (Registry, "县(市、区、旗)", "county"),
            (Registry, "乡（镇）", "town"),
            (Registry, "务工时间（月）", ""),
            (Registry, "户主证件号码", "head_id"),
            (Registry, "易返贫致贫户(监测对象)类型", "monitor_type"),
            (Registry, "检测对象类别", "monitor_type"),
            (Registry, "年度", ""),
            (Registry, "脱贫年度", "exit_year"),
            (Enrollment, "劳动力姓名*", "name"),
            (Enrollment, "父亲身份证号", "father_id"),
            (Enrollment, "院校编号", ""),
            (Enrollment, "院校名称", "school"),
            (Enrollment, "家庭联系电话", "contact_phone"),
            (Enrollment, "毕业证书编号", "graduation_no"),
            (Enrollment, "专业等级/培养层次", "training_level"),
            (Training, "享受生活和交通补贴（元）", "living_fee"),
            (Training, "培训起始日期*", "start_date"),
            (Training, "结业证书编号", "certificate_no"),
            (Training, "就业失业登记证号码", ""),
            (Training, "是否属于扶贫建档立卡户", "declared_poor"),
            (Intention, "有无培训意愿", "willing"),
            (Intention, "意愿培训工种", "wish_trade"),
            (Intention, "拟就读院校", "wish_school"),
            (Intention, "户主姓名", "head_name"),
            (Intention, "是否有培训经历", ""),
        ];
        for (kind, heading, key) in cases {
            let found = field(kind, heading);
            assert_eq!(found, (!key.is_empty()).then_some((key, false)), "{heading}");
        }
    }

    #[test]
    fn near_headings_are_guessed() {
        let cases = [
            (Enrollment, "毕业生姓名", "name"),
            (Training, "参训人员身份证号码（必填）", "id_number"),
            (Registry, "脱贫人口文化程度", "education"),
            (Training, "公民身份证号吗", "id_number"),
            (Enrollment, "身份证号码18位", "id_number"),
            (Enrollment, "当前学籍状态", "student_status"),
            (Enrollment, "是否属于国家建档立卡贫困户家庭学生", "declared_poor"),
            (Training, "享受生活费补贴（元）", "living_fee"),
            (Training, "是否属于建档立卡户", "declared_poor"),
        ];
        for (kind, heading, key) in cases {
            let known = Synonyms::of(kind);
            let found = known.recognise(heading).map(|found| found.field.key());
            assert_eq!(found, Some(key), "{heading}");
        }
    }

    #[test]
    fn what_is_somebody_elses_is_never_taken() {
        let headings = [
            "配偶姓名",
            "班主任联系电话",
            "学校联系电话",
            "法人姓名",
            "姓名（配偶）",
            "开户人姓名",
            "曾用名",
            "帮扶人姓名",
            "姓名拼音",
            "休学时间",
            "是否有身份证号",
            "证件号码类型",
            "监护人工作单位",
            "银行卡号",
            "村干部姓名",
            "技能证书工种",
        ];
        for heading in headings {
            assert_eq!(field(Enrollment, heading), None, "{heading}");
        }
    }

    #[test]
    fn the_users_headings_come_first() {
        let mut known = Synonyms::of(Training);
        let columns = BTreeMap::from([
            ("agency".to_owned(), vec!["曾用名".to_owned()]),
            ("nmae".to_owned(), vec!["x".to_owned()]),
        ]);
        assert_eq!(known.extend(&columns), ["nmae"]);
        assert_eq!(known.recognise("曾用名").map(|found| found.field), Some(Field::Agency));
        assert_eq!(nearest_key("nmae"), "name");
    }

    #[test]
    fn no_heading_of_a_schema_is_ambiguous() {
        for kind in [Registry, Enrollment, Training, Intention] {
            let known = Synonyms::of(kind);
            for ignored in &known.ignored {
                assert!(!known.exact.contains_key(ignored), "{kind:?} {ignored}");
            }
        }
    }
}
