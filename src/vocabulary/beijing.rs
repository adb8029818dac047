//! The time all users of the program keep.

use jiff::Timestamp;

/// Beijing time, which all of the program's users keep: `2019-06-10 14:03`.
pub fn beijing_time(at: Timestamp) -> String {
    let local = jiff::tz::Offset::constant(8).to_datetime(at);
    local.strftime("%Y-%m-%d %H:%M").to_string()
}
