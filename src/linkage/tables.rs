//! Any two CSV tables and a model file → links: the engine alone, without sources and findings.

use std::path::Path;
use std::sync::Arc;

use compact_str::CompactString;
use rustc_hash::FxHashMap;

use super::compile;
use super::decisions::Effects;
use super::engine::candidates;
use super::engine::columns::{
    Household, Lists, PackedColumn, PackedDate, PackedId, PackedPlace, PackedSex, PackedTable,
    Role, Tables,
};
use super::engine::comparison::Kind;
use super::engine::interner::{Interner, NONE, Names};
use super::engine::judging::{Decision, RowContext};
use super::engine::namesakes;
use super::engine::observed::RunObservations;
use super::engine::scoring::Scorer;
use super::headed_csv::HeadedCsv;
use super::judgement::{Judgement, judge};
use super::mistake::ModelError;
use super::model::{FieldSpec, Model};
use super::model_files;
use super::training::{self, Trained, TrainingInput};
use crate::csv_cells;
use crate::private_files;
use crate::records::date::PartialDate;
use crate::records::id_column::ColumnVerdict;
use crate::records::identifier::{self, IdClass};
use crate::records::identity::{self, Registered};
use crate::records::sound_number::SoundNumber;
use crate::records::{contact, date, person_name};
use crate::sources::RawCell;
use crate::vocabulary::labels;

/// Why two tables cannot be linked; in English, as all of this interface.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// The model file.
    #[error("{}", .0.english())]
    Model(#[from] ModelError),
    /// A table cannot be read or written.
    #[error("{path}: {source}")]
    Csv {
        /// The file.
        path: String,
        /// What the reader says.
        source: csv::Error,
    },
    /// Columns the model names are missing.
    #[error("{path} lacks columns that the model names: {missing}; it has: {seen}")]
    Columns {
        /// The file.
        path: String,
        /// Missing columns.
        missing: String,
        /// Columns the table has.
        seen: String,
    },
}

/// What linking two files gave.
#[derive(Debug)]
pub struct LinkSummary {
    /// Rows of the left table.
    pub left_rows: usize,
    /// Rows of the right table.
    pub right_rows: usize,
    /// Rows linked.
    pub links: usize,
    /// Rows to review.
    pub reviews: usize,
    /// Fields of the model that no column of a table can fill: they say nothing here.
    pub unfilled: Vec<String>,
    /// Blocking counts and pairs.
    pub judgement: Judgement,
    /// What was estimated first, where that was asked for; [`Trained::usable`] says whether the tables
    /// were linked by it.
    pub trained: Option<Trained>,
}

/// Links two CSV files by a model file and writes `left_id, right_id, probability, decision`, one
/// line per left row that is linked or to be reviewed, in the order of the left table. Where asked
/// to, m, u and the prior are estimated on the two tables first.
pub fn link_files(
    left: &Path,
    right: &Path,
    model: &Path,
    out: &Path,
    estimate: bool,
) -> Result<LinkSummary, LinkError> {
    let model = model_files::load(model)?;
    let (left, right) = rayon::join(|| read(left, &model), || read(right, &model));
    let (left, right) = (left?, right?);
    let (left_ids, right_ids) = (ids(&left, &model)?, ids(&right, &model)?);
    let tables = build(&left, &right, &model);
    drop((left, right));
    let frequencies = namesakes::frequencies(&tables);
    let plan = compile::plan(&model);
    let candidates = candidates::find(&plan, &Scorer::new(&tables, &plan, &frequencies));
    let context = RowContext { entity: number_entities(&tables).into(), ..RowContext::default() };
    let trained = estimate.then(|| {
        let (tables, frequencies, candidates) = (&tables, &frequencies, &candidates);
        let (context, rulings) = (&context, None);
        training::estimate(
            &TrainingInput { tables, frequencies, candidates, context, rulings },
            &model,
        )
    });
    let helpful = trained.as_ref().filter(|trained| trained.usable().is_ok());
    let plan = helpful.map_or(plan, |trained| compile::plan(&trained.model));
    let plan = RunObservations::of(&tables, &plan, &frequencies).plan(plan);
    let scorer = Scorer::new(&tables, &plan, &frequencies);
    let judgement = judge(&scorer, &context, &candidates, &Effects::default());
    write(out, &judgement, &left_ids, &right_ids)
        .map_err(|source| LinkError::Csv { path: out.display().to_string(), source })?;
    let count = |d| judgement.rows.iter().filter(|row| row.decision == d).count();
    Ok(LinkSummary {
        left_rows: tables.left.rows,
        right_rows: tables.right.rows,
        links: count(Decision::Link),
        reviews: count(Decision::Review),
        unfilled: unfilled(&model),
        judgement,
        trained,
    })
}

