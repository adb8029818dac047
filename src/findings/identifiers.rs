//! ID numbers that cannot be used as they stand, in source rows and in the registry:
//! 证件号残缺, 证件号无效, 证件号缺失.

use crate::linkage::Decision;
use crate::records::identifier::{IdClass, IdNumber, note};
use crate::vocabulary::Field;

use super::{Finding, FindingKind, Inputs, evidence, id_difference};

/// The source row's own number.
pub(super) fn of_row(inputs: &Inputs, row: u32) -> Option<Finding> {
    let record = inputs.record(row);
    let (kind, what) = judge(&record.facts.id)?;
    let outcome = inputs.outcome(row);
    let result = match (outcome.decision, outcome.best()) {
        (Decision::Link, Some(best)) => {
            let person = inputs.person(best.person);
            format!("已凭其他各项比中“{}”（人编号{}）", person.facts.name.raw, person.person_no)
        }
        (Decision::Review, _) => "待人工判定".to_owned(),
        _ => "未比中".to_owned(),
    };
    let reason = format!("{what}；姓名“{}”{result}", record.facts.name.raw);
    let mut cells = evidence::of_source(record, &[Field::Name, Field::IdNumber]);
    if let Some(person) = inputs.linked(row) {
        let fields = [Field::Name, Field::IdNumber, Field::PersonNo];
        cells.extend(evidence::of_person(inputs.person(person), &fields));
    }
    Some(inputs.on_row(kind, row, reason).with(cells))
}

/// The registry row's own number.
pub(super) fn of_person(inputs: &Inputs, index: u32) -> Option<Finding> {
    let person = inputs.person(index);
    let (kind, what) = judge(&person.facts.id)?;
    let reason = format!("建档立卡信息：{what}；姓名“{}”", person.facts.name.raw);
    let fields = [Field::Name, Field::IdNumber, Field::PersonNo, Field::HouseholdNo];
    Some(Finding::on_person(kind, index, reason).with(evidence::of_person(person, &fields)))
}

fn judge(id: &IdNumber) -> Option<(FindingKind, String)> {
    match id.class {
        IdClass::Intact | IdClass::Repaired => None,
        IdClass::Truncated | IdClass::Masked => Some((FindingKind::IdTruncated, damage(id))),
        IdClass::Invalid => Some((FindingKind::IdInvalid, fault(id))),
        IdClass::Missing => Some((FindingKind::IdMissing, absence(id))),
    }
}

fn damage(id: &IdNumber) -> String {
    let known = id_difference::known_positions(id);
    let masked = id.masked();
    if id.class == IdClass::Masked {
        return format!("证件号码“{masked}”部分被遮盖，可信{known}位");
    }
    let how = if id.has(note::SCIENTIFIC) {
        "存成了科学计数法文字"
    } else if id.has(note::FLOAT) {
        "按浮点数保存，末几位已被取整"
    } else if id.has(note::EXCEL_15) {
        "只保留了15位有效数字，后3位已变成0"
    } else if id.has(note::CUT) {
        "只有18位号码的前15位，后3位被截掉"
    } else {
        "不完整"
    };
    format!("证件号码“{masked}”{how}，可信前{known}位，请以文本格式重新导出")
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
    let why = if words.is_empty() { "不是有效号码".to_owned() } else { words.join("、") };
    let count = id.text.chars().count();
    format!("证件号码“{}”（{count}位）{why}", id.masked())
}

fn absence(id: &IdNumber) -> String {
    if id.has(note::TEMPORARY) {
        return format!("证件号码“{}”是999开头的临时号", id.raw);
    }
    if id.raw.trim().is_empty() {
        return "证件号码为空".to_owned();
    }
    format!("证件号码填的是“{}”，视为未填", id.raw)
}
