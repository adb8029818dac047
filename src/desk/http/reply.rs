//! What goes back to the browser, and the headers that go with all of it.

use std::collections::BTreeMap;

use axum::extract::Query;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use maud::Markup;

use crate::desk::pages::{self, DeskTrouble, RepeatedRequest};
use crate::ledger::LedgerError;

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
    /// Done, and nothing to show.
    Done,
    /// Not done, and why.
    Trouble(StatusCode, Box<DeskTrouble>),
}

impl Reply {
    fn trouble(status: StatusCode, title: &'static str, words: impl Into<String>) -> Self {
        let trouble = DeskTrouble {
            title,
            words: words.into(),
            remark: String::new(),
            is_passing: false,
            repeat: None,
            back: "/cases".to_owned(),
        };
        Self::Trouble(status, Box::new(trouble))
    }

    /// Nothing is there.
    pub(super) fn not_found() -> Self {
        let words = "网址不对，或这条待核已不在清单里。请从待核清单进入。";
        Self::trouble(StatusCode::NOT_FOUND, "没有这一页", words)
    }

    /// A form's address opened as a page, or the other way round.
    pub(super) fn wrong_way() -> Self {
        let words = "这个网址只接收页面上的按钮，不能直接打开；没有执行任何操作。";
        Self::trouble(StatusCode::METHOD_NOT_ALLOWED, "这个网址不能直接打开", words)
    }

    /// More than any form of ours holds.
    pub(super) fn too_large() -> Self {
        let words = "提交的内容太长，没有保存。备注最多 200 个字，请回到刚才的页面改短后再提交。";
        Self::trouble(StatusCode::PAYLOAD_TOO_LARGE, "内容太长", words)
    }

    /// A form that cannot be read.
    pub(super) fn bad_form() -> Self {
        let words = "提交的内容读不懂（不是本页面的表单，或文字编码不对），没有执行。请回到刚才的页面重新填写。";
        Self::trouble(StatusCode::BAD_REQUEST, "内容读不懂", words)
    }

    /// Half a request.
    pub(super) fn too_slow() -> Self {
        let words = "请求没有发完整，等得太久，已放弃，没有执行。请回到刚才的页面再试。";
        Self::trouble(StatusCode::REQUEST_TIMEOUT, "等得太久", words)
    }

    /// Too much at once.
    pub(super) fn crowded() -> Self {
        let words = "同时打开的请求太多，这一次没有执行。请等几秒再试。";
        Self::trouble(StatusCode::SERVICE_UNAVAILABLE, "现在太忙", words)
    }

    /// Not allowed, and why.
    pub(super) fn forbidden(words: &str) -> Self {
        Self::trouble(StatusCode::FORBIDDEN, "没有执行", words)
    }

    /// A form without the session's secret; what was typed is shown.
    pub(super) fn foreign_form(remark: &str) -> Self {
        let mut reply = Self::forbidden(
            "这个请求不是从本页面发出的（或页面太旧），没有执行；请回到刚才的页面再试。",
        );
        if let Self::Trouble(_, trouble) = &mut reply {
            remark.clone_into(&mut trouble.remark);
        }
        reply
    }

    /// The ledger could not be used.
    pub(super) fn ledger(error: &LedgerError) -> Self {
        let LedgerError::Locked { .. } = error else { return Self::failed(error.to_string()) };
        let words = "台账（bidui.db）正被别的程序占用：另一次比对正在写入，或有人用数据库工具打开了它。\
                     等了几秒仍写不进去，这一步还没有做。填的内容都在，请关闭占用它的程序后再试一次。";
        let mut reply =
            Self::trouble(StatusCode::SERVICE_UNAVAILABLE, "台账被占用，没有执行", words);
        if let Self::Trouble(_, trouble) = &mut reply {
            trouble.is_passing = true;
        }
        reply
    }

    /// Something outside of the program failed.
    pub(super) fn failed(words: String) -> Self {
        let mut reply =
            Self::trouble(StatusCode::INTERNAL_SERVER_ERROR, "台账出错，没有执行", words);
        if let Self::Trouble(_, trouble) = &mut reply {
            trouble.is_passing = true;
        }
        reply
    }