/// Households and ages come from a run's records only, and a field may name no column.
fn unfilled(model: &Model) -> Vec<String> {
    let from_records = |field: &&FieldSpec| {
        field.columns.is_empty() || matches!(field.kind, Kind::Household | Kind::Role)
    };
    model.fields.iter().filter(from_records).map(|field| field.name.clone()).collect()
}

/// Rows of the right table that are one person by the rule of the registry (`records::identity`), as
/// far as a plain table has what it looks at: no 人编号 and no region. The first row stands for all.
/// Where the model has no such fields every row is its own.
fn number_entities(tables: &Tables) -> Vec<u32> {
    let columns = &tables.right.columns;
    let ids =
        columns.iter().find_map(|c| if let PackedColumn::Identity(v) = c { Some(v) } else { None });
    let names =
        columns.iter().find_map(|c| if let PackedColumn::Name(v) = c { Some(v) } else { None });
    let (Some(ids), Some(names)) = (ids, names) else { return Vec::new() };
    // Nothing but a number makes two rows one person here, so only rows that share one are looked at.
    let rows = rows_that_share_a_number(ids);
    let said = |at: u32| {
        let row = rows[at as usize] as usize;
        let (id, name) = (ids[row].sound_number(), tables.names.folded(names[row]));
        Registered { id, name, ..Registered::default() }
    };
    let mut entities: Vec<u32> = (0..).take(ids.len()).collect();
    for (row, first) in rows.iter().zip(identity::people(rows.len(), &said, &|at| at)) {
        entities[*row as usize] = rows[first as usize];
    }
    entities
}

/// Rows with a sound number that another row has, too, in their order.
fn rows_that_share_a_number(ids: &[PackedId]) -> Vec<u32> {
    let rows = (0_u32..).zip(ids);
    let mut numbers: Vec<(SoundNumber, u32)> =
        rows.filter_map(|(row, id)| Some((id.sound_number()?, row))).collect();
    numbers.sort_unstable();
    let shared = numbers.chunk_by(|a, b| a.0 == b.0).filter(|rows| rows.len() > 1);
    let mut rows: Vec<u32> = shared.flatten().map(|(_, row)| *row).collect();
    rows.sort_unstable();
    rows
}

fn read(path: &Path, model: &Model) -> Result<HeadedCsv, LinkError> {
    let failed = |source| LinkError::Csv { path: path.display().to_string(), source };
    HeadedCsv::read_columns(path, |name| used(model).any(|used| used == name)).map_err(failed)
}

/// Names of the columns a model speaks of.
fn used(model: &Model) -> impl Iterator<Item = &String> {
    model.fields.iter().flat_map(|field| &field.columns).chain([&model.id_column])
}

fn ids(sheet: &HeadedCsv, model: &Model) -> Result<Vec<CompactString>, LinkError> {
    let missing: Vec<&str> =
        used(model).filter(|name| sheet.column(name).is_none()).map(String::as_str).collect();
    if !missing.is_empty() {
        return Err(LinkError::Columns {
            path: sheet.path.clone(),
            missing: missing.join(", "),
            seen: sheet.header.join(", "),
        });
    }
    let column = sheet.column(&model.id_column).unwrap_or(0);
    Ok(sheet.cells(column).map(CompactString::from).collect())
}

