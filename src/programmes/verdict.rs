//! What a rule says of an event.

use jiff::civil::Date;

use crate::census::PersonIndex;
use crate::config::LimitVerdict;
use crate::vocabulary::states;

/// The verdict on one event under one rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Every condition holds.
    Entitled,
    /// Paid once already.
    Duplicate,
    /// Too often, or too long.
    OverLimit,
    /// A condition fails.
    NotEligible,
    /// Something is not known.
    Undecided,
    /// Outside the document's dates.
    Outside,
}

impl Verdict {
    /// All verdicts in report order.
    pub const ALL: [Self; 6] = [
        Self::Entitled,
        Self::Duplicate,
        Self::OverLimit,
        Self::NotEligible,
        Self::Undecided,
        Self::Outside,
    ];

    /// The word of `entitlements.csv`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Entitled => "entitled",
            Self::Duplicate => "duplicate",
            Self::OverLimit => "over-limit",
            Self::NotEligible => "not-eligible",
            Self::Undecided => "undecided",
            Self::Outside => "outside",
        }
    }

    /// The word users read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Entitled => "可享受",
            Self::Duplicate => "重复",
            Self::OverLimit => "超次数、超期限",
            Self::NotEligible => "不符合",
            Self::Undecided => states::UNDECIDED,
            Self::Outside => "不在文件期限内",
        }
    }
}

impl From<LimitVerdict> for Verdict {
    fn from(verdict: LimitVerdict) -> Self {
        match verdict {
            LimitVerdict::Duplicate => Self::Duplicate,
            LimitVerdict::OverLimit => Self::OverLimit,
            LimitVerdict::Undecided => Self::Undecided,
        }
    }
}

/// One verdict with its reason and amount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerdictLine {
    /// Index into the programmes in use.
    pub programme: usize,
    /// The rule's or advance's name.
    pub rule: String,
    /// Index into the events.
    pub event: u32,
    /// Whom it is about.
    pub person: PersonIndex,
    /// The day that decides year and validity; `None` where the event has no date.
    pub counted_on: Option<Date>,
    /// What the rule says.
    pub verdict: Verdict,
    /// Why, as a stable code; empty for a plain yes.
    pub code: String,
    /// Least amount in 分; `None` where there is none or the document names none.
    pub low: Option<i64>,
    /// Greatest amount in 分; `None` beside a `low` means “or more”.
    pub high: Option<i64>,
    /// What was claimed, in 分.
    pub claimed: Option<i64>,
    /// What was paid, in 分.
    pub paid: Option<i64>,
    /// Why, in the words of the rule file, for limits and questions; empty for other reasons.
    pub note: String,
    /// Who is paid.
    pub payee: String,
    /// The groups that make the person eligible, or may.
    pub groups: Vec<String>,
}

impl VerdictLine {
    /// Why, in words.
    pub fn reason(&self) -> String {
        if !self.note.is_empty() {
            return self.note.clone();
        }
        code_words(&self.code, self.verdict)
    }
}

/// A reason code in words.
pub(super) fn code_words(code: &str, verdict: Verdict) -> String {
    if let Some(limit) = code.strip_prefix("tie-") {
        return format!("与同日另一次并列，{limit}规定的次数只够其一");
    }
    if let Some(limit) = code.strip_prefix("depends-") {
        return match limit {
            "at-most" => "取决于另有待定的月份是否计入".to_owned(),
            limit => format!("取决于另有待定的一次是否计入（{limit}）"),
        };
    }
    if let Some(fields) = code.strip_prefix("lacks-") {
        let names: Vec<&str> = fields.split('+').map(field_words).collect();
        return format!("缺少{}", names.join("、"));
    }
    if let Some(field) = code.strip_prefix("no-") {
        return format!("{}为“否”", field_words(field));
    }
    if let Some(rule) = code.strip_prefix("special-rule-") {
        return format!("同一次培训按{rule}不再享受；本项是否另给，文件没有写");
    }
    if let Some(months) = code.strip_prefix("months ") {
        return format!("{}个月中计{}个月", after(months, " of "), before(months, " of "));
    }
    plain_words(code, verdict).to_owned()
}

fn before<'a>(text: &'a str, mark: &str) -> &'a str {
    text.split_once(mark).map_or(text, |(first, _)| first)
}

fn after<'a>(text: &'a str, mark: &str) -> &'a str {
    text.split_once(mark).map_or(text, |(_, last)| last)
}

fn plain_words(code: &str, verdict: Verdict) -> &str {
    match code {
        "" => verdict.label(),
        "not-member-then" => "当时不属于规定的人员",
        "membership" => "身份尚未确认",
        "too-late" => "超过规定的月数",
        "too-early" => "就业早于培训结束",
        "insured-unknown" => "参保情况不明",
        "not-insured" => "单位未参保",
        "ask" => "须人工判定",
        "certificate-kind" => "证书不是规定的五种之一",
        "days-paid" => "这些天已按别的培训或规定发放",
        "months-paid" => "这些月份已计入另一段用工",
        "days-unknown" => "培训天数少于日历天数，分不清是哪些天",
        "at-most" => "已满规定的月数",
        "suspended" => "保留学籍",
        "identified-later" => "学期开始后才识别，从何时起享受须核实",
        "not-member-now" => "学期开始时已不享受政策，是否继续须核实",
        "part-time" => "非全日制，须核实",
        "later-year" => "第三学年起，须核实",
        limit => match verdict {
            Verdict::Duplicate | Verdict::OverLimit => limit_words(limit),
            _ => limit,
        },
    }
}

fn limit_words(limit: &str) -> &str {
    if limit.is_empty() { "已享受" } else { limit }
}

/// What a field of an event is called.
fn field_words(field: &str) -> &str {
    match field {
        "certificate_on" => "发证日期",
        "ended_on" => "结业（结束）日期",
        "began_on" => "开班（开始）日期",
        "employed_on" => "就业时间",
        "level" => "等级",
        "occupation" => "工种",
        "employed_in_province" => "是否在省内就业",
        "referred" => "是否由培训主体推荐就业",
        "kind" => "培训类型",
        "status" => "学籍状态",
        "study_form" => "学习形式",
        "entry_date" => "入学时间",
        other => other,
    }
}
