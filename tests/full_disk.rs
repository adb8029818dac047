//! A disk of any small size: one line of error, and nothing left on it.

use std::process::Command;

use crate::support::program::small_project;

/// Kilobytes, from none of the results to more than all of them.
const SIZES: [u32; 21] = [
    16, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 240, 256, 288, 320, 384, 512,
    1024,
];

/// Runs a project onto a disk of its own; status, error, and what stands on the disk afterwards.
const SCRIPT: &str = r#"
disk="$1/disk"; mkdir -p "$disk" && mount -t tmpfs -o size="$2"k tmpfs "$disk" || exit 99
cd "$1" && "$3" run project.toml --out disk/out --quiet 2>err >out.txt; echo "$?"
ls -A "$disk"
umount "$disk"
"#;

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_one_line_of_error_and_leaves_nothing() {
    let folder = small_project();
    let place = folder.path().to_string_lossy().into_owned();
    let mut failed = 0;
    for size in SIZES.map(|size| size.to_string()) {
        let program = env!("CARGO_BIN_EXE_bidui");
        let output = Command::new("unshare")
            .args(["--mount", "--map-root-user", "sh", "-c", SCRIPT, "sh", &place, &size, program])
            .output();
        let Some(output) = output.ok().filter(|output| output.status.success()) else {
            eprintln!("no disk of one's own can be mounted here; the test is left out");
            return;
        };
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let mut lines = said.lines();
        let status = lines.next().unwrap_or("");
        let left: Vec<&str> = lines.collect();
        let error = fs_err::read_to_string(folder.path().join("err")).expect("an error file");
        if status == "2" {
            failed += 1;
            assert_eq!(error.lines().count(), 1, "{size}k: {error}");
            assert!(error.contains("磁盘已满"), "{size}k: {error}");
            assert_eq!(left, Vec::<&str>::new(), "{size}k");
        } else {
            assert!(["0", "1"].contains(&status), "{size}k: {status} {error}");
            assert_eq!(left, ["out"], "{size}k");
        }
    }
    assert!((5..SIZES.len()).contains(&failed), "{failed} of the disks were too small");
}
