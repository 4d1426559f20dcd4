//! Counts the bytes that this thread has in use.

#![expect(unsafe_code, reason = "an allocator can be written in no other way; it only counts and passes on")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    static IN_USE: Cell<usize> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: every call is passed to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(|bytes| bytes.wrapping_add(layout.size()));
        // SAFETY: as above.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        count(|bytes| bytes.wrapping_sub(layout.size()));
        // SAFETY: as above.
        unsafe { System.dealloc(place, layout) }
    }
}

fn count(change: impl FnOnce(usize) -> usize) {
    // While a thread ends there is nothing left to count in.
    let _ = IN_USE.try_with(|bytes| bytes.set(change(bytes.get())));
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

pub(crate) fn bytes_in_use() -> usize {
    IN_USE.with(Cell::get)
}
