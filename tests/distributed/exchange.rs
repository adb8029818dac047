//! What lies between the steps of a distributed run: joins, sorts and counts of integers, in so many parts.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use bidui::cluster::{Job, LinkFile, LinkSet, RuleCount, layout_of};

use super::lines::{Line, Value};
use super::streams::{FILTER, Kernel, files, stream};

/// Years on either side of a birth that make up a cohort.
const COHORT: i64 = 7;

/// What decides whose registration counts: region, 人编号, 户编号, row.
type Registration = (i64, Option<String>, Option<String>, i64);

/// A run in parts.
pub struct Exchange {
    job: Job,
    description: serde_json::Value,
    persons: Vec<Line>,
    sources: Vec<Line>,
    parts: u32,
}

/// Lines dealt out by a key: lines of one key are in one part.
fn deal(lines: Vec<Line>, parts: u32, key: impl Fn(&Line) -> i64) -> Vec<Vec<Line>> {
    let mut dealt = vec![Vec::new(); parts as usize];
    for line in lines {
        let part = (key(&line).cast_unsigned().wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 33)
            % u64::from(parts);
        dealt[usize::try_from(part).expect("small")].push(line);
    }
    dealt
}

fn count<K: Ord>(keys: impl Iterator<Item = K>) -> BTreeMap<K, i64> {
    let mut counts = BTreeMap::new();
    keys.for_each(|key| *counts.entry(key).or_default() += 1);
    counts
}

fn numbers(value: &serde_json::Value) -> Vec<usize> {
    let number =
        |n: &serde_json::Value| usize::try_from(n.as_u64().expect("a number")).expect("small");
    value.as_array().expect("a list").iter().map(number).collect()
}

impl Exchange {
    pub fn open(rows: &Path, parts: u32) -> Self {
        let text = fs_err::read_to_string(rows.join("job.json")).expect("readable");
        let job = Job::parse(&text).expect("a job");
        let description = serde_json::from_str(&job.describe().expect("a model")).expect("JSON");
        let persons = files(rows, "persons");
        let sources = files(rows, "sources");
        assert_eq!((persons.len(), sources.len()), (job.right_rows, job.left_rows));
        Self { job, description, persons, sources, parts }
    }

