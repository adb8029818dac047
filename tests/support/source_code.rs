//! Reads the program's own source with `syn`: imports, functions, types, sizes. Test modules are
//! left out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::visit::{self, Visit};

/// One file of `src`, test modules left out.
#[derive(Debug, Default)]
pub struct SourceFile {
    /// Path relative to `src`, with `/`.
    pub path: String,
    /// The text as it is, tests included.
    pub text: String,
    /// Tokens with one blank between them; strings and comments are left out.
    pub tokens: String,
    /// Lines that hold at least one token that is not a comment.
    pub code_lines: usize,
    /// Functions with a body, in order.
    pub functions: Vec<Function>,
    /// Structs, enums, traits, unions and type aliases defined here.
    pub types: Vec<String>,
    /// Types with an inherent `impl` block here.
    pub inherent: Vec<String>,
    /// Paths this file names, from the crate root, without `crate`.
    pub paths: BTreeSet<Vec<String>>,
    /// Names handed on by `pub use`: name → path from the crate root.
    reexports: BTreeMap<String, Vec<String>>,
    /// Modules declared under `#[cfg(test)]`.
    test_modules: Vec<String>,
}

/// One function with a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// Line of `fn`, from 1.
    pub line: usize,
    /// From the line of `fn` to its closing brace, both counted.
    pub lines: usize,
    /// `self` counted; every field of a tuple counts.
    pub parameters: usize,
    /// Parameters that are tuples.
    pub tuples: usize,
}

/// All files of `src` but tests, by path.
pub fn files() -> &'static [SourceFile] {
    static FILES: OnceLock<Vec<SourceFile>> = OnceLock::new();
    FILES.get_or_init(read_all)
}

