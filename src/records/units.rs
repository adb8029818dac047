//! Schools and agencies by name: which one a sheet is about where no column says it, and which names
//! look like two spellings of one.
//!
//! Nothing is merged by likeness. Two names are one unit where they are written the same, or where the
//! project says so in an `[[institution]]` section; whatever else looks like one is told with all
//! spellings, and stays apart.

use std::collections::{BTreeMap, BTreeSet};

use compact_str::CompactString;
use unicode_normalization::UnicodeNormalization;

use super::text::{is_blank, is_invisible, is_placeholder, unwrap_formula};
use super::{Institution, Records};
use crate::config::UnitEntry;
use crate::origin::{Catalogue, SheetId};
use crate::problems::{Problem, Severity};
use crate::sources::{ColumnCells, NameForm, NamedBy, RawCell, RawTable, UnitName};
use crate::vocabulary::{Field, SourceKind};

/// Rows of a sheet that belong to a school or agency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnitSighting {
    /// Index into [`Records::institutions`].
    pub institution: u32,
    /// Where its name was read.
    pub by: NamedBy,
    /// The sheet.
    pub sheet: SheetId,
    /// How many rows.
    pub rows: usize,
}

/// One line of the table of units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitLine {
    /// Index into [`Records::institutions`].
    pub institution: u32,
    /// Where its name was read, each place once.
    pub by: Vec<NamedBy>,
    /// Files with rows of it.
    pub files: usize,
    /// Its rows.
    pub rows: usize,
}

/// The schools and agencies with where they were read, in the order of [`Records::institutions`].
pub fn table(records: &Records, catalogue: &Catalogue) -> Vec<UnitLine> {
    let mut lines: BTreeMap<u32, (BTreeSet<NamedBy>, BTreeSet<&str>, usize)> = BTreeMap::new();
    for sighting in &records.sightings {
        let (by, files, rows) = lines.entry(sighting.institution).or_default();
        by.insert(sighting.by);
        files.insert(&catalogue.sheet(sighting.sheet).file);
        *rows += sighting.rows;
    }
    let line = |(institution, (by, files, rows)): (u32, (BTreeSet<NamedBy>, BTreeSet<&str>, _))| {
        UnitLine { institution, by: by.into_iter().collect(), files: files.len(), rows }
    };
    lines.into_iter().map(line).collect()
}

/// What the project says of names.
#[derive(Clone, Debug, Default)]
pub(super) struct Directory {
    /// Every spelling → the name.
    names: BTreeMap<CompactString, CompactString>,
    /// Names that the project keeps apart.
    declared: BTreeSet<CompactString>,
}

impl Directory {
    pub(super) fn new(entries: &[UnitEntry]) -> Self {
        let mut directory = Self::default();
        for entry in entries {
            let name = unit_name(&entry.name);
            for spelling in std::iter::once(&entry.name).chain(&entry.also) {
                directory.names.insert(unit_name(spelling), name.clone());
            }
            directory.declared.insert(name);
        }
        directory
    }

    /// The unit a name stands for; itself where the project says nothing of it.
    pub(super) fn unit(&self, written: &str) -> CompactString {
        let name = unit_name(written);
        self.names.get(&name).cloned().unwrap_or(name)
    }
}

/// The bare name as it stands: no blanks, brackets as Chinese print has them, no code in front.
pub(super) fn unit_name(text: &str) -> CompactString {
    let kept = unwrap_formula(text.trim()).chars();
    let text: String = kept.filter(|c| !is_blank(*c) && !is_invisible(*c)).collect();
    let coded = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let name = match coded.strip_prefix(['-', '_', '.', '、', ':', '：', '．']) {
        Some(rest) if coded.len() < text.len() && rest.starts_with(char::is_alphabetic) => rest,
        _ => text.as_str(),
    };
    let name = name.trim_start_matches('*');
    if is_placeholder(name) {
        return CompactString::default();
    }
    let brackets = |letter| match letter {
        '(' => '（',
        ')' => '）',
        other => other,
    };
    name.chars().map(brackets).collect()
}

/// The unit of rows of a sheet that do not name theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SheetUnit {
    pub(super) name: CompactString,
    pub(super) by: NamedBy,
}

