//! A generated project of two half-years with known truth, after both runs.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use crate::generator::{project, rates::Rates, size};

use super::story;

/// The two rounds; nobody may change their files.
pub struct World {
    root: PathBuf,
}

/// The world several tests look at.
pub fn shared() -> &'static World {
    static WORLD: LazyLock<World> = LazyLock::new(|| {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("rounds");
        if root.exists() {
            fs_err::remove_dir_all(&root).expect("removed");
        }
        World::make("example", 31, root)
    });
    &WORLD
}

impl World {
    /// Generates a world and runs both rounds in one project.
    pub fn make(name: &str, seed: u64, root: PathBuf) -> Self {
        let order = project::Order {
            size: size::find(name).expect("a size"),
            rates: Rates::load(None, false).expect("rates"),
            formats: project::formats("xlsx+csv").expect("formats"),
            seed,
            out: root.clone(),
            wishes: true,
            lists: None,
            rounds: 2,
            odd_names: false,
            provinces: 1,
            province: crate::generator::provinces::Province::ALONE,
        };
        project::make(&order).expect("made");
        story::run(&root).expect("the first round");
        let first = root.join("first");
        fs_err::create_dir_all(&first).expect("made");
        for name in ["inputs", "truth", "out"] {
            fs_err::rename(root.join(name), first.join(name)).expect("moved");
        }
        for name in ["inputs", "truth", "project.toml"] {
            fs_err::rename(root.join("next").join(name), root.join(name)).expect("moved");
        }
        story::run(&root).expect("the second round");
        Self { root }
    }

    /// The folder of the first round or the second: inputs, truth, out.
    pub fn round(&self, second: bool) -> PathBuf {
        if second { self.root.clone() } else { self.root.join("first") }
    }

    /// A table of the truth, its headings left out.
    pub fn truth(&self, second: bool, file: &str) -> Vec<Vec<String>> {
        let table = story::table(&self.round(second).join("truth").join(file));
        table.into_iter().skip(1).collect()
    }
}

/// How well a list agrees with the truth.
#[derive(Clone, Copy, Debug, Default)]
pub struct Agreement {
    /// In the list and true.
    pub right: usize,
    /// In the list and not true.
    pub wrong: usize,
    /// True and not in the list.
    pub missed: usize,
}

impl Agreement {
    /// Compares two lists; whoever truly has two 人编号 (`a|b`) is found under either.
    pub fn of(found: &[String], truth: &[String]) -> Self {
        let is = |found: &String, known: &String| known.split('|').any(|number| number == found);
        let right = found.iter().filter(|one| truth.iter().any(|known| is(one, known))).count();
        let met = truth.iter().filter(|known| found.iter().any(|one| is(one, known))).count();
        Self { right, wrong: found.len() - right, missed: truth.len() - met }
    }

    /// Whether the shares of what is right in the list, and of what is found, are at least these per
    /// cent.
    pub fn reaches(self, precision: usize, recall: usize) -> bool {
        let Self { right, wrong, missed } = self;
        right > 0
            && right * 100 >= precision * (right + wrong)
            && right * 100 >= recall * (right + missed)
    }
}
