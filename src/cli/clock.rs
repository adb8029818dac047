//! The computer's clock.

use std::time::Instant;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};

use crate::pipeline::Clock;

/// The time of day in Beijing.
fn now_in_beijing() -> DateTime {
    Offset::constant(8).to_datetime(Timestamp::now())
}

/// A computer that has lost its clock says so: dates of workbooks and records would be nonsense.
pub(super) fn is_before_1970() -> bool {
    Timestamp::now() < Timestamp::UNIX_EPOCH
}

/// Today in Beijing.
pub(super) fn today() -> Date {
    now_in_beijing().date()
}

/// `2019-06-10 14:03:05` where the computer is, for lines of a log: by `TZ`, else by the system;
/// in Beijing where neither says.
pub(super) fn here() -> String {
    let zone = TimeZone::try_system().unwrap_or_else(|_| TimeZone::fixed(Offset::constant(8)));
    zone.to_datetime(Timestamp::now()).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// Time of day, and seconds since the program began.
#[derive(Debug)]
pub(super) struct SystemClock {
    start: Instant,
}

impl SystemClock {
    pub(super) fn new() -> Self {
        Self { start: Instant::now() }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn seconds(&self) -> f64 {
        self.start.elapsed().as_secs_f64()
    }
}
