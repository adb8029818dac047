//! The analyst's desk: the doubtful rows decided in a browser, the rest looked up.
//!
//! Comes in: a [`Survey`](crate::pipeline::Survey), everything a run would know, and the open
//! ledger. Goes out: pages, to a browser on this machine only, and rulings in the ledger, each on
//! disk before it is acknowledged. `material`, `queue`, `standing`, `search`, `overview` and
//! `pages` are plain functions of what they are given; `http` alone touches the network and the
//! ledger. Results are never written here.

mod http;
mod material;
mod overview;
mod pages;
mod queue;
mod search;
mod sessions;
mod standing;

#[cfg(test)]
mod tests;

pub use http::{DeskError, Limits, serve};