fn read_all() -> Vec<SourceFile> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut open = vec![root.clone()];
    let mut files = Vec::new();
    while let Some(folder) = open.pop() {
        for item in fs_err::read_dir(folder).expect("src is readable") {
            let path = item.expect("an item").path();
            // The roots of the crates name the rooms they are built from, and hold nothing else.
            if path.is_dir() {
                if path.file_name().is_none_or(|name| name != "crates") {
                    open.push(path);
                }
            } else if path.extension().is_some_and(|end| end == "rs") {
                files.push(read(&root, &path));
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let test_only: Vec<Vec<String>> = files.iter().flat_map(SourceFile::test_modules).collect();
    files.retain(|file| !test_only.iter().any(|test| file.module().starts_with(test)));
    files
}

fn read(root: &Path, path: &PathBuf) -> SourceFile {
    let below = path.strip_prefix(root).expect("below src").to_string_lossy().replace('\\', "/");
    let text = fs_err::read_to_string(path).expect("readable");
    SourceFile::parse(&below, &text)
}

impl SourceFile {
    /// Reads a file's text; `path` is relative to `src`.
    pub fn parse(path: &str, text: &str) -> Self {
        let mut syntax = syn::parse_file(text).unwrap_or_else(|error| panic!("{path}: {error}"));
        let mut found = Self { path: path.to_owned(), text: text.to_owned(), ..Self::default() };
        found.test_modules = take_tests(&mut syntax.items);
        let mut reader = Reader { module: found.module(), found };
        reader.visit_file(&syntax);
        let mut found = reader.found;
        let mut lines = BTreeSet::new();
        let mut words = Vec::new();
        let stream: TokenStream = text.parse().unwrap_or_default();
        flatten(stream, &mut words, &mut lines);
        found.code_lines = lines.len();
        found.tokens = words.join(" ");
        found
    }

    /// The module the file holds, from the crate root: `["linkage", "model"]`.
    pub fn module(&self) -> Vec<String> {
        let bare = self.path.trim_end_matches(".rs");
        let bare = bare.strip_suffix("/mod").unwrap_or(bare);
        bare.split('/').filter(|part| *part != "lib").map(str::to_owned).collect()
    }

    /// The top-level module the file belongs to; `main` and `lib` for these two files.
    pub fn room(&self) -> String {
        self.module().into_iter().next().unwrap_or_else(|| "lib".to_owned())
    }

    fn test_modules(&self) -> Vec<Vec<String>> {
        let own = self.module();
        let below = |name: &String| own.iter().chain([name]).cloned().collect();
        self.test_modules.iter().map(below).collect()
    }
}

/// The arrows between files, as modules: re-exports are followed to the file that defines a name.
/// A module and those below it are one family; arrows within it are left out.
pub fn arrows(files: &[SourceFile]) -> BTreeMap<Vec<String>, BTreeSet<Vec<String>>> {
    let by_module: BTreeMap<Vec<String>, &SourceFile> =
        files.iter().map(|file| (file.module(), file)).collect();
    let mut arrows: BTreeMap<Vec<String>, BTreeSet<Vec<String>>> = BTreeMap::new();
    for (module, file) in &by_module {
        let targets = file.paths.iter().filter_map(|path| home(&by_module, path));
        let others = targets
            .filter(|other| !other.starts_with(module.as_slice()))
            .filter(|other| !module.starts_with(other.as_slice()));
        arrows.insert(module.clone(), others.collect());
    }
    arrows
}

/// The module that defines what a path names.
fn home(modules: &BTreeMap<Vec<String>, &SourceFile>, path: &[String]) -> Option<Vec<String>> {
    let mut path = path.to_vec();
    // Re-exports of re-exports are followed a few times, never in a circle.
    for _ in 0..8 {
        let length = (1..=path.len()).rev().find(|n| modules.contains_key(&path[..*n]))?;
        let next = path.get(length).and_then(|name| modules[&path[..length]].reexports.get(name));
        match next {
            Some(target) => path = target.iter().chain(&path[length + 1..]).cloned().collect(),
            None => return Some(path[..length].to_vec()),
        }
    }
    None
}

/// One circle among the arrows for each module that is part of one, as text.
pub fn circles(arrows: &BTreeMap<Vec<String>, BTreeSet<Vec<String>>>) -> Vec<String> {
    let mut found = BTreeSet::new();
    for start in arrows.keys() {
        if let Some(mut round) = way_back(arrows, start) {
            let least = (0..round.len()).min_by_key(|at| &round[*at]).unwrap_or(0);
            round.rotate_left(least);
            let names: Vec<String> = round.iter().map(|module| module.join("::")).collect();
            found.insert(names.join(" → "));
        }
    }
    found.into_iter().collect()
}

/// The shortest way from a module back to itself.
fn way_back(
    arrows: &BTreeMap<Vec<String>, BTreeSet<Vec<String>>>,
    start: &Vec<String>,
) -> Option<Vec<Vec<String>>> {
    let mut open = std::collections::VecDeque::from([vec![start.clone()]]);
    let mut seen = BTreeSet::new();
    while let Some(way) = open.pop_front() {
        for next in arrows.get(way.last()?).into_iter().flatten() {
            if next == start {
                return Some(way);
            }
            if seen.insert(next.clone()) {
                open.push_back(way.iter().chain([next]).cloned().collect());
            }
        }
    }
    None
}

/// Takes out what is compiled for tests only; returns the names of modules in other files.
fn take_tests(items: &mut Vec<syn::Item>) -> Vec<String> {
    let mut names = Vec::new();
    items.retain_mut(|item| {
        if let syn::Item::Mod(module) = item {
            if is_test(&module.attrs) {
                names.push(module.ident.to_string());
                return false;
            }
            if let Some((_, inner)) = &mut module.content {
                take_tests(inner);
            }
        }
        let attributes = match item {
            syn::Item::Fn(item) => &item.attrs,
            syn::Item::Use(item) => &item.attrs,
            syn::Item::Impl(item) => &item.attrs,
            syn::Item::Struct(item) => &item.attrs,
            syn::Item::Const(item) => &item.attrs,
            _ => return true,
        };
        !is_test(attributes)
    });
    names
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test"))
    })
}

