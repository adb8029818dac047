//! The desk's server: on 127.0.0.1 only, for whoever has the start address, until nobody asks any
//! more.

mod acts;
mod again;
mod asked;
mod body;
mod connections;
mod everybody;
mod figures;
mod front;
mod group;
mod guard;
mod reads;
mod reply;
mod rounds;
mod secrets;
mod start;

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::{Router, middleware};

use super::attended::OpenQuestions;
use super::material::Material;
use super::rerun::Rerun;
use super::sessions::{Sessions, lock};
use super::standing::RulingsInForce;
use crate::ledger::{Ledger, LedgerError};
use crate::pipeline::{Clock, RunReport, Survey};
use crate::sources::Progress;
use asked::{act, read};
use connections::Connections;
pub use everybody::ReadWhole;
use everybody::{Everybody, read_whole};
pub use front::{FrontSettings, OpenReview, serve_front};
use start::StartTokens;

/// When sessions, requests and the server end by themselves.
#[derive(Clone, Copy, Debug)]
pub struct DeskLimits {
    /// Of a browser nobody touches.
    pub session: Duration,
    /// Of the server without any request of somebody who is in.
    pub server: Duration,
    /// How long the head of a request may take; also how long an idle connection is kept.
    pub head: Duration,
    /// How long the body of a request may take.
    pub body: Duration,
}

impl DeskLimits {
    /// Sessions and server end together; requests have the time a person's browser needs.
    pub fn new(idle: Duration) -> Self {
        let [head, body] = [10, 30].map(Duration::from_secs);
        Self { session: idle, server: idle, head, body }
    }
}

/// Why the desk could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The port is taken, or the system gives none.
    #[error("无法在本机开网页（端口 {port}）：{source}；请换一个端口，如 --port 8642")]
    Port {
        /// As the user gave it; 0 for any.
        port: u16,
        /// What the system said.
        source: std::io::Error,
    },
    /// The system gives no randomness, without which there is no secret.
    #[error("系统没有提供随机数，无法生成进入网址：{0}")]
    Random(#[from] getrandom::Error),
    /// The server broke down.
    #[error("网页服务中断：{0}")]
    Server(#[from] std::io::Error),
}

/// The time, for threads.
type SharedClock = Arc<dyn Clock + Send + Sync>;

/// Does a real run on the project as it is now; or says why nothing was published.
pub type Again = dyn Fn(&dyn Progress) -> Result<(RunReport, Survey), String> + Send + Sync;

/// Shows whoever sits at the terminal another start address.
pub type Admit = dyn Fn(&str) + Send + Sync;

/// Everything requests share. Who needs both locks takes the book first.
struct App {
    book: Arc<Mutex<OpenBook>>,
    everybody: Everybody,
    rerun: Arc<Mutex<Rerun>>,
    again: Arc<Again>,
    sessions: Mutex<Sessions>,
    tokens: Mutex<StartTokens>,
    admit: Arc<Admit>,
    port: u16,
    limits: DeskLimits,
    clock: SharedClock,
    last_request: Mutex<f64>,
}

/// The ledger with what was read of it, and the material its rulings are about: the two change
/// together.
struct OpenBook {
    ledger: Ledger,
    standing: RulingsInForce,
    material: Arc<Material>,
    attended: OpenQuestions,
}

impl OpenBook {
    /// Takes what others have ruled meanwhile.
    fn refresh(&mut self) -> Result<(), LedgerError> {
        let rulings = self.ledger.rulings_after(self.standing.last())?;
        self.standing.take(rulings);
        Ok(())
    }

    /// Goes over to the material of a later run, with the rulings as far as they were read.
    fn turn_to(
        &mut self,
        material: Arc<Material>,
        standing: RulingsInForce,
    ) -> Result<(), LedgerError> {
        self.standing = standing;
        self.material = material;
        self.refresh()
    }
}

/// How a desk is served.
pub struct DeskSettings {
    /// Port on 127.0.0.1; 0 for any that is free.
    pub port: u16,
    /// When sessions and the server end.
    pub limits: DeskLimits,
    /// The clock.
    pub clock: SharedClock,
    /// Runs the project anew.
    pub again: Arc<Again>,
    /// Reads everybody where the survey has only what a run kept.
    pub whole: Arc<ReadWhole>,
    /// Shows a new start address at the terminal, when the one before is used up.
    pub admit: Arc<Admit>,
}

/// Serves the desk until nobody has asked for anything for as long as the limits say. The start
/// address is announced once it can be opened.
///
/// # Errors
/// See [`DeskError`].
pub fn serve(
    survey: Survey,
    ledger: Ledger,
    settings: DeskSettings,
    announce: &mut dyn FnMut(&str),
) -> Result<(), DeskError> {
    let DeskSettings { port, limits, clock, again, whole, admit } = settings;
    let standing = RulingsInForce::new(survey.known());
    let material = Arc::new(Material::new(survey));
    let book = OpenBook { standing, ledger, material, attended: OpenQuestions::default() };
    let book = Arc::new(Mutex::new(book));
    let token = secrets::random()?;
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let address = (Ipv4Addr::LOCALHOST, port);
        let bound = tokio::net::TcpListener::bind(address).await;
        let listener = bound.map_err(|source| DeskError::Port { port, source })?;
        let port = listener.local_addr()?.port();
        let app = Arc::new(App {
            everybody: Everybody::new(&book, whole),
            book,
            rerun: Arc::default(),
            again,
            sessions: Mutex::new(Sessions::default()),
            tokens: Mutex::new(StartTokens::new(token.clone())),
            admit,
            port,
            limits,
            last_request: Mutex::new(clock.seconds()),
            clock,
        });
        announce(&start::address(port, &token));
        let (routes, connections) =
            (routes(Arc::clone(&app)), Arc::<Mutex<Connections>>::default());
        let accepting = tokio::spawn(connections::accept(
            listener,
            routes,
            limits.head,
            Arc::clone(&connections),
        ));
        idle(app).await;
        accepting.abort();
        connections::farewell(connections).await;
        Ok(())
    })
}

