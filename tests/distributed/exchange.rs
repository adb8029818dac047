//! What lies between the steps of a distributed run: parcels go to their parts. Nobody looks into them.

use std::path::{Path, PathBuf};

use bidui::cluster::{Job, LinkFile, LinkSet, Parcel, StepInput};

use super::streams::{file, step, stream};

/// A run in parts.
pub struct Exchange {
    job: Job,
    description: serde_json::Value,
    rows: PathBuf,
    parts: u32,
}

/// Where a step runs: once per file of a side, beside its rows, or once per part.
#[derive(Clone, Copy)]
enum Where {
    File(&'static str),
    Parts(u32),
}

const PERSONS: Where = Where::File("persons");
const SOURCES: Where = Where::File("sources");

fn only(parcels: &[Parcel], what: &str) -> Vec<Parcel> {
    parcels.iter().filter(|parcel| parcel.what == what).cloned().collect()
}

impl Exchange {
    pub fn open(rows: &Path, parts: u32) -> Self {
        let text = fs_err::read_to_string(rows.join("job.json")).expect("readable");
        let job = Job::parse(&text).expect("a job");
        let description = serde_json::from_str(&job.describe().expect("a model")).expect("JSON");
        Self { job, description, rows: rows.to_owned(), parts }
    }

    fn files(&self, side: &str) -> u32 {
        u32::try_from(self.description[side].as_u64().expect("a number")).expect("small")
    }

    fn given(&self) -> StepInput<'_> {
        let (job, parts) = (&self.job, self.parts);
        StepInput { job, rules: &[], parts, filter: None, ruled: false, priors: &[] }
    }

    /// A step in every part.
    fn step(
        &self,
        name: &str,
        here: Where,
        given: &StepInput<'_>,
        sent: &[&[Parcel]],
    ) -> Vec<Parcel> {
        let parts = match here {
            Where::File(side) => self.files(side),
            Where::Parts(parts) => parts,
        };
        // The last come first: nothing may hang on the order of parts or of parcels.
        let one = |part: u32| {
            let mut parcels: Vec<Parcel> =
                sent.iter().rev().copied().flatten().filter(|p| p.part == part).cloned().collect();
            if let Where::File(side) = here {
                parcels.extend(file(&self.rows, side, part));
            }
            step(name, given, &parcels)
        };
        (0..parts).rev().flat_map(one).collect()
    }

    pub fn run(&self, to: &Path) {
        let (mut scored, mut found) = (Vec::new(), Vec::new());
        for pass in self.description["passes"].as_array().expect("passes") {
            let rule = |rule: &serde_json::Value| {
                usize::try_from(rule.as_u64().expect("a number")).expect("small")
            };
            let rules: Vec<usize> = pass.as_array().expect("rules").iter().map(rule).collect();
            let met = self.met(&StepInput { rules: &rules, ..self.given() }, &scored);
            found.extend(only(&met, "found"));
            scored.extend(self.compared(&self.given(), &only(&met, "pair")));
        }
        let tally = self.step("tally", SOURCES, &self.given(), &[&only(&scored, "scored")]);
        let totals = self.step("tally", Where::Parts(1), &self.given(), &[&tally, &found]);
        let set: LinkSet = serde_json::from_slice(&totals[0].bytes).expect("JSON");
        let share = |bits: &String| f64::from_bits(u64::from_str_radix(bits, 16).expect("bits"));
        let priors: Vec<f64> = set.priors.iter().map(share).collect();
        if self.description["asks"] == true {
            scored.extend(self.compared(&StepInput { ruled: true, ..self.given() }, &[]));
        }
        let given = StepInput { priors: &priors, ..self.given() };
        let decided = self.step("judge", SOURCES, &given, &[&scored]);
        let shared = self.step("share", Where::Parts(self.parts), &self.given(), &[&decided]);
        write(to, set, &shared);
    }

    /// Who meets under some rules, of the rows that nothing scored so far settles.
    fn met(&self, given: &StepInput<'_>, scored: &[Parcel]) -> Vec<Parcel> {
        let parts = Where::Parts(self.parts);
        let left = self.step("left-keys", SOURCES, given, &[&only(scored, "scored")]);
        let mut bits = self.step("filter", parts, given, &[&left]);
        bits.sort_by_key(|parcel| parcel.part);
        let size = bits[0].bytes.len();
        let mut filter = vec![0; size * self.parts as usize];
        for parcel in &bits {
            let at = parcel.part as usize * size;
            filter[at..at + size].copy_from_slice(&parcel.bytes);
        }
        let filtered = StepInput { filter: Some(&filter), ..*given };
        let right = self.step("right-keys", PERSONS, &filtered, &[]);
        self.step("meet", parts, given, &[&left, &right])
    }

    fn compared(&self, given: &StepInput<'_>, pairs: &[Parcel]) -> Vec<Parcel> {
        let attached = self.step("attach", PERSONS, given, &[pairs]);
        self.step("compare", SOURCES, given, &[&attached])
    }
}

/// Writes decided rows as a cluster leaves them: files in no order, `links.json` last.
fn write(to: &Path, mut set: LinkSet, parcels: &[Parcel]) {
    fs_err::create_dir_all(to).expect("made");
    for (number, part) in parcels.chunks(parcels.len().div_ceil(2).max(1)).enumerate() {
        let file = format!("part-{number:05}.arrow");
        fs_err::write(to.join(&file), stream(part)).expect("written");
        set.parts.push(LinkFile { file, parcels: part.len() });
    }
    let text = serde_json::to_string(&set).expect("plain data");
    fs_err::write(to.join("links.json"), text).expect("written");
}
