//! Connections: few at a time, none that keeps silent for long, none that holds up the server's end.
//!
//! Whoever has not asked for anything yet gives way to whoever comes after him, so ten thousand
//! half-open connections take no more than the seats there are and shut nobody out.

use std::collections::{BTreeMap, VecDeque};
use std::convert::Infallible;
use std::io::Write as _;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse as _, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;

use super::reply::{Reply, raw, sealed};
use crate::desk::sessions::lock;

/// Connections at a time.
const SEATS: usize = 200;

/// Requests answered at a time; fewer than the seats, so that there is always one who can give way.
const BUSY: usize = 150;

/// Bytes of a request's head, and of an answer in one go.
const BUFFER: usize = 64 * 1024;

/// How long the last answers may take when the server ends.
const FAREWELL: Duration = Duration::from_secs(3);

/// A pause after the system gave no connection.
const PAUSE: Duration = Duration::from_millis(200);

type Answering = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

/// Who is connected.
#[derive(Debug, Default)]
pub(super) struct Connections {
    next: u64,
    /// Those who have not asked for anything, the longest first.
    waiting: VecDeque<(u64, AbortHandle)>,
    /// Those whose request is being answered.
    busy: BTreeMap<u64, AbortHandle>,
}

impl Connections {
    /// Ends those who have waited longest until there is a seat.
    fn make_room(&mut self) {
        while self.waiting.len() + self.busy.len() >= SEATS {
            let Some((_, task)) = self.waiting.pop_front() else { return };
            task.abort();
        }
    }

    /// A request has come in; `false` where it cannot be answered now.
    fn begin(&mut self, number: u64) -> bool {
        let place = self.waiting.iter().position(|(other, _)| *other == number);
        if self.busy.len() >= BUSY {
            return false;
        }
        let Some((_, task)) = place.and_then(|place| self.waiting.remove(place)) else {
            return false;
        };
        self.busy.insert(number, task);
        true
    }

    /// The request is answered.
    fn end(&mut self, number: u64) {
        if let Some(task) = self.busy.remove(&number) {
            self.waiting.push_back((number, task));
        }
    }

    fn leave(&mut self, number: u64) {
        self.busy.remove(&number);
        self.waiting.retain(|(other, _)| *other != number);
    }
}

/// One connection's place; given up when it is dropped.
#[derive(Debug)]
struct Seat {
    connections: Arc<Mutex<Connections>>,
    number: u64,
}

impl Drop for Seat {
    fn drop(&mut self) {
        lock(&self.connections).leave(self.number);
    }
}

/// Takes connections for as long as it is let.
pub(super) async fn accept(
    listener: TcpListener,
    routes: Router,
    patience: Duration,
    connections: Arc<Mutex<Connections>>,
) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => seat(stream, &routes, patience, &connections),
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }
}

fn seat(
    stream: TcpStream,
    routes: &Router,
    patience: Duration,
    connections: &Arc<Mutex<Connections>>,
) {
    // Held until the task is on the list: it cannot begin anything before.
    let mut list = lock(connections);
    list.make_room();
    list.next += 1;
    let number = list.next;
    let seat = Seat { connections: Arc::clone(connections), number };
    let task = tokio::spawn(talk(stream, routes.clone(), patience, seat));
    list.waiting.push_back((number, task.abort_handle()));
}

/// Answers the requests of one connection.
async fn talk(stream: TcpStream, routes: Router, patience: Duration, seat: Seat) {
    let seat = Arc::new(seat);
    let service = service_fn(move |request: Request<Incoming>| -> Answering {
        Box::pin(answer(request, routes.clone(), Arc::clone(&seat)))
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(patience).max_buf_size(BUFFER);
    let mut connection = builder.serve_connection(TokioIo::new(stream), service);
    let ended = std::future::poll_fn(|context| connection.poll_without_shutdown(context)).await;
    let parts = connection.into_parts();
    let is_half_said = !parts.read_buf.is_empty();
    if ended.is_err_and(|error| error.is_timeout()) && is_half_said {
        too_slow(parts.io.into_inner());
    }
}

async fn answer(
    request: Request<Incoming>,
    routes: Router,
    seat: Arc<Seat>,
) -> Result<Response, Infallible> {
    if !lock(&seat.connections).begin(seat.number) {
        return Ok(sealed(Reply::crowded().into_response()));
    }
    let answer = TowerToHyperService::new(routes).call(request).await;
    lock(&seat.connections).end(seat.number);
    answer
}

/// Says why the connection is closed. Who sent half a request may be gone: then nobody is told.
fn too_slow(stream: TcpStream) {
    let page = raw(StatusCode::REQUEST_TIMEOUT, Reply::too_slow());
    let told = stream.into_std().and_then(|mut stream| stream.write_all(&page));
    if told.is_err() {}
}

/// Waits for the answers under way, though not for long.
pub(super) async fn farewell(connections: Arc<Mutex<Connections>>) {
    let step = Duration::from_millis(50);
    let mut left = FAREWELL;
    while !lock(&connections).busy.is_empty() && !left.is_zero() {
        tokio::time::sleep(step).await;
        left = left.saturating_sub(step);
    }
    // The last bytes are still on their way from the answer to the system.
    tokio::time::sleep(step).await;
}
