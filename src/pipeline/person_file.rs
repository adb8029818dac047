//! One person's file: who it is, groups, school, training with its five stages, certificates, subsidies, cards
//! and rulings; from this run and from the ledger's earlier half-years.

use crate::census::{Census, PersonIndex};
use crate::config::Project;
use crate::ledger::{Ledger, LedgerError, PastPeriod};
use crate::linkage::index::RegistryIndex;
use crate::programmes::CardLine;
use crate::programmes::history::{
    KeptEvent, KeptKind, KeptPerson, KeptVerdict, PeopleRecord, corrected, is_same, number_name,
};
use crate::records::identity::is_alike;
use crate::records::money::yuan;
use crate::records::person_name::fold;
use crate::results::Results;
use crate::sources::Progress;
use crate::vocabulary::HalfYear;

use super::error::RunError;
use super::survey;
use super::watch::Clock;

/// A heading with its lines, each a row of cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilePart {
    /// What the rows are.
    pub title: &'static str,
    /// Headings.
    pub headings: &'static [&'static str],
    /// Cells.
    pub rows: Vec<Vec<String>>,
}

/// One person's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonFile {
    /// Name and key, for a heading.
    pub title: String,
    /// `张伟_0102`, for a file.
    pub file_name: String,
    /// The parts, those without rows left out.
    pub parts: Vec<FilePart>,
}

/// What one half-year knows of the person, who is the first of its record.
struct FileRound {
    label: String,
    record: PeopleRecord,
}

/// The files of everybody all words fit: name, 人编号, or the whole ID number. People only earlier half-years
/// know are among them.
///
/// # Errors
/// As a run.
pub fn files(
    project: Project,
    words: &[String],
    clock: &dyn Clock,
    progress: &dyn Progress,
) -> Result<Vec<PersonFile>, RunError> {
    let (survey, ledger) = survey(project, clock, progress)?;
    let made;
    let census = if let Some(census) = survey.results().census {
        census
    } else {
        made = survey.own_census();
        &made
    };
    let results = Results { census: Some(census), ..survey.results() };
    let archive = FileShelf::open(&results, &ledger)?;
    let mut found = Vec::new();
    let mut seen: Vec<u64> = Vec::new();
    for (person, face) in (0_u32..).zip(census.faces(results.records)) {
        let Some(who) = face else { continue };
        let fits = |word: &String| {
            who.name.raw().trim() == word
                || who.id.raw().trim() == word
                || results.person_key(person) == *word
        };
        if words.iter().all(fits) {
            let (file, names) = archive.of_today(person)?;
            seen.extend(names);
            found.push(file);
        }
    }
    found.extend(archive.of_others(words, &seen)?);
    Ok(found)
}

/// The file of one person of a run.
///
/// # Errors
/// When the ledger cannot be read.
pub fn file(
    results: &Results,
    ledger: &Ledger,
    person: PersonIndex,
) -> Result<PersonFile, LedgerError> {
    Ok(FileShelf::open(results, ledger)?.of_today(person)?.0)
}

/// A run and the ledger beside it.
struct FileShelf<'a, 'run> {
    results: &'a Results<'run>,
    ledger: &'a Ledger,
    today: PeopleRecord,
    past: Vec<PastPeriod>,
    cards: Vec<CardLine>,
}

impl<'a, 'run> FileShelf<'a, 'run> {
    fn open(results: &'a Results<'run>, ledger: &'a Ledger) -> Result<Self, LedgerError> {
        let half = HalfYear::of(results.project.as_of);
        Ok(Self {
            results,
            ledger,
            today: results.kept_people().unwrap_or_default(),
            past: ledger.rounds_before(&results.project.unit, half)?,
            cards: ledger.cards()?,
        })
    }

    /// The file of somebody of this run, and the names the ledger knows the person by.
    fn of_today(&self, person: PersonIndex) -> Result<(PersonFile, Vec<u64>), LedgerError> {
        let own = self.today.of(person);
        let Some(who) = own.people.first().cloned() else {
            return Ok((self.file(&[], Vec::new()), Vec::new()));
        };
        let label = format!("{}（本期）", HalfYear::of(self.results.project.as_of).label());
        let folded = fold(&who.name);
        let mut rounds = vec![FileRound { label, record: own }];
        for past in &self.past {
            let found = self.ledger.people_named(past, &who.names)?;
            let is_own = |record: &PeopleRecord| {
                record.people.iter().any(|one| is_alike(&fold(&one.name), &folded))
            };
            let found = found.into_iter().filter(is_own);
            rounds.extend(found.map(|record| FileRound { label: past.half.label(), record }));
        }
        let keys = self.ledger.name_keys();
        let names = who.names.iter().map(|name| keys.keyed(*name)).collect();
        Ok((self.file(&rounds, self.rulings(person)), names))
    }

