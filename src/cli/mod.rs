//! Floor 8: the command line. Arguments become a ready-made scanner and its outputs; what comes back becomes an
//! exit code. No rule and no verdict is decided here.

mod arguments;
mod diff;
mod exit;
mod explain;
mod inspect;
mod load;
mod outputs;
mod progress;
mod rules;
mod scan;
mod stats;
mod targets;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Cli, Command};
use exit::Exit;

/// Runs the command line of this process.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    cli.color.write_global();
    quiet_worker_panics();
    let done = match cli.command {
        Command::Scan(arguments) => scan::run(&arguments),
        Command::Inspect(arguments) => inspect::run(&arguments),
        Command::Diff(arguments) => diff::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Rules(arguments) => rules::run(&arguments),
    };
    match done {
        Ok(exit) => exit.into(),
        // A scan heeds this itself; a list that nobody reads on is done.
        Err(error) if is_broken_pipe(&error) => Exit::Clean.into(),
        Err(error) => {
            // The chain is in one line each, because the first line is what CI shows.
            anstream::eprintln!("\u{1b}[1;31merror\u{1b}[0m: {}", crate::source::printable(&format!("{error:#}")));
            Exit::Usage.into()
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let is_one = |error: &std::io::Error| error.kind() == std::io::ErrorKind::BrokenPipe;
    error.chain().any(|cause| cause.downcast_ref::<std::io::Error>().is_some_and(is_one))
}

/// A panic in a worker becomes a notice in the report; its trace would only tear the output.
fn quiet_worker_panics() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let is_worker = std::thread::current().name() == Some("scan");
        if !is_worker || std::env::var_os("RUST_BACKTRACE").is_some() {
            usual(panic);
        }
    }));
}
