//! Parsers of others under guard: a panic of theirs on a hostile file is a damaged file, said in
//! our words only.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

static HOOK: Once = Once::new();

/// Runs a parser; `None` where it panicked. Panics outside are reported as ever.
pub(super) fn guarded<T>(parse: impl FnOnce() -> T) -> Option<T> {
    HOOK.call_once(|| {
        let usual = take_hook();
        set_hook(Box::new(move |panic| {
            if !GUARDED.get() {
                usual(panic);
            }
        }));
    });
    GUARDED.set(true);
    let result = catch_unwind(AssertUnwindSafe(parse)).ok();
    GUARDED.set(false);
    result
}

#[cfg(test)]
mod tests {
    use super::guarded;

    #[test]
    fn a_panic_is_nothing_more_than_no_result() {
        assert_eq!(guarded(|| 7), Some(7));
        let none: [u8; 0] = [];
        assert_eq!(guarded(|| none[std::hint::black_box(1)]), None);
    }
}
