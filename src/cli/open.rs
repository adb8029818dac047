//! `bidui open`, and `bidui` without words on a desktop: the start page in the browser.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use super::arguments::{OPEN_IDLE, OpenArguments, ServerArguments};
use super::clock::{self, SystemClock};
use super::review;
use super::screen::Screen;
use super::{DONE, FAILED, places};
use crate::desk::{self, DeskLimits, FrontSettings};
use crate::interruption;
use crate::sources::Progress;

/// Prints the start address, opens the browser where that is wished for, then serves.
pub(super) fn run(arguments: &OpenArguments, screen: &mut Screen<'_>) -> u8 {
    let limits = DeskLimits::new(Duration::from_secs(arguments.idle * 60));
    let (first, home) = match &arguments.place {
        Some(place) if is_project(place) => (Some(place.clone()), places::home()),
        Some(place) => (None, place.clone()),
        None => (None, places::home()),
    };
    let settings = FrontSettings {
        port: arguments.server.port,
        limits,
        clock: Arc::new(SystemClock::new()),
        today: clock::today,
        known: known_projects(),
        places: places::usual(&home),
        home,
        first,
        review: Arc::new(move |path: &Path, progress: &dyn Progress| {
            beside(path, limits, progress)
        }),
    };
    let mut announce = |address: &str| {
        screen.say(address);
        let is_shown = !arguments.no_browser && show(address);
        let told = if is_shown {
            "已在浏览器里打开"
        } else {
            "请用浏览器打开上面的网址"
        };
        screen.say(&format!(
            "{told}（只能用一次）；{} 分钟没有人使用就自动停止，也可按 Ctrl+C 停止。",
            arguments.idle
        ));
    };
    interruption::serving();
    match desk::serve_front(settings, &mut announce) {
        Ok(()) => {
            screen.say("久无人使用，已停止。");
            DONE
        }
        Err(error) => {
            screen.complain(&error.to_string());
            FAILED
        }
    }
}

/// Whether somebody sits before a desktop: a double click on Windows, a terminal with a display elsewhere.
pub(super) fn is_desktop() -> bool {
    let has = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let has_display = cfg!(windows) || has("DISPLAY") || has("WAYLAND_DISPLAY");
    has_display && std::io::stdout().is_terminal() && std::io::stdin().is_terminal()
}

/// What `bidui` without words means on a desktop.
pub(super) fn without_words() -> OpenArguments {
    OpenArguments {
        place: None,
        server: ServerArguments { port: 0 },
        idle: OPEN_IDLE,
        no_browser: false,
    }
}

fn is_project(place: &Path) -> bool {
    place.is_file() || place.join("project.toml").is_file()
}

/// Where the projects the page has opened are remembered.
fn known_projects() -> Option<PathBuf> {
    let settings = ["APPDATA", "XDG_CONFIG_HOME"].into_iter().find_map(std::env::var_os);
    let folder = settings
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".config")))?;
    Some(folder.join("bidui").join("projects.txt"))
}

/// Opens the address in the user's browser; says whether that could be begun.
fn show(address: &str) -> bool {
    let mut command = if cfg!(windows) {
        let mut command = Command::new("rundll32");
        command.arg("url.dll,FileProtocolHandler");
        command
    } else if cfg!(target_os = "macos") {
        Command::new("open")
    } else {
        Command::new("xdg-open")
    };
    let quiet = command.arg(address).stdin(Stdio::null()).stdout(Stdio::null());
    quiet.stderr(Stdio::null()).spawn().is_ok()
}

/// Serves the review page of a project on a thread of its own; hands out its start address.
fn beside(path: &Path, limits: DeskLimits, progress: &dyn Progress) -> Result<String, String> {
    let desk = review::prepared(path, limits, progress)?;
    let (sender, receiver) = mpsc::channel();
    let served = std::thread::Builder::new().name("review".to_owned()).spawn(move || {
        let told = sender.clone();
        let mut announce = |address: &str| {
            if told.send(Ok(address.to_owned())).is_err() {}
        };
        if let Err(error) = desk.serve(&mut announce)
            && sender.send(Err(error.to_string())).is_err()
        {}
    });
    served.map_err(|error| format!("待核页面没有打开：{error}"))?;
    receiver.recv().unwrap_or_else(|_| Err("待核页面没有打开".to_owned()))
}
