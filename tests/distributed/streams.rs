//! Streams in memory: what a cluster sends to a kernel and gets back.

use std::path::Path;

use bidui::cluster::{Parcel, ParcelReader, ParcelWriter, StepInput, run_step};

/// Parcels as a stream.
pub fn stream(parcels: &[Parcel]) -> Vec<u8> {
    let mut out = ParcelWriter::open(Vec::new()).expect("memory");
    // Several batches, so that no step takes the first for all.
    for parcels in parcels.chunks(3) {
        out.put(parcels).expect("memory");
    }
    out.finish().expect("memory")
}

/// The parcels of a stream.
pub fn read(bytes: &[u8]) -> Vec<Parcel> {
    let mut stream = ParcelReader::open(bytes).expect("a stream");
    let mut found = Vec::new();
    while let Some(parcels) = stream.next_parcels().expect("a batch") {
        found.extend(parcels);
    }
    found
}

/// The rows of one file that `bidui records` wrote.
pub fn file(folder: &Path, side: &str, part: u32) -> Vec<Parcel> {
    read(&fs_err::read(folder.join(format!("{side}-{part:05}.arrow"))).expect("readable"))
}

/// One step of one kernel.
pub fn step(name: &str, given: &StepInput<'_>, parcels: &[Parcel]) -> Vec<Parcel> {
    let output = run_step(name, given, &stream(parcels)[..], Vec::new());
    read(&output.unwrap_or_else(|error| panic!("{name}: {error}")))
}
