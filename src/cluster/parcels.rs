//! Tables in motion: Arrow IPC streams of parcels, as whatever exchanges rows between kernels speaks them. A parcel
//! is many rows of one kind on their way to one part, so that who moves it pays for parcels, not for rows.
//!
//! A stream that ends without Arrow's end marker is cut off, never merely short.

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Deref;
use std::sync::Arc;

use polars_arrow::array::{Array, BinaryArray, PrimitiveArray, Utf8Array};
use polars_arrow::datatypes::{ArrowDataType, ArrowSchema, Field};
use polars_arrow::io::ipc::read::{StreamReader, StreamState, read_stream_metadata};
use polars_arrow::io::ipc::write::{StreamWriter, WriteOptions};
use polars_arrow::record_batch::RecordBatchT;

/// Rows of one kind on their way to one part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parcel {
    /// Number of the part.
    pub part: u32,
    /// What is in it.
    pub what: String,
    /// The rows, one behind the other.
    pub bytes: Vec<u8>,
}

/// Names and types of the columns of a stream.
const COLUMNS: [(&str, ArrowDataType); 3] = [
    ("part", ArrowDataType::Int64),
    ("what", ArrowDataType::Utf8),
    ("bytes", ArrowDataType::Binary),
];

/// Parcels in one batch of a stream.
const BATCH: usize = 16;

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
    #[error("column \"{name}\" should hold {wanted} and holds {seen}")]
    Kind {
        /// The column.
        name: String,
        /// What it should hold.
        wanted: String,
        /// What it holds.
        seen: String,
    },
    /// A parcel that does not belong here, or does not hold what it should.
    #[error("parcel \"{what}\": {wrong}")]
    Parcel {
        /// What is in it.
        what: String,
        /// What is wrong.
        wrong: String,
    },
    /// The stream cannot be written.
    #[error("the result cannot be written: {0}")]
    Unwritten(String),
}

impl StreamError {
    /// Something is wrong with parcels of a kind.
    pub(super) fn parcel(what: &str, wrong: &str) -> Self {
        Self::Parcel { what: what.to_owned(), wrong: wrong.to_owned() }
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

/// Parcels out of an Arrow stream.
pub struct ParcelReader<R: Read> {
    reader: StreamReader<Forward<R>>,
    columns: [usize; 3],
}

impl<R: Read> ParcelReader<R> {
    /// Reads the head of a stream, which has to have the columns of parcels.
    pub fn open(input: R) -> Result<Self, StreamError> {
        let mut forward = Forward { inner: input, position: 0 };
        let metadata = read_stream_metadata(&mut forward).map_err(broken)?;
        let mut columns = [0; 3];
        for (at, (name, wanted)) in columns.iter_mut().zip(&COLUMNS) {
            *at = column(&metadata.schema, name, wanted)?;
        }
        Ok(Self { reader: StreamReader::new(forward, metadata, None), columns })
    }

    /// The next parcels; `None` behind the end marker.
    pub fn next_parcels(&mut self) -> Result<Option<Vec<Parcel>>, StreamError> {
        match self.reader.next() {
            None => Ok(None),
            Some(Ok(StreamState::Waiting)) => Err(StreamError::CutOff),
            Some(Err(error)) => Err(broken(error)),
            Some(Ok(StreamState::Some(arrays))) => parcels(&arrays, self.columns).map(Some),
        }
    }
}

fn column(
    schema: &ArrowSchema,
    name: &'static str,
    wanted: &ArrowDataType,
) -> Result<usize, StreamError> {
    let Some(at) = schema.iter_names().position(|known| *known == name) else {
        let names: Vec<&str> = schema.iter_names().map(Deref::deref).collect();
        return Err(StreamError::Missing { name: name.to_owned(), seen: names.join(", ") });
    };
    let seen = schema.get(name).map(Field::dtype);
    if seen == Some(wanted) {
        return Ok(at);
    }
    let (wanted, seen) = (format!("{wanted:?}"), format!("{seen:?}"));
    Err(StreamError::Kind { name: name.to_owned(), wanted, seen })
}

fn parcels(
    arrays: &RecordBatchT<Box<dyn Array>>,
    columns: [usize; 3],
) -> Result<Vec<Parcel>, StreamError> {
    let [part, what, bytes] = columns.map(|at| arrays.arrays()[at].as_any());
    let part = part.downcast_ref::<PrimitiveArray<i64>>();
    let what = what.downcast_ref::<Utf8Array<i32>>();
    let bytes = bytes.downcast_ref::<BinaryArray<i32>>();
    let (Some(part), Some(what), Some(bytes)) = (part, what, bytes) else {
        return Err(StreamError::Broken("a batch is not what its head says".to_owned()));
    };
    let rows = part.iter().zip(what.iter()).zip(bytes.iter());
    rows.map(|((part, what), bytes)| parcel(part, what, bytes)).collect()
}

fn parcel(
    part: Option<&i64>,
    what: Option<&str>,
    bytes: Option<&[u8]>,
) -> Result<Parcel, StreamError> {
    let what = what.unwrap_or_default();
    match (part.and_then(|part| u32::try_from(*part).ok()), bytes) {
        (Some(part), Some(bytes)) => {
            Ok(Parcel { part, what: what.to_owned(), bytes: bytes.to_vec() })
        }
        _ => Err(StreamError::parcel(what, "its part or its rows are missing")),
    }
}

fn broken(error: impl std::fmt::Display) -> StreamError {
    StreamError::Broken(error.to_string().replace('\n', " "))
}

/// Parcels into an Arrow stream.
pub struct ParcelWriter<W: Write> {
    writer: StreamWriter<W>,
    schema: Arc<ArrowSchema>,
}

impl<W: Write> ParcelWriter<W> {
    /// Writes the head of a stream.
    pub fn open(output: W) -> Result<Self, StreamError> {
        let field = |(name, dtype): (&str, ArrowDataType)| Field::new(name.into(), dtype, true);
        let schema: ArrowSchema =
            COLUMNS.map(field).into_iter().map(|field| (field.name.clone(), field)).collect();
        let mut writer = StreamWriter::new(output, WriteOptions { compression: None });
        writer.start(&schema, None).map_err(unwritten)?;
        Ok(Self { writer, schema: Arc::new(schema) })
    }

    /// Writes parcels.
    pub fn put(&mut self, parcels: &[Parcel]) -> Result<(), StreamError> {
        for parcels in parcels.chunks(BATCH) {
            let part = parcels.iter().map(|one| Some(i64::from(one.part)));
            let what = parcels.iter().map(|one| Some(&*one.what));
            let bytes = parcels.iter().map(|one| Some(&*one.bytes));
            let arrays: Vec<Box<dyn Array>> = vec![
                Box::new(part.collect::<PrimitiveArray<i64>>()),
                Box::new(what.collect::<Utf8Array<i32>>()),
                Box::new(bytes.collect::<BinaryArray<i32>>()),
            ];
            let batch = RecordBatchT::try_new(parcels.len(), self.schema.clone(), arrays);
            self.writer.write(&batch.map_err(unwritten)?, None).map_err(unwritten)?;
        }
        Ok(())
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
