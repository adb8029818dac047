//! The analyst's desk: the doubtful rows decided in a browser, the rest looked up.
//!
//! Comes in: a [`Survey`](crate::pipeline::Survey), everything a run would know, and the open
//! ledger. Goes out: pages, to a browser on this machine only, and rulings in the ledger, each on
//! disk before it is acknowledged. All modules but one are plain functions of their arguments; `http`
//! alone touches the network and the ledger. Results are never written here: a new run is a run of the pipeline, which `http::again`
//! starts beside the pages and whose survey then takes the place of the old one.

mod attended;
mod changes;
mod drafts;
mod everybody;
mod front;
mod http;
mod material;
mod pages;
mod queue;
mod rerun;
mod rounds;
mod search;
mod search_words;
mod sessions;
mod standing;

#[cfg(test)]
mod tests;

pub use front::UsualPlace;
pub use http::{
    Admit, Again, DeskError, DeskLimits, DeskSettings, FrontSettings, OpenReview, ReadWhole, serve,
    serve_front,
};
