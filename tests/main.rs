//! One binary for all integration tests.

mod support;
mod templates;

// Shared with the generators, which know nothing of the program.
#[path = "../fixtures/generator/dice.rs"]
#[allow(dead_code, reason = "the generator of exports uses more of it")]
mod dice;
#[path = "../fixtures/returns/returns.rs"]
#[allow(dead_code, reason = "the generator's own main uses more of it")]
mod returns;
#[path = "../fixtures/generator/table.rs"]
#[allow(dead_code, reason = "the generator of exports uses more of it")]
mod table;
#[path = "../fixtures/generator/writers/mod.rs"]
#[allow(dead_code, clippy::string_slice, reason = "the generator of exports uses more of it")]
mod writers;

mod architecture;
mod broken;
mod browser;
mod cases;
mod cli;
mod config_mistakes;
mod decisions;
mod determinism;
mod evaluate;
mod outreach;
mod periods;
mod recount;
mod rerun;
mod review;
mod rollup;
mod training;
mod unattended;
