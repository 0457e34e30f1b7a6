//! The written form of models, as in `rules/models/*.yaml`. Unknown keys are errors.
//!
//! # Templates
//! Wherever a value is asked for, a template says where it comes from:
//!
//! | template | value |
//! |---|---|
//! | `$url` | the slot `url`: a named parameter of a call, or the value of an option of a program (all of them, if repeated) |
//! | `$1`, `$2` … | the first, second … operand of a program, or positional argument of a call |
//! | `$operands`, `$2-` | all operands (positional arguments of a call); all from the second on |
//! | `$stdin` | what is piped or redirected in |
//! | `$self` | the receiver of a method; for `form: value` and `form: item` the thing itself |
//! | `$self.path`, `$fp.path` | a field that the class of the object in a slot keeps; absent if it keeps none |
//! | `$fetch`, `$decode` … | what the effects of this kind in this model yield (so their words are slots in conditions only) |
//! | `$invoked` | what the functions that the call calls back return |
//! | `file($1)` | the content of the file at that path |
//! | `at-file($data)` | as curl has it: `@path` is the content of a file, `@-` is `$stdin`, other text is itself |
//! | `join($1-)` | the words joined by blanks |
//! | `join-path($self, $1)` | paths joined |
//! | `concat('https://', $self.host, $url)` | texts joined without anything between |
//! | `words($command)` | a text split into words as a shell would; a list is left as it is |
//! | `basename($1)` | the last part of a path or URL |
//! | `first($code, file($1), $stdin)` | the first that is present |
//! | `derived($stdin, $1)` | something computed from these |
//! | `either($env, $default)` | one of these: those that are present |
//! | `after(:, $1)`, `before(:, $1)` | the text after, before the first `:`; absent if there is none |
//! | `substitute('{}', $exec, $1)` | the second with every `{}` in its words replaced by the third; absent if the mark is |
//! | `list($1, $stdin)` | a list, where one is needed inside another function |
//! | `argument` | what the user or the agent passes in |
//! | `'text'` | that text |
//! | `unknown` | nothing is known of it, and nothing flows through it (this is how sanitisers are written) |
//!
//! A list of templates makes a list value that holds all that are present; what is a list itself is spread into it.
//! `join`, `derived`, `either`, `join-path` and lists leave out parts that are absent, and are absent if all are; `concat` is
//! absent if any part is.
//! A role whose template is absent is left out; an effect whose main role (the first) is written but absent does
//! not happen. Nothing is run by `runs` if its template, or the first of its list, is absent.
//!
//! # Conditions
//! All conditions of `when` must hold. Each is one or more tests separated by `|`, of which one must hold:
//! `slot` is present, `!slot` is absent, `slot=text` has this text (`shell=true`, `method=POST`), `!slot=text` has not. A
//! value that is not known holds every test but `!slot`. Letter case does not matter. `1`, `2` … stand for operands, `stdin` for input.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_saphyr::Spanned;

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
    pub programs: Vec<Spanned<ProgramModel>>,
    /// Functions, constructors and methods of libraries.
    #[serde(default)]
    pub calls: Vec<Spanned<CallModel>>,
    /// Second names of calls: written name → the modelled name (`node:fs` → `fs`, `urllib2` → `urllib.request`). A
    /// name stands for everything below it too: `node:fs.readFile` is `fs.readFile`.
    #[serde(default)]
    pub aliases: BTreeMap<String, String>,
}

