//! Tables in motion: Arrow IPC streams, as whatever exchanges rows between kernels speaks them.
//!
//! A stream that ends without Arrow's end marker is cut off, never merely short.

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Deref;
use std::sync::Arc;

use polars_arrow::array::{Array, BinaryArray, ListArray, PrimitiveArray, Utf8Array};
use polars_arrow::datatypes::{ArrowDataType, ArrowSchema, Field};
use polars_arrow::io::ipc::read::{StreamReader, StreamState, read_stream_metadata};
use polars_arrow::io::ipc::write::{StreamWriter, WriteOptions};
use polars_arrow::offset::OffsetsBuffer;
use polars_arrow::record_batch::RecordBatchT;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchKind {
    /// 64-bit integers, some of them missing; hashes go by their bits.
    Long,
    /// 64-bit floats.
    Real,
    /// Texts, some of them missing.
    Text,
    /// Bytes.
    Bytes,
    /// Lists of integers.
    Longs,
}

/// Names and kinds of a table's columns.
pub type BatchLayout = [(&'static str, BatchKind)];

/// The values of one column.
#[derive(Clone, Debug, PartialEq)]
pub enum BatchColumn {
    /// See [`BatchKind::Long`].
    Long(Vec<Option<i64>>),
    /// See [`BatchKind::Real`].
    Real(Vec<f64>),
    /// See [`BatchKind::Text`].
    Text(Vec<Option<String>>),
    /// See [`BatchKind::Bytes`].
    Bytes(Vec<Vec<u8>>),
    /// See [`BatchKind::Longs`].
    Longs(Vec<Vec<i64>>),
}

/// Why a stream cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    /// The stream itself.
    #[error("the Arrow stream cannot be read: {0}")]
    Broken(String),
    /// It ends without its end marker.
    #[error("the Arrow stream ends without its end marker, so rows may be missing")]
    CutOff,
    /// A column is not there.
    #[error("the stream has no column \"{name}\"; it has: {seen}")]
    Missing {
        /// The column.
        name: String,
        /// Columns it has.
        seen: String,
    },
    /// A column holds something else.
    #[error("column \"{name}\" should hold {wanted:?} and holds {seen}")]
    Kind {
        /// The column.
        name: String,
        /// What it should hold.
        wanted: BatchKind,
        /// What it holds.
        seen: String,
    },
    /// A value that has to be there is not, or makes no sense.
    #[error("column \"{name}\": {what}")]
    Value {
        /// The column.
        name: String,
        /// What is wrong.
        what: String,
    },
    /// Rows do not come in the order they have to.
    #[error("rows have to come sorted by {0}")]
    Order(&'static str),
    /// The stream cannot be written.
    #[error("the result cannot be written: {0}")]
    Unwritten(String),
}

/// Some rows of a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batch {
    rows: usize,
    columns: Vec<(String, BatchColumn)>,
}

impl Batch {
    /// A batch of columns of one length.
    ///
    /// # Panics
    /// When they are not: the caller makes them.
    pub fn new(columns: Vec<(&str, BatchColumn)>) -> Self {
        let rows = columns.first().map_or(0, |(_, cells)| cells.len());
        assert!(columns.iter().all(|(_, cells)| cells.len() == rows), "columns of one length");
        let columns = columns.into_iter().map(|(name, cells)| (name.to_owned(), cells)).collect();
        Self { rows, columns }
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.rows
    }

    fn column(&self, name: &str) -> Result<&BatchColumn, StreamError> {
        let found = self.columns.iter().find(|(known, _)| known == name);
        found.map(|(_, cells)| cells).ok_or_else(|| StreamError::Missing {
            name: name.to_owned(),
            seen: self.columns.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", "),
        })
    }

    fn other(name: &str, wanted: BatchKind, cells: &BatchColumn) -> StreamError {
        StreamError::Kind { name: name.to_owned(), wanted, seen: format!("{:?}", cells.kind()) }
    }

    /// A column of integers that may be missing.
    pub fn longs(&self, name: &str) -> Result<&[Option<i64>], StreamError> {
        match self.column(name)? {
            BatchColumn::Long(values) => Ok(values),
            other => Err(Self::other(name, BatchKind::Long, other)),
        }
    }

    /// An integer that has to be there.
    pub fn long(&self, name: &str, row: usize) -> Result<i64, StreamError> {
        let missing =
            || StreamError::Value { name: name.to_owned(), what: "a value is missing".to_owned() };
        self.longs(name)?.get(row).copied().flatten().ok_or_else(missing)
    }

    /// A row number or a count.
    pub fn count(&self, name: &str, row: usize) -> Result<u32, StreamError> {
        let value = self.long(name, row)?;
        u32::try_from(value).map_err(|_| StreamError::Value {
            name: name.to_owned(),
            what: format!("{value} is no number of a row, nor a count"),
        })
    }

    /// A column of floats.
    pub fn reals(&self, name: &str) -> Result<&[f64], StreamError> {
        match self.column(name)? {
            BatchColumn::Real(values) => Ok(values),
            other => Err(Self::other(name, BatchKind::Real, other)),
        }
    }

    /// A column of texts.
    pub fn texts(&self, name: &str) -> Result<&[Option<String>], StreamError> {
        match self.column(name)? {
            BatchColumn::Text(values) => Ok(values),
            other => Err(Self::other(name, BatchKind::Text, other)),
        }
    }

    /// A column of bytes.
    pub fn bytes(&self, name: &str) -> Result<&[Vec<u8>], StreamError> {
        match self.column(name)? {
            BatchColumn::Bytes(values) => Ok(values),
            other => Err(Self::other(name, BatchKind::Bytes, other)),
        }
    }

    /// A column of lists.
    pub fn lists(&self, name: &str) -> Result<&[Vec<i64>], StreamError> {
        match self.column(name)? {
            BatchColumn::Longs(values) => Ok(values),
            other => Err(Self::other(name, BatchKind::Longs, other)),
        }
    }
}

