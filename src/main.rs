//! The `kcheck` program: arguments in, exit status out. Everything else is in the library.

use std::process::ExitCode;

/// A tree of manifests is millions of small allocations that several threads make at once: the system's allocator takes a
/// quarter of the time of a check for them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    kcheck::cli::main()
}
