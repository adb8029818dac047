//! Mutates project files, province files and the files that bind a bureau's own forms.

#![no_main]

use std::path::Path;

use bidui_fuzz::config::{Binding, Project, Province};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    // In memory where the system has such a place.
    let base = Path::new("/dev/shm");
    let base = if base.is_dir() { base.to_owned() } else { std::env::temp_dir() };
    let folder = base.join(format!("bidui-fuzz-{}", std::process::id()));
    if fs_err::create_dir_all(&folder).is_err() {
        return;
    }
    let path = folder.join("project.toml");
    if fs_err::write(&path, data).is_err() {
        return;
    }
    for told in [
        Project::load(&path, None).err().map(|errors| errors.to_string()),
        Province::load(&path, None).err().map(|errors| errors.to_string()),
        Binding::load(&folder, &path, &["skills-plan-2019"]).err().map(|errors| errors.to_string()),
    ] {
        assert!(told.is_none_or(|text| !text.is_empty()));
    }
});
