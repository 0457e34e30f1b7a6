use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::arguments::{PackArguments, PolicyArguments};
use crate::bundle::{BundlePath, Limits};
use crate::flow::{Budget, Models};
use crate::policy::{Baseline, Config, Date, FailOn, Policy, Table};
use crate::rules::Ruleset;
use crate::scan::Scanner;

/// The rules of the program and of the folders that the user names.
pub(super) fn rules(packs: &PackArguments) -> Result<Ruleset> {
    let mut rules = if packs.no_builtin_rules { Ruleset::default() } else { built_in()? };
    for folder in &packs.rules {
        rules.add_folder(folder)?;
    }
    Ok(rules)
}

/// The rules that come with the program.
pub(super) fn built_in() -> Result<Ruleset> {
    Ruleset::built_in().context("the rules that come with skillscan are wrong: please report it")
}

/// What programs and calls do.
pub(super) fn models() -> Result<Models> {
    Models::builtin().context("the models that come with skillscan are wrong: please report it")
}

/// A scanner with the policy of the arguments, the config and the baseline.
pub(super) fn scanner(arguments: &PolicyArguments, fail_on: Option<FailOn>, bundles: &[BundlePath]) -> Result<Scanner> {
    // Each takes as long as a small scan; so they are read side by side.
    let (rules, models) = std::thread::scope(|threads| {
        let models = threads.spawn(models);
        (rules(&arguments.packs), models.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    });
    let (rules, models) = (rules?, models?);
    let config = match config_path(arguments, bundles)? {
        Some(path) => Config::read(&path, |rule| rules.get(rule).is_some())?,
        None => Config::default(),
    };
    let baseline = arguments.baseline.as_deref().map(Baseline::read).transpose()?;
    let mut policy = Policy::new(config, baseline, arguments.profile, fail_on, Date::today());
    if let Some(path) = &arguments.verdicts {
        policy.table = Table::read(path)?;
    }
    Ok(Scanner { models, rules, policy, limits: Limits::default(), budget: Budget::default() })
}

/// A scanner with the default policy.
pub(super) fn plain_scanner(rules: Ruleset) -> Result<Scanner> {
    let policy = Policy::new(Config::default(), None, None, None, Date::today());
    Ok(Scanner { models: models()?, rules, policy, limits: Limits::default(), budget: Budget::default() })
}

fn config_path(arguments: &PolicyArguments, bundles: &[BundlePath]) -> Result<Option<PathBuf>> {
    if arguments.no_config {
        return Ok(None);
    }
    if let Some(path) = &arguments.config {
        // The user names it, so it is the user's, wherever it lies.
        return Ok(Some(path.clone()));
    }
    let here = std::env::current_dir().context("cannot tell the current folder; give --config or --no-config")?;
    let Some(path) = Config::find(&here) else { return Ok(None) };
    match bundle_around(&path, bundles) {
        Some(bundle) if !arguments.trust_inline => {
            anstream::eprintln!(
                "\u{1b}[1;33mwarning\u{1b}[0m: {} is not heeded: it lies inside the scanned bundle {}; if the bundle is \
                 your own, use --trust-inline",
                crate::report::one_line(&path.display().to_string()),
                crate::report::one_line(&bundle.shown)
            );
            Ok(None)
        }
        _ => Ok(Some(path)),
    }
}

/// The bundle that `file` lies in: its author could have written the file.
fn bundle_around<'a>(file: &Path, bundles: &'a [BundlePath]) -> Option<&'a BundlePath> {
    let file = file.canonicalize().ok()?;
    bundles.iter().find(|bundle| bundle.path.canonicalize().is_ok_and(|root| file.starts_with(root)))
}
