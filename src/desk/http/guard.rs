//! Access control: the right host, requests from our own pages only, a session begun with the token.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::App;
use super::asked::PageRequest;
use super::body::{self, Fields};
use super::reply::{Reply, html, sealed};
use super::secrets::is_same;
use crate::desk::pages;
use crate::desk::sessions::{SharedSession, lock};

/// Paths open to everybody on this machine: they hold no data.
pub(super) const OPEN: [&str; 4] = ["/start", "/desk.css", "/desk.js", "/help"];

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Lets a request through, or answers why not.
pub(super) async fn guard(
    State(app): State<Arc<App>>,
    mut request: Request,
    next: Next,
) -> Response {
    if let Some(reply) = refused(&request, app.port, "/cases") {
        return sealed(reply.into_response());
    }
    if !OPEN.contains(&request.uri().path()) {
        let Some(session) = session(&app, request.headers()) else {
            return sealed(turned_away(&app, request).await);
        };
        request.extensions_mut().insert(session);
        *lock(&app.last_request) = app.clock.seconds();
    }
    sealed(next.run(request).await)
}

/// Why a request is not even looked at: it came under another name, or changes something and is not from our
/// pages. Where the first page is, is told by the name we answer to.
pub(super) fn refused(request: &Request, port: u16, first_page: &str) -> Option<Reply> {
    let writes = request.method() != Method::GET && request.method() != Method::HEAD;
    if !is_our_host(request.headers(), port) {
        let home = format!("http://127.0.0.1:{port}{first_page}");
        return Some(Reply::forbidden("请用程序给出的网址（127.0.0.1）打开。").back_to(home));
    }
    let words = "这个请求不是从本页面发出的，没有执行。";
    (writes && !is_from_us(request.headers(), port)).then(|| Reply::forbidden(words))
}

/// Reject other host names: under DNS rebinding a foreign name can resolve to 127.0.0.1.
fn is_our_host(headers: &HeaderMap, port: u16) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    host.is_some_and(|host| {
        ["127.0.0.1", "localhost"].iter().any(|name| host == format!("{name}:{port}"))
    })
}

/// A request that changes something must come from one of our pages (CSRF).
fn is_from_us(headers: &HeaderMap, port: u16) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let origin = text(header::ORIGIN).is_some_and(|origin| {
        ["127.0.0.1", "localhost"].iter().any(|name| origin == format!("http://{name}:{port}"))
    });
    origin && text(FETCH_SITE).is_none_or(|site| site == "same-origin")
}

/// Cookies are shared between ports of a host, so the port is part of the name.
pub(super) fn cookie_name(port: u16) -> String {
    format!("bidui_{port}")
}

/// The cookie of a browser.
pub(super) fn cookie(headers: &HeaderMap, port: u16) -> Option<&str> {
    let name = cookie_name(port);
    let all = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs =
        all.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(known, _)| *known == name).map(|(_, cookie)| cookie)
}

/// The session of a browser that is in.
pub(super) fn session(app: &App, headers: &HeaderMap) -> Option<SharedSession> {
    let cookie = cookie(headers, app.port)?;
    let (now, limit) = (app.clock.seconds(), app.limits.session.as_secs_f64());
    lock(&app.sessions).find(cookie, now, limit)
}

/// Answers somebody who is not in. What a browser sends whose time has run out is not lost: it is
/// there when the browser comes in again.
async fn turned_away(app: &App, request: Request) -> Response {
    let words = "没有进入，或久未操作已退出。请重新进入；已作的认定都已保存。";
    let found = cookie(request.headers(), app.port);
    let lapsed = found.and_then(|cookie| lock(&app.sessions).lapsed(cookie));
    let remark = match lapsed {
        Some(session) => kept(&session, request, app.limits.body).await,
        None => String::new(),
    };
    html(StatusCode::UNAUTHORIZED, &pages::outside("请重新进入", words, &remark))
}

/// Keeps the remark of a form and the question it was about; hands out the remark.
async fn kept(session: &SharedSession, request: Request, patience: Duration) -> String {
    let (uri, is_form) = (request.uri().clone(), request.method() == Method::POST);
    let asked = match body::fields(request, patience, body::REVIEW).await {
        Ok(fields) if is_form => PageRequest::new(&uri, fields),
        _ => PageRequest::new(&uri, Fields::new()),
    };
    let mut session = lock(session);
    if !asked.key.is_empty() && uri.path().starts_with("/case/") {
        session.back = Some(format!("/case/{}", asked.key));
    }
    let note = asked.field("note");
    if note.is_empty() || !is_same(asked.field("secret"), &session.form_secret) {
        return String::new();
    }
    session.hold_remark(&asked.key, note);
    note.to_owned()
}
