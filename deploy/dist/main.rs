//! What a package holds besides the program: man pages, completions for shells, and archives that come out the
//! same whenever they are packed. `make dist` runs it.
//!
//! ```text
//! dist papers FOLDER         man/*.1, completions/*
//! dist manual FILE           docs/手册 as one page
//! dist zip FOLDER FILE       the folder and all below it, in order, with one time for all
//! ```

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap_complete::Shell;
use zip::write::SimpleFileOptions;

/// Headings clap's pages have, and how Chinese manual pages call them.
const HEADINGS: [(&str, &str); 7] = [
    ("NAME", "名称"),
    ("SYNOPSIS", "用法"),
    ("DESCRIPTION", "说明"),
    ("OPTIONS", "选项"),
    ("SUBCOMMANDS", "命令"),
    ("EXTRA", "另外"),
    ("VERSION", "版本"),
];

fn main() -> anyhow::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["papers", folder] => papers(Path::new(folder)),
        ["manual", file] => Ok(fs_err::write(file, bidui::manual::page())?),
        ["zip", folder, file] => pack(Path::new(folder), Path::new(file)),
        _ => bail!("dist papers FOLDER | dist manual FILE | dist zip FOLDER FILE"),
    }
}

fn papers(folder: &Path) -> anyhow::Result<()> {
    let (man, completions) = (folder.join("man"), folder.join("completions"));
    fs_err::create_dir_all(&man)?;
    fs_err::create_dir_all(&completions)?;
    let mut command = bidui::cli::command();
    command.build();
    page(&command, &man)?;
    for below in command.get_subcommands().filter(|below| !below.is_hide_set()) {
        let name = format!("bidui-{}", below.get_name());
        page(&below.clone().name(name.clone()).display_name(name), &man)?;
    }
    for shell in [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::PowerShell] {
        clap_complete::generate_to(shell, &mut command, "bidui", &completions)?;
    }
    Ok(())
}

/// One manual page, with the headings in Chinese.
fn page(command: &clap::Command, folder: &Path) -> anyhow::Result<()> {
    let mut bytes = Vec::new();
    clap_mangen::Man::new(command.clone()).date("").manual("比对").render(&mut bytes)?;
    let text = String::from_utf8(bytes).context("a manual page is UTF-8")?;
    let lines = text.lines().map(|line| {
        let named = line.strip_prefix(".SH ").unwrap_or_default();
        let chinese = HEADINGS.iter().find(|(english, _)| *english == named);
        chinese.map_or_else(|| line.to_owned(), |(_, chinese)| format!(".SH {chinese}"))
    });
    let text: String = lines.flat_map(|line| [line, "\n".to_owned()]).collect();
    Ok(fs_err::write(folder.join(format!("{}.1", command.get_name())), text)?)
}

/// A zip whose bytes hang on nothing but names and contents: sorted, and of the day the format begins with.
fn pack(folder: &Path, file: &Path) -> anyhow::Result<()> {
    let above = folder.parent().context("a folder with a name")?;
    let mut paths = Vec::new();
    collect(folder, &mut paths)?;
    paths.sort();
    let mut archive = zip::ZipWriter::new(fs_err::File::create(file)?);
    let options = SimpleFileOptions::default()
        .last_modified_time(zip::DateTime::default())
        .unix_permissions(0o644);
    for path in paths {
        let name: Vec<_> =
            path.strip_prefix(above)?.iter().map(|part| part.to_string_lossy()).collect();
        archive.start_file(name.join("/"), options)?;
        archive.write_all(&fs_err::read(&path)?)?;
    }
    archive.finish()?;
    Ok(())
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    for entry in fs_err::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { collect(&path, paths)? } else { paths.push(path) }
    }
    Ok(())
}
