//! A request as the handlers see it: the key in its address and its fields; and the way there,
//! off the threads that wait for the network.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Query, Request, State};
use axum::http::Uri;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodRouter, get, post};

use super::App;
use super::body::{self, Fields, readable};
use super::reply::{Reply, html};
use super::secrets::is_same;
use crate::desk::pages::{self, PageView, RepeatedRequest};
use crate::desk::sessions::{Session, SharedSession, lock};

/// What a request says.
pub(super) struct PageRequest {
    /// The second part of the address: the key of a case.
    pub(super) key: String,
    /// The whole address, without the host.
    address: String,
    fields: Fields,
}

impl PageRequest {
    pub(super) fn new(uri: &Uri, fields: Fields) -> Self {
        let key = uri.path().split('/').nth(2).unwrap_or_default().to_owned();
        Self { key, address: uri.to_string(), fields }
    }

    /// A field, or nothing.
    pub(super) fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }

    /// A field as text of a person: no control characters, no blanks around, not endless.
    pub(super) fn words(&self, name: &str, most: usize) -> String {
        let text = self.field(name).trim();
        text.chars().filter(|letter| !letter.is_control()).take(most).collect()
    }

    /// A field as a number.
    pub(super) fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.field(name).parse().ok()
    }

    /// Which list of the session the page belongs to.
    pub(super) fn list(&self) -> Option<usize> {
        self.number("list")
    }

    /// The page the form was on, as far as the address tells.
    fn page_before(&self) -> String {
        let case = !self.key.is_empty() && self.address.starts_with("/case/");
        if case { format!("/case/{}", self.key) } else { "/cases".to_owned() }
    }
}

/// Answers a request.
pub(super) type Handler = fn(&App, &mut Session, &PageRequest) -> Reply;

/// A page to look at.
pub(super) fn read(handler: Handler) -> MethodRouter<Arc<App>> {
    seen(handler, look)
}

/// Makes a page with a handler.
pub(super) type Look = fn(Handler, &App, &mut Session, &Uri) -> Reply;

/// A page made in a way of its own.
pub(super) fn seen(handler: Handler, look: Look) -> MethodRouter<Arc<App>> {
    get(
        move |State(app): State<Arc<App>>,
              Extension(session): Extension<SharedSession>,
              uri: Uri| async move {
            answer(app, session, move |app, session| look(handler, app, session, &uri)).await
        },
    )
}

/// The page of a handler.
pub(super) fn look(handler: Handler, app: &App, session: &mut Session, uri: &Uri) -> Reply {
    let fields = Query::<Fields>::try_from_uri(uri).ok();
    let Some(fields) = fields.and_then(|Query(fields)| readable(fields)) else {
        return Reply::bad_form();
    };
    let asked = PageRequest::new(uri, fields);
    session.open_message(&asked.address);
    let reply = handler(app, session, &asked);
    // Told once.
    session.notice = None;
    reply.repeated(|| RepeatedRequest { address: asked.address.clone(), fields: None })
}

/// Something to do; refused without the session's own secret.
pub(super) fn act(handler: Handler) -> MethodRouter<Arc<App>> {
    post(
        move |State(app): State<Arc<App>>,
              Extension(session): Extension<SharedSession>,
              request: Request| async move {
            let uri = request.uri().clone();
            let read = body::fields(request, app.limits.body, body::REVIEW).await;
            answer(app, session, move |app, session| match read {
                Ok(fields) => do_it(handler, app, session, &PageRequest::new(&uri, fields)),
                Err(refusal) => {
                    refusal.back_to(PageRequest::new(&uri, Fields::new()).page_before())
                }
            })
            .await
        },
    )
}

fn do_it(handler: Handler, app: &App, session: &mut Session, asked: &PageRequest) -> Reply {
    if !is_same(asked.field("secret"), &session.form_secret) {
        return Reply::foreign_form(asked.field("note")).back_to(asked.page_before());
    }
    let reply = handler(app, session, asked);
    if let Reply::Go(place) = &reply {
        session.address_message(place);
    }
    let fields = || asked.fields.iter().map(|(name, value)| (name.clone(), value.clone()));
    reply.back_to(asked.page_before()).repeated(|| RepeatedRequest {
        address: asked.address.clone(),
        fields: Some(fields().collect()),
    })
}

/// An address that leads nowhere.
pub(super) async fn lost(
    State(app): State<Arc<App>>,
    session: Option<Extension<SharedSession>>,
) -> Response {
    told(app, session, Reply::not_found()).await
}

/// An address that is asked in the wrong way: a form's, opened as a page.
pub(super) async fn wrong_way(
    State(app): State<Arc<App>>,
    session: Option<Extension<SharedSession>>,
    uri: Uri,
) -> Response {
    let back = PageRequest::new(&uri, Fields::new()).page_before();
    told(app, session, Reply::wrong_way().back_to(back)).await
}

async fn told(app: Arc<App>, session: Option<Extension<SharedSession>>, reply: Reply) -> Response {
    match session {
        Some(Extension(session)) => answer(app, session, |_, _| reply).await,
        None => reply.into_response(),
    }
}

async fn answer(
    app: Arc<App>,
    session: SharedSession,
    work: impl FnOnce(&App, &mut Session) -> Reply + Send + 'static,
) -> Response {
    let done = tokio::task::spawn_blocking(move || {
        let mut session = lock(&session);
        let reply = work(&app, &mut session);
        framed(&app, &session, reply)
    });
    done.await.unwrap_or_else(|_| Reply::broken().into_response())
}

/// What went wrong is told on a page like all others.
fn framed(app: &App, session: &Session, reply: Reply) -> Response {
    let Reply::Trouble(status, trouble) = reply else { return reply.into_response() };
    let book = lock(&app.book);
    let rerun = &lock(&app.rerun);
    let (material, standing) = (&*book.material, &book.standing);
    let view = PageView { material, standing, session, rerun, list: None };
    html(status, &pages::trouble(Some(view), &trouble))
}