    /// Files of those only earlier half-years know, the latest of which leads.
    fn of_others(&self, words: &[String], seen: &[u64]) -> Result<Vec<PersonFile>, LedgerError> {
        let mut seen: Vec<u64> = seen.to_vec();
        let mut files = Vec::new();
        for (at, past) in self.past.iter().enumerate() {
            for record in self.meant(past, words)? {
                let Some(who) = record.people.first().cloned() else { continue };
                if who.names.iter().any(|name| seen.contains(name)) {
                    continue;
                }
                let mut rounds = vec![FileRound { label: past.half.label(), record }];
                for older in &self.past[at + 1..] {
                    let found = self.meant(older, words)?.into_iter();
                    let is_own = |record: &PeopleRecord| shares_name(record, &who);
                    let found = found.filter(is_own);
                    rounds.extend(
                        found.map(|record| FileRound { label: older.half.label(), record }),
                    );
                }
                seen.extend(rounds.iter().flat_map(|round| &round.record.people[0].names));
                files.push(self.file(&rounds, Vec::new()));
            }
        }
        Ok(files)
    }

    /// Whom of a half-year all words mean.
    fn meant(&self, past: &PastPeriod, words: &[String]) -> Result<Vec<PeopleRecord>, LedgerError> {
        let Some(first) = words.first() else { return Ok(Vec::new()) };
        let keys = self.ledger.name_keys();
        let mut found = self.ledger.people_called(past, first)?;
        if let Some(name) = number_name(first) {
            found.extend(self.ledger.people_named(past, &[name])?);
        }
        let fits = |who: &KeptPerson, word: &String| {
            let number = number_name(word).map(|name| keys.keyed(name));
            who.name == *word
                || who.key == *word
                || number.is_some_and(|name| who.names.contains(&name))
        };
        found.retain(|record| {
            record.people.first().is_some_and(|who| words.iter().all(|word| fits(who, word)))
        });
        Ok(found)
    }

    fn file(&self, rounds: &[FileRound], rulings: Vec<Vec<String>>) -> PersonFile {
        let Some(who) = rounds.first().and_then(|round| round.record.people.first()) else {
            return PersonFile {
                title: String::new(),
                file_name: String::new(),
                parts: Vec::new(),
            };
        };
        let sheet = FileSheets { rounds };
        let parts = [
            sheet.person(who),
            sheet.groups(),
            sheet.schools(),
            sheet.trainings(),
            sheet.certificates(),
            sheet.subsidies(),
            self.followed(rounds, who),
            FilePart {
                title: "认定记录",
                headings: &["日期", "结论", "经办人", "对象", "说明"],
                rows: rulings,
            },
        ];
        let tail: String = who.key.chars().rev().take(4).collect::<Vec<_>>().iter().rev().collect();
        PersonFile {
            title: format!("{}（{}）", who.name, who.key),
            file_name: format!("{}_{tail}", who.name),
            parts: parts.into_iter().filter(|part| !part.rows.is_empty()).collect(),
        }
    }

    /// What people ruled about the person's rows.
    fn rulings(&self, person: PersonIndex) -> Vec<Vec<String>> {
        let Some(census) = self.results.census else { return Vec::new() };
        let effects = self.results.effects.iter().map(|(effect, _)| effect);
        let own = effects.filter(|one| census.of_source[one.row as usize] == person);
        let mut rows: Vec<Vec<String>> = own
            .map(|effect| {
                let ruling = &self.results.rulings[effect.ruling];
                vec![
                    ruling.on.to_string(),
                    ruling.answer.label().to_owned(),
                    ruling.clerk.clone(),
                    format!("{} {}", ruling.pair.source.institution, ruling.pair.source.who.name),
                    ruling.note.clone(),
                ]
            })
            .collect();
        rows.sort();
        rows.dedup();
        rows
    }

