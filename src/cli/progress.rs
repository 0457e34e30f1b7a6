use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Runs shorter than this show no bar.
const SOON: Duration = Duration::from_millis(800);

/// A bar on standard error, for long runs on a terminal only.
pub(super) struct Progress {
    bar: ProgressBar,
    since: Instant,
    is_wanted: bool,
}

impl Progress {
    pub(super) fn new(bundles: usize, is_allowed: bool) -> Self {
        let bar = ProgressBar::with_draw_target(Some(bundles as u64), ProgressDrawTarget::hidden());
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} bundles, {per_sec}, {eta} left");
        if let Ok(style) = style {
            bar.set_style(style);
        }
        let is_wanted = is_allowed && bundles > 1 && std::io::stderr().is_terminal();
        Self { bar, since: Instant::now(), is_wanted }
    }

    /// Runs `write`, which may write to the terminal, without tearing the bar, and counts one more bundle.
    pub(super) fn around<T>(&mut self, write: impl FnOnce() -> T) -> T {
        if self.is_wanted && self.since.elapsed() > SOON {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
            self.is_wanted = false;
        }
        let done = self.bar.suspend(write);
        self.bar.inc(1);
        done
    }

    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