/// Tokens in order, without documentation, the insides of strings, and what is compiled for tests
/// only; `lines` holds the lines they are on.
fn flatten(stream: TokenStream, words: &mut Vec<String>, lines: &mut BTreeSet<usize>) {
    let mut rest = stream.into_iter().peekable();
    while let Some(token) = rest.next() {
        if is_mark(&token, '#') {
            rest.next_if(|next| is_mark(next, '!'));
            let kind = rest.peek().map(attribute).unwrap_or_default();
            if kind == "cfg(test)" {
                // The item the attribute is on ends with its braces or a semicolon.
                let _ = rest.by_ref().find(|token| is_mark(token, ';') || is_braced(token));
            }
            if kind == "cfg(test)" || kind.starts_with("doc=") {
                rest.next_if(|next| attribute(next).starts_with("doc="));
                continue;
            }
        }
        lines.insert(token.span().start().line);
        match token {
            TokenTree::Group(group) => {
                let [open, close] = brackets(group.delimiter());
                words.push(open.to_owned());
                flatten(group.stream(), words, lines);
                words.push(close.to_owned());
                lines.insert(group.span_close().end().line);
            }
            TokenTree::Ident(word) => words.push(word.to_string()),
            TokenTree::Punct(mark) => words.push(mark.to_string()),
            TokenTree::Literal(literal) => {
                lines.extend(literal.span().start().line..=literal.span().end().line);
            }
        }
    }
}

fn is_mark(token: &TokenTree, wanted: char) -> bool {
    matches!(token, TokenTree::Punct(mark) if mark.as_char() == wanted)
}

fn is_braced(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}

/// The inside of an attribute's brackets without blanks: `cfg(test)`, `doc="…"`.
fn attribute(token: &TokenTree) -> String {
    match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => {
            group.stream().to_string().split_whitespace().collect()
        }
        _ => String::new(),
    }
}

fn brackets(delimiter: Delimiter) -> [&'static str; 2] {
    match delimiter {
        Delimiter::Parenthesis => ["(", ")"],
        Delimiter::Brace => ["{", "}"],
        Delimiter::Bracket => ["[", "]"],
        Delimiter::None => ["", ""],
    }
}

/// Tokens of a piece of code as [`SourceFile::tokens`] has them.
pub fn tokens(code: &str) -> String {
    let mut words = Vec::new();
    let stream: TokenStream = code.parse().expect("tokens");
    flatten(stream, &mut words, &mut BTreeSet::new());
    words.join(" ")
}

/// Collects what a file holds. `module` follows inline modules.
struct Reader {
    module: Vec<String>,
    found: SourceFile,
}

impl Reader {
    fn function(&mut self, signature: &syn::Signature, block: &syn::Block) {
        let first = signature.fn_token.span.start().line;
        let last = block.brace_token.span.close().end().line;
        let widths = signature.inputs.iter().map(width);
        self.found.functions.push(Function {
            name: signature.ident.to_string(),
            line: first,
            lines: last - first + 1,
            parameters: widths.clone().sum(),
            tuples: widths.filter(|width| *width > 1).count(),
        });
    }

    /// The path from the crate root, if it is of this crate.
    fn resolve(&self, path: &[String]) -> Option<Vec<String>> {
        let first = path.first()?.as_str();
        match first {
            "crate" | "bidui" => Some(path[1..].to_vec()),
            "self" => Some([&self.module, &path[1..]].concat()),
            "super" => {
                let supers = path.iter().take_while(|part| *part == "super").count();
                let base = self.module.len().checked_sub(supers)?;
                Some([&self.module[..base], &path[supers..]].concat())
            }
            _ => None,
        }
    }

    fn name(&mut self, path: &[String]) {
        if let Some(path) = self.resolve(path) {
            self.found.paths.insert(path);
        }
    }

