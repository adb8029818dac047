//! Access control: the right host, requests from our own pages only, a session begun with the token.

use std::sync::Arc;

use axum::extract::{Query, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use subtle::ConstantTimeEq as _;

use super::reply::{Reply, html, sealed};
use super::{App, random};
use crate::desk::pages;
use crate::desk::sessions::{SharedSession, lock};

/// Paths open to everybody on this machine: they hold no data.
const OPEN: [&str; 3] = ["/start", "/desk.css", "/desk.js"];

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Lets a request through, or answers why not.
pub(super) async fn guard(
    State(app): State<Arc<App>>,
    mut request: Request,
    next: Next,
) -> Response {
    let writes = request.method() != Method::GET && request.method() != Method::HEAD;
    if !is_our_host(request.headers(), app.port) {
        let words = "请用程序给出的网址（127.0.0.1）打开。";
        return sealed(Reply::Forbidden(words).into_response());
    }
    if writes && !is_from_us(request.headers(), app.port) {
        let words = "这个请求不是从本页面发出的，没有执行。";
        return sealed(Reply::Forbidden(words).into_response());
    }
    if !OPEN.contains(&request.uri().path()) {
        let Some(session) = session(&app, request.headers()) else {
            let words = "没有进入，或久未操作已退出。请用程序启动时给出的网址重新进入；已作的认定都已保存。";
            return sealed(html(StatusCode::UNAUTHORIZED, &pages::refusal("请重新进入", words)));
        };
        request.extensions_mut().insert(session);
        *lock(&app.last_request) = app.clock.seconds();
    }
    sealed(next.run(request).await)
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
fn cookie_name(port: u16) -> String {
    format!("bidui_{port}")
}

fn session(app: &App, headers: &HeaderMap) -> Option<SharedSession> {
    let name = cookie_name(app.port);
    let all = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs =
        all.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let (_, cookie) = pairs.find(|(known, _)| *known == name)?;
    let (now, limit) = (app.clock.seconds(), app.limits.session.as_secs_f64());
    lock(&app.sessions).find(cookie, now, limit)
}

/// The token of the start address.
#[derive(serde::Deserialize)]
pub(super) struct Token {
    #[serde(default)]
    token: String,
}

/// Begins a session for a browser that has the token.
pub(super) async fn start(
    State(app): State<Arc<App>>,
    Query(Token { token }): Query<Token>,
) -> Response {
    if !is_same(&token, &app.door_key) {
        let words = "网址里的口令不对。请用程序这一次启动时给出的网址。";
        return html(StatusCode::UNAUTHORIZED, &pages::refusal("不能进入", words));
    }
    let (Ok(cookie), Ok(secret)) = (random(), random()) else {
        return Reply::Broken.into_response();
    };
    let now = app.clock.seconds();
    *lock(&app.last_request) = now;
    let set = format!("{}={cookie}; Path=/; HttpOnly; SameSite=Strict", cookie_name(app.port));
    let Ok(set) = HeaderValue::from_str(&set) else { return Reply::Broken.into_response() };
    let session = lock(&app.sessions).begin(cookie, secret, now);
    let material = Arc::clone(&lock(&app.book).material);
    let page = pages::door(&material.results().project.title, &lock(&session));
    let mut response = html(StatusCode::OK, &page);
    response.headers_mut().insert(header::SET_COOKIE, set);
    response
}

/// Compares secrets in constant time: the duration reveals nothing about the matching prefix.
pub(super) fn is_same(given: &str, secret: &str) -> bool {
    given.as_bytes().ct_eq(secret.as_bytes()).into()
}
