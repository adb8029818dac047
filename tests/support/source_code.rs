//! Reads the program's own source text: imports, functions, sizes.
//!
//! No parser of Rust: comments, strings and test modules are blanked out, and what is left is
//! read by its braces. That is enough for the limits checked here.

#![allow(clippy::string_slice, reason = "offsets come from searches in the same text")]

use std::path::{Path, PathBuf};

/// One file of `src`.
pub struct SourceFile {
    /// Path relative to `src`, with `/`.
    pub path: String,
    /// The text as it stands.
    pub text: String,
    /// The text with comments, strings and test modules blanked out, line breaks kept.
    pub code: String,
}

/// One function with a body.
pub struct Function {
    pub name: String,
    /// First line, from 1.
    pub line: usize,
    /// From the line of `fn` to its closing brace, both counted.
    pub lines: usize,
    /// `self` counted.
    pub parameters: usize,
}

/// All files of `src` but tests, by path.
pub fn files() -> Vec<SourceFile> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut open = vec![root.clone()];
    let mut paths: Vec<PathBuf> = Vec::new();
    while let Some(folder) = open.pop() {
        for item in fs_err::read_dir(folder).expect("src is readable") {
            let path = item.expect("an item").path();
            if path.is_dir() { open.push(path) } else { paths.push(path) }
        }
    }
    let is_code = |path: &PathBuf| {
        path.extension().is_some_and(|end| end == "rs")
            && path.file_stem().is_some_and(|stem| !stem.to_string_lossy().ends_with("tests"))
            && !path.components().any(|part| part.as_os_str() == "tests")
    };
    let mut files: Vec<SourceFile> =
        paths.into_iter().filter(is_code).map(|path| read(&root, &path)).collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let test_only: Vec<String> = files.iter().flat_map(test_modules).collect();
    files.retain(|file| !test_only.iter().any(|path| file.path.starts_with(path)));
    files
}

/// Paths (without ending) of the modules a file declares as `#[cfg(test)] mod name;`.
fn test_modules(file: &SourceFile) -> Vec<String> {
    let folder = match file.path.strip_suffix("mod.rs") {
        Some(folder) => folder.to_owned(),
        None => format!("{}/", file.path.trim_end_matches(".rs")),
    };
    let blanked = blank(&file.text);
    let declared = blanked.split("#[cfg(test)]").skip(1).filter_map(|rest| {
        let (declaration, _) = rest.split_once([';', '{'])?;
        declaration.trim().rsplit_once("mod ").map(|(_, name)| name.trim().to_owned())
    });
    declared.flat_map(|name| [format!("{folder}{name}.rs"), format!("{folder}{name}/")]).collect()
}

fn read(root: &Path, path: &Path) -> SourceFile {
    let text = fs_err::read_to_string(path).expect("readable");
    let below = path.strip_prefix(root).expect("below src");
    let code = without_test_modules(&blank(&text));
    SourceFile { path: below.to_string_lossy().replace('\\', "/"), text, code }
}

/// The text with comments and the insides of strings and characters blanked out.
pub fn blank(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < letters.len() {
        let end = token_end(&letters, at);
        let visible = end == at + 1;
        for letter in &letters[at..end] {
            out.push(if visible || *letter == '\n' { *letter } else { ' ' });
        }
        at = end;
    }
    out
}

/// End of the comment, string or character that begins at `at`; `at + 1` for anything else.
fn token_end(letters: &[char], at: usize) -> usize {
    let next = |offset: usize| letters.get(at + offset).copied().unwrap_or('\0');
    match letters[at] {
        '/' if next(1) == '/' => find(letters, at, |l, i| l[i] == '\n'),
        '/' if next(1) == '*' => {
            find(letters, at + 2, |l, i| l[i] == '*' && l.get(i + 1) == Some(&'/')) + 2
        }
        'r' if !after_word(letters, at) && matches!(next(1), '"' | '#') => raw_end(letters, at),
        '"' => quoted_end(letters, at, '"'),
        '\'' if next(1) == '\\' || next(2) == '\'' => quoted_end(letters, at, '\''),
        _ => at + 1,
    }
    .min(letters.len())
}

fn after_word(letters: &[char], at: usize) -> bool {
    at > 0 && (letters[at - 1].is_alphanumeric() || letters[at - 1] == '_')
}

fn find(letters: &[char], from: usize, hit: fn(&[char], usize) -> bool) -> usize {
    (from..letters.len()).find(|index| hit(letters, *index)).unwrap_or(letters.len())
}

fn quoted_end(letters: &[char], at: usize, quote: char) -> usize {
    let mut index = at + 1;
    while index < letters.len() && letters[index] != quote {
        index += if letters[index] == '\\' { 2 } else { 1 };
    }
    index + 1
}

/// End of `r"…"` or `r#"…"#`; `at + 1` for a raw identifier.
fn raw_end(letters: &[char], at: usize) -> usize {
    let hashes = letters[at + 1..].iter().take_while(|letter| **letter == '#').count();
    let open = at + 1 + hashes;
    if letters.get(open) != Some(&'"') {
        return at + 1;
    }
    let closes = |index: usize| {
        letters[index] == '"' && (1..=hashes).all(|n| letters.get(index + n) == Some(&'#'))
    };
    (open + 1..letters.len()).find(|index| closes(*index)).map_or(letters.len(), |i| i + 1 + hashes)
}

