//! What a form says, read with limits of time and size.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{Form, FromRequest as _, Request};

use super::reply::Reply;

/// Names and values of a form or an address.
pub(super) type Fields = BTreeMap<String, String>;

/// Bytes of a form of the review page, at most.
pub(super) const REVIEW: usize = 16 * 1024;

/// Bytes of a form of the start page, which may hold a whole project file.
pub(super) const PROJECT: usize = READ;

/// Bytes that are read and thrown away, so that the browser hears why.
const READ: usize = 1024 * 1024;

/// The fields of a form, or what is answered instead.
pub(super) async fn fields(
    request: Request,
    patience: Duration,
    most: usize,
) -> Result<Fields, Reply> {
    let (parts, body) = request.into_parts();
    let read = tokio::time::timeout(patience, to_bytes(body, READ)).await;
    let bytes = read.map_err(|_| Reply::too_slow())?.map_err(|_| Reply::too_large())?;
    if bytes.len() > most {
        return Err(Reply::too_large());
    }
    let request = Request::from_parts(parts, Body::from(bytes));
    let Ok(Form(fields)) = Form::<Fields>::from_request(request, &()).await else {
        return Err(Reply::bad_form());
    };
    readable(fields).ok_or_else(Reply::bad_form)
}

/// The fields, unless one holds the mark that stands for bytes that are no text.
pub(super) fn readable(fields: Fields) -> Option<Fields> {
    let is_text = |text: &String| !text.contains(char::REPLACEMENT_CHARACTER);
    fields.iter().all(|(name, value)| is_text(name) && is_text(value)).then_some(fields)
}
