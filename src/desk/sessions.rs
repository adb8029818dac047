//! Who is at the desk: one session per browser, with the lists its tabs show, what was typed and
//! not yet decided, what it did, and its own secret for forms.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::material::Material;
use super::queue::{QueueFilter, QueueProgress};

/// Pages, lists and messages of a session that are remembered.
const REMEMBERED: usize = 500;

/// Remarks without a ruling, far more than anybody leaves behind.
const REMARKS: usize = 5000;

/// Browsers whose time has run out that are still known, should they come in again.
const LAPSED: usize = 50;

/// A message for the next page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Notice {
    /// The words.
    pub(super) words: String,
    /// Whether something was not done.
    pub(super) is_refusal: bool,
}

/// A remark that was typed and belongs to no ruling yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct TypedRemark {
    text: String,
    /// The page's own time when it was typed: what arrives late replaces nothing newer.
    typed: u64,
}

/// One browser.
#[derive(Clone, Debug)]
pub(super) struct Session {
    /// What every form has to carry.
    pub(super) form_secret: String,
    /// Name of the person at the browser; empty until it is given.
    pub(super) clerk: String,
    /// The lists its tabs show; an address may name one by its place here.
    lists: Vec<QueueFilter>,
    /// The one that was chosen last, in whatever tab.
    list: usize,
    /// Which numbering of schools and counties the lists speak of.
    numbering: u32,
    /// Whom the person looked for last.
    pub(super) sought: String,
    /// Whose findings the person looked for last.
    pub(super) finding: String,
    /// Pairs whose numbers are shown in full.
    pub(super) revealed: BTreeSet<String>,
    /// Numbers of the rulings made here, for undo.
    pub(super) made: Vec<i64>,
    /// The last of them by question: remarks typed before it are settled.
    answered: BTreeMap<String, i64>,
    /// Remarks by question.
    remarks: BTreeMap<String, TypedRemark>,
    /// Which question each page showed, by the page's number.
    shown: BTreeMap<u64, String>,
    /// Where to go on after coming in again.
    pub(super) back: Option<String>,
    /// Message for the page being made.
    pub(super) notice: Option<Notice>,
    /// Messages by the address that was sent for: two tabs do not take each other's.
    messages: BTreeMap<String, Notice>,
}

impl Session {
    fn new(form_secret: String) -> Self {
        let open = QueueFilter { progress: Some(QueueProgress::Open), ..QueueFilter::default() };
        Self {
            form_secret,
            clerk: String::new(),
            lists: vec![open],
            list: 0,
            numbering: 0,
            sought: String::new(),
            finding: String::new(),
            revealed: BTreeSet::new(),
            made: Vec::new(),
            answered: BTreeMap::new(),
            remarks: BTreeMap::new(),
            shown: BTreeMap::new(),
            back: None,
            notice: None,
            messages: BTreeMap::new(),
        }
    }

    /// Takes note of new material: where schools and counties have other numbers, those of the
    /// lists mean nothing any more.
    pub(super) fn meet(&mut self, material: &Material) {
        if self.numbering != material.numbered_since() {
            self.numbering = material.numbered_since();
            for list in &mut self.lists {
                (list.institution, list.county) = (None, None);
            }
        }
    }

    /// Which questions a list shows: that of a tab where there is one, else the one chosen last.
    pub(super) fn filter(&self, list: Option<usize>) -> &QueueFilter {
        let own = list.and_then(|list| self.lists.get(list));
        own.unwrap_or(&self.lists[self.list])
    }

    /// Chooses a list; hands out its place.
    pub(super) fn choose(&mut self, filter: QueueFilter) -> usize {
        let known = self.lists.iter().position(|list| *list == filter);
        self.list = known.unwrap_or_else(|| {
            // Far beyond what anybody chooses in a day: the tabs then share the first again.
            self.lists.truncate(REMEMBERED);
            self.lists.push(filter);
            self.lists.len() - 1
        });
        self.list
    }

    /// Keeps a remark that no ruling has taken in; `seen` is the newest ruling its page showed.
    pub(super) fn keep_remark(&mut self, key: &str, text: String, seen: i64, typed: u64) {
        let is_settled = self.answered.get(key).is_some_and(|number| seen < *number);
        let is_old = self.remarks.get(key).is_some_and(|remark| typed < remark.typed);
        if is_settled || is_old {
            return;
        }
        while self.remarks.len() >= REMARKS && self.remarks.pop_first().is_some() {}
        self.remarks.insert(key.to_owned(), TypedRemark { text, typed });
    }

