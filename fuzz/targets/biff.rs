//! Mutates the BIFF records inside an .xls.

#![no_main]

use bidui_fuzz::{reading, recipe};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Some(bytes) = recipe::wrap(data) {
        reading::read(&bytes);
    }
});
