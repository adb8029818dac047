//! What graduates without work are due (“1131”): one presentation of policy, one guidance, three posts, one
//! course. 齐人社发〔2025〕7号 names only the number; the contents are reconstructed.

use super::CardLine;

/// A service: its name, its heading on cards, words of a record that are one, and how many are due.
struct Service {
    name: &'static str,
    field: &'static str,
    words: &'static [&'static str],
    due: usize,
}

const SERVICES: [Service; 4] = [
    Service { name: "政策宣介", field: "政策宣介日期", words: &["政策"], due: 1 },
    Service {
        name: "职业指导", field: "职业指导日期", words: &["职业指导", "就业指导"], due: 1
    },
    Service {
        name: "岗位推介", field: "岗位推介日期", words: &["岗位", "职业介绍"], due: 3
    },
    Service {
        name: "培训或见习", field: "培训或见习", words: &["培训", "见习"], due: 1
    },
];

/// The word on a card of somebody who wants none.
pub const REFUSED: &str = "本人不愿意";

/// What somebody still lacks, as cards or records of services tell, whichever tells of more: `职业指导1次`.
pub fn still_due(records: &[String], cards: &[&CardLine]) -> Vec<String> {
    let on_cards = |field: &str| -> usize {
        let lines = cards.iter().filter(|line| line.field == field && line.value != REFUSED);
        let words = ['、', ',', '，', ';', '；', ' '];
        lines.map(|line| line.value.split(words).filter(|one| !one.is_empty()).count()).sum()
    };
    let on_record = |words: &[&str]| {
        records.iter().filter(|one| words.iter().any(|word| one.contains(word))).count()
    };
    let missing = |service: &Service| {
        let done = on_cards(service.field).max(on_record(service.words));
        let left = service.due.saturating_sub(done);
        (left > 0).then(|| format!("{}{left}次", service.name))
    };
    SERVICES.iter().filter_map(missing).collect()
}

#[cfg(test)]
mod tests {
    use super::still_due;

    #[test]
    fn what_is_left_of_1131() {
        let records =
            ["政策宣讲", "岗位推介", "岗位推介", "岗位推介", "职业技能培训"].map(String::from);
        assert_eq!(still_due(&records, &[]), ["职业指导1次"]);
        assert_eq!(still_due(&[], &[]).len(), 4);
    }
}
