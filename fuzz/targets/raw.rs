//! Mutates containers themselves: zip directories, OLE sectors, encrypted packages.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| bidui_fuzz::reading::read(data));
