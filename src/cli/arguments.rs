use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::policy::{FailOn, Profile};
use crate::report::Format;
use crate::scan::Part;

const EXIT_CODES: &str = "Exit codes: 0 below the threshold · 1 at or above --fail-on · 2 usage, config or rule error · \
                          3 nothing to scan · 4 scan incomplete";

const DIFF_EXIT_CODES: &str = "Exit codes: 0 nothing added · 1 NEW can do what OLD could not, or has findings of its own · \
                               2 usage error · 3 nothing to scan · 4 scan incomplete";

/// Finds out what a skill for AI agents would do, without running it.
#[derive(Debug, Parser)]
#[command(name = "skillscan", version, about, max_term_width = 100, after_help = EXIT_CODES)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub(super) color: Color,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Scan skills, plugins and archives
    Scan(ScanArguments),
    /// Show what a skill can do, whether that is wrong or not
    Inspect(InspectArguments),
    /// Show what an update can do that the version before could not
    Diff(DiffArguments),
    /// Explain a rule, or how verdicts are made
    Explain(ExplainArguments),
    /// List and test rules
    Rules(RulesArguments),
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// On terminals, unless NO_COLOR says otherwise
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl Color {
    pub(super) fn write_global(self) {
        let choice = match self {
            // The stream itself heeds NO_COLOR, CLICOLOR_FORCE and whether it is a terminal.
            Self::Auto => anstream::ColorChoice::Auto,
            Self::Always => anstream::ColorChoice::Always,
            Self::Never => anstream::ColorChoice::Never,
        };
        choice.write_global();
    }
}

/// What to scan.
#[derive(Debug, Args)]
pub(super) struct TargetArguments {
    /// Folders, skill files and archives; bundles are looked for below each
    #[arg(value_name = "PATH", required_unless_present = "bundles_from", conflicts_with = "bundles_from")]
    pub(super) paths: Vec<PathBuf>,
    /// Read one bundle path per line from FILE (`-`: standard input); nothing is looked for below them
    #[arg(long, value_name = "FILE")]
    pub(super) bundles_from: Option<PathBuf>,
}

/// Which rules to use.
#[derive(Debug, Args)]
pub(super) struct PackArguments {
    /// Use the rules in this folder too; one with the id of another takes its place (repeatable)
    #[arg(long, value_name = "DIR")]
    pub(super) rules: Vec<PathBuf>,
    /// Leave out the rules that come with skillscan
    #[arg(long, requires = "rules")]
    pub(super) no_builtin_rules: bool,
}

/// Which rules and which policy to use.
#[derive(Debug, Args)]
pub(super) struct PolicyArguments {
    #[command(flatten)]
    pub(super) packs: PackArguments,
    /// Read the config from FILE instead of skillscan.toml or .github/skillscan.toml, here or above
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub(super) config: Option<PathBuf>,
    /// Read no config
    #[arg(long)]
    pub(super) no_config: bool,
    /// Heed a config that lies inside a scanned bundle: only for bundles of your own
    #[arg(long)]
    pub(super) trust_inline: bool,
    /// Take findings that stand in FILE, an earlier json or ndjson report, as known
    #[arg(long, value_name = "FILE")]
    pub(super) baseline: Option<PathBuf>,
    /// Verdict table and threshold: default, or strict (review rejects too)
    #[arg(long, value_name = "NAME")]
    pub(super) profile: Option<Profile>,
    /// Use the verdict table in FILE instead of the profile's; docs/verdicts holds those as files
    #[arg(long, value_name = "FILE")]
    pub(super) verdicts: Option<PathBuf>,
}