    fn kernel(&self) -> Kernel<'_> {
        Kernel { job: &self.job, rules: &[], filter: None, priors: &[] }
    }

    pub fn run(&self, to: &Path) {
        let persons = self.rich_persons();
        let sources = self.owned_sources();
        let mut scored = Vec::new();
        let mut settled: BTreeSet<i64> = BTreeSet::new();
        let mut blocking: BTreeMap<usize, RuleCount> = BTreeMap::new();
        for pass in self.description["passes"].as_array().expect("passes") {
            let open: Vec<Line> =
                sources.iter().filter(|s| !settled.contains(&s.long("row"))).cloned().collect();
            let pairs = self.block(&open, &numbers(pass), &mut blocking);
            let found = self.compare(&sources, &persons, &pairs);
            settled.extend(found.iter().filter(|s| s.long("settles") == 1).map(|s| s.long("left")));
            scored.extend(found);
        }
        let priors = self.priors(&scored);
        let decided = self.judge(&sources, &persons, &scored, &priors);
        let pairs: BTreeSet<(i64, i64)> =
            scored.iter().map(|pair| (pair.long("left"), pair.long("right"))).collect();
        let set = LinkSet {
            id: self.job.id.clone(),
            pairs: pairs.len(),
            priors: priors.iter().map(|share| format!("{:016x}", share.to_bits())).collect(),
            observed: self.job.observed.clone(),
            blocking: blocking.into_values().collect(),
            parts: Vec::new(),
        };
        write(to, set, &self.share(decided, &persons));
    }

    /// Registry rows with entity, members and counts.
    fn rich_persons(&self) -> BTreeMap<i64, Line> {
        let persons = &self.persons;
        let number = |p: &Line| Some((p.long("region"), p.text("number")?));
        let (by_number, by_id) = (
            count(persons.iter().filter_map(number)),
            count(persons.iter().filter_map(|p| p.maybe("sound_id"))),
        );
        let shares = |p: &&Line| {
            number(p).is_some_and(|n| by_number[&n] > 1)
                || p.maybe("sound_id").is_some_and(|id| by_id[&id] > 1)
        };
        let named: Vec<Line> = persons.iter().filter(shares).cloned().collect();
        let found = self.kernel().step("people", &named, "named", "entities");
        let entities: BTreeMap<i64, i64> =
            found.iter().map(|line| (line.long("row"), line.long("entity"))).collect();
        let mut living = persons.clone();
        living.sort_by_key(|p| {
            let numbers = (p.text("person_no"), p.text("household_no"));
            (p.long("household"), p.long("region"), numbers, p.long("row"))
        });
        let members = deal(living, self.parts, |p| p.long("household")).into_iter();
        let members =
            members.flat_map(|part| self.kernel().step("members", &part, "living", "members"));
        let members: BTreeMap<i64, Value> =
            members.map(|line| (line.long("row"), line.0["members"].clone())).collect();
        let counts = counts(persons);
        let rich = |p: &Line| {
            let row = p.long("row");
            let line = p
                .clone()
                .with_long("entity", entities.get(&row).copied().unwrap_or(row))
                .with("members", members[&row].clone())
                .with("counts", Value::Longs(counts[usize::try_from(row).expect("a row")].clone()));
            (row, line)
        };
        persons.iter().map(rich).collect()
    }

    /// Source rows with the households that own their numbers.
    fn owned_sources(&self) -> Vec<Line> {
        let mut owners: BTreeMap<i64, (Registration, i64)> = BTreeMap::new();
        for p in &self.persons {
            let Some(id) = p.maybe("sound_id") else { continue };
            let order =
                (p.long("region"), p.text("person_no"), p.text("household_no"), p.long("row"));
            let this = (order, p.long("household"));
            let known = owners.entry(id).or_insert_with(|| this.clone());
            if this.0 < known.0 {
                *known = this;
            }
        }
        let owner = |id: i64| owners.get(&id).map(|(_, household)| *household);
        let owned = |s: &Line| {
            let homes = s.longs("relatives").into_iter().filter_map(owner).collect();
            s.clone()
                .with("owner", Value::Long(s.maybe("sound_id").and_then(owner)))
                .with("homes", Value::Longs(homes))
        };
        self.sources.iter().map(owned).collect()
    }

    fn keys(
        &self,
        lines: Vec<Line>,
        rules: &[usize],
        side: &str,
        filter: Option<&[u8]>,
    ) -> Vec<Line> {
        let step = format!("{side}-keys");
        let kernel = Kernel { rules, filter, ..self.kernel() };
        let dealt = deal(lines, self.parts, |line| line.long("row")).into_iter();
        dealt.flat_map(|part| kernel.step(&step, &part, &step, "keys")).collect()
    }

    /// A bit set over the leading bits of keys, put together of its slices.
    fn filter(&self, keys: &[Line]) -> Vec<u8> {
        let (bits, slices) = FILTER;
        let slice = |key: i64| i64::try_from(key.cast_unsigned() >> (64 - slices)).expect("small");
        let mut sorted = keys.to_vec();
        sorted.sort_by_key(|key| slice(key.long("key")));
        let size = 1_usize << (bits - slices - 3);
        let mut set = vec![0; size << slices];
        for part in deal(sorted, self.parts, |key| slice(key.long("key"))) {
            for found in self.kernel().step("filter", &part, "keys", "slices") {
                let at = usize::try_from(found.long("slice")).expect("small") * size;
                let Value::Bytes(bytes) = &found.0["bits"] else { panic!("bytes") };
                set[at..at + size].copy_from_slice(bytes);
            }
        }
        set
    }

    /// The pairs of some rules, and what each of them found.
    fn block(
        &self,
        open: &[Line],
        rules: &[usize],
        blocking: &mut BTreeMap<usize, RuleCount>,
    ) -> BTreeSet<(i64, i64)> {
        let left = self.keys(open.to_vec(), rules, "left", None);
        let filter = self.filter(&left);
        let right = self.keys(self.persons.clone(), rules, "right", Some(&filter));
        let mut blocks: BTreeMap<(i64, i64), [Vec<i64>; 2]> = BTreeMap::new();
        for (side, keys) in [left, right].iter().enumerate() {
            for key in keys {
                let block = blocks.entry((key.long("lane"), key.long("key"))).or_default();
                block[side].push(key.long("row"));
            }
        }
        let mut pairs = BTreeSet::new();
        for rule in rules {
            let described = &self.description["rules"][rule];
            let most = |what: &str| {
                usize::try_from(described[what].as_u64().expect("a limit")).expect("small")
            };
            let lanes = numbers(&described["lanes"]);
            let name = described["name"].as_str().expect("a name").to_owned();
            let found = blocking.entry(*rule).or_insert(RuleCount {
                rule: name,
                left_rows: 0,
                pairs: 0,
                oversized: 0,
                oversized_rows: 0,
            });
            for ((lane, _), [lefts, rights]) in &blocks {
                if !lanes.contains(&usize::try_from(*lane).expect("small")) {
                    continue;
                }
                found.left_rows += lefts.len();
                if rights.len() > most("limit") || lefts.len() * rights.len() > most("pairs") {
                    found.oversized += usize::from(!lefts.is_empty());
                    found.oversized_rows += lefts.len();
                    continue;
                }
                found.pairs += lefts.len() * rights.len();
                pairs.extend(lefts.iter().flat_map(|l| rights.iter().map(move |r| (*l, *r))));
            }
        }
        pairs
    }

    fn compare(
        &self,
        sources: &[Line],
        persons: &BTreeMap<i64, Line>,
        pairs: &BTreeSet<(i64, i64)>,
    ) -> Vec<Line> {
        let mut lines = Vec::new();
        for source in sources {
            let left = source.long("row");
            let mut source = source.clone().with_long("left", left);
            source.0.remove("right");
            lines.push(source);
            for (_, right) in pairs.range((left, i64::MIN)..=(left, i64::MAX)) {
                lines.push(
                    persons[right].clone().with_long("left", left).with_long("right", *right),
                );
            }
        }
        let dealt = deal(lines, self.parts, |line| line.long("left")).into_iter();
        dealt.flat_map(|part| self.kernel().step("compare", &part, "pairs", "scored")).collect()
    }

    fn priors(&self, scored: &[Line]) -> Vec<f64> {
        let group: BTreeMap<i64, i64> =
            self.sources.iter().map(|s| (s.long("row"), s.long("group_no"))).collect();
        let sound = self.sources.iter().filter(|s| s.maybe("sound_id").is_some());
        let rows = count(sound.map(|s| s.long("group_no")));
        let hits: BTreeSet<i64> =
            scored.iter().filter(|s| s.long("hit") == 1).map(|s| s.long("left")).collect();
        let hits = count(hits.iter().map(|left| group[left]));
        let line = |(group, rows): (&i64, &i64)| {
            Line::default()
                .with_long("group_no", *group)
                .with_long("rows", *rows)
                .with_long("hits", hits.get(group).copied().unwrap_or(0))
        };
        let lines: Vec<Line> = rows.iter().map(line).collect();
        let found = self.kernel().step("priors", &lines, "sound", "priors");
        let share =
            |line: &Line| if let Value::Real(share) = line.0["share"] { share } else { 0.0 };
        found.iter().map(share).collect()
    }

    fn judge(
        &self,
        sources: &[Line],
        persons: &BTreeMap<i64, Line>,
        scored: &[Line],
        priors: &[f64],
    ) -> Vec<Line> {
        let asked = self.job.rulings.iter();
        let asked = asked.filter_map(|r| Some((i64::from(r.left), i64::from(r.right?)))).collect();
        let forced = self.compare(sources, persons, &asked);
        let mut lines: Vec<Line> = sources
            .iter()
            .map(|s| Line::default().with_long("left", s.long("row")).and(s))
            .map(|line| line.with("right", Value::Long(None)))
            .collect();
        lines.extend(scored.iter().map(|line| line.clone().with_long("forced", 0)));
        lines.extend(forced.into_iter().map(|line| line.with_long("forced", 1)));
        lines.sort_by_key(|line| (line.long("left"), line.maybe("right"), line.maybe("forced")));
        let kernel = Kernel { priors, ..self.kernel() };
        let dealt = deal(lines, self.parts, |line| line.long("left")).into_iter();
        dealt.flat_map(|part| kernel.step("judge", &part, "candidates", "decided")).collect()
    }

    /// Decided rows after assignment, with the counts of each candidate.
    fn share(&self, decided: Vec<Line>, persons: &BTreeMap<i64, Line>) -> Vec<Line> {
        let of: BTreeMap<i64, &Line> = self.sources.iter().map(|s| (s.long("row"), s)).collect();
        let scoped = |line: Line| {
            let source = of[&line.long("left")];
            let (scope, name) = (source.long("scope"), source.long("name_hash"));
            line.with_long("scope", scope).with_long("name_hash", name)
        };
        let mut scoped: Vec<Line> = decided.into_iter().map(scoped).collect();
        scoped.sort_by_key(|l| (l.long("scope"), l.long("left"), l.long("place")));
        let dealt = deal(scoped, self.parts, |line| line.long("scope")).into_iter();
        let shared = dealt.flat_map(|part| self.kernel().step("share", &part, "scoped", "decided"));
        let counted = |line: Line| {
            let counts = line.maybe("right").map_or_else(Vec::new, |r| persons[&r].longs("counts"));
            line.with("counts", Value::Longs(counts))
        };
        let mut lines: Vec<Line> = shared.map(counted).collect();
        lines.sort_by_key(|line| (line.long("left"), line.long("place")));
        lines
    }
}

