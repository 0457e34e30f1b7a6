use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::arguments::TargetArguments;
use crate::bundle::{self, BundlePath};
use crate::report::one_line;

/// The bundles that the arguments name, in their order, each once. Empty where there is nothing to scan, which
/// is then said on standard error.
pub(super) fn bundles(arguments: &TargetArguments) -> Result<Vec<BundlePath>> {
    match &arguments.bundles_from {
        Some(list) => listed(list),
        None => below(&arguments.paths),
    }
}

/// The bundles below these paths, each once.
pub(super) fn below(paths: &[PathBuf]) -> Result<Vec<BundlePath>> {
    let (mut bundles, mut seen) = (Vec::new(), BTreeSet::new());
    for path in paths {
        if path.symlink_metadata().is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound) {
            bail!(
                "{}: no such file or folder; give the path of a skill, or of a folder that holds skills",
                path.display()
            );
        }
        let found = bundle::discover(path)?;
        if found.is_empty() {
            anstream::eprintln!(
                "\u{1b}[1;33mwarning\u{1b}[0m: nothing to scan in {}: no SKILL.md, plugin, marketplace, skill file or \
                 archive; to scan any folder as one bundle, name it with --bundles-from",
                one_line(&path.display().to_string())
            );
        }
        bundles.extend(found.into_iter().filter(|bundle| seen.insert(bundle.path.clone())));
    }
    Ok(bundles)
}

fn listed(list: &Path) -> Result<Vec<BundlePath>> {
    let mut bytes = Vec::new();
    if list == Path::new("-") {
        std::io::stdin().read_to_end(&mut bytes).context("cannot read the list of bundles from standard input")?;
    } else {
        bytes = std::fs::read(list).with_context(|| format!("cannot read the list of bundles {}", list.display()))?;
    }
    let lines = bytes.split(|&byte| byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let lines: Vec<&[u8]> = lines.filter(|line| !line.is_empty()).collect();
    if lines.is_empty() {
        anstream::eprintln!("\u{1b}[1;33mwarning\u{1b}[0m: nothing to scan: {} names no bundle", list.display());
    }
    Ok(lines.into_iter().map(named).collect())
}

/// The bundle at a path that is written in a list, in whatever encoding the system has.
fn named(line: &[u8]) -> BundlePath {
    #[cfg(unix)]
    let path = {
        use std::os::unix::ffi::OsStrExt;
        PathBuf::from(std::ffi::OsStr::from_bytes(line))
    };
    #[cfg(not(unix))]
    let path = PathBuf::from(String::from_utf8_lossy(line).into_owned());
    BundlePath::new(&path)
}
