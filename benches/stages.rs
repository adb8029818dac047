//! One whole run with the CPU time of every stage: the pipeline is given a clock that counts CPU
//! seconds of all threads, so that a busy machine does not show.
//!
//! `cargo bench --bench stages -- PROJECT.toml OUT`

use std::path::{Path, PathBuf};
use std::time::Duration;

use bidui::config::Project;
use bidui::pipeline::{self, Clock, RunOptions};
use bidui::sources::Silent;
use jiff::Timestamp;

#[path = "usage.rs"]
mod usage;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Seconds are CPU seconds here.
struct CpuClock;

impl Clock for CpuClock {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }

    fn seconds(&self) -> f64 {
        usage::now().cpu_seconds
    }
}

#[expect(clippy::print_stdout, reason = "its result")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let paths: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let [project, out] = paths.as_slice() else { return Err("PROJECT.toml OUT".into()) };
    let project = Project::load(Path::new(project), None).map_err(|errors| errors.to_string())?;
    let options =
        RunOptions { out: Some(PathBuf::from(out)), wait: Duration::ZERO, ..RunOptions::default() };
    let report = pipeline::run(&project, &options, &CpuClock, &Silent)?;
    let manifest = fs_err::read_to_string(report.folder.join("run.json"))?;
    let manifest: serde_json::Value = serde_json::from_str(&manifest)?;
    println!("CPU seconds {}", manifest["seconds"]);
    println!("peak bytes {}", usage::now().peak_bytes);
    Ok(())
}
