//! A request as the handlers see it: the key in its address and its fields; and the way there,
//! off the threads that wait for the network.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Extension;
use axum::extract::{Form, Query, State};
use axum::http::Uri;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodRouter, get, post};

use super::App;
use super::guard::is_same;
use super::reply::Reply;
use crate::desk::sessions::{Session, SharedSession, lock};

/// What a request says.
pub(super) struct Asked {
    /// The second part of the address: the key of a case.
    pub(super) key: String,
    fields: BTreeMap<String, String>,
}

impl Asked {
    fn new(uri: &Uri, fields: BTreeMap<String, String>) -> Self {
        Self { key: uri.path().split('/').nth(2).unwrap_or_default().to_owned(), fields }
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
}

/// Answers a request.
pub(super) type Handler = fn(&App, &mut Session, &Asked) -> Reply;

type Fields = BTreeMap<String, String>;

/// A page to look at.
pub(super) fn read(handler: Handler) -> MethodRouter<Arc<App>> {
    get(
        move |State(app): State<Arc<App>>,
              Extension(session): Extension<SharedSession>,
              uri: Uri,
              Query(fields): Query<Fields>| async move {
            answer(app, session, move |app, session| {
                let reply = handler(app, session, &Asked::new(&uri, fields));
                // Told once.
                session.notice = None;
                reply
            })
            .await
        },
    )
}

/// Something to do; refused without the session's own secret.
pub(super) fn act(handler: Handler) -> MethodRouter<Arc<App>> {
    post(
        move |State(app): State<Arc<App>>,
              Extension(session): Extension<SharedSession>,
              uri: Uri,
              Form(fields): Form<Fields>| async move {
            answer(app, session, move |app, session| {
                let asked = Asked::new(&uri, fields);
                if is_same(asked.field("secret"), &session.form_secret) {
                    handler(app, session, &asked)
                } else {
                    Reply::Forbidden("这个请求不是从本页面发出的，没有执行；请刷新后再试。")
                }
            })
            .await
        },
    )
}

async fn answer(
    app: Arc<App>,
    session: SharedSession,
    work: impl FnOnce(&App, &mut Session) -> Reply + Send + 'static,
) -> Response {
    let done = tokio::task::spawn_blocking(move || work(&app, &mut lock(&session))).await;
    done.unwrap_or(Reply::Broken).into_response()
}
