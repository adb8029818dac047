//! The start address: good for one browser, once; whoever sits at the terminal gets another.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use super::App;
use super::guard::{cookie, cookie_name, session};
use super::reply::{Reply, html};
use super::secrets::{is_same, random};
use crate::desk::pages;
use crate::desk::sessions::lock;

/// Used tokens that are told apart from wrong ones; the oldest are forgotten.
const USED: usize = 100;

/// Seconds before the same address is printed again, however often somebody asks.
const PAUSE: f64 = 3.0;

/// The tokens that open the desk.
#[derive(Debug, Default)]
pub(super) struct StartTokens {
    current: String,
    used: Vec<String>,
    printed: Option<f64>,
}

/// What a token is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenWorth {
    /// It opens, this once.
    Opens,
    /// It has opened before.
    Used,
    /// It never did.
    None,
}

impl StartTokens {
    /// The first token, which is announced at the start.
    pub(super) fn new(first: String) -> Self {
        Self { current: first, ..Self::default() }
    }

    /// Tries a token; the one that opens is used up.
    pub(super) fn try_token(&mut self, token: &str) -> TokenWorth {
        if !self.current.is_empty() && is_same(token, &self.current) {
            self.used.push(std::mem::take(&mut self.current));
            let beyond = self.used.len().saturating_sub(USED);
            self.used.drain(..beyond);
            self.printed = None;
            return TokenWorth::Opens;
        }
        // All are compared, so that the time tells nothing.
        let met = self.used.iter().filter(|used| is_same(token, used)).count();
        if met > 0 { TokenWorth::Used } else { TokenWorth::None }
    }

    /// A token to print, made anew where the last one is used up; none shortly after it was printed.
    pub(super) fn offer(&mut self, fresh: String, now: f64) -> Option<&str> {
        if self.current.is_empty() {
            self.current = fresh;
        }
        if self.printed.is_some_and(|printed| now - printed < PAUSE) {
            return None;
        }
        self.printed = Some(now);
        Some(&self.current)
    }
}

/// Token of a start address.
#[derive(serde::Deserialize)]
pub(super) struct Token {
    #[serde(default)]
    token: String,
}

impl Token {
    /// The token as it was sent.
    pub(super) fn text(&self) -> &str {
        &self.token
    }
}

/// Lets a browser in that has the token, and sends it on to an address without.
pub(super) async fn start(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Query(Token { token }): Query<Token>,
) -> Response {
    // Who is in already needs no other session: another tab goes on with the same.
    if let Some(session) = session(&app, &headers) {
        let place = if lock(&session).clerk.is_empty() { "/door" } else { "/cases" };
        return Reply::Go(place.to_owned()).into_response();
    }
    let worth = lock(&app.tokens).try_token(&token);
    match worth {
        TokenWorth::Opens => begin(&app, &headers),
        TokenWorth::Used => {
            print(&app);
            let words = "进入网址只能用一次，这一个已经用过了。新的进入网址已显示在运行 bidui review 的终端里，请打开那一个。";
            html(StatusCode::UNAUTHORIZED, &pages::outside("这个网址已经用过", words, ""))
        }
        TokenWorth::None => {
            let words = "网址里的口令不对。请用程序这一次启动时给出的网址。";
            html(StatusCode::UNAUTHORIZED, &pages::outside("不能进入", words, ""))
        }
    }
}

fn begin(app: &App, headers: &HeaderMap) -> Response {
    let (Ok(fresh), Ok(secret)) = (random(), random()) else {
        return Reply::broken().into_response();
    };
    let set = format!("{}={fresh}; Path=/; HttpOnly; SameSite=Strict", cookie_name(app.port));
    let Ok(set) = HeaderValue::from_str(&set) else { return Reply::broken().into_response() };
    let now = app.clock.seconds();
    *lock(&app.last_request) = now;
    let mut sessions = lock(&app.sessions);
    let is_resumed =
        cookie(headers, app.port).is_some_and(|old| sessions.resume(old, fresh.clone(), now));
    if !is_resumed {
        sessions.begin(fresh, secret, now);
    }
    drop(sessions);
    let mut response = Reply::Go("/door".to_owned()).into_response();
    response.headers_mut().insert(header::SET_COOKIE, set);
    response
}

/// Prints a new address at the terminal, for whoever can see it.
pub(super) async fn ring(State(app): State<Arc<App>>) -> Response {
    print(&app);
    let words =
        "新的进入网址已显示在运行 bidui review 的终端里，只能用一次，请在本机的浏览器里打开。";
    html(StatusCode::OK, &pages::outside("请看终端", words, ""))
}

fn print(app: &App) {
    let Ok(fresh) = random() else { return };
    let now = app.clock.seconds();
    if let Some(token) = lock(&app.tokens).offer(fresh, now) {
        (app.admit)(&address(app.port, token));
    }
}

/// The whole start address.
pub(super) fn address(port: u16, token: &str) -> String {
    format!("http://127.0.0.1:{port}/start?token={token}")
}