/// Returns when nobody has asked for anything for too long and nothing is under way.
async fn idle(app: Arc<App>) {
    let limit = app.limits.server.as_secs_f64();
    loop {
        tokio::time::sleep(Duration::from_millis(250)).await;
        if lock(&app.rerun).running.is_some() || app.everybody.is_coming() {
            *lock(&app.last_request) = app.clock.seconds();
        } else if app.clock.seconds() - *lock(&app.last_request) > limit {
            return;
        }
    }
}

fn routes(app: Arc<App>) -> Router {
    Router::new()
        .route("/", read(reads::home))
        .route("/start", axum::routing::get(start::start).head(reply::nothing).post(start::ring))
        .route("/desk.css", axum::routing::get(reply::style))
        .route("/desk.js", axum::routing::get(reply::script))
        .route("/help", axum::routing::get(reply::help))
        .route("/door", read(reads::door).merge(act(acts::door)))
        .route("/cases", read(reads::cases))
        .route("/case/{key}", read(reads::case))
        .route("/case/{key}/verdict", act(acts::verdict))
        .route("/case/{key}/undo", act(acts::undo_that))
        .route("/case/{key}/draft", act(acts::draft))
        .route("/case/{key}/reveal", act(acts::reveal))
        .route("/filter", act(acts::filter))
        .route("/pick", read(acts::pick))
        .route("/send-back", act(group::send_back))
        .route("/undo", act(acts::undo_last))
        .route("/overview", read(reads::overview))
        .route("/programmes", read_whole(reads::programmes))
        .route("/behind", read_whole(reads::behind))
        .route("/against", read_whole(reads::against))
        .route("/figures", read_whole(figures::show))
        .route("/figures/book", act(figures::book))
        .route("/people", read_whole(reads::people).merge(act(acts::people)))
        .route("/person", read_whole(reads::person))
        .route("/findings", read_whole(reads::findings).merge(act(acts::findings)))
        .route("/findings/export", act(acts::export))
        .route("/everybody", act(everybody::again))
        .route("/changes", read(reads::changes))
        .route("/run", act(again::run))
        .route("/rulings", read(reads::rulings))
        .route("/settings", read(reads::settings))
        .fallback(asked::lost)
        .method_not_allowed_fallback(asked::wrong_way)
        .layer(middleware::from_fn_with_state(Arc::clone(&app), guard::guard))
        .with_state(app)
}