    /// Paths inside a macro, which `syn` does not parse.
    fn scan(&mut self, stream: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in stream {
            match token {
                TokenTree::Ident(word) if path.is_empty() || colons == 2 => {
                    path.push(word.to_string());
                    colons = 0;
                    continue;
                }
                TokenTree::Punct(ref mark) if mark.as_char() == ':' && !path.is_empty() => {
                    colons += 1;
                    continue;
                }
                _ => {}
            }
            self.name(&std::mem::take(&mut path));
            colons = 0;
            match token {
                TokenTree::Ident(word) => path.push(word.to_string()),
                TokenTree::Group(group) => self.scan(group.stream()),
                _ => {}
            }
        }
        self.name(&path);
    }
}

/// How many values a parameter is: the fields of a tuple, else one.
fn width(input: &syn::FnArg) -> usize {
    let syn::FnArg::Typed(typed) = input else { return 1 };
    let mut kind = &*typed.ty;
    while let syn::Type::Reference(reference) = kind {
        kind = &reference.elem;
    }
    if let syn::Type::Tuple(tuple) = kind { tuple.elems.len().max(1) } else { 1 }
}

/// The leaves of a `use` tree: path, and the name it gets here.
fn leaves(tree: &syn::UseTree, path: &mut Vec<String>, out: &mut Vec<(Vec<String>, String)>) {
    match tree {
        syn::UseTree::Path(part) => {
            path.push(part.ident.to_string());
            leaves(&part.tree, path, out);
            path.pop();
        }
        syn::UseTree::Group(group) => {
            group.items.iter().for_each(|item| leaves(item, path, out));
        }
        syn::UseTree::Name(name) if name.ident == "self" => {
            out.push((path.clone(), path.last().cloned().unwrap_or_default()));
        }
        syn::UseTree::Name(name) => {
            out.push((with(path, &name.ident), name.ident.to_string()));
        }
        syn::UseTree::Rename(rename) => {
            out.push((with(path, &rename.ident), rename.rename.to_string()));
        }
        syn::UseTree::Glob(_) => out.push((path.clone(), "*".to_owned())),
    }
}

fn with(path: &[String], name: &syn::Ident) -> Vec<String> {
    path.iter().cloned().chain([name.to_string()]).collect()
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        let mut found = Vec::new();
        leaves(&item.tree, &mut Vec::new(), &mut found);
        for (path, name) in found {
            self.name(&path);
            if !matches!(item.vis, syn::Visibility::Inherited) {
                // `pub use child::Name`: the path begins with a module below this one.
                let below = || [self.module.as_slice(), &path].concat();
                let target = self.resolve(&path).unwrap_or_else(below);
                self.found.reexports.insert(name, target);
            }
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Vec<String> = path.segments.iter().map(|part| part.ident.to_string()).collect();
        self.name(&names);
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        self.scan(item.tokens.clone());
        visit::visit_macro(self, item);
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        self.module.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.module.pop();
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.function(&item.sig, &item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.function(&item.sig, &item.block);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(block) = &item.default {
            self.function(&item.sig, block);
        }
        visit::visit_trait_item_fn(self, item);
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        if let (None, syn::Type::Path(path)) = (&item.trait_, &*item.self_ty)
            && let Some(last) = path.path.segments.last()
        {
            self.found.inherent.push(last.ident.to_string());
        }
        visit::visit_item_impl(self, item);
    }

    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.found.types.push(item.ident.to_string());
        visit::visit_item_struct(self, item);
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        self.found.types.push(item.ident.to_string());
        visit::visit_item_enum(self, item);
    }

    fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
        self.found.types.push(item.ident.to_string());
        visit::visit_item_trait(self, item);
    }

    fn visit_item_type(&mut self, item: &'ast syn::ItemType) {
        self.found.types.push(item.ident.to_string());
        visit::visit_item_type(self, item);
    }
}