#[derive(Debug, Args)]
// Each is a switch of its own.
#[allow(clippy::struct_excessive_bools)]
pub(super) struct ScanArguments {
    #[command(flatten)]
    pub(super) targets: TargetArguments,
    /// Format of the output: auto, human, json, ndjson, sarif, github, markdown or html. Auto: by the ending of
    /// the -o file, else github in GitHub Actions, else human
    #[arg(long, short, value_name = "FORMAT", default_value = "auto", value_parser = parse_format)]
    pub(super) format: FormatChoice,
    /// Write to FILE instead of standard output; as FORMAT=FILE, write this format too (repeatable)
    #[arg(long, short, value_name = "[FORMAT=]FILE", value_parser = parse_output)]
    pub(super) output: Vec<Output>,
    /// Exit with 1 from this on: block, review, a severity (info, low, medium, high, critical), or never
    /// [default: block]
    #[arg(long, value_name = "THRESHOLD")]
    pub(super) fail_on: Option<FailOn>,
    #[command(flatten)]
    pub(super) policy: PolicyArguments,
    /// Number of threads; 0: one per core
    #[arg(long, short = 'j', value_name = "N", default_value_t = 0)]
    pub(super) threads: usize,
    /// Leave a part of the analysis out, to measure what it is worth: prose, flow, decode or indicators (repeatable)
    #[arg(long, value_name = "PART", hide = true)]
    pub(super) ablate: Vec<Part>,
    /// Show speed, time per stage and the slowest bundles, rules and files on standard error
    #[arg(long)]
    pub(super) stats: bool,
    /// Show notes, adjustments, links and bundles without findings too
    #[arg(long, short, conflicts_with = "quiet")]
    pub(super) verbose: bool,
    /// Show only verdicts
    #[arg(long, short)]
    pub(super) quiet: bool,
    /// Show no progress bar
    #[arg(long)]
    pub(super) no_progress: bool,
}

#[derive(Debug, Args)]
pub(super) struct InspectArguments {
    #[command(flatten)]
    pub(super) targets: TargetArguments,
    /// Write one json object per bundle
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = DIFF_EXIT_CODES)]
pub(super) struct DiffArguments {
    /// The version that is known: a folder, a skill file or an archive
    #[arg(value_name = "OLD")]
    pub(super) old: PathBuf,
    /// The version to look at
    #[arg(value_name = "NEW")]
    pub(super) new: PathBuf,
    /// Write one json object per bundle
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct ExplainArguments {
    /// Id of a rule, or `verdict`
    #[arg(value_name = "RULE|verdict")]
    pub(super) topic: String,
    #[command(flatten)]
    pub(super) packs: PackArguments,
    /// Show the verdict table of this profile
    #[arg(long, value_name = "NAME", default_value_t)]
    pub(super) profile: Profile,
    /// Show the verdict table in FILE
    #[arg(long, value_name = "FILE", conflicts_with = "profile")]
    pub(super) verdicts: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct RulesArguments {
    #[command(subcommand)]
    pub(super) command: RulesCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum RulesCommand {
    /// List all rules
    List {
        #[command(flatten)]
        packs: PackArguments,
        /// Write one json object per rule
        #[arg(long)]
        json: bool,
    },
    /// Write an index of all rules and a page for each, in Markdown
    Docs {
        #[command(flatten)]
        packs: PackArguments,
        /// Write into DIR; pages of rules that are gone are removed
        #[arg(long, value_name = "DIR", default_value = "docs/rules")]
        out: PathBuf,
        /// Write nothing: fail with 2 if the pages in DIR are not those of the rules
        #[arg(long)]
        check: bool,
    },
    /// Run every example of every rule through the whole pipeline
    Test {
        #[command(flatten)]
        packs: PackArguments,
        /// Only rules whose id holds this text
        #[arg(value_name = "FILTER")]
        filter: Option<String>,
    },
}

/// What `--format` asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FormatChoice {
    Auto,
    Is(Format),
}

/// What one `--output` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Output {
    /// `None`: the format of `--format`.
    pub(super) format: Option<Format>,
    pub(super) file: PathBuf,
}

fn named(word: &str) -> Option<Format> {
    Format::ALL.iter().find(|(name, _)| *name == word).map(|&(_, format)| format)
}

fn parse_format(word: &str) -> Result<FormatChoice, String> {
    if word == "auto" {
        return Ok(FormatChoice::Auto);
    }
    named(word).map(FormatChoice::Is).ok_or_else(|| {
        let names: Vec<&str> = Format::ALL.iter().map(|&(name, _)| name).collect();
        format!("not one of auto, {}", names.join(", "))
    })
}

fn parse_output(word: &str) -> Result<Output, String> {
    match word.split_once('=').and_then(|(name, file)| Some((named(name)?, file))) {
        Some((_, "")) => Err("no file after the `=`".to_owned()),
        Some((format, file)) => Ok(Output { format: Some(format), file: file.into() }),
        None => Ok(Output { format: None, file: word.into() }),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_are_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn outputs_name_a_format_or_only_a_file() {
        let output = |format, file: &str| Output { format, file: file.into() };
        assert_eq!(parse_output("sarif=a=b.json").unwrap(), output(Some(Format::Sarif), "a=b.json"));
        assert_eq!(parse_output("odd=name.txt").unwrap(), output(None, "odd=name.txt"));
        assert!(parse_output("json=").is_err());
        assert!(parse_format("xml").unwrap_err().contains("sarif"));
    }
}
