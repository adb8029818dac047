//! Mutates the parts inside a workbook package (.xlsx, .xlsb, .ods): XML and binary records.

#![no_main]

use bidui_fuzz::{reading, recipe};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Some(bytes) = recipe::pack(data) {
        reading::read(&bytes);
    }
});