/// A sheet while its unit is being settled.
struct UnitDraft<'a> {
    table: &'a RawTable,
    found: Vec<FoundUnit<'a>>,
    unit: SheetUnit,
    whole: CompactString,
}

/// The unit of each sheet, and what is told about sheets whose sources disagree.
pub(super) fn settle(
    tables: &[RawTable],
    catalogue: &Catalogue,
    directory: &Directory,
) -> (Vec<SheetUnit>, Vec<Problem>) {
    let mut drafts: Vec<UnitDraft<'_>> =
        tables.iter().map(|table| draft(table, catalogue, directory)).collect();
    let mut problems = Vec::new();
    for group in groups(&drafts) {
        told_apart_by_whole(&mut drafts, &group, directory);
    }
    for group in groups(&drafts) {
        problems.extend(told_apart_by_source(&mut drafts, &group, catalogue));
    }
    (drafts.into_iter().map(|draft| draft.unit).collect(), problems)
}

fn draft<'a>(table: &'a RawTable, catalogue: &Catalogue, directory: &Directory) -> UnitDraft<'a> {
    let named = table.named.iter();
    let named = named.map(|told| FoundUnit { name: directory.unit(&told.name), told });
    let found: Vec<FoundUnit<'_>> = named.filter(|one| !one.name.is_empty()).collect();
    let by_form = |form| found.iter().find(move |one| one.told.form == form);
    let base = by_form(NameForm::Full).or_else(|| by_form(NameForm::Words));
    let branch = by_form(NameForm::Branch);
    let (unit, whole) = match (base, branch) {
        (Some(base), _) if base.told.by == NamedBy::Project => (base.unit(), base.name.clone()),
        (Some(base), branch) => most_exact(base, &full_names(&found), branch, directory),
        (None, Some(branch)) => (branch.unit(), branch.name.clone()),
        (None, None) => {
            let stem = unit_name(file_stem(&catalogue.sheet(table.sheet).file));
            (unit(&directory.unit(&stem), NamedBy::File), stem)
        }
    };
    UnitDraft { table, found, unit, whole }
}

/// A name that was found for a sheet.
struct FoundUnit<'a> {
    /// As the project calls the unit.
    name: CompactString,
    /// As the file has it, and where.
    told: &'a UnitName,
}

impl FoundUnit<'_> {
    fn unit(&self) -> SheetUnit {
        unit(&self.name, self.told.by)
    }
}

fn full_names<'f, 'a>(found: &'f [FoundUnit<'a>]) -> Vec<&'f FoundUnit<'a>> {
    found.iter().filter(|one| one.told.form == NameForm::Full).collect()
}

fn unit(name: &CompactString, by: NamedBy) -> SheetUnit {
    SheetUnit { name: name.clone(), by }
}

/// The name that counts most, or a longer one that begins with it: 第10分院 of a file's name is not
/// lost because the title names the school alone.
fn most_exact(
    first: &FoundUnit<'_>,
    full: &[&FoundUnit<'_>],
    branch: Option<&FoundUnit<'_>>,
    directory: &Directory,
) -> (SheetUnit, CompactString) {
    let longer = |one: &&&FoundUnit<'_>| {
        one.told.by != NamedBy::Folder
            && one.name.len() > first.name.len()
            && one.name.starts_with(first.name.as_str())
    };
    let base = full.iter().find(longer).map_or(first, |one| *one);
    if let Some(part) = branch.filter(|part| !base.name.ends_with(part.name.as_str())) {
        let joined = directory.unit(&format!("{}{}", base.name, part.name));
        return (unit(&joined, part.told.by), joined);
    }
    (base.unit(), directory.unit(&base.told.whole))
}

