//! Tells Windows how the program wants to be run: paths of any length, texts in UTF-8.

use embed_manifest::manifest::{ActiveCodePage, Setting};
use embed_manifest::{embed_manifest, new_manifest};

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var_os("CARGO_CFG_WINDOWS").is_some() {
        let manifest = new_manifest("bidui")
            .active_code_page(ActiveCodePage::Utf8)
            .long_path_aware(Setting::Enabled);
        embed_manifest(manifest).expect("the folder of the build takes a file");
    }
}