    /// Keeps the remark of an answer that was not taken.
    pub(super) fn hold_remark(&mut self, key: &str, text: &str) {
        text.clone_into(&mut self.remarks.entry(key.to_owned()).or_default().text);
    }

    /// The remark typed about a question and not yet decided; empty where there is none.
    pub(super) fn remark(&self, key: &str) -> &str {
        self.remarks.get(key).map_or("", |remark| &remark.text)
    }

    /// A question was answered here by the ruling of that number, which holds the remark.
    pub(super) fn answered(&mut self, key: &str, number: i64) {
        self.remarks.remove(key);
        self.answered.insert(key.to_owned(), number);
        if self.made.last() != Some(&number) {
            self.made.push(number);
        }
    }

    /// Notes that a page shows a question.
    pub(super) fn show(&mut self, key: &str) {
        let next = self.page() + 1;
        if self.shown.len() >= REMEMBERED {
            self.shown.pop_first();
        }
        self.shown.insert(next, key.to_owned());
    }

    /// Number of the newest page that shows a question.
    pub(super) fn page(&self) -> u64 {
        self.shown.last_key_value().map_or(0, |(page, _)| *page)
    }

    /// Whether that page showed that question.
    pub(super) fn has_shown(&self, page: u64, key: &str) -> bool {
        self.shown.get(&page).is_some_and(|shown| shown == key)
    }

    /// Tells something on the next page.
    pub(super) fn tell(&mut self, words: impl Into<String>) {
        self.notice = Some(Notice { words: words.into(), is_refusal: false });
    }

    /// Tells on the next page why something was not done.
    pub(super) fn refuse(&mut self, words: impl Into<String>) {
        self.notice = Some(Notice { words: words.into(), is_refusal: true });
    }

    /// The message is for whoever opens that address.
    pub(super) fn address_message(&mut self, place: &str) {
        if let Some(notice) = self.notice.take() {
            while self.messages.len() >= REMEMBERED && self.messages.pop_first().is_some() {}
            self.messages.insert(place.to_owned(), notice);
        }
    }

    /// Takes the message for an address.
    pub(super) fn open_message(&mut self, place: &str) {
        self.notice = self.messages.remove(place);
    }

    /// Somebody comes in again by this browser: what was typed and chosen is there, but he has to
    /// say who he is, and sees no number in full.
    fn come_again(&mut self) {
        self.clerk.clear();
        self.revealed.clear();
    }
}

/// A session that requests share.
pub(super) type SharedSession = Arc<Mutex<Session>>;

/// All sessions by their cookie.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    list: BTreeMap<String, (SharedSession, f64)>,
    /// Those whose time has run out, oldest first.
    lapsed: Vec<(String, SharedSession)>,
}

impl Sessions {
    /// Begins a session at a second of the clock.
    pub(super) fn begin(&mut self, cookie: String, form_secret: String, now: f64) -> SharedSession {
        let session = Arc::new(Mutex::new(Session::new(form_secret)));
        self.list.insert(cookie, (Arc::clone(&session), now));
        session
    }

    /// Goes on with the session of a cookie whose time has run out, under another cookie; `false`
    /// where there was none.
    pub(super) fn resume(&mut self, old: &str, cookie: String, now: f64) -> bool {
        let Some(place) = self.lapsed.iter().position(|(known, _)| known == old) else {
            return false;
        };
        let (_, session) = self.lapsed.remove(place);
        lock(&session).come_again();
        self.list.insert(cookie, (session, now));
        true
    }

    /// The session of a cookie, unless it has been idle for longer than `limit` seconds.
    pub(super) fn find(&mut self, cookie: &str, now: f64, limit: f64) -> Option<SharedSession> {
        let over = self.list.extract_if(.., |_, (_, last)| now - *last > limit);
        self.lapsed.extend(over.map(|(cookie, (session, _))| (cookie, session)));
        let beyond = self.lapsed.len().saturating_sub(LAPSED);
        self.lapsed.drain(..beyond);
        let (session, last) = self.list.get_mut(cookie)?;
        *last = now;
        Some(Arc::clone(session))
    }

    /// The session of a cookie whose time has run out.
    pub(super) fn lapsed(&self, cookie: &str) -> Option<SharedSession> {
        let found = self.lapsed.iter().find(|(known, _)| known == cookie);
        found.map(|(_, session)| Arc::clone(session))
    }
}

/// Locks what threads share. A request that panicked leaves a session that is still whole: fields
/// are replaced, never half written.
pub(super) fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