/// Writes decided rows as a cluster leaves them: files in the order of the rows, `links.json` last.
fn write(to: &Path, mut set: LinkSet, lines: &[Line]) {
    fs_err::create_dir_all(to).expect("made");
    let middle = lines.len() / 2;
    let middle = middle + lines[middle..].iter().take_while(|line| line.long("place") > 0).count();
    for (number, part) in [&lines[..middle], &lines[middle..]].into_iter().enumerate() {
        let file = format!("part-{number:05}.arrow");
        let bytes = stream(part, layout_of("outcomes").expect("a table"));
        fs_err::write(to.join(&file), bytes).expect("written");
        set.parts.push(LinkFile { file, lines: part.len() });
    }
    let text = serde_json::to_string(&set).expect("plain data");
    fs_err::write(to.join("links.json"), text).expect("written");
}

/// The thirteen counts of every registry row, and behind them those of strangers.
fn counts(persons: &[Line]) -> Vec<Vec<i64>> {
    let named = || persons.iter().filter(|p| p.maybe("folded").is_some());
    let settled = || named().filter_map(|p| Some((p, p.maybe("village")?)));
    let bearers = count(named().map(|p| p.long("folded")));
    let sound = count(named().map(|p| p.long("sound")));
    let surname = count(named().map(|p| p.long("surname")));
    let in_village = count(settled().map(|(p, village)| (p.long("surname"), village)));
    let people = count(settled().map(|(_, village)| village));
    let given = count(named().map(|p| (p.long("given"), p.long("year"))));
    let years = count(named().map(|p| p.long("year")));
    let year = count(persons.iter().map(|p| p.long("year")));
    let places = ["county", "town", "village"]
        .map(|level| count(persons.iter().filter_map(|p| p.maybe(level))));
    let all_given = count(named().map(|p| p.long("given")));
    let areas = count(persons.iter().filter_map(|p| p.maybe("area")));
    let near = |all: Vec<(i64, i64)>, year: i64| -> i64 {
        let is_near = |other: i64| year == 0 || (other - year).abs() <= COHORT;
        all.into_iter().filter(|(other, _)| is_near(*other)).map(|(_, count)| count).sum()
    };
    let years: Vec<(i64, i64)> = years.into_iter().collect();
    let of = |p: &Line| {
        let born = p.long("year");
        let mut counts = vec![0; 7];
        if let Some(folded) = p.maybe("folded") {
            let (family, own) = (p.long("surname"), p.long("given"));
            let same = given.range((own, i64::MIN)..=(own, i64::MAX)).map(|((_, y), n)| (*y, *n));
            let village = p.maybe("village");
            counts = vec![
                bearers[&folded],
                sound[&p.long("sound")],
                surname[&family],
                village.map_or(0, |village| in_village[&(family, village)]),
                village.map_or(0, |village| people[&village]),
                near(same.collect(), born),
                near(years.clone(), born),
            ];
        }
        counts.push(year[&born]);
        let levels = ["county", "town", "village"].iter().zip(&places);
        counts.extend(levels.map(|(level, known)| p.maybe(level).map_or(0, |place| known[&place])));
        counts.push(p.maybe("given").map_or(0, |given| all_given[&given]));
        counts.push(p.maybe("area").map_or(0, |area| areas[&area]));
        counts.extend(p.longs("strangers"));
        counts
    };
    persons.iter().map(of).collect()
}
