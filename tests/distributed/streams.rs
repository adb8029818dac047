//! Streams in memory: what a cluster sends to a kernel and gets back.

use std::path::Path;

use bidui::cluster::{BatchLayout, Inflow, Job, Outflow, StepInput, layout_of, run_step};

use super::lines::{Line, columns, lines};

/// Lines as a stream.
pub fn stream(rows: &[Line], layout: &BatchLayout) -> Vec<u8> {
    let mut out = Outflow::open(Vec::new(), layout).expect("memory");
    // Several batches, so that no step takes the first for all.
    for rows in rows.chunks(97) {
        out.put(&columns(rows, layout)).expect("memory");
    }
    out.finish().expect("memory")
}

/// The lines of a stream.
pub fn read(bytes: &[u8], layout: &BatchLayout) -> Vec<Line> {
    let mut stream = Inflow::open(bytes, layout).expect("a stream");
    let mut found = Vec::new();
    while let Some(batch) = stream.next_batch().expect("a batch") {
        found.extend(lines(&batch, layout));
    }
    found
}

/// The rows `bidui records` wrote: all files of one name, in order.
pub fn files(folder: &Path, name: &str) -> Vec<Line> {
    let layout = layout_of(name).expect("a table");
    let listed =
        fs_err::read_dir(folder).expect("a folder").map(|file| file.expect("a file").path());
    let is_meant = |path: &std::path::PathBuf| {
        path.file_name().is_some_and(|file| file.to_string_lossy().starts_with(name))
    };
    let mut paths: Vec<_> = listed.filter(is_meant).collect();
    paths.sort();
    let bytes = paths.iter().map(|path| fs_err::read(path).expect("readable"));
    bytes.flat_map(|bytes| read(&bytes, layout)).collect()
}

/// One step of one kernel.
pub struct Kernel<'a> {
    pub job: &'a Job,
    pub rules: &'a [usize],
    pub filter: Option<&'a [u8]>,
    pub priors: &'a [f64],
}

/// Binary logarithms of the bit set's bits and slices.
pub const FILTER: (u32, u32) = (16, 4);

impl Kernel<'_> {
    pub fn step(&self, step: &str, rows: &[Line], from: &str, to: &str) -> Vec<Line> {
        let (bits, slices) = FILTER;
        let given = StepInput {
            job: self.job,
            rules: self.rules,
            filter: self.filter,
            bits: bidui::cluster::FilterSize { bits, slices },
            priors: self.priors,
        };
        let input = stream(rows, layout_of(from).expect("a table"));
        let output = run_step(step, &given, &input[..], Vec::new());
        read(&output.unwrap_or_else(|e| panic!("{step}: {e}")), layout_of(to).expect("a table"))
    }
}
