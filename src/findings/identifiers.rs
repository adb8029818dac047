//! ID numbers that cannot be used as they stand, in source rows and in the registry:
//! 证件号残缺, 证件号无效, 证件号缺失.

use crate::linkage::Decision;
use crate::records::identifier::{IdClass, IdNumber, note};
use crate::vocabulary::Field;

use super::{Finding, FindingKind, Inputs, evidence, id_difference};

/// The source row's own number.
pub(super) fn of_row(inputs: &Inputs, row: u32) -> Option<Finding> {
    let record = inputs.record(row);
    let IdFault { kind, what, brief } = judge(&record.facts.id)?;
    let outcome = inputs.outcome(row);
    let (result, short) = match (outcome.decision, outcome.best()) {
        (Decision::Link, Some(best)) => {
            let person = inputs.person(best.person);
            let name = person.facts.name.raw();
            (format!("已凭其他各项比中“{name}”（人编号{}）", person.person_no), "已比中")
        }
        (Decision::Review, _) => ("待人工判定".to_owned(), "待核"),
        _ => ("未比中".to_owned(), "未比中"),
    };
    let reason = format!("{what}；姓名“{}”{result}", record.facts.name.raw());
    let mut cells = evidence::of_source(record, &[Field::Name, Field::IdNumber]);
    if let Some(person) = inputs.linked(row) {
        let fields = [Field::Name, Field::IdNumber, Field::PersonNo];
        cells.extend(evidence::of_person(inputs.person(person), &fields));
    }
    let brief = format!("{brief}；{short}");
    Some(inputs.on_row(kind, row, reason).briefly(brief).with(cells))
}

/// The registry row's own number.
pub(super) fn of_person(inputs: &Inputs, index: u32) -> Option<Finding> {
    let person = inputs.person(index);
    let IdFault { kind, what, brief } = judge(&person.facts.id)?;
    let reason = format!("建档立卡信息：{what}；姓名“{}”", person.facts.name.raw());
    let fields = [Field::Name, Field::IdNumber, Field::PersonNo, Field::HouseholdNo];
    let finding = Finding::on_person(kind, index, reason).briefly(format!("建档立卡信息：{brief}"));
    Some(finding.with(evidence::of_person(person, &fields)))
}

/// Why a number cannot be used.
struct IdFault {
    kind: FindingKind,
    /// With the number.
    what: String,
    /// Without it.
    brief: String,
}

fn judge(id: &IdNumber) -> Option<IdFault> {
    let (kind, what, brief) = match id.class {
        IdClass::Intact | IdClass::Repaired => return None,
        IdClass::Truncated | IdClass::Masked => {
            let (how, known) = (damage(id), id_difference::known_positions(id));
            let (first, advice) = match id.class {
                IdClass::Masked => ("", ""),
                _ => ("前", "，请以文本格式重新导出"),
            };
            let brief = format!("{how}，可信{first}{known}位");
            (FindingKind::IdTruncated, format!("证件号码“{}”{brief}{advice}", id.masked()), brief)
        }
        IdClass::Invalid => {
            let (why, count) = (fault(id), id.text().chars().count());
            let what = format!("证件号码“{}”（{count}位）{why}", id.masked());
            (FindingKind::IdInvalid, what, format!("{count}位，{why}"))
        }
        IdClass::Missing => (FindingKind::IdMissing, absence(id), absence(id)),
    };
    Some(IdFault { kind, what, brief })
}

fn damage(id: &IdNumber) -> &'static str {
    if id.class == IdClass::Masked {
        "部分被遮盖"
    } else if id.has(note::SCIENTIFIC) {
        "存成了科学计数法文字"
    } else if id.has(note::FLOAT) {
        "按浮点数保存，末几位已被取整"
    } else if id.has(note::EXCEL_15) {
        "只保留了15位有效数字，后3位已变成0"
    } else if id.has(note::CUT) {
        "只有18位号码的前15位，后3位被截掉"
    } else {
        "不完整"
    }
}

fn fault(id: &IdNumber) -> String {
    // A birth that can be read and is no birth all the same lies after the report date or far back.
    let birth =
        if id.birth().is_empty() { "出生日期不存在" } else { "出生日期不可能" };
    let words: [(u16, &str); 4] = [
        (note::LENGTH, "位数不符"),
        (note::BIRTH, birth),
        (note::CHECK_DIGIT, "校验码不符"),
        (note::REGION, "地址码不存在"),
    ];
    let words: Vec<&str> =
        words.iter().filter(|(bit, _)| id.has(*bit)).map(|(_, word)| *word).collect();
    if words.is_empty() { "不是有效号码".to_owned() } else { words.join("、") }
}

fn absence(id: &IdNumber) -> String {
    if id.has(note::TEMPORARY) {
        return format!("证件号码“{}”是999开头的临时号", id.raw());
    }
    if id.raw().trim().is_empty() {
        return "证件号码为空".to_owned();
    }
    format!("证件号码填的是“{}”，视为未填", id.raw())
}
