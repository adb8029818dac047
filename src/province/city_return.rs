//! What a city returned, and what was taken of it.

use crate::province::figures::TakenFigure;
use crate::province::form::ReturnedForm;
use crate::vocabulary::{Annex, states};

/// A form of which some columns are not counted.
const PARTLY: &str = "部分计入";

/// What became of a city's form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum FormState {
    /// Nothing was returned.
    #[default]
    Missing,
    /// Returned, but not usable as a whole.
    LeftOut,
    /// Taken, wholly or in part.
    Taken,
}

/// A city's form.
#[derive(Clone, Debug, Default)]
pub struct CityForm {
    /// What became of it.
    pub state: FormState,
    /// The form that was taken.
    pub form: Option<ReturnedForm>,
    /// Its figures by slot; all left out where no form was taken.
    pub taken: Vec<TakenFigure>,
    /// What the reader of the province's form has to know, in few words.
    pub remark: String,
}

impl CityForm {
    /// What became of it, in a word.
    pub fn word(&self) -> &'static str {
        let is_whole = !self.taken.contains(&TakenFigure::LeftOut);
        match self.state {
            FormState::Missing => states::NOT_SENT,
            FormState::LeftOut => states::NOT_COUNTED,
            FormState::Taken if is_whole => states::COUNTED,
            FormState::Taken => PARTLY,
        }
    }
}

/// A city's return.
#[derive(Clone, Debug, Default)]
pub struct CityReturn {
    /// Printed name.
    pub name: String,
    /// 附件2 and 附件3.
    pub forms: [CityForm; 2],
}

impl CityReturn {
    /// One of the two forms.
    pub fn form(&self, annex: Annex) -> &CityForm {
        &self.forms[usize::from(annex == Annex::Three)]
    }

    pub(super) fn form_mut(&mut self, annex: Annex) -> &mut CityForm {
        &mut self.forms[usize::from(annex == Annex::Three)]
    }
}
