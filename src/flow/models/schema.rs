//! The written form of models, as in `rules/models/*.yaml`. Unknown keys are errors.
//!
//! # Templates
//! Wherever a value is asked for, a template says where it comes from:
//!
//! | template | value |
//! |---|---|
//! | `$url` | the slot `url`: a named parameter of a call, or the value of an option of a program (all of them, if repeated) |
//! | `$1`, `$2` … | the first, second … operand of a program, or positional argument of a call |
//! | `$operands`, `$2-` | all operands; all from the second on |
//! | `$stdin` | what is piped or redirected in |
//! | `$self`, `$self.path` | the receiver of a method; a field that its class keeps |
//! | `$fetch`, `$decode` … | what an effect of this model yields |
//! | `file($1)` | the content of the file at that path |
//! | `at-file($data)` | as curl has it: `@path` is the content of a file, `@-` is `$stdin`, other text is itself |
//! | `join($1-)` | the words joined by blanks |
//! | `join-path($self, $1)` | paths joined |
//! | `basename($1)` | the last part of a path or URL |
//! | `first($code, file($1), $stdin)` | the first that is present |
//! | `derived($stdin, $1)` | something computed from these |
//! | `after(:, $1)` | the text after the first `:` |
//! | `'text'` | that text |
//! | `unknown` | nothing is known of it, and nothing flows through it (this is how sanitisers are written) |
//!
//! A list of templates makes a list value that holds all that are present.

use std::collections::BTreeMap;

use serde::Deserialize;

/// A file of models.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ModelFile {
    /// What the file covers, in one line.
    pub about: String,
    /// `shell`, `python`, `javascript` or `powershell`: whose names the models use. Programs are for all languages.
    pub language: String,
    /// Programs that are started.
    #[serde(default)]
    pub programs: Vec<ProgramModel>,
    /// Functions, constructors and methods of libraries.
    #[serde(default)]
    pub calls: Vec<CallModel>,
    /// Second names of calls: written name → the modelled name (`node:fs` → `fs`, `urllib2` → `urllib.request`).
    #[serde(default)]
    pub aliases: BTreeMap<String, String>,
}

/// What a program does.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ProgramModel {
    /// Its names, without path and `.exe`: `[python, python3]`. A `*` stands for digits and dots.
    pub program: Vec<String>,
    /// Sub-command words that must come first among the operands: `[s3, cp]`. They are then not operands.
    #[serde(default)]
    pub subcommand: Vec<String>,
    /// Its option table.
    #[serde(default)]
    pub options: Options,
    /// What it does, in order.
    #[serde(default)]
    pub effects: Vec<EffectTemplate>,
    /// Template of the argv of another command that it runs in its place (`sudo`, `env`, `xargs`).
    #[serde(default)]
    pub runs: Option<Argument>,
    /// Name of a built-in text filter that computes its output when all inputs are constant (`tr`, `rev`, `base64`).
    #[serde(default)]
    pub filter: Option<String>,
    /// What it writes to its standard output; by default something derived from its input and operands.
    #[serde(default)]
    pub output: Option<Argument>,
    /// An example that a test runs: code, and the effects that it must have.
    pub example: Example,
}

/// The options of a program. An option that is not listed takes no value.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// `gnu` (default: `-abc` clusters, `-ovalue`, `--long=value`, `--` ends), `long` (single-dash long options, as in
    /// `find`, `openssl`, `java`), `dos` (`/x`, `/x:value`), `none` (all words are operands), `first` (options
    /// end at the first operand, as in `sudo`, `env`, `ssh`).
    #[serde(default)]
    pub syntax: Option<String>,
    /// Options that take a value: slot → spellings. The slot `_` holds those that do not matter.
    #[serde(default)]
    pub valued: BTreeMap<String, Vec<String>>,
    /// Options without a value that matter: slot → spellings.
    #[serde(default)]
    pub flags: BTreeMap<String, Vec<String>>,
}

/// What a library call does.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CallModel {
    /// Full dotted names: `requests.get`, `fs.promises.readFile`, `file.read` (a method of the modelled class `file`).
    pub call: Vec<String>,
    /// Names of the positional parameters, in order; keywords of the same name fill the same slot. Fields of an
    /// options object (JavaScript) count as keywords: `body`, `method`.
    #[serde(default)]
    pub parameters: Vec<String>,
    /// What it does, in order.
    #[serde(default)]
    pub effects: Vec<EffectTemplate>,
    /// What it returns; by default something derived from receiver and arguments.
    #[serde(default)]
    pub returns: Option<Argument>,
    /// Class of the object that it returns, whose methods are then looked up as `class.method`.
    #[serde(default)]
    pub class: Option<String>,
    /// Fields that the object keeps: name → template.
    #[serde(default)]
    pub fields: BTreeMap<String, Argument>,
    /// Name of a built-in pure function that computes the result when all inputs are constant.
    #[serde(default)]
    pub pure: Option<String>,
    /// Template of functions that it calls back (`map`, `Thread(target=…)`, `then`).
    #[serde(default)]
    pub invokes: Option<Argument>,
    /// Template of what the callbacks are called with.
    #[serde(default)]
    pub invokes_with: Option<Argument>,
    /// An example that a test runs.
    pub example: Example,
}

/// One effect of a program or call.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EffectTemplate {
    /// The effect's word.
    pub effect: String,
    /// Role → template.
    #[serde(default)]
    pub with: BTreeMap<String, Argument>,
    /// Slots that must be present for the effect to happen; `!slot` must be absent; `slot=value` must have this text.
    #[serde(default)]
    pub when: Vec<String>,
    /// Tags it always has; `tag: slot` form is written `tag?slot` and needs the slot to be present.
    #[serde(default)]
    pub tags: Vec<String>,
}

/// A template, or a list of them.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Argument {
    /// One template.
    One(String),
    /// Several: the value holds all that are present.
    Many(Vec<String>),
}

/// An example of a model.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Example {
    /// Code in the file's language (for programs: a shell command line).
    pub code: String,
    /// The effects that it must have, in order, each as `kind role=text …`: `fetch url=https://x.test/a`.
    #[serde(default)]
    pub effects: Vec<String>,
}