/// Blanks `#[cfg(test)] … { … }` and `#[cfg(test)] mod tests;`.
fn without_test_modules(code: &str) -> String {
    let mut out = code.to_owned();
    while let Some(start) = out.find("#[cfg(test)]") {
        let rest = &out[start..];
        let stop = rest.find([';', '{']).unwrap_or(rest.len() - 1);
        let end = if rest[stop..].starts_with('{') { body_end(rest, stop) } else { stop + 1 };
        let blanked: String =
            rest[..end].chars().map(|letter| if letter == '\n' { '\n' } else { ' ' }).collect();
        out.replace_range(start..start + end, &blanked);
    }
    out
}

/// Offset after the brace that closes the one at `open`.
fn body_end(code: &str, open: usize) -> usize {
    let mut depth = 0;
    for (offset, letter) in code[open..].char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return open + offset + 1;
        }
    }
    code.len()
}

impl SourceFile {
    /// The top-level module the file belongs to: `config`, `pipeline`, `main`.
    pub fn module(&self) -> &str {
        let first = self.path.split('/').next().unwrap_or_default();
        first.strip_suffix(".rs").unwrap_or(first)
    }

    /// Lines that hold code.
    pub fn code_lines(&self) -> usize {
        self.code.lines().filter(|line| !line.trim().is_empty()).count()
    }

    /// What the file names of other top-level modules: the module, and the path behind it.
    pub fn imports(&self) -> Vec<(String, String)> {
        let prefixes = [("crate::", 0), ("bidui::", 0), ("super::", self.depth())];
        let mut found = Vec::new();
        for (prefix, supers) in prefixes {
            let root = if supers == 0 { prefix.to_owned() } else { prefix.repeat(supers) };
            for (at, _) in self.code.match_indices(&root) {
                let before = self.code[..at].chars().next_back().unwrap_or(' ');
                if !before.is_alphanumeric() && !matches!(before, '_' | ':') {
                    found.extend(named(&self.code[at + root.len()..]));
                }
            }
        }
        found
    }

    /// How many `super::` lead to the crate root.
    fn depth(&self) -> usize {
        let parts = self.path.split('/').count();
        if self.path.ends_with("/mod.rs") { parts - 1 } else { parts }
    }

    /// All functions with a body, in order.
    pub fn functions(&self) -> Vec<Function> {
        let starts = self.code.match_indices("fn ").map(|(at, _)| at);
        let own = starts.filter(|at| {
            let before = self.code[..*at].chars().next_back().unwrap_or(' ');
            !before.is_alphanumeric() && before != '_'
        });
        own.filter_map(|at| function(&self.code, at)).collect()
    }
}

/// The first names of a path or of a `{…}` group of paths, each with what follows it.
fn named(rest: &str) -> Vec<(String, String)> {
    if !rest.starts_with('{') {
        let mut depth = 0;
        let mut ends = |letter: &char| {
            match letter {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            *letter == ';' || depth < 0 || (depth == 0 && ",() <>!".contains(*letter))
        };
        let path: String = rest.chars().take_while(|letter| !ends(letter)).collect();
        return split_path(&path).into_iter().collect();
    }
    let group = &rest[1..body_end(rest, 0).saturating_sub(1)];
    let mut depth = 0;
    let pieces = group.split(|letter: char| {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        depth == 0 && letter == ','
    });
    pieces.filter_map(|piece| split_path(piece.trim())).collect()
}

fn split_path(path: &str) -> Option<(String, String)> {
    let (first, rest) = path.split_once("::").unwrap_or((path, ""));
    let module = first.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_');
    (module && !first.is_empty()).then(|| (first.to_owned(), rest.to_owned()))
}

fn function(code: &str, at: usize) -> Option<Function> {
    let rest = &code[at + 3..];
    let name: String =
        rest.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
    let open = at + code[at..].find('(')?;
    let (close, parameters) = parameters(code, open)?;
    let stop = close + code[close..].find(['{', ';'])?;
    if name.is_empty() || code[stop..].starts_with(';') {
        return None;
    }
    let line = |offset: usize| code[..offset].matches('\n').count() + 1;
    let (first, last) = (line(at), line(body_end(code, stop)));
    Some(Function { name, line: first, lines: last - first + 1, parameters })
}

/// Offset of the closing bracket, and how many parameters stand between.
fn parameters(code: &str, open: usize) -> Option<(usize, usize)> {
    let (mut depth, mut count, mut pending) = (0, 0, false);
    let mut last = ' ';
    for (offset, letter) in code[open..].char_indices() {
        match letter {
            '(' | '[' | '{' | '<' => depth += 1,
            // `->` closes nothing.
            '>' if last == '-' => {}
            ')' | ']' | '}' | '>' => depth -= 1,
            ',' if depth == 1 => {
                count += usize::from(pending);
                pending = false;
            }
            _ => {}
        }
        if depth == 0 {
            return Some((open + offset, count + usize::from(pending)));
        }
        let separates = letter == ',' && depth == 1;
        pending |= !(letter.is_whitespace() || separates) && offset > 0;
        last = letter;
    }
    None
}
