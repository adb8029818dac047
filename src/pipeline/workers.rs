//! The threads a run works on.

use rayon::ThreadPoolBuilder;

/// Bytes of stack of a worker. One that waits for a part of a workbook takes up another workbook meanwhile, so
/// its stack may hold several writers, each with the tables of its packer; unoptimised, a few of them
/// do not fit the usual two megabytes. Only what is used takes memory.
const STACK: usize = 16 << 20;

/// A pool of so many threads as a run needs them; 0 is as many as there are processors.
pub fn workers(count: usize) -> ThreadPoolBuilder {
    ThreadPoolBuilder::new().num_threads(count).stack_size(STACK)
}
