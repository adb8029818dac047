//! What the rules depend on besides the rows.

use crate::config::FigureSettings;

use super::Basis;
use super::window::Window;

/// Day numbers and settings.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'run> {
    /// First day of the window.
    pub start: i32,
    /// Report date.
    pub as_of: i32,
    /// First day of the year of the report date.
    pub new_year: i32,
    /// Counting rules.
    pub settings: &'run FigureSettings,
}

impl<'run> Terms<'run> {
    /// The terms a basis sets.
    pub fn of(basis: &'run Basis) -> Self {
        let window = Window::of(basis);
        let new_year = window.end.first_of_year();
        Self {
            start: Window::day_number(window.start),
            as_of: Window::day_number(window.end),
            new_year: Window::day_number(new_year),
            settings: &basis.settings,
        }
    }
}
