//! Arguments, commands, exit status.

use std::process::ExitCode;

/// The program.
pub fn main() -> ExitCode {
    ExitCode::SUCCESS
}
