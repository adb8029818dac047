//! How a reader and its parent speak: postcard values, several to a frame, each frame behind its
//! length in four bytes.

use std::ffi::OsString;
use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize};

use super::allowance::Allowance;
use super::contents::FileIdentity;
use crate::grids::{GridEvent, Refusal};
use crate::packing;

/// A frame is sent when it holds so many bytes.
const FULL: usize = 1 << 16;
/// Stands before a frame until its length is known.
const NO_LENGTH: [u8; 4] = [0; 4];
/// A longer frame than any bounded file makes.
const LONGEST: u32 = 1 << 30;

/// What a reader is asked.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct Request {
    /// The file.
    pub(super) path: OsString,
    /// See [`ReadOptions`](crate::grids::ReadOptions).
    pub(super) passwords: Vec<String>,
    /// See [`ReadOptions`](crate::grids::ReadOptions).
    pub(super) formulas: bool,
    /// What the file may cost.
    pub(super) allowance: Allowance,
}

/// What it answers.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub(super) enum Message {
    /// First: what file it is.
    Opened(FileIdentity),
    /// Then: what is in it.
    Event(GridEvent),
    /// Last: that it was read, or why not.
    Done(Result<(), Refusal>),
    /// Last of all: it took more than allowed, and the reader ends.
    Exhausted(Exhausted),
}

/// What a file took too much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(super) enum Exhausted {
    /// Memory.
    Memory,
    /// Processor time.
    Time,
}

/// Puts values together into frames.
#[derive(Debug)]
pub(super) struct Sender<W> {
    out: W,
    frame: Vec<u8>,
}

impl<W: Write> Sender<W> {
    pub(super) fn new(out: W) -> Self {
        let mut frame = Vec::with_capacity(2 * FULL);
        frame.extend(NO_LENGTH);
        Self { out, frame }
    }

    /// Adds a value; sends the frame when it is full.
    pub(super) fn put(&mut self, value: &impl Serialize) -> io::Result<()> {
        let whole = self.frame.len();
        if let Err(error) = packing::append(value, &mut self.frame) {
            self.frame.truncate(whole);
            return Err(io::Error::other(error));
        }
        if self.frame.len() >= FULL { self.send() } else { Ok(()) }
    }

    /// Sends what there is, in one piece.
    pub(super) fn send(&mut self) -> io::Result<()> {
        let length = self.frame.len() - NO_LENGTH.len();
        let length = u32::try_from(length).map_err(io::Error::other)?.to_le_bytes();
        self.frame[..length.len()].copy_from_slice(&length);
        self.out.write_all(&self.frame)?;
        self.frame.truncate(NO_LENGTH.len());
        self.out.flush()
    }
}

/// Takes values out of frames.
#[derive(Debug)]
pub(super) struct Receiver<R> {
    input: R,
    frame: Vec<u8>,
    at: usize,
}

impl<R: Read> Receiver<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input, frame: Vec::new(), at: 0 }
    }

    /// The next value.
    ///
    /// # Errors
    /// Where the other side has gone, or says what is no such value.
    pub(super) fn next<T: for<'de> Deserialize<'de>>(&mut self) -> io::Result<T> {
        while self.at == self.frame.len() {
            self.receive()?;
        }
        let rest = self.frame.get(self.at..).unwrap_or_default();
        let (value, after) = postcard::take_from_bytes(rest).map_err(io::Error::other)?;
        self.at = self.frame.len() - after.len();
        Ok(value)
    }

    fn receive(&mut self) -> io::Result<()> {
        let mut length = [0; 4];
        self.input.read_exact(&mut length)?;
        let length = u32::from_le_bytes(length);
        if length > LONGEST {
            return Err(io::ErrorKind::InvalidData.into());
        }
        self.frame.clear();
        self.at = 0;
        let taken = (&mut self.input).take(length.into()).read_to_end(&mut self.frame)?;
        if taken < length as usize { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Message, Receiver, Sender};
    use crate::grids::{GridEvent, RawCell, Row};

    #[test]
    fn what_is_sent_is_received() {
        let cells = vec![
            (0, RawCell::Text("张伟".into())),
            (3, RawCell::Number(0.1 + 0.2)),
            (4, RawCell::Date(43_625.0)),
            (16_383, RawCell::Error("#N/A".into())),
        ];
        let answers: Vec<Message> = (1..9000)
            .map(|number| Message::Event(GridEvent::Row(Row { number, cells: cells.clone() })))
            .chain([Message::Done(Ok(()))])
            .collect();
        let mut sender = Sender::new(Vec::new());
        for answer in &answers {
            sender.put(answer).unwrap();
        }
        sender.send().unwrap();
        let mut receiver = Receiver::new(sender.out.as_slice());
        for answer in &answers {
            assert_eq!(receiver.next::<Message>().unwrap(), *answer);
        }
        assert!(receiver.next::<Message>().is_err());
    }
}
