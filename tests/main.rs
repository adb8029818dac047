//! One binary for all integration tests.

mod support;

mod architecture;
mod broken;
mod cases;
mod cli;
mod config_mistakes;
mod decisions;
mod determinism;
mod evaluate;
mod recount;