/// Indices of the sheets that end in one unit without a column that says so.
fn groups(drafts: &[UnitDraft<'_>]) -> Vec<Vec<usize>> {
    let mut groups: BTreeMap<(SourceKind, &str), Vec<usize>> = BTreeMap::new();
    for (index, draft) in drafts.iter().enumerate() {
        if draft.unit.by != NamedBy::Project && !has_column(draft.table) {
            groups.entry((draft.table.kind, &draft.unit.name)).or_default().push(index);
        }
    }
    groups.into_values().collect()
}

/// Whether the rows themselves name their school or agency.
fn has_column(table: &RawTable) -> bool {
    let field = if table.kind == SourceKind::Training { Field::Agency } else { Field::School };
    let filled = |cells: &ColumnCells| cells.iter().any(|cell| *cell != RawCell::Empty);
    table.column(field).is_some_and(filled)
}

/// Sheets that are one unit only because something behind the name was left out are several.
fn told_apart_by_whole(drafts: &mut [UnitDraft<'_>], group: &[usize], directory: &Directory) {
    let wholes: BTreeSet<&str> = group.iter().map(|at| drafts[*at].whole.as_str()).collect();
    if wholes.len() > 1 {
        for at in group {
            drafts[*at].unit.name = directory.unit(&drafts[*at].whole);
        }
    }
}

/// Another full name that was found for a sheet and is no part of the unit's, nor the unit's of it.
fn rival(draft: &UnitDraft<'_>) -> Option<SheetUnit> {
    let own = draft.unit.name.as_str();
    let other = draft.found.iter().find(|one| {
        one.told.form == NameForm::Full
            && one.told.by != NamedBy::Folder
            && !one.name.contains(own)
            && !own.contains(one.name.as_str())
    });
    other.map(FoundUnit::unit)
}

/// Sheets that end in one unit though the files' own names differ are several, each by its own; a
/// single sheet that is called by two names keeps the first. Either is told.
fn told_apart_by_source(
    drafts: &mut [UnitDraft<'_>],
    group: &[usize],
    catalogue: &Catalogue,
) -> Vec<Problem> {
    let rivals: Vec<Option<SheetUnit>> = group.iter().map(|at| rival(&drafts[*at])).collect();
    let names: BTreeSet<Option<&str>> =
        rivals.iter().map(|rival| rival.as_ref().map(|unit| unit.name.as_str())).collect();
    let apart = names.len() > 1;
    let mut problems = Vec::new();
    for (at, other) in group.iter().zip(&rivals) {
        let Some(other) = other else { continue };
        let draft = &mut drafts[*at];
        let first = draft.unit.clone();
        if apart {
            draft.unit = other.clone();
        }
        let info = catalogue.sheet(draft.table.sheet);
        let problem = Problem::file(&info.file, "unit-names-differ", Severity::Warning);
        let message = format!(
            "{}写的单位是“{}”，{}写的是“{}”",
            first.by.label(),
            first.name,
            other.by.label(),
            other.name
        );
        let action = format!(
            "按“{0}”统计；如是同一单位的两种写法，请在项目文件写 [[institution]] name = \"{0}\"、\
             also = [\"{1}\"]；如单位不对，请改文件，或在该 [[source]] 写 institution",
            draft.unit.name,
            if apart { &first.name } else { &other.name },
        );
        problems.push(problem.at(&info.sheet, "").saying(message, action));
    }
    problems
}

/// Units that look like one: written alike but for 市, 县, numerals, width, marks or the company's
/// ending; and short names that another one begins with or contains.
pub(super) fn alike(records: &Records, directory: &Directory) -> Vec<Problem> {
    let names: BTreeSet<&str> =
        records.institutions.iter().map(|one: &Institution| one.name.as_str()).collect();
    let short: BTreeSet<&str> =
        names.iter().copied().filter(|name| is_short(records, name)).collect();
    let mut pairs = BTreeSet::new();
    let mut by_likeness: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for name in names.iter().copied().filter(|name| !name.is_empty()) {
        by_likeness.entry(likeness(name)).or_default().push(name);
        let longer = names.iter().filter(|other| short.contains(name) && other.contains(name));
        pairs.extend(longer.filter(|other| **other != name).map(|other| (name, *other)));
    }
    for like in by_likeness.into_values() {
        for (place, first) in like.iter().enumerate() {
            pairs.extend(like[place + 1..].iter().map(|second| (*first, *second)));
        }
    }
    let apart = |name: &str| directory.declared.contains(name);
    let told = pairs.into_iter().filter(|(first, second)| !(apart(first) && apart(second)));
    told.map(|(first, second)| two_spellings(first, second)).collect()
}

/// Whether a unit is known by some words of a file name only.
fn is_short(records: &Records, name: &str) -> bool {
    let known = records.sightings.iter().filter(|sighting| {
        records.institutions.get(sighting.institution as usize).is_some_and(|one| one.name == name)
    });
    let mut by = known.map(|sighting| sighting.by).peekable();
    by.peek().is_some()
        && by.all(|by| by == NamedBy::File)
        && name.chars().count() >= 3
        && !name.ends_with(['校', '院', '司', '心', '区', '点', '）'])
}

fn two_spellings(first: &str, second: &str) -> Problem {
    Problem::file("", "units-alike", Severity::Warning).saying(
        format!("“{first}”和“{second}”像是同一个单位的两种写法"),
        format!(
            "按两个单位统计；如是同一单位，请在项目文件写 [[institution]] name = \"{second}\"、\
             also = [\"{first}\"]；如确是两个单位，请为它们各写一段 [[institution]]"
        ),
    )
}

/// A name without what spellings of one name differ in.
fn likeness(name: &str) -> String {
    let folded: String = name.nfkc().collect::<String>().to_lowercase();
    let folded = ["有限责任公司", "有限公司"]
        .iter()
        .fold(folded, |text, end| text.strip_suffix(end).map_or(text.clone(), str::to_owned));
    let folded = folded.replace("职业技能", "职业").replace("校区", "\u{1}");
    let mut plain = String::new();
    let mut number = String::new();
    for letter in folded.chars().chain(['\0']) {
        if is_numeral(letter) {
            number.push(letter);
            continue;
        }
        plain.push_str(&in_digits(&number));
        number.clear();
        let drops =
            "省市县区第号的".contains(letter) || !(letter.is_alphanumeric() || letter == '\u{1}');
        if !drops {
            plain.push(letter);
        }
    }
    plain
}

const NUMERALS: &str = "〇一二三四五六七八九";

fn is_numeral(letter: char) -> bool {
    letter.is_ascii_digit() || NUMERALS.contains(letter) || letter == '十' || letter == '零'
}

/// `二十一` and `21` as `21`; letters of a number that are read one by one stay in their order.
fn in_digits(number: &str) -> String {
    let value = |letter: char| match letter {
        '零' => 0,
        letter => letter.to_digit(10).unwrap_or_else(|| {
            let place = NUMERALS.chars().position(|one| one == letter).unwrap_or(0);
            u32::try_from(place).unwrap_or(0)
        }),
    };
    let digits = |text: &str| -> String {
        text.chars().filter_map(|letter| char::from_digit(value(letter), 10)).collect()
    };
    let Some((tens, ones)) = number.split_once('十') else { return digits(number) };
    let tens = if tens.is_empty() { "1".to_owned() } else { digits(tens) };
    let ones = if ones.is_empty() { "0".to_owned() } else { digits(ones) };
    format!("{tens}{ones}")
}

/// File name without folders and extension.
pub(super) fn file_stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

#[cfg(test)]
mod tests {
    use super::{
        Directory, NameForm, NamedBy, RawTable, SourceKind, UnitName, likeness, settle, unit_name,
    };
    use crate::config::UnitEntry;
    use crate::origin::{Catalogue, SheetInfo};

    #[test]
    fn names_stay_as_they_stand() {
        let cases = [
            (" 佳木斯 技师学院", "佳木斯技师学院"),
            ("佳木斯技师学院(东区)", "佳木斯技师学院（东区）"),
            ("2301-佳木斯技师学院", "佳木斯技师学院"),
            ("365职业培训学校", "365职业培训学校"),
            ("8.1职业培训学校", "8.1职业培训学校"),
            ("第１０分院", "第１０分院"),
            ("无", ""),
        ];
        for (written, name) in cases {
            assert_eq!(unit_name(written), name, "{written}");
        }
    }

    #[test]
    fn likeness_joins_spellings_and_no_others() {
        let same = [
            ("佳木斯市技师学院", "佳木斯技师学院"),
            ("黑龙江技师学院第10分院", "黑龙江技师学院第十分院"),
            ("黑龙江技师学院第１０分院", "黑龙江技师学院第10分院"),
            ("延寿县第二十一职业培训学校", "延寿县第21职业技能培训学校"),
            ("富锦育才培训学校有限公司", "富锦育才培训学校"),
        ];
        for (first, second) in same {
            assert_eq!(likeness(first), likeness(second), "{first} {second}");
        }
        let others = [
            ("延寿县第10职业培训学校", "延寿县第15职业培训学校"),
            ("佳木斯技师学院东校区", "佳木斯技师学院西校区"),
            ("黑龙江技师学院", "黑龙江技师学院第10分院"),
        ];
        for (first, second) in others {
            assert_ne!(likeness(first), likeness(second), "{first} {second}");
        }
    }

    fn named(name: &str, whole: &str, by: NamedBy, form: NameForm) -> UnitName {
        UnitName { name: name.to_owned(), whole: whole.to_owned(), by, form }
    }

    /// The units of sheets with these names, and how many problems were told.
    fn units(sheets: &[&[UnitName]], entries: &[UnitEntry]) -> (Vec<String>, usize) {
        let mut catalogue = Catalogue::default();
        let table = |names: &&[UnitName]| RawTable {
            sheet: catalogue.add(SheetInfo {
                file: "in/a.xls".to_owned(),
                sheet: String::new(),
                header_row: 1,
                columns: Vec::new(),
                unknown_columns: Vec::new(),
                rows: 0,
            }),
            kind: SourceKind::Enrollment,
            source: 0,
            region: None,
            named: names.to_vec(),
            rows: Vec::new(),
            columns: Vec::new(),
        };
        let tables: Vec<RawTable> = sheets.iter().map(table).collect();
        let (units, problems) = settle(&tables, &catalogue, &Directory::new(entries));
        (units.into_iter().map(|unit| unit.name.to_string()).collect(), problems.len())
    }

    #[test]
    fn sheets_of_one_title_and_different_files_stay_apart() {
        use NameForm::Full;
        let title = named("黑龙江技师学院", "黑龙江技师学院", NamedBy::Title, Full);
        let file = |name: &str| named(name, name, NamedBy::File, Full);
        let found = units(
            &[
                &[title.clone(), file("黑龙江技师学院")],
                &[title.clone(), file("黑龙江技师学院第10分院")],
                &[title.clone(), file("桦南县职教中心")],
            ],
            &[],
        );
        let expected = ["黑龙江技师学院", "黑龙江技师学院第10分院", "桦南县职教中心"];
        assert_eq!(found, (expected.map(str::to_owned).to_vec(), 1));
        // One sheet alone keeps its title, and says so.
        let found = units(&[&[title, file("桦南县职教中心")]], &[]);
        assert_eq!(found, (vec!["黑龙江技师学院".to_owned()], 1));
    }

    #[test]
    fn sheets_of_branches_are_units_of_their_own() {
        let file = named("黑龙江技师学院", "黑龙江技师学院", NamedBy::File, NameForm::Full);
        let branch = |name: &str| named(name, name, NamedBy::Sheet, NameForm::Branch);
        let found = units(&[&[branch("东区"), file.clone()], &[branch("第10分院"), file]], &[]);
        let expected = ["黑龙江技师学院东区", "黑龙江技师学院第10分院"];
        assert_eq!(found.0, expected);
    }

    #[test]
    fn what_stands_behind_a_name_keeps_sheets_apart_until_the_project_says_otherwise() {
        let file = |whole: &str| named("黑龙江技师学院", whole, NamedBy::File, NameForm::Full);
        let (one, two) = ([file("黑龙江技师学院1")], [file("黑龙江技师学院2")]);
        assert_eq!(units(&[&one], &[]).0, ["黑龙江技师学院"]);
        assert_eq!(units(&[&one, &two], &[]).0, ["黑龙江技师学院1", "黑龙江技师学院2"]);
        let entry = UnitEntry {
            name: "黑龙江技师学院".to_owned(),
            also: vec!["黑龙江技师学院1".to_owned(), "黑龙江技师学院2".to_owned()],
            area: None,
            kind: None,
            ownership: None,
        };
        assert_eq!(units(&[&one, &two], &[entry]).0, ["黑龙江技师学院"; 2]);
    }
}
