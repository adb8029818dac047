//! One binary for all integration tests.

mod support;

mod architecture;
mod cases;
mod cli;
mod config_mistakes;