/// What a program does.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ProgramModel {
    /// Its names, without path and `.exe`: `[python, python3]`. A `*` at the end stands for digits and dots.
    pub program: Vec<String>,
    /// Sub-command words that must come first among the operands: `[s3, cp]`. They are then not operands. Words that
    /// may stand for each other are separated by `|`: `[install|i|add]`.
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
    /// * `gnu` (default): `-abc` clusters, `-ovalue`, `--long=value`, `--` ends the options;
    /// * `first`: as `gnu`, but options end at the first operand, as in `sudo`, `env`, `ssh`;
    /// * `long`: single-dash long options, as in `find`, `openssl`, `java`;
    /// * `tar`: as `gnu`, but the first word is a cluster even without a dash;
    /// * `dos`: `/x`, `/x:value` (and `-x`), in any letter case;
    /// * `powershell`: `-Name value`, `-Name:value`, names cut short, in any letter case;
    /// * `none`: all words are operands.
    #[serde(default)]
    pub syntax: Option<String>,
    /// Options that take a value: slot → spellings. The slot `_` holds those that do not matter. A spelling that
    /// has no dash and ends in `=` is the start of a word (`if=` of `dd`).
    #[serde(default)]
    pub valued: BTreeMap<String, Vec<String>>,
    /// Options that take a name and a value (`jq --arg name value`): slot → spellings; the slot is filled with the value.
    #[serde(default)]
    pub pairs: BTreeMap<String, Vec<String>>,
    /// Options whose value, if any, is attached (`-i.bak`, `--color=always`): slot → spellings.
    #[serde(default)]
    pub attached: BTreeMap<String, Vec<String>>,
    /// Options without a value that matter: slot → spellings.
    #[serde(default)]
    pub flags: BTreeMap<String, Vec<String>>,
    /// Options that take all words that follow (`cmd /c`): slot → spellings.
    #[serde(default)]
    pub rest: BTreeMap<String, Vec<String>>,
    /// Options that take the words that follow up to `;` or `+` (`find -exec`): slot → spellings.
    #[serde(default)]
    pub commands: BTreeMap<String, Vec<String>>,
}

/// How a name is used for a call model to apply.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// It is called, or constructed with `new`.
    #[default]
    Call,
    /// One item or member of it is read: `os.environ['X']`, `process.env.X`; `$1` is the key.
    Item,
    /// It is used as a whole: `dict(os.environ)`, `document.cookie`.
    Value,
}

/// What a library call does.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CallModel {
    /// Full dotted names: `requests.get`, `fs.promises.readFile`, `file.read` (a method of the modelled class `file`),
    /// `*.then` (a method of something of no modelled class).
    pub call: Vec<String>,
    /// How the name is used.
    #[serde(default)]
    pub form: Form,
    /// Names of the positional parameters, in order; keywords of the same name fill the same slot. Fields of an
    /// options object (JavaScript) count as keywords: `body`, `method`. The last may end in `...`: it takes all that
    /// is left, as a list.
    #[serde(default)]
    pub parameters: Vec<String>,
    /// Names that are only given by keyword (or field of an options object).
    #[serde(default)]
    pub keywords: Vec<String>,
    /// What it does, in order.
    #[serde(default)]
    pub effects: Vec<EffectTemplate>,
    /// Template of the argv of a program that it starts: a list of words, or a text that is split into words.
    #[serde(default)]
    pub runs: Option<Argument>,
    /// What it returns; by default something derived from receiver and arguments.
    #[serde(default)]
    pub returns: Option<Argument>,
    /// Class of the object that it returns, whose methods are then looked up as `class.method`.
    #[serde(default)]
    pub class: Option<String>,
    /// Fields that the object keeps: name → template.
    #[serde(default)]
    pub fields: BTreeMap<String, Argument>,
    /// Fields that the receiver keeps from now on (`socket.connect` sets `address`): name → template.
    #[serde(default)]
    pub sets: BTreeMap<String, Argument>,
    /// Name of a built-in pure function that computes the result when all inputs are constant.
    #[serde(default)]
    pub pure: Option<String>,
    /// Template of functions that it calls back (`map`, `Thread(target=…)`, `then`).
    #[serde(default)]
    pub invokes: Option<Argument>,
    /// Template of what the callbacks are called with. A list gives the arguments in order.
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
    /// Conditions (see above), all of which must hold for the effect to happen.
    #[serde(default)]
    pub when: Vec<String>,
    /// Tags it has; one written `tag?condition` only where that condition holds.
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
    /// Code in the file's language (for programs: a shell command line; for `powershell` files, PowerShell).
    pub code: String,
    /// The effects that it must have, in order, each as `kind role=text …`: `fetch url=https://x.test/a`. Effects
    /// that are not listed may be between them.
    #[serde(default)]
    pub effects: Vec<String>,
}
