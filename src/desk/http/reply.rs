//! What goes back to the browser, and the headers that go with all of it.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::Markup;

use crate::desk::pages;

/// An answer.
pub(super) enum Reply {
    /// A page.
    Page(Markup),
    /// A page about something that is not there any more.
    Gone(Markup),
    /// A file to keep: its name and its bytes.
    Workbook(String, Vec<u8>),
    /// Look there.
    Go(String),
    /// Nothing is there.
    NotFound,
    /// Not allowed, and why.
    Forbidden(&'static str),
    /// The ledger could not be used.
    Trouble(String),
    /// The program made a mistake.
    Broken,
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let failed = |status, title: &str, words: &str| html(status, &pages::refusal(title, words));
        match self {
            Self::Page(page) => html(StatusCode::OK, &page),
            Self::Gone(page) => html(StatusCode::NOT_FOUND, &page),
            Self::Workbook(name, bytes) => workbook(&name, bytes),
            Self::Go(place) => (StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response(),
            Self::NotFound => failed(
                StatusCode::NOT_FOUND,
                "没有这一页",
                "没有这一页，或这条待核已不在清单里。请回到 /cases。",
            ),
            Self::Forbidden(words) => failed(StatusCode::FORBIDDEN, "没有执行", words),
            Self::Trouble(words) => {
                failed(StatusCode::INTERNAL_SERVER_ERROR, "台账出错，没有执行", &words)
            }
            Self::Broken => failed(
                StatusCode::INTERNAL_SERVER_ERROR,
                "程序出错",
                "这一步没有完成；请刷新看看结果，并转告程序的开发者。",
            ),
        }
    }
}

/// A file with a Chinese name, which old browsers get a plain one for.
fn workbook(name: &str, bytes: Vec<u8>) -> Response {
    use std::fmt::Write as _;
    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-') {
            encoded.push(char::from(byte));
        } else if write!(encoded, "%{byte:02X}").is_err() {
            return Reply::Broken.into_response();
        }
    }
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let disposition = format!("attachment; filename=\"export.xlsx\"; filename*=UTF-8''{encoded}");
    let headers =
        [(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    (StatusCode::OK, headers, bytes).into_response()
}

/// A page with a status.
pub(super) fn html(status: StatusCode, page: &Markup) -> Response {
    let kind = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
    (status, kind, page.0.clone()).into_response()
}

/// The one style sheet.
pub(super) async fn style() -> Response {
    let kind = [(header::CONTENT_TYPE, "text/css; charset=utf-8")];
    (kind, include_str!("../assets/desk.css")).into_response()
}

/// The one script.
pub(super) async fn script() -> Response {
    let kind = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8")];
    (kind, include_str!("../assets/desk.js")).into_response()
}

/// Only our own files, no frames, no caching, no referrer. Forms of ours must send
/// their origin, so referrers are not switched off altogether.
const HEADERS: [(header::HeaderName, &str); 6] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (header::CACHE_CONTROL, "no-store"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

/// The same answer with the headers all answers have.
pub(super) fn sealed(mut response: Response) -> Response {
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