impl BatchColumn {
    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Long(values) => values.len(),
            Self::Real(values) => values.len(),
            Self::Text(values) => values.len(),
            Self::Bytes(values) => values.len(),
            Self::Longs(values) => values.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn kind(&self) -> BatchKind {
        match self {
            Self::Long(_) => BatchKind::Long,
            Self::Real(_) => BatchKind::Real,
            Self::Text(_) => BatchKind::Text,
            Self::Bytes(_) => BatchKind::Bytes,
            Self::Longs(_) => BatchKind::Longs,
        }
    }

    fn array(&self) -> Result<Box<dyn Array>, StreamError> {
        Ok(match self {
            Self::Long(values) => Box::new(values.iter().collect::<PrimitiveArray<i64>>()),
            Self::Real(values) => Box::new(PrimitiveArray::from_slice(values)),
            Self::Text(values) => {
                Box::new(values.iter().map(Option::as_deref).collect::<Utf8Array<i32>>())
            }
            Self::Bytes(values) => Box::new(values.iter().map(Some).collect::<BinaryArray<i32>>()),
            Self::Longs(values) => Box::new(list_array(values)?),
        })
    }
}

fn list_array(values: &[Vec<i64>]) -> Result<ListArray<i32>, StreamError> {
    let unwritten = |error: String| StreamError::Unwritten(error);
    let mut offsets = vec![0_i32];
    let mut total = 0_usize;
    for list in values {
        total += list.len();
        offsets.push(i32::try_from(total).map_err(|error| unwritten(error.to_string()))?);
    }
    let offsets = OffsetsBuffer::try_from(offsets).map_err(|error| unwritten(error.to_string()))?;
    let inner = PrimitiveArray::<i64>::from_vec(values.concat());
    ListArray::try_new(dtype(BatchKind::Longs), offsets, Box::new(inner), None)
        .map_err(|error| unwritten(error.to_string()))
}

fn dtype(kind: BatchKind) -> ArrowDataType {
    match kind {
        BatchKind::Long => ArrowDataType::Int64,
        BatchKind::Real => ArrowDataType::Float64,
        BatchKind::Text => ArrowDataType::Utf8,
        BatchKind::Bytes => ArrowDataType::Binary,
        BatchKind::Longs => {
            let item = Field::new("item".into(), ArrowDataType::Int64, true);
            ArrowDataType::List(Box::new(item))
        }
    }
}

/// Cells of an array; `Err` names what it holds where that is none of ours.
fn cells(array: &dyn Array) -> Result<BatchColumn, String> {
    let any = array.as_any();
    if let Some(values) = any.downcast_ref::<PrimitiveArray<i64>>() {
        return Ok(BatchColumn::Long(values.iter().map(Option::<&i64>::copied).collect()));
    }
    if let Some(values) = any.downcast_ref::<PrimitiveArray<f64>>().filter(|a| a.null_count() == 0)
    {
        return Ok(BatchColumn::Real(values.values_iter().copied().collect()));
    }
    if let Some(values) = any.downcast_ref::<Utf8Array<i32>>() {
        return Ok(BatchColumn::Text(values.iter().map(|text| text.map(str::to_owned)).collect()));
    }
    if let Some(values) = any.downcast_ref::<BinaryArray<i32>>() {
        let bytes = |value: Option<&[u8]>| value.unwrap_or_default().to_vec();
        return Ok(BatchColumn::Bytes(values.iter().map(bytes).collect()));
    }
    let lists = any.downcast_ref::<ListArray<i32>>();
    let inner = lists.and_then(|l| l.values().as_any().downcast_ref::<PrimitiveArray<i64>>());
    match (lists, inner) {
        (Some(lists), Some(inner)) => {
            let list = |row: usize| {
                let (start, end) = lists.offsets().start_end(row);
                inner.values()[start..end].to_vec()
            };
            Ok(BatchColumn::Longs((0..lists.len()).map(list).collect()))
        }
        _ => Err(format!("{:?}", array.dtype())),
    }
}

/// A reader that knows where it is, which is all the Arrow reader wants of a seek.
struct Forward<R> {
    inner: R,
    position: u64,
}