fn build(left: &HeadedCsv, right: &HeadedCsv, model: &Model) -> Tables {
    let mut shared = Shared::default();
    let (l, r) = (shared.table(left, model), shared.table(right, model));
    Tables {
        left: Arc::new(l),
        right: Arc::new(r),
        names: Arc::new(shared.names),
        texts: Arc::new(shared.texts),
        divisions: Arc::default(),
    }
}

/// A column of ID numbers.
#[derive(Default)]
struct NumberColumn {
    ids: Vec<PackedId>,
    /// What stands inside them; empty where the table has no such column.
    inside: Vec<Inside>,
}

/// What an ID number says of its bearer.
#[derive(Clone, Copy, Default)]
struct Inside {
    birth: PartialDate,
    sex: Option<labels::Sex>,
}

/// What each cell says, worked out once for equal cells: most names, dates and places stand in a table
/// many times.
fn once_each<'a, T: Copy>(
    cells: impl Iterator<Item = &'a str>,
    mut read: impl FnMut(&'a str) -> T,
) -> Vec<T> {
    let mut known: FxHashMap<&str, T> = FxHashMap::default();
    cells.map(|cell| *known.entry(cell).or_insert_with(|| read(cell))).collect()
}

/// What both sides share while columns are built.
#[derive(Default)]
struct Shared {
    names: Names,
    texts: Interner,
}

impl Shared {
    fn table(&mut self, sheet: &HeadedCsv, model: &Model) -> PackedTable {
        let mut numbers: Vec<NumberColumn> = Vec::new();
        for field in &model.fields {
            let wanted = field.kind == Kind::Identity;
            numbers.push(if wanted { self.numbers(sheet, field) } else { NumberColumn::default() });
        }
        let position = |name: &String| model.fields.iter().position(|f| f.name == *name);
        let mut columns = Vec::with_capacity(model.fields.len());
        for (index, field) in model.fields.iter().enumerate() {
            let fallback = field.fallback.as_ref().and_then(position).map(|at| &numbers[at].inside);
            columns.push(match field.kind {
                Kind::Identity => PackedColumn::Identity(std::mem::take(&mut numbers[index].ids)),
                _ => self.column(sheet, field, fallback.map_or(&[], Vec::as_slice)),
            });
        }
        for (index, field) in model.fields.iter().enumerate() {
            if let Some(number) = field.fallback.as_ref().and_then(position) {
                let denied = denied(&columns[index], &numbers[number].inside);
                doubt(&mut columns[number], &denied);
            }
        }
        PackedTable { rows: sheet.rows(), columns }
    }

    fn numbers(&mut self, sheet: &HeadedCsv, field: &FieldSpec) -> NumberColumn {
        let column = field.columns.first().and_then(|name| sheet.column(name));
        let Some(column) = column else {
            return NumberColumn {
                ids: vec![PackedId::missing(); sheet.rows()],
                inside: Vec::new(),
            };
        };
        let rows = sheet.rows();
        let mut numbers =
            NumberColumn { ids: Vec::with_capacity(rows), inside: Vec::with_capacity(rows) };
        for cell in sheet.cells(column) {
            let id = identifier::parse(&RawCell::Text(cell.into()), ColumnVerdict::SOUND, None);
            let odd = id.class == IdClass::Invalid && id.text().len() != 18;
            let text = if odd { self.texts.intern(id.text()) } else { NONE };
            numbers.ids.push(PackedId::new(&id, text));
            numbers.inside.push(Inside { birth: id.birth(), sex: id.sex() });
        }
        numbers
    }

    fn column(&mut self, sheet: &HeadedCsv, field: &FieldSpec, numbers: &[Inside]) -> PackedColumn {
        let columns: Vec<usize> = field.columns.iter().filter_map(|c| sheet.column(c)).collect();
        let Some(first) = columns.first().copied() else { return empty(field.kind, sheet) };
        match field.kind {
            Kind::Name => {
                let cells = sheet.cells(first);
                PackedColumn::Name(once_each(cells, |cell| self.name(cell)))
            }
            Kind::Date => PackedColumn::Date(dates(sheet, first, numbers)),
            Kind::Sex => PackedColumn::Sex(sexes(sheet, first, numbers)),
            Kind::Place => PackedColumn::Place(self.places(sheet, &columns)),
            Kind::Phone => {
                let mut lists = Lists::default();
                let parse = |cell: &str| contact::phones(&RawCell::Text(cell.into()));
                sheet.cells(first).for_each(|cell| lists.push(parse(cell)));
                PackedColumn::Phone(lists)
            }
            Kind::Text => {
                PackedColumn::Text(sheet.cells(first).map(|cell| self.texts.intern(cell)).collect())
            }
            Kind::Identity | Kind::Household | Kind::Role => empty(field.kind, sheet),
        }
    }

