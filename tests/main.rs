//! One binary for all integration tests.

mod support;

mod architecture;
mod broken;
mod cases;
mod cli;
mod config_mistakes;
mod determinism;
mod evaluate;
mod recount;