impl<R: Read> Read for Forward<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.position += count as u64;
        Ok(count)
    }
}

impl<R: Read> Seek for Forward<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let SeekFrom::Current(offset) = to else { return Err(io::ErrorKind::Unsupported.into()) };
        let ahead = u64::try_from(offset).map_err(|_| io::ErrorKind::Unsupported)?;
        let skipped = io::copy(&mut Read::by_ref(self).take(ahead), &mut io::sink())?;
        if skipped < ahead { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(self.position) }
    }
}

/// Batches out of an Arrow stream.
pub struct Inflow<R: Read> {
    reader: StreamReader<Forward<R>>,
}

impl<R: Read> Inflow<R> {
    /// Reads the head of a stream, which has to have these columns.
    pub fn open(input: R, layout: &BatchLayout) -> Result<Self, StreamError> {
        let mut forward = Forward { inner: input, position: 0 };
        let metadata = read_stream_metadata(&mut forward).map_err(broken)?;
        for (name, kind) in layout {
            let Some(field) = metadata.schema.get(name) else {
                let names: Vec<&str> = metadata.schema.iter_names().map(Deref::deref).collect();
                return Err(StreamError::Missing {
                    name: (*name).to_owned(),
                    seen: names.join(", "),
                });
            };
            if !fits(field.dtype(), *kind) {
                let seen = format!("{:?}", field.dtype());
                return Err(StreamError::Kind { name: (*name).to_owned(), wanted: *kind, seen });
            }
        }
        Ok(Self { reader: StreamReader::new(forward, metadata, None) })
    }

    /// The next rows; `None` behind the end marker.
    pub fn next_batch(&mut self) -> Result<Option<Batch>, StreamError> {
        let names: Vec<String> =
            self.reader.schema().iter_names().map(ToString::to_string).collect();
        match self.reader.next() {
            None => Ok(None),
            Some(Ok(StreamState::Waiting)) => Err(StreamError::CutOff),
            Some(Err(error)) => Err(broken(error)),
            Some(Ok(StreamState::Some(arrays))) => named(names, &arrays).map(Some),
        }
    }
}

fn named(names: Vec<String>, arrays: &RecordBatchT<Box<dyn Array>>) -> Result<Batch, StreamError> {
    let mut columns = Vec::new();
    for (name, array) in names.into_iter().zip(arrays.arrays()) {
        match cells(array.as_ref()) {
            Ok(cells) => columns.push((name, cells)),
            Err(seen) => {
                return Err(StreamError::Value { name, what: format!("{seen} is not understood") });
            }
        }
    }
    Ok(Batch { rows: arrays.len(), columns })
}

/// Whether an Arrow type is read as a kind of cells.
fn fits(dtype: &ArrowDataType, kind: BatchKind) -> bool {
    match (dtype, kind) {
        (ArrowDataType::List(item), BatchKind::Longs) => item.dtype == ArrowDataType::Int64,
        _ => *dtype == self::dtype(kind),
    }
}

fn broken(error: impl std::fmt::Display) -> StreamError {
    StreamError::Broken(error.to_string().replace('\n', " "))
}

/// Batches into an Arrow stream.
pub struct Outflow<'a, W: Write> {
    writer: StreamWriter<W>,
    layout: &'a BatchLayout,
    schema: Arc<ArrowSchema>,
}

impl<'a, W: Write> Outflow<'a, W> {
    /// Writes the head of a stream of these columns.
    pub fn open(output: W, layout: &'a BatchLayout) -> Result<Self, StreamError> {
        let field = |(name, kind): &(&'static str, BatchKind)| {
            Field::new((*name).into(), dtype(*kind), true)
        };
        let schema: ArrowSchema =
            layout.iter().map(field).map(|field| (field.name.clone(), field)).collect();
        let mut writer = StreamWriter::new(output, WriteOptions { compression: None });
        writer.start(&schema, None).map_err(unwritten)?;
        Ok(Self { writer, layout, schema: Arc::new(schema) })
    }

    /// Writes rows; the columns stand in the order of the layout.
    pub fn put(&mut self, columns: &[BatchColumn]) -> Result<(), StreamError> {
        debug_assert!(
            columns.iter().zip(self.layout).all(|(cells, (_, kind))| cells.kind() == *kind)
        );
        let rows = columns.first().map_or(0, BatchColumn::len);
        let arrays = columns.iter().map(BatchColumn::array).collect::<Result<Vec<_>, _>>()?;
        let batch = RecordBatchT::try_new(rows, self.schema.clone(), arrays).map_err(unwritten)?;
        self.writer.write(&batch, None).map_err(unwritten)
    }

    /// Writes the end marker and hands the output back.
    pub fn finish(mut self) -> Result<W, StreamError> {
        self.writer.finish().map_err(unwritten)?;
        let mut output = self.writer.into_inner();
        output.flush().map_err(unwritten)?;
        Ok(output)
    }
}

fn unwritten(error: impl std::fmt::Display) -> StreamError {
    StreamError::Unwritten(error.to_string().replace('\n', " "))
}
