//! One binary for all integration tests.
#![allow(
    clippy::assigning_clones,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::format_collect,
    clippy::format_push_string,
    clippy::needless_ifs,
    clippy::print_stderr,
    clippy::string_slice,
    reason = "tests count small numbers and cut their own ASCII; some say that they leave something out"
)]
#![allow(unreachable_pub, reason = "a program has no public items")]

mod support;
mod templates;

// The generators know nothing of the program.
#[path = "../fixtures/generator/mod.rs"]
#[allow(dead_code, clippy::string_slice, reason = "its own main uses more of it")]
mod generator;
#[path = "../fixtures/returns/returns.rs"]
#[allow(dead_code, reason = "the generator's own main uses more of it")]
mod returns;

// Where the generator of returned forms looks for them.
use generator::{dice, table, writers};

mod accessibility;
mod answered;
mod architecture;
mod broken;
mod browser;
mod cases;
mod cli;
mod config_mistakes;
mod country;
mod decisions;
mod desk_remarks;
mod desk_server;
mod determinism;
mod distributed;
mod endings;
mod enlargement;
mod evaluate;
mod front;
mod front_files;
mod front_settings;
mod full_disk;
mod handed_out;
mod handover;
mod kills;
mod library;
mod list_details;
mod manual;
mod outreach;
mod periods;
mod programmes;
mod recount;
mod rerun;
mod review;
mod review_kept;
mod review_many;
mod review_page;
mod rollup;
mod rollup_plans;
mod sent_back;
mod sorting;
mod states;
mod timed;
mod training;
mod unattended;
mod what_a_change_costs;
mod whole_projects;
mod years;