    fn name(&mut self, cell: &str) -> u32 {
        let name = person_name::parse(&RawCell::Text(cell.into()));
        self.names.intern(name.text(), name.folded())
    }

    /// County, town and village columns: a division is its whole path, so that equal names in
    /// different counties stay apart.
    fn places(&mut self, sheet: &HeadedCsv, columns: &[usize]) -> Vec<PackedPlace> {
        let mut places: Vec<PackedPlace> = Vec::with_capacity(sheet.rows());
        for row in 0..sheet.rows() {
            let is_cell = |column: &usize, other: usize| {
                sheet.cell(row, *column) == sheet.cell(other, *column)
            };
            // Neighbours stand one below the other.
            let same = row.checked_sub(1).filter(|last| columns.iter().all(|c| is_cell(c, *last)));
            let place = match same {
                Some(last) => places[last],
                None => self.place(columns.iter().map(|column| sheet.cell(row, *column))),
            };
            places.push(place);
        }
        places
    }

    fn place<'a>(&mut self, cells: impl Iterator<Item = &'a str>) -> PackedPlace {
        let mut path = String::new();
        let mut ids = [NONE; 3];
        for (slot, cell) in ids.iter_mut().zip(cells.take_while(|cell| !cell.is_empty())) {
            path.push('/');
            path.push_str(cell);
            *slot = self.texts.intern(&path);
        }
        PackedPlace { county: ids[0], town: ids[1], village: ids[2] }
    }
}

/// Rows whose own column says that their number is somebody else's.
fn denied(column: &PackedColumn, numbers: &[Inside]) -> Vec<usize> {
    let denies = |row: &usize| match column {
        PackedColumn::Date(dates) => dates[*row].denies(numbers[*row].birth),
        PackedColumn::Sex(sexes) => sexes[*row].denies(numbers[*row].sex),
        _ => false,
    };
    (0..numbers.len()).filter(denies).collect()
}

/// Marks the sound numbers among those of some rows.
fn doubt(column: &mut PackedColumn, rows: &[usize]) {
    if let PackedColumn::Identity(ids) = column {
        for row in rows {
            ids[*row].contradicted |= ids[*row].is_sound();
        }
    }
}

fn empty(kind: Kind, sheet: &HeadedCsv) -> PackedColumn {
    let rows = sheet.rows();
    match kind {
        Kind::Identity => PackedColumn::Identity(vec![PackedId::missing(); rows]),
        Kind::Name => PackedColumn::Name(vec![NONE; rows]),
        Kind::Date => PackedColumn::Date(vec![PackedDate::default(); rows]),
        Kind::Sex => PackedColumn::Sex(vec![PackedSex::default(); rows]),
        Kind::Place => {
            PackedColumn::Place(vec![PackedPlace { county: NONE, town: NONE, village: NONE }; rows])
        }
        Kind::Phone => PackedColumn::Phone(Lists::default()),
        Kind::Household => PackedColumn::Household(Household::default()),
        Kind::Role => PackedColumn::Role(vec![Role::default(); rows]),
        Kind::Text => PackedColumn::Text(vec![NONE; rows]),
    }
}

fn dates(sheet: &HeadedCsv, column: usize, numbers: &[Inside]) -> Vec<PackedDate> {
    let latest = jiff::civil::Date::MAX;
    let own = once_each(sheet.cells(column), |cell| {
        date::parse(&RawCell::Text(cell.into()), latest).unwrap_or_default()
    });
    let inside = |row: usize| numbers.get(row).map(|inside| inside.birth).unwrap_or_default();
    own.into_iter().enumerate().map(|(row, own)| PackedDate::new(own, inside(row))).collect()
}

