//! What a process has used so far, from `/proc`; zero where there is none.

/// CPU time and memory of this process, all threads.
pub(crate) struct Usage {
    /// User and system time.
    pub(crate) cpu_seconds: f64,
    /// The most memory that was resident.
    pub(crate) peak_bytes: u64,
}

/// So far.
pub(crate) fn now() -> Usage {
    let read = |name: &str| fs_err::read_to_string(name).unwrap_or_default();
    Usage {
        cpu_seconds: cpu_seconds(&read("/proc/self/stat")),
        peak_bytes: peak_bytes(&read("/proc/self/status")),
    }
}

/// Fields 14 and 15 behind the name, which stands in brackets and may hold blanks; in hundredths.
fn cpu_seconds(stat: &str) -> f64 {
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

fn peak_bytes(status: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok());
    number.unwrap_or(0) * 1024
}