    /// What came back on cards, and services on record.
    fn followed(&self, rounds: &[FileRound], who: &KeptPerson) -> FilePart {
        let key = self.ledger.person_key(&who.key);
        let own = self.cards.iter().filter(|line| line.person == key);
        let mut rows: Vec<Vec<String>> = own
            .map(|line| {
                let told = [&line.month, &line.unit, &line.field, &line.value, &line.filled_by];
                told.into_iter().cloned().collect()
            })
            .collect();
        let sheet = FileSheets { rounds };
        rows.extend(sheet.events(KeptKind::Service).into_iter().map(|(_, one, _)| {
            let day = day(one.began);
            vec![day, one.unit.clone(), one.trade.clone(), "服务记录".to_owned(), String::new()]
        }));
        FilePart {
            title: "监测与服务",
            headings: &["月份、日期", "单位", "项目", "内容", "填表人"],
            rows,
        }
    }
}

fn shares_name(record: &PeopleRecord, who: &KeptPerson) -> bool {
    record.people.iter().any(|one| one.names.iter().any(|name| who.names.contains(name)))
}

fn day(day: Option<jiff::civil::Date>) -> String {
    day.map_or_else(|| "—".to_owned(), |day| day.to_string())
}

fn money(fen: Option<i64>) -> String {
    fen.map_or_else(|| "—".to_owned(), yuan)
}

/// The parts of a file that come from half-years, the latest first.
struct FileSheets<'a> {
    rounds: &'a [FileRound],
}

/// An event, the half-year that tells of it, and what later ones say.
type FiledEvent<'a> = (&'a FileRound, &'a KeptEvent, &'static str);

