//! When a window has painted what it was sent to.

use std::time::Duration;

use crate::chromium::{Chromium, Window};
use crate::desk::Desk;

/// How the window gets to a page.
pub(crate) enum Step<'desk> {
    /// By address.
    Open(&'desk Desk, &'desk str),
    /// By typing words into a field of a page and pressing Enter.
    Ask(&'desk Desk, &'desk str, &'desk str, &'desk str),
}

const FIRST: &str = "performance.getEntriesByName('first-contentful-paint')[0]";

/// A window that came in and gave a name, with the list before it.
pub(crate) fn come_in(chromium: &mut Chromium, desk: &Desk) -> Window {
    let window = chromium.window();
    chromium.open(&window, &address(desk, &desk.entrance()));
    chromium.write(&window, "赵核");
    chromium.press(&window, "Enter");
    chromium.wait(&window, "location.pathname === '/cases' && document.readyState === 'complete'");
    window
}

/// From the beginning of the navigation, forms and redirections included, to the first content.
pub(crate) fn of(chromium: &mut Chromium, window: &Window, step: &Step<'_>) -> Duration {
    match step {
        Step::Open(desk, path) => chromium.open(window, &address(desk, path)),
        Step::Ask(desk, path, field, words) => {
            chromium.open(window, &address(desk, path));
            chromium.value(window, &format!("document.querySelector('{field}').select()"));
            chromium.write(window, words);
            go(chromium, window, "Enter");
        }
    }
    chromium.wait(window, &format!("{FIRST} !== undefined"));
    let milliseconds = chromium.value(window, &format!("{FIRST}.startTime"));
    Duration::from_secs_f64(milliseconds.as_f64().expect("a time") / 1e3)
}

/// Presses a key that leads to another page and waits for it.
pub(crate) fn go(chromium: &mut Chromium, window: &Window, key: &str) {
    chromium.value(window, "window.isOld = true");
    chromium.press(window, key);
    chromium.wait(window, "!window.isOld && document.readyState === 'complete'");
}

fn address(desk: &Desk, path: &str) -> String {
    format!("http://{}{path}", desk.host)
}
