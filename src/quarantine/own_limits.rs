//! The limits a reader puts on itself for one file. The system's own end it for certain; a thread
//! that looks on says why, and stands in where a system has no such limits.

use std::io::Write as _;
use std::sync::Mutex;
use std::sync::mpsc::{RecvTimeoutError, Sender as Channel, channel};
use std::thread;
use std::time::Duration;

use super::allowance::Allowance;
use super::frames::{Exhausted, Message, Sender};

/// How often the thread looks.
const PAUSE: Duration = Duration::from_millis(20);

/// The way out. It has no path to name in an error.
pub(super) type AnswerOutput = std::fs::File;

/// Where answers go: the thread that looks on has the last word.
pub(super) type AnswerLine = Mutex<Sender<AnswerOutput>>;

/// The limits of the file that is read now; dropped, they no longer hold.
#[derive(Debug)]
pub(super) struct OwnLimits {
    _stop: Channel<()>,
}

impl OwnLimits {
    /// From here on the allowance holds.
    pub(super) fn set(allowance: Allowance, line: &'static AnswerLine) -> Self {
        let start = Used::now();
        system::limit(&start, allowance);
        let (stop, stopped) = channel::<()>();
        let look_on = move || {
            while stopped.recv_timeout(PAUSE) == Err(RecvTimeoutError::Timeout) {
                if let Some(what) = start.exhausted(allowance) {
                    give_up(what, line);
                }
            }
        };
        // Where no thread can be had, the system's limits alone hold.
        drop(thread::Builder::new().name("limits".to_owned()).spawn(look_on));
        Self { _stop: stop }
    }
}

/// Says why and ends the process: a parser cannot be stopped in any other way.
#[expect(clippy::exit, reason = "the process exists to be ended here")]
fn give_up(what: Exhausted, line: &AnswerLine) -> ! {
    // The parser may be in the middle of handing something over; what it has put there stays whole.
    if let Ok(mut sender) = line.lock() {
        let told = sender.put(&Message::Exhausted(what)).and_then(|()| sender.send());
        drop(told);
    }
    drop(std::io::stdout().flush());
    std::process::exit(0)
}

/// What the process has used so far.
#[derive(Clone, Copy, Debug)]
pub(super) struct Used {
    /// Bytes in memory; 0 where the system does not tell.
    resident: u64,
    /// Bytes of address space.
    #[cfg_attr(windows, expect(dead_code, reason = "Windows has no limit of address space"))]
    space: u64,
    /// Of the processor.
    time: Duration,
}

impl Used {
    fn now() -> Self {
        let memory = memory_stats::memory_stats();
        let of = |bytes: Option<usize>| bytes.and_then(|b| u64::try_from(b).ok()).unwrap_or(0);
        Self {
            resident: of(memory.map(|found| found.physical_mem)),
            space: of(memory.map(|found| found.virtual_mem)),
            time: system::processor_time(),
        }
    }

    fn exhausted(&self, allowance: Allowance) -> Option<Exhausted> {
        let now = Self::now();
        if now.resident.saturating_sub(self.resident) > allowance.memory {
            return Some(Exhausted::Memory);
        }
        let spent = now.time.saturating_sub(self.time);
        (spent > Duration::from_secs(allowance.seconds)).then_some(Exhausted::Time)
    }
}

#[cfg(unix)]
mod system {
    use std::time::Duration;

    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    use rustix::time::{ClockId, clock_gettime};

    use super::{Allowance, Used};

    /// Address space that is reserved and never used.
    const RESERVED: u64 = 1 << 30;
    /// The thread that looks on comes first where it can.
    const GRACE: u64 = 3;

    pub(super) fn processor_time() -> Duration {
        let time = clock_gettime(ClockId::ProcessCPUTime);
        let (seconds, nanos) = (u64::try_from(time.tv_sec), u32::try_from(time.tv_nsec));
        Duration::new(seconds.unwrap_or(0), nanos.unwrap_or(0))
    }

    /// Limits that end the process. No dump: its memory holds people's data.
    pub(super) fn limit(used: &Used, allowance: Allowance) {
        let space = used.space.saturating_add(allowance.memory).saturating_add(RESERVED);
        let seconds = used.time.as_secs().saturating_add(allowance.seconds).saturating_add(GRACE);
        let limits = [(Resource::As, space), (Resource::Cpu, seconds), (Resource::Core, 0)];
        for (resource, wanted) in limits {
            let maximum = getrlimit(resource).maximum;
            let current = maximum.map_or(wanted, |maximum| wanted.min(maximum));
            // A system that refuses leaves the thread that looks on.
            if setrlimit(resource, Rlimit { current: Some(current), maximum }).is_err() {}
        }
    }
}

#[cfg(windows)]
mod system {
    use std::time::Duration;

    use super::{Allowance, Used};

    pub(super) fn processor_time() -> Duration {
        cpu_time::ProcessTime::try_now().map_or(Duration::ZERO, |time| time.as_duration())
    }

    /// The thread that looks on has to do: Windows' own limits take a job object.
    pub(super) fn limit(_used: &Used, _allowance: Allowance) {}
}