    /// The program made a mistake.
    pub(super) fn broken() -> Self {
        let words = "这一步没有完成；请刷新看看结果，并转告程序的开发者。";
        Self::trouble(StatusCode::INTERNAL_SERVER_ERROR, "程序出错", words)
    }

    /// The same, with the page one came from.
    pub(super) fn back_to(mut self, place: String) -> Self {
        if let Self::Trouble(_, trouble) = &mut self {
            trouble.back = place;
        }
        self
    }

    /// The same, with the request to be made once more where that may succeed.
    pub(super) fn repeated(mut self, request: impl FnOnce() -> RepeatedRequest) -> Self {
        if let Self::Trouble(_, trouble) = &mut self
            && trouble.is_passing
        {
            let request = request();
            let note = request.fields.iter().flatten().find(|(name, _)| name == "note");
            trouble.remark = note.map(|(_, note)| note.clone()).unwrap_or_default();
            trouble.repeat = Some(request);
        }
        self
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        match self {
            Self::Page(page) => html(StatusCode::OK, &page),
            Self::Gone(page) => html(StatusCode::NOT_FOUND, &page),
            Self::Workbook(name, bytes) => workbook(&name, bytes),
            Self::Go(place) => (StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response(),
            Self::Done => StatusCode::NO_CONTENT.into_response(),
            Self::Trouble(status, trouble) => html(status, &pages::trouble(None, &trouble)),
        }
    }
}

/// An answer as bytes, for a connection that never came to a request.
pub(super) fn raw(status: StatusCode, reply: Reply) -> Vec<u8> {
    use std::fmt::Write as _;
    let Reply::Trouble(_, trouble) = reply else { return Vec::new() };
    let page = pages::trouble(None, &trouble).0;
    let mut text = format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/html; charset=utf-8\r\nconnection: close\r\n\
         content-length: {}\r\n",
        page.len()
    );
    for (name, value) in HEADERS {
        if write!(text, "{name}: {value}\r\n").is_err() {
            return Vec::new();
        }
    }
    text.push_str("\r\n");
    text.push_str(&page);
    text.into_bytes()
}

/// A file with a Chinese name, which old browsers get a plain one for.
fn workbook(name: &str, bytes: Vec<u8>) -> Response {
    use std::fmt::Write as _;
    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-') {
            encoded.push(char::from(byte));
        } else if write!(encoded, "%{byte:02X}").is_err() {
            return Reply::broken().into_response();
        }
    }
    let ending = name.rsplit_once('.').map_or("xlsx", |(_, ending)| ending);
    let ending =
        if ending.chars().all(|letter| letter.is_ascii_alphanumeric()) { ending } else { "bin" };
    let kind = match ending {
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _ => "application/octet-stream",
    };
    let disposition =
        format!("attachment; filename=\"export.{ending}\"; filename*=UTF-8''{encoded}");
    let headers =
        [(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    (StatusCode::OK, headers, bytes).into_response()
}

/// A page with a status.
pub(super) fn html(status: StatusCode, page: &Markup) -> Response {
    let kind = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
    (status, kind, page.0.clone()).into_response()
}

/// Nothing: what a link preview gets, so that it uses up no start address.
pub(super) async fn nothing() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

/// The one style sheet.
pub(super) async fn style() -> Response {
    let kind = [(header::CONTENT_TYPE, "text/css; charset=utf-8")];
    (kind, include_str!("../assets/desk.css")).into_response()
}

/// A chapter of the manual, `?part=1` and on. It holds no data of anybody.
pub(super) async fn help(uri: Uri) -> Response {
    let fields = Query::<BTreeMap<String, String>>::try_from_uri(&uri).ok();
    let part = fields.and_then(|Query(fields)| fields.get("part")?.parse::<usize>().ok());
    html(StatusCode::OK, &pages::help(part.unwrap_or(1).saturating_sub(1)))
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
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; \
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