fn sexes(sheet: &HeadedCsv, column: usize, numbers: &[Inside]) -> Vec<PackedSex> {
    let parse = |(row, cell): (usize, &str)| {
        let own = labels::Sex::ALL.iter().find(|sex| sex.label() == cell).copied();
        PackedSex::new(own, numbers.get(row).and_then(|inside| inside.sex))
    };
    sheet.cells(column).enumerate().map(parse).collect()
}

fn write(
    out: &Path,
    judgement: &Judgement,
    left_ids: &[CompactString],
    right_ids: &[CompactString],
) -> Result<(), csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["left_id", "right_id", "probability", "decision"])?;
    for (row, judged) in judgement.rows.iter().enumerate() {
        let (Some(best), true) = (judged.ranked.first(), judged.decision != Decision::None) else {
            continue;
        };
        let probability = format!("{:.6}", best.probability.clamp(0.0, 1.0));
        let right = right_ids[best.right as usize].as_str();
        let [left, right] = [left_ids[row].as_str(), right].map(csv_cells::guarded);
        writer.write_record([&left, &right, &*probability, judged.decision.key()])?;
    }
    let bytes = writer.into_inner().map_err(csv::IntoInnerError::into_error)?;
    let text = String::from_utf8(bytes).map_err(std::io::Error::other)?;
    Ok(private_files::write_file(out, &text)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "unique_id,id_number,name,birth,sex,county,town,village,phone\n";

    /// Links two tables by the people model as it stands in its file.
    fn linked(left: &str, right: &str) -> (Result<LinkSummary, LinkError>, String) {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs_err::write(path("left.csv"), left).unwrap();
        fs_err::write(path("right.csv"), right).unwrap();
        let model =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../schemas/linkage/people.toml");
        let out = path("links.csv");
        let summary = link_files(&path("left.csv"), &path("right.csv"), &model, &out, false);
        (summary, fs_err::read_to_string(out).unwrap_or_default())
    }

    #[test]
    fn the_people_model_reads_plain_tables() {
        let right = format!(
            "{HEADER}r1,239901200501011***,王丽华,2005-01-01,女,桦南县,桦南镇,红光村,15400000001\n\
             r2,,王丽华,1971-07-09,女,桦南县,驼腰子镇,爱国村,15400000002\n"
        );
        let left = format!("{HEADER}1,,王丽华,2005-01-01,,桦南县,桦南镇,红光村,15400000001\n");
        let (summary, links) = linked(&left, &right);
        assert_eq!(summary.unwrap().unfilled, ["household", "role"]);
        let row = links.lines().nth(1).unwrap();
        assert!(row.starts_with("1,r1,") && row.ends_with(",link"), "{row}");
    }

    #[cfg(unix)]
    #[test]
    fn links_are_their_owners_only_and_a_device_stays_one() {
        use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let table = format!("{HEADER}1,,王丽华,2005-01-01,女,桦南县,桦南镇,红光村,15400000001\n");
        fs_err::write(path("table.csv"), table).unwrap();
        let model =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../schemas/linkage/people.toml");
        let link = |out: &Path| {
            link_files(&path("table.csv"), &path("table.csv"), &model, out, false).unwrap()
        };
        link(&path("links.csv"));
        let mode = fs_err::metadata(path("links.csv")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        link(Path::new("/dev/null"));
        assert!(fs_err::metadata("/dev/null").unwrap().file_type().is_char_device());
    }

    #[test]
    fn a_person_who_stands_twice_on_the_right_is_one_person() {
        let person = "239901200501011238,王丽华,2005-01-01,女,桦南县,桦南镇,红光村,";
        let right = format!("{HEADER}r1,{person}\nr2,{person}\n");
        let (_, links) = linked(&format!("{HEADER}1,{person}\n"), &right);
        let row = links.lines().nth(1).unwrap();
        assert!(row.starts_with("1,r1,") && row.ends_with(",link"), "{row}");
    }

    #[test]
    fn a_column_that_is_not_there_is_named() {
        let without = HEADER.replace(",phone", "");
        let (summary, links) = linked(&without, HEADER);
        assert!(
            summary.unwrap_err().to_string().contains("lacks columns that the model names: phone;")
        );
        assert!(links.is_empty());
    }

    /// What a row of the left table gets against one of the right, as `decision` or `none`.
    fn decided(left: &str, right: &str) -> String {
        let (summary, links) =
            linked(&format!("{HEADER}1,{left}\n"), &format!("{HEADER}r,{right}\n"));
        summary.unwrap();
        links.lines().nth(1).and_then(|row| row.rsplit(',').next()).unwrap_or("none").to_owned()
    }

    /// Place and nothing else.
    const VILLAGE: &str = "桦南县,桦南镇,红光村";

    #[test]
    fn namesakes_with_numbers_years_apart_are_two_people() {
        let student = format!("239901200501011238,王丽华,,,{VILLAGE},15400000001");
        let decided_for = |phone: &str| {
            decided(&student, &format!("239901197105061220,王丽华,,女,{VILLAGE},{phone}"))
        };
        assert_eq!(decided_for("15400000009"), "none");
        assert_eq!(decided_for(""), "none");
        // A telephone in common says that the number may be a parent's.
        assert_ne!(decided_for("15400000001"), "none");
    }

    #[test]
    fn a_date_of_its_own_speaks_against_the_rows_number() {
        let right = format!("239901200501011238,王丽华,2005-01-01,女,{VILLAGE},");
        let decided_for = |birth: &str, sex: &str| {
            decided(&format!("239901197105061220,王丽华,{birth},{sex},{VILLAGE},"), &right)
        };
        assert_eq!(decided_for("2005-01-01", "女"), "link");
        assert_eq!(decided_for("1971-05-06", "女"), "none");
        // A slip in one figure of the year denies nothing, and somebody else's date says nothing for this person.
        assert_eq!(decided_for("1972-05-06", "女"), "none");
        assert_eq!(decided_for("1999-09-09", "女"), "none");
    }

    #[test]
    fn a_former_name_is_linked_where_all_else_agrees() {
        let right = format!("239901200501011238,王丽华,2005-01-01,女,{VILLAGE},15400000001");
        let left = |name: &str, birth: &str, sex: &str, phone: &str| {
            decided(&format!("239901200501011238,{name},{birth},{sex},{VILLAGE},{phone}"), &right)
        };
        assert_eq!(left("王春雨", "2005-01-01", "女", ""), "link");
        assert_eq!(left("王春雨", "", "女", "15400000001"), "link");
        assert_eq!(left("王春雨", "1971-05-06", "女", "15400000001"), "review");
        assert_eq!(left("王春雨", "2005-01-01", "男", "15400000001"), "review");
        assert_eq!(left("李春雨", "2005-01-01", "女", "15400000001"), "review");
    }

    #[test]
    fn two_sound_numbers_that_nearly_agree_are_a_question() {
        let left = format!("239901200501011254,王丽华,2005-01-01,女,{VILLAGE},");
        let right = format!("239901200501011238,王丽华,2005-01-01,女,{VILLAGE},");
        assert_eq!(decided(&left, &right), "review");
    }

    #[test]
    fn six_known_digits_are_six_digits() {
        let left = |number: &str| format!("{number},王丽华,,女,{VILLAGE},");
        let right = format!("239901200501011238,王丽华,,女,{VILLAGE},");
        assert_eq!(decided(&left("2.39901E+17"), &right), "review");
        assert_eq!(decided(&left("2.39902E+17"), &right), "none");
    }

    #[test]
    fn a_telephone_keeps_another_name_in_question() {
        let right = format!("239901200501011238,王丽华,2005-01-01,女,{VILLAGE},15400000001");
        let left = |birth: &str, phone: &str| format!(",王春雨,{birth},女,{VILLAGE},{phone}");
        assert_eq!(decided(&left("2003-06-09", "15400000009"), &right), "none");
        assert_eq!(decided(&left("2005-01-01", "15400000001"), &right), "review");
    }
}
