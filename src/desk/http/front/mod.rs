//! The start page's server: projects are made, checked and run here. It listens, admits and ends as the
//! review page does, and knows nobody's data but what a job under way has found.

mod acts;
mod columns;
mod jobs;
mod known;
mod papers;
mod reads;
mod receive;
mod request;
mod returned;
mod settings;
mod upload;

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use axum::{Router, middleware};
use jiff::civil::Date;

use super::start::StartTokens;
use super::{Connections, DeskError, DeskLimits, SharedClock, connections, reply, secrets};
use crate::desk::front::{FrontState, UsualPlace};
use crate::desk::sessions::lock;
use crate::sources::Progress;
use request::{FrontSessions, act, read};

/// Serves the review page of a project beside this one; hands out its start address.
pub type OpenReview = dyn Fn(&Path, &dyn Progress) -> Result<String, String> + Send + Sync;

/// How the start page is served.
pub struct FrontSettings {
    /// Port on 127.0.0.1; 0 for any that is free.
    pub port: u16,
    /// When sessions and the server end.
    pub limits: DeskLimits,
    /// The clock.
    pub clock: SharedClock,
    /// Today, in Beijing.
    pub today: fn() -> Date,
    /// File that remembers the projects; none where the system has no place for it.
    pub known: Option<PathBuf>,
    /// Folder the chooser begins in.
    pub home: PathBuf,
    /// Folders the chooser offers everywhere.
    pub places: Vec<UsualPlace>,
    /// A project to open at once.
    pub first: Option<PathBuf>,
    /// Opens the review page.
    pub review: Arc<OpenReview>,
}

/// Everything requests share.
struct FrontDesk {
    settings: FrontSettings,
    port: u16,
    tokens: Mutex<StartTokens>,
    sessions: Mutex<FrontSessions>,
    state: Mutex<FrontState>,
    last_request: Mutex<f64>,
}

/// Serves the start page until nobody has asked for anything for as long as the limits say.
///
/// # Errors
/// See [`DeskError`].
pub fn serve_front(
    settings: FrontSettings,
    announce: &mut dyn FnMut(&str),
) -> Result<(), DeskError> {
    let token = secrets::random()?;
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let address = (Ipv4Addr::LOCALHOST, settings.port);
        let bound = tokio::net::TcpListener::bind(address).await;
        let port = settings.port;
        let listener = bound.map_err(|source| DeskError::Port { port, source })?;
        let port = listener.local_addr()?.port();
        let app = Arc::new(FrontDesk {
            port,
            tokens: Mutex::new(StartTokens::new(token.clone())),
            sessions: Mutex::default(),
            state: Mutex::default(),
            last_request: Mutex::new(settings.clock.seconds()),
            settings,
        });
        if let Some(first) = &app.settings.first {
            acts::open_at(&app, first);
        }
        announce(&super::start::address(port, &token));
        let head = app.settings.limits.head;
        let connected = Arc::<Mutex<Connections>>::default();
        let routes = routes(Arc::clone(&app));
        let accepting =
            tokio::spawn(connections::accept(listener, routes, head, Arc::clone(&connected)));
        idle(app).await;
        accepting.abort();
        connections::farewell(connected).await;
        Ok(())
    })
}

/// Returns when nobody has asked for anything for too long and no job is under way.
async fn idle(app: Arc<FrontDesk>) {
    let limit = app.settings.limits.server.as_secs_f64();
    loop {
        tokio::time::sleep(std::time::Duration::from_millis(250)).await;
        if lock(&app.state).running.is_some() {
            *lock(&app.last_request) = app.settings.clock.seconds();
        } else if app.settings.clock.seconds() - *lock(&app.last_request) > limit {
            return;
        }
    }
}

fn routes(app: Arc<FrontDesk>) -> Router {
    Router::new()
        .route("/", read(reads::home))
        .route("/start", axum::routing::get(request::start).head(reply::nothing))
        .route("/desk.css", axum::routing::get(reply::style))
        .route("/desk.js", axum::routing::get(reply::script))
        .route("/help", axum::routing::get(reply::help))
        .route("/choose", read(reads::choose))
        .route("/arrange", act(acts::arrange))
        .route("/arranged", read(reads::arranged))
        .route("/write", act(acts::write))
        .route("/open", act(acts::open))
        .route("/forget", act(acts::forget))
        .route("/project", read(reads::project))
        .route("/check", act(acts::check))
        .route("/run", act(acts::run))
        .route("/review", act(acts::review))
        .route("/result", read(reads::result))
        .route("/forms", read(papers::show))
        .route("/settings", read(settings::show).merge(act(settings::keep)))
        .route("/settings/text", act(settings::keep_text))
        .route("/settings/drop", act(settings::forget))
        .route("/columns", read(columns::show).merge(act(columns::keep)))
        .route("/columns/read", act(columns::look))
        .route("/received", read(receive::show))
        .route("/received/add", act(receive::add))
        .route("/returned", read(returned::show))
        .route("/returned/undo", act(returned::undo))
        .route("/upload", upload::route())
        .fallback(request::lost)
        .layer(middleware::from_fn_with_state(Arc::clone(&app), request::guard))
        .with_state(app)
}
