//! Both sides of a question, line by line, with their cells; numbers hidden until they are asked for.

use crate::desk::material::Question;
use crate::desk::search::masked_phone;
use crate::linkage::Candidate;
use crate::origin::Origin;
use crate::records::identifier::{IdClass, mask};
use crate::records::{Detail, Facts};
use crate::results::Results;
use crate::results::marks;
use crate::results::marks::MarkedText;
use crate::results::words;
use crate::vocabulary::Field;
use crate::vocabulary::labels::Sex;

/// One value on both sides, each with its cell.
pub(super) struct SideLine {
    /// What it is.
    pub(super) name: &'static str,
    /// The school's or agency's.
    pub(super) source: (Vec<MarkedText>, String),
    /// The registry's.
    pub(super) registry: (Vec<MarkedText>, String),
    /// The comparisons its values went into, as contributions name them.
    pub(super) compared: &'static [&'static str],
}

impl SideLine {
    /// What the line weighs for a candidate; nothing where none of it was compared.
    pub(super) fn weight(&self, candidate: &Candidate) -> Option<f64> {
        weight_of(candidate, |name| self.compared.contains(&name))
    }
}

/// The sum of a candidate's contributions of some names; nothing where there are none.
pub(super) fn weight_of(candidate: &Candidate, wanted: impl Fn(&str) -> bool) -> Option<f64> {
    let parts = candidate.contributions.iter().filter(|part| wanted(part.comparison()));
    let weights: Vec<f64> = parts.map(|part| part.weight).collect();
    (!weights.is_empty()).then(|| weights.iter().sum())
}

/// What lines are made from.
#[derive(Clone, Copy)]
struct QuestionSides<'run> {
    results: Results<'run>,
    question: Question<'run>,
    in_full: bool,
}

/// All lines; `in_full` shows numbers.
pub(super) fn lines(results: Results, question: Question, in_full: bool) -> Vec<SideLine> {
    let sides = QuestionSides { results, question, in_full };
    vec![
        sides.name(),
        sides.number(),
        sides.born(),
        sides.home(),
        sides.relatives(),
        sides.phones(),
        sides.schooling(),
        sides.standing(),
    ]
}

/// The cells of the numbers of the row and of all its candidates, for the record of who saw them.
pub(in crate::desk) fn places(results: Results, question: Question) -> String {
    let at = |origin: Origin| results.catalogue.show(origin, Some(Field::IdNumber));
    let candidates =
        question.outcome.candidates.iter().map(|one| results.person(one.person).origin);
    let all = std::iter::once(question.record.origin).chain(candidates);
    all.map(at).collect::<Vec<_>>().join("；")
}

