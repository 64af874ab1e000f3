//! What a shell wants of the program: completions and the man page.

use std::io::{self, Write};

use clap::CommandFactory;
use clap_complete::Shell;
use clap_mangen::Man;

use super::args::Cli;
use super::{FINE, Failure};
use crate::finding::nearest;

/// Prints a completion script.
pub(super) fn completions(shell: Shell) -> Result<u8, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "kcheck", &mut script);
    io::stdout().write_all(&script)?;
    Ok(FINE)
}

/// Prints the man page of the program, or of one of its commands.
pub(super) fn man(command: Option<&str>) -> Result<u8, Failure> {
    let mut program = Cli::command();
    // Subcommands learn their full names, as `kcheck check`.
    program.build();
    let page = match command {
        None => Man::new(program),
        Some(name) => match program.find_subcommand(name) {
            Some(command) => {
                let full = command.get_bin_name().unwrap_or(name).replace(' ', "-");
                Man::new(command.clone()).title(full)
            }
            None => {
                let names = program.get_subcommands().map(clap::Command::get_name);
                let hint = nearest(name, names, 2).map(|near| format!("; did you mean `{near}`?"));
                return Err(Failure::Text(format!(
                    "there is no command `{name}`{}",
                    hint.unwrap_or_default()
                )));
            }
        },
    };
    let mut text = Vec::new();
    page.render(&mut text)?;
    io::stdout().write_all(&text)?;
    Ok(FINE)
}
