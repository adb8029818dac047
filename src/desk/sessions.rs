//! Who is at the desk: one session per browser, each with its own filter, its own list of what it
//! did, and its own secret for forms.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::material::Material;
use super::queue::{QueueFilter, QueueProgress};

/// A message for the next page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Notice {
    /// The words.
    pub(super) words: String,
    /// Whether something was not done.
    pub(super) is_refusal: bool,
}

/// One browser.
#[derive(Clone, Debug)]
pub(super) struct Session {
    /// What every form has to carry.
    pub(super) form_secret: String,
    /// Name of the person at the browser; empty until it is given.
    pub(super) clerk: String,
    /// Which questions are shown.
    pub(super) filter: QueueFilter,
    /// Which numbering of schools and counties the filter speaks of.
    numbering: u32,
    /// Whom the person looked for last.
    pub(super) sought: String,
    /// Pairs whose numbers are shown in full.
    pub(super) revealed: BTreeSet<String>,
    /// Numbers of the rulings made here, for undo.
    pub(super) made: Vec<i64>,
    /// Message for the next page.
    pub(super) notice: Option<Notice>,
}

impl Session {
    fn new(form_secret: String) -> Self {
        Self {
            form_secret,
            clerk: String::new(),
            filter: QueueFilter { progress: Some(QueueProgress::Open), ..QueueFilter::default() },
            numbering: 0,
            sought: String::new(),
            revealed: BTreeSet::new(),
            made: Vec::new(),
            notice: None,
        }
    }

    /// Takes note of new material: where schools and counties have other numbers, those of the
    /// filter mean nothing any more.
    pub(super) fn meet(&mut self, material: &Material) {
        if self.numbering != material.numbered_since() {
            self.numbering = material.numbered_since();
            self.filter = QueueFilter { institution: None, county: None, ..self.filter.clone() };
        }
    }

    /// Tells something on the next page.
    pub(super) fn tell(&mut self, words: impl Into<String>) {
        self.notice = Some(Notice { words: words.into(), is_refusal: false });
    }

    /// Tells on the next page why something was not done.
    pub(super) fn refuse(&mut self, words: impl Into<String>) {
        self.notice = Some(Notice { words: words.into(), is_refusal: true });
    }
}

/// A session that requests share.
pub(super) type SharedSession = Arc<Mutex<Session>>;

/// All sessions by their cookie.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    list: BTreeMap<String, (SharedSession, f64)>,
}

impl Sessions {
    /// Begins a session at a second of the clock.
    pub(super) fn begin(&mut self, cookie: String, form_secret: String, now: f64) -> SharedSession {
        let session = Arc::new(Mutex::new(Session::new(form_secret)));
        self.list.insert(cookie, (Arc::clone(&session), now));
        session
    }

    /// The session of a cookie, unless it has been idle for longer than `limit` seconds.
    pub(super) fn find(&mut self, cookie: &str, now: f64, limit: f64) -> Option<SharedSession> {
        self.list.retain(|_, (_, last)| now - *last <= limit);
        let (session, last) = self.list.get_mut(cookie)?;
        *last = now;
        Some(Arc::clone(session))
    }
}

/// Locks what threads share. A request that panicked leaves a session that is still whole: fields
/// are replaced, never half written.
pub(super) fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
