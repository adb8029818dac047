//! Mutates text: CSV, tab-separated, HTML tables, XML Spreadsheet 2003, flat ODS, in any encoding.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| bidui_fuzz::reading::read(data));
