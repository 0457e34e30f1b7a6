use anyhow::Result;

use super::arguments::ScanArguments;
use super::exit::Exit;
use super::outputs::Outputs;
use super::progress::Progress;
use super::stats::Stats;
use super::{load, targets};
use crate::report::{Run, Summary, one_line};
use crate::scan::Pool;

/// `skillscan scan`.
pub(super) fn run(arguments: &ScanArguments) -> Result<Exit> {
    let bundles = targets::bundles(&arguments.targets)?;
    let mut scanner = load::scanner(&arguments.policy, arguments.fail_on, &bundles)?;
    arguments.ablate.iter().for_each(|part| scanner.leave_out(*part));
    let mut outputs = Outputs::open(arguments)?;
    let run = Run {
        rules: scanner.rules.rules(),
        base: std::env::current_dir().unwrap_or_default(),
        bundles: bundles.len(),
        profile: scanner.policy.profile.as_str(),
    };
    if bundles.is_empty() {
        outputs.only_machines();
    }
    let (mut summary, mut stats) = (Summary::default(), Stats::new());
    let mut progress = Progress::new(bundles.len(), !arguments.no_progress && !arguments.quiet);
    outputs.begin(&run)?;
    let done = Pool::new(arguments.threads).run(
        bundles.len(),
        |index| scanner.scan(&bundles[index]),
        |scanned| {
            summary.add(&scanned.report);
            stats.add(&scanned);
            progress.around(|| outputs.bundle(&run, &scanned.report))?;
            if outputs.are_closed() { Err(Ended::Unread) } else { Ok(()) }
        },
    );
    progress.finish();
    match done {
        Ok(()) | Err(Ended::Unread) => {}
        Err(Ended::Failed(error)) => return Err(error),
    }
    outputs.end(&run, &summary)?;
    if let Some(config) = scanner.policy.config_path().filter(|_| !arguments.quiet) {
        for (line, sentence) in scanner.policy.stale() {
            let config = one_line(&config.display().to_string());
            anstream::eprintln!("\u{1b}[1;33mwarning\u{1b}[0m: {config}:{line}: {}", one_line(&sentence));
        }
    }
    if arguments.stats {
        stats.show(&scanner, &bundles);
    }
    Ok(Exit::of_scan(&summary, scanner.policy.fail_on, summary.bundles == bundles.len()))
}

/// Why a run ended early.
enum Ended {
    /// Nobody reads its output any more.
    Unread,
    Failed(anyhow::Error),
}

impl From<anyhow::Error> for Ended {
    fn from(error: anyhow::Error) -> Self {
        Self::Failed(error)
    }
}

impl From<std::io::Error> for Ended {
    fn from(error: std::io::Error) -> Self {
        Self::Failed(error.into())
    }
}