impl<'a> FileSheets<'a> {
    /// All events of a kind, each once as the latest half-year tells of it; what a later one tells otherwise
    /// stays, marked.
    fn events(&self, kind: KeptKind) -> Vec<FiledEvent<'a>> {
        let mut all: Vec<FiledEvent<'a>> = Vec::new();
        for (at, round) in self.rounds.iter().enumerate() {
            let later: Vec<&KeptEvent> = all.iter().map(|(_, event, _)| *event).collect();
            let own = round.record.events.iter().filter(|event| event.kind == kind);
            let mut more: Vec<FiledEvent<'a>> = Vec::new();
            for event in own {
                match later.iter().find(|known| at > 0 && is_same(known, event)) {
                    None => more.push((round, event, "")),
                    Some(known) if corrected(event, known) => {
                        more.push((round, event, "已被后来的数据更正"));
                    }
                    Some(_) => {}
                }
            }
            all.extend(more);
        }
        all.sort_by_key(|(_, event, _)| event.began);
        all
    }

    fn person(&self, who: &KeptPerson) -> FilePart {
        let labels = || self.rounds.iter().map(|round| round.label.clone());
        FilePart {
            title: "基本信息",
            headings: &["姓名", "证件号码", "标识", "住址", "最早见于", "最近见于"],
            rows: vec![vec![
                who.name.clone(),
                who.id.clone(),
                who.key.clone(),
                who.place.clone(),
                labels().next_back().unwrap_or_default(),
                labels().next().unwrap_or_default(),
            ]],
        }
    }

    fn groups(&self) -> FilePart {
        let mut rows: Vec<Vec<String>> = Vec::new();
        for round in self.rounds {
            for one in &round.record.groups {
                let own = vec![
                    one.title.clone(),
                    day(one.from),
                    day(one.to),
                    one.state.clone(),
                    round.record.show(one.place),
                    round.label.clone(),
                ];
                // The same membership of an earlier half-year says nothing more.
                if rows.iter().all(|known| known[..3] != own[..3] || known[5] == own[5]) {
                    rows.push(own);
                }
            }
        }
        FilePart {
            title: "身份", headings: &["名单", "起", "止", "状态", "出处", "期次"], rows
        }
    }

    fn schools(&self) -> FilePart {
        let row = |(round, one, note): FiledEvent<'_>| {
            vec![
                one.unit.clone(),
                one.trade.clone(),
                one.level.clone(),
                one.class_no.clone(),
                day(one.began),
                one.state.clone(),
                day(one.ended),
                one.certificate.clone(),
                round.record.show(one.place),
                round.label.clone(),
                note.to_owned(),
            ]
        };
        FilePart {
            title: "学籍",
            headings: &[
                "学校",
                "专业",
                "培养层次",
                "班级",
                "入学",
                "状态",
                "离校",
                "毕业证书",
                "出处",
                "期次",
                "说明",
            ],
            rows: self.events(KeptKind::School).into_iter().map(row).collect(),
        }
    }

    /// One line per attendance with its five stages: 报名、培训、考核、就业、补贴.
    fn trainings(&self) -> FilePart {
        let mut all = self.events(KeptKind::Training);
        all.extend(self.events(KeptKind::OnTheJob));
        let row = |(round, one, note): FiledEvent<'_>| {
            let stages = one.stages();
            let mark = |at: usize| if stages[at] { "有" } else { "—" }.to_owned();
            let have = stages.iter().filter(|stage| **stage).count();
            vec![
                one.unit.clone(),
                one.trade.clone(),
                one.level.clone(),
                one.course.clone(),
                mark(0),
                format!("{} 至 {}", day(one.began), day(one.ended)),
                day(one.certificate_on),
                day(one.employed_on),
                mark(4),
                format!("{have}/5"),
                round.record.show(one.place),
                round.label.clone(),
                note.to_owned(),
            ]
        };
        FilePart {
            title: "培训",
            headings: &[
                "机构、单位",
                "工种",
                "等级",
                "类型",
                "报名（申领）",
                "培训",
                "考核（取证）",
                "就业",
                "补贴（发放）",
                "齐备",
                "出处",
                "期次",
                "说明",
            ],
            rows: all.into_iter().map(row).collect(),
        }
    }

    fn certificates(&self) -> FilePart {
        let trained = self.events(KeptKind::Training).into_iter();
        let trained = trained
            .filter(|(_, one, _)| one.certificate_on.is_some() || !one.certificate.is_empty())
            .map(|(round, one, _)| {
                let issued = day(one.certificate_on);
                (
                    ["培训证书", &one.trade, &one.level, &one.certificate, &issued]
                        .map(str::to_owned),
                    round,
                    one,
                )
            });
        let schools = self.events(KeptKind::School).into_iter();
        let schools =
            schools.filter(|(_, one, _)| !one.certificate.is_empty()).map(|(round, one, _)| {
                let issued = day(one.ended);
                (
                    ["毕业证书", &one.trade, &one.level, &one.certificate, &issued]
                        .map(str::to_owned),
                    round,
                    one,
                )
            });
        let row = |(cells, round, one): ([String; 5], &FileRound, &KeptEvent)| {
            let place = round.record.show(one.place);
            cells.into_iter().chain([place, round.label.clone()]).collect()
        };
        FilePart {
            title: "证书",
            headings: &["证书", "工种、专业", "等级", "编号", "日期", "出处", "期次"],
            rows: trained.chain(schools).map(row).collect(),
        }
    }

    fn subsidies(&self) -> FilePart {
        let mut rows: Vec<Vec<String>> = Vec::new();
        for round in self.rounds {
            let shown = round.record.verdicts.iter().filter(|one| !one.is_sensitive);
            for one in shown {
                let own = verdict_row(one, &round.label);
                if rows.iter().all(|known| known[..2] != own[..2] || known[8] == own[8]) {
                    rows.push(own);
                }
            }
        }
        rows.sort_by(|a, b| a[1].cmp(&b[1]));
        FilePart {
            title: "补贴",
            headings: &[
                "项目",
                "归属日期",
                "结论",
                "原因",
                "应发（元）",
                "至多（元）",
                "申领",
                "发放",
                "期次",
            ],
            rows,
        }
    }
}

fn verdict_row(one: &KeptVerdict, label: &str) -> Vec<String> {
    vec![
        format!("{} {}", one.rule, one.title),
        day(one.counted_on),
        one.verdict_label().to_owned(),
        one.reason.clone(),
        money(one.low),
        money(one.high),
        money(one.claimed),
        money(one.paid),
        label.to_owned(),
    ]
}

impl super::Survey {
    /// The people of a run without lists and programmes, for whoever asks for somebody's file.
    fn own_census(&self) -> Census {
        let results = self.results();
        let mut registry = RegistryIndex::new(&results.records.persons, self.linkage_model());
        Census::build(results.records, results.outcomes, &mut registry)
    }
}
