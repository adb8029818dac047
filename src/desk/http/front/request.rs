//! Who may ask the start page, and a request as its handlers see it.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Extension;
use axum::extract::{Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodRouter, get, post};

use super::FrontDesk;
use crate::desk::http::asked::PageRequest;
use crate::desk::http::body::{self, Fields, readable};
use crate::desk::http::guard::{OPEN, cookie, cookie_name, refused};
use crate::desk::http::reply::{Reply, html, sealed};
use crate::desk::http::secrets::{is_same, random};
use crate::desk::http::start::{Token, TokenWorth};
use crate::desk::pages;
use crate::desk::sessions::lock;

/// Browsers that came in, by their cookie.
#[derive(Debug, Default)]
pub(super) struct FrontSessions(BTreeMap<String, FrontSession>);

#[derive(Debug)]
struct FrontSession {
    /// What every form has to carry.
    secret: String,
    /// When it asked last.
    seen: f64,
}

/// The secret of the session a request belongs to.
#[derive(Clone)]
pub(super) struct FormSecret(pub(super) String);

impl FrontDesk {
    /// The secret of a browser that is in and has not been away for too long.
    fn session(&self, headers: &HeaderMap) -> Option<FormSecret> {
        let cookie = cookie(headers, self.port)?;
        let (now, limit) =
            (self.settings.clock.seconds(), self.settings.limits.session.as_secs_f64());
        let mut sessions = lock(&self.sessions);
        sessions.0.retain(|_, session| now - session.seen <= limit);
        let session = sessions.0.get_mut(cookie)?;
        session.seen = now;
        Some(FormSecret(session.secret.clone()))
    }
}

/// Lets a request through, or answers why not.
pub(super) async fn guard(
    State(app): State<Arc<FrontDesk>>,
    mut request: Request,
    next: Next,
) -> Response {
    if let Some(reply) = refused(&request, app.port, "/") {
        return sealed(reply.into_response());
    }
    if !OPEN.contains(&request.uri().path()) {
        let Some(secret) = app.session(request.headers()) else {
            return sealed(turned_away("没有进入，或久未操作已退出。请重新运行 bidui open。"));
        };
        request.extensions_mut().insert(secret);
        *lock(&app.last_request) = app.settings.clock.seconds();
    }
    sealed(next.run(request).await)
}

fn turned_away(words: &str) -> Response {
    html(StatusCode::UNAUTHORIZED, &pages::turned_away(words))
}

/// Lets a browser in that has the token, and sends it on to an address without.
pub(super) async fn start(
    State(app): State<Arc<FrontDesk>>,
    headers: HeaderMap,
    Query(token): Query<Token>,
) -> Response {
    if app.session(&headers).is_some() {
        return Reply::Go("/".to_owned()).into_response();
    }
    if lock(&app.tokens).try_token(token.text()) != TokenWorth::Opens {
        return turned_away("网址里的口令不对，或已经用过。请重新运行 bidui open。");
    }
    let (Ok(fresh), Ok(secret)) = (random(), random()) else {
        return Reply::broken().into_response();
    };
    let set = format!("{}={fresh}; Path=/; HttpOnly; SameSite=Strict", cookie_name(app.port));
    let Ok(set) = HeaderValue::from_str(&set) else { return Reply::broken().into_response() };
    let seen = app.settings.clock.seconds();
    lock(&app.sessions).0.insert(fresh, FrontSession { secret, seen });
    let place = if app.settings.first.is_some() { "/project" } else { "/" };
    let mut response = Reply::Go(place.to_owned()).into_response();
    response.headers_mut().insert(header::SET_COOKIE, set);
    response
}

/// Answers a request.
pub(super) type FrontHandler = fn(&Arc<FrontDesk>, &str, &PageRequest) -> Reply;

/// A page to look at.
pub(super) fn read(handler: FrontHandler) -> MethodRouter<Arc<FrontDesk>> {
    get(
        move |State(app): State<Arc<FrontDesk>>,
              Extension(FormSecret(secret)): Extension<FormSecret>,
              uri: Uri| async move {
            let fields = Query::<Fields>::try_from_uri(&uri).ok();
            let Some(fields) = fields.and_then(|Query(fields)| readable(fields)) else {
                return Reply::bad_form().back_to("/".to_owned()).into_response();
            };
            answer(move || handler(&app, &secret, &PageRequest::new(&uri, fields))).await
        },
    )
}

/// Something to do; refused without the session's own secret.
pub(super) fn act(handler: FrontHandler) -> MethodRouter<Arc<FrontDesk>> {
    post(
        move |State(app): State<Arc<FrontDesk>>,
              Extension(FormSecret(secret)): Extension<FormSecret>,
              request: Request| async move {
            let uri = request.uri().clone();
            let fields = match body::fields(request, app.settings.limits.body, body::PROJECT).await
            {
                Ok(fields) => fields,
                Err(refusal) => return refusal.back_to("/".to_owned()).into_response(),
            };
            let asked = PageRequest::new(&uri, fields);
            if !is_same(asked.field("secret"), &secret) {
                return Reply::foreign_form("").back_to("/".to_owned()).into_response();
            }
            answer(move || handler(&app, &secret, &asked)).await
        },
    )
}

pub(super) async fn answer(work: impl FnOnce() -> Reply + Send + 'static) -> Response {
    let done = tokio::task::spawn_blocking(move || work().back_to("/".to_owned()));
    done.await.unwrap_or_else(|_| Reply::broken()).into_response()
}

/// An address that leads nowhere.
pub(super) async fn lost() -> Response {
    Reply::not_found().back_to("/".to_owned()).into_response()
}
