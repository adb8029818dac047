//! The frames everything is counted over, made by [`super::columns`]. Days are numbers from 1970-01-01,
//! labels their position in the code list, money 分; what is not known is null and satisfies no rule.
//!
//! | frame | one row per | columns |
//! |---|---|---|
//! | [`Frame::Rows`] | row of a school or agency that is linked to a registered person, or in review about one | `row` of the sources, `person`, `pending` review, `unit` and `county` as rows of the forms, `training` or not; of students `entry`, `left` (and the last day each can mean, `…_last`), `status`, `leave_kind`, `intake_from`, `study_form`; of trainees `start`, `end` (likewise), `kind`, `employment`, `business`, `business_last`, `certified`, `training_fee`, `exam_fee`, `living_fee`; of both `employed`, `employed_last`, `attendance` (person and class) |
//! | [`Frame::Wishes`] | row of a village's list that is linked | `row` of the lists, `person`, `wants` to train, `filed` |
//! | [`Frame::People`] | registered person | `person`, `county` as row of Annex 3, `place`, `age` at the report date, `skill`, `schooling`, `education`, and by the other two frames `entered_this_year` and `willing` |

use polars::prelude::{BooleanChunked, ChunkFilter, DataFrame};
use rustc_hash::FxHashSet;

/// One bit per row of a frame; never null.
pub(super) type Mask = BooleanChunked;

/// Why an operation on a frame of ours cannot fail.
pub(super) const SOUND: &str = "the rules only name columns of the frame they are made for";

/// Which frame something is counted over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frame {
    /// Source rows with a registered person.
    Rows,
    /// Rows of the villages' lists with a registered person.
    Wishes,
    /// Registered persons.
    People,
}

/// All frames of a run.
pub struct Frames {
    pub(super) rows: DataFrame,
    pub(super) wishes: DataFrame,
    pub(super) people: DataFrame,
}

impl Frames {
    /// One of them.
    pub fn of(&self, frame: Frame) -> &DataFrame {
        match frame {
            Frame::Rows => &self.rows,
            Frame::Wishes => &self.wishes,
            Frame::People => &self.people,
        }
    }

    /// A column of indices, of the rows a mask selects or of all.
    pub fn numbers(&self, frame: Frame, column: &str, mask: Option<&Mask>) -> Vec<u32> {
        let numbers = self.of(frame).column(column).and_then(|column| column.u32()).expect(SOUND);
        match mask {
            Some(mask) => numbers.filter(mask).expect(SOUND).into_no_null_iter().collect(),
            None => numbers.into_no_null_iter().collect(),
        }
    }

    /// Whoever stands in the rows a mask selects.
    pub fn persons(&self, frame: Frame, mask: &Mask) -> FxHashSet<u32> {
        self.numbers(frame, "person", Some(mask)).into_iter().collect()
    }
}