impl QuestionSides<'_> {
    fn facts(&self) -> (&Facts, &Facts) {
        (&self.question.record.facts, &self.question.person.facts)
    }

    /// A line whose values come from the columns of these fields: the first one a sheet has.
    fn line(
        &self,
        name: &'static str,
        [left, right]: [Vec<MarkedText>; 2],
        fields: [&[Field]; 2],
    ) -> SideLine {
        let cell = |origin: Origin, fields: &[Field]| {
            let cells = fields.iter().map(|field| self.results.catalogue.cell(origin, *field));
            cells.into_iter().find(|cell| !cell.is_empty()).unwrap_or_default()
        };
        let source = cell(self.question.record.origin, fields[0]);
        let registry = cell(self.question.person.origin, fields[1]);
        let compared = match name {
            "姓名" => &["姓名"][..],
            "证件号码" => &["证件号码"],
            "性别、出生日期" => &["性别", "出生日期", "年龄"],
            "户籍地址" => &["户籍地"],
            "家长／户内身份" => &["家庭成员"],
            "联系电话" => &["电话"],
            _ => &[],
        };
        SideLine { name, source: (left, source), registry: (right, registry), compared }
    }

    fn name(&self) -> SideLine {
        let (source, registry) = self.facts();
        let runs = marks::aligned(source.name.raw().trim(), registry.name.raw().trim());
        self.line("姓名", runs, [&[Field::Name], &[Field::Name]])
    }

    fn number(&self) -> SideLine {
        let (source, registry) = self.facts();
        let raw = (source.id.raw().trim(), registry.id.raw().trim());
        let runs = if is_card_of(source.id.raw().trim(), registry.id.raw().trim()) {
            // A disability card's number is the ID number with its class and degree behind it.
            let [mut left, mut right] = [raw.0, raw.1].map(|raw| self.hidden(plain(raw)));
            let side = if raw.0.len() > raw.1.len() { &mut left } else { &mut right };
            side.extend(plain("（残疾人证号，前18位相同）"));
            [left, right]
        } else if source.id.class == IdClass::Truncated {
            // The digits after the damage differ by accident; marking them would mislead.
            let mut left = self.hidden(plain(raw.0));
            left.extend(plain("（末几位已失真）"));
            [left, self.hidden(plain(raw.1))]
        } else {
            marks::aligned(raw.0, raw.1).map(|runs| self.hidden(runs))
        };
        self.line("证件号码", runs, [&[Field::IdNumber], &[Field::IdNumber]])
    }

    /// The same stretches with the middle of the number hidden; what differs stays marked.
    fn hidden(&self, runs: Vec<MarkedText>) -> Vec<MarkedText> {
        if self.in_full {
            return runs;
        }
        let whole: String = runs.iter().map(|run| run.text.as_str()).collect();
        let masked = mask(&whole);
        let mut letters = masked.chars();
        let cover = |run: MarkedText| {
            let text = letters.by_ref().take(run.text.chars().count()).collect();
            MarkedText { text, differs: run.differs }
        };
        runs.into_iter().map(cover).collect()
    }

    fn born(&self) -> SideLine {
        let (source, registry) = self.facts();
        let [mut left, mut right] = marks::aligned(sex(source), sex(registry));
        let [left_birth, right_birth] = marks::aligned(&birth(source), &birth(registry));
        for (side, birth) in [(&mut left, left_birth), (&mut right, right_birth)] {
            side.extend(plain(" "));
            side.extend(self.year_only(birth));
        }
        let fields: &[Field] = &[Field::Birth, Field::Sex, Field::IdNumber];
        self.line("性别、出生日期", [left, right], [fields, fields])
    }

    /// Month and day are what is hidden of a number, so they go with it.
    fn year_only(&self, runs: Vec<MarkedText>) -> Vec<MarkedText> {
        if self.in_full {
            return runs;
        }
        let mut dashes = 0;
        let mut cover = |letter: char| {
            dashes += usize::from(letter == '-');
            if dashes > 0 && letter.is_ascii_digit() { '*' } else { letter }
        };
        let hide = |run: MarkedText| {
            let text = run.text.chars().map(&mut cover).collect();
            MarkedText { text, differs: run.differs }
        };
        runs.into_iter().map(hide).collect()
    }

    fn home(&self) -> SideLine {
        let (source, registry) = self.facts();
        let own = self.results.home(&source.place);
        let theirs = self.results.home(&registry.place).joined();
        let runs = if own.county.is_empty() || own.village.is_empty() {
            [plain(source.place.raw.trim()), plain(&theirs)]
        } else {
            marks::aligned(&own.joined(), &theirs)
        };
        let fields: &[Field] = &[Field::Address, Field::Village, Field::Town, Field::County];
        self.line("户籍地址", runs, [fields, fields])
    }

    fn relatives(&self) -> SideLine {
        let relatives = self.question.record.relatives.iter();
        let named: Vec<&str> = relatives
            .map(|relative| relative.name.text())
            .filter(|name| !name.is_empty())
            .collect();
        let person = self.question.person;
        let head = person.head_name.as_str();
        let head = if head.is_empty() { String::new() } else { format!("户主 {head}") };
        let theirs = joined(&[words::relation(person), &head]);
        let runs = [plain(&named.join("、")), plain(&theirs)];
        self.line("家长／户内身份", runs, [&[], &[Field::Relation]])
    }

    fn phones(&self) -> SideLine {
        let (source, registry) = self.facts();
        let runs = [self.numbers_of(source, registry), self.numbers_of(registry, source)];
        let fields: &[Field] = &[Field::Phone, Field::HouseholdPhone];
        self.line("联系电话", runs, [fields, fields])
    }

    /// The numbers of one side; those the other side does not have are marked, since two that differ
    /// may look the same once their middle is hidden.
    fn numbers_of(&self, facts: &Facts, others: &Facts) -> Vec<MarkedText> {
        let mut runs: Vec<MarkedText> = Vec::new();
        for number in facts.phones.iter() {
            if !runs.is_empty() {
                runs.extend(plain("、"));
            }
            let text = if self.in_full { number.to_string() } else { masked_phone(*number) };
            let differs = !others.phones.is_empty() && !others.phones.contains(number);
            runs.push(MarkedText { text, differs });
        }
        runs
    }

    fn schooling(&self) -> SideLine {
        let (record, person) = (self.question.record, self.question.person);
        let [subject, class] = words::course(record);
        let own = joined(&[subject, class, &words::began(record)]);
        let education = person.education.map_or("", |found| found.label());
        let schooling = person.schooling.map_or("", |found| found.label());
        let skill = person.skill.map_or("", |found| found.label());
        let runs = [plain(&own), plain(&joined(&[education, schooling, skill]))];
        let (name, field) = match &record.detail {
            Detail::Enrollment(_) => ("专业、班级、入学", Field::Major),
            Detail::Training(_) => ("工种、班级、开班", Field::Trade),
        };
        self.line(name, runs, [&[field], &[Field::Education, Field::Schooling]])
    }

    fn standing(&self) -> SideLine {
        let record = self.question.record;
        let declared = words::declared(record);
        let declared = if declared.is_empty() {
            String::new()
        } else {
            format!("自报建档立卡 {declared}")
        };
        let own = joined(&[&words::state(record), &declared]);
        let runs = [plain(&own), plain(&words::standing(self.question.person))];
        self.line(
            "状态",
            runs,
            [&[Field::StudentStatus, Field::TrainingKind], &[Field::PovertyStatus]],
        )
    }
}

/// Whether one number is a disability card's (20 digits) and begins with the other.
fn is_card_of(one: &str, other: &str) -> bool {
    let is_card = |card: &str, number: &str| {
        card.chars().count() == 20 && number.chars().count() == 18 && {
            card.to_uppercase().starts_with(&number.to_uppercase())
        }
    };
    is_card(one, other) || is_card(other, one)
}

/// As the row says, else as the number does.
fn sex(facts: &Facts) -> &'static str {
    facts.sex.or_else(|| facts.id.sex()).map_or("", Sex::label)
}

/// `2001-03-05` as the row says, else as the number does.
fn birth(facts: &Facts) -> String {
    words::date(facts.birth_told())
}

fn plain(text: &str) -> Vec<MarkedText> {
    vec![MarkedText { text: text.to_owned(), differs: false }]
}

fn joined(parts: &[&str]) -> String {
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join("，")
}
