//! An allocation no file of the sizes tried here can need ends the case as "out of memory", which the
//! search passes over: in the program it ends the reader's process, whose limits are the answer to it.
//! Without this the Rust runtime aborts, and a wrong size could not be told from a bug.

use std::alloc::{GlobalAlloc, Layout, System};

/// More than the search grants a case in all.
const MOST: usize = 1 << 30;
/// How libFuzzer says "out of memory".
const OUT_OF_MEMORY: i32 = 71;

/// At once: what is done at an ordinary exit would make a crash of it.
fn end() -> ! {
    // SAFETY: ends the process and touches nothing of it.
    unsafe { libc::_exit(OUT_OF_MEMORY) }
}

struct Limited;

#[global_allocator]
static LIMITED: Limited = Limited;

fn check(size: usize) {
    if size > MOST {
        end();
    }
}

// SAFETY: every call goes on to the system's allocator as it is, or does not return.
unsafe impl GlobalAlloc for Limited {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        check(layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        check(layout.size());
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        check(size);
        unsafe { System.realloc(memory, layout, size) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        unsafe { System.dealloc(memory, layout) }
    }
}
