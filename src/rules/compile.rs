//! From the written rule to the one that runs. Whatever the types of the written form cannot say is checked here, and
//! every error names the place, what is wrong and what is allowed.

use globset::GlobBuilder;
use serde_saphyr::Spanned;

use super::error::RuleError;
use super::lexicon::Lexicons;
use super::message::Template;
use super::pattern::{LazyGlobs, LazyRegex, LazyRegexSet};
use super::rule::{self, Condition, KeyStep, ValuePattern};
use super::written::{self, OneOrMany, StanceEffect};
use crate::bundle::{FileKind, OddityKind};
use crate::document::manifest;
use crate::flow::EffectKind;

/// Families of rules: the folders below `rules/` that hold rules.
pub(crate) const FAMILIES: &[&str] = &[
    "remote-exec",
    "remote-instructions",
    "exfiltration",
    "credentials",
    "destruction",
    "persistence",
    "privilege",
    "obfuscation",
    "hidden-content",
    "injection",
    "supply-chain",
    "manifest",
    "carriers",
    "secrets",
    "financial",
    "resource-abuse",
    "surveillance",
    "social",
    "propagation",
    "vulnerable-code",
    "integrity",
];

/// Words of notices, as in [`crate::finding::NoticeKind`].
const NOTICES: &[&str] = &["unreadable", "limit", "undecodable", "opaque", "damaged", "not-followed", "internal"];

/// Words for what is odd about manifests and front matter.
const MANIFEST_ODDITIES: &[(&str, manifest::OddityKind)] = &[
    ("anchor", manifest::OddityKind::Anchor),
    ("alias", manifest::OddityKind::Alias),
    ("yaml-tag", manifest::OddityKind::Tag),
    ("duplicate-key", manifest::OddityKind::DuplicateKey),
    ("several-documents", manifest::OddityKind::MultipleDocuments),
    ("language-tag", manifest::OddityKind::LanguageTag),
    ("unclosed-front-matter", manifest::OddityKind::Unclosed),
    ("aliases-disagree", manifest::OddityKind::AliasesDisagree),
    ("identity-differs", manifest::OddityKind::IdentityDiffers),
];

/// Compiles rules of one file.
pub(crate) struct Compiler<'a> {
    file: &'a str,
    lexicons: &'a Lexicons,
    /// Whether the rule comes with the program: then its patterns are known to compile, and do so when first asked.
    is_shipped: bool,
    errors: Vec<RuleError>,
    /// Where the pattern stands that is being compiled.
    at: (u32, u32),
}

/// Checks and compiles the rule that stands in `file`. The patterns of rules that come with the program are not tried:
/// a test reads the same files as a pack of the user's, whose patterns all are.
pub(crate) fn compile(
    written: &written::Rule,
    file: &str,
    lexicons: &Lexicons,
    is_shipped: bool,
) -> Result<rule::Rule, Vec<RuleError>> {
    let mut checks = Compiler { file, lexicons, is_shipped, errors: Vec::new(), at: (0, 0) };
    let rule = checks.rule(written);
    if checks.errors.is_empty() { Ok(rule) } else { Err(checks.errors) }
}

impl Compiler<'_> {
    fn move_to<T>(&mut self, at: &Spanned<T>) {
        let place = (at.referenced.line() as u32, at.referenced.column() as u32);
        // Inside lists and shorthands the reader loses the place; the one around it is the best that is known.
        if place.0 > 0 {
            self.at = place;
        }
    }

    fn error(&mut self, message: impl Into<String>) {
        self.errors.push(RuleError::new(self.file, self.at.0, self.at.1, message));
    }

    fn rule(&mut self, written: &written::Rule) -> rule::Rule {
        self.move_to(&written.id);
        let stem = super::path::base_name(self.file).trim_end_matches(".yaml");
        if written.id.value != stem {
            self.error(format!("id `{}` must be the name of the file, `{stem}`", written.id.value));
        }
        self.move_to(&written.family);
        if !FAMILIES.contains(&written.family.value.as_str()) {
            self.error(format!("unknown family `{}`; allowed: {}", written.family.value, FAMILIES.join(", ")));
        }
        for (name, text) in [
            ("title", &written.title),
            ("why", &written.why),
            ("fix", &written.fix),
            ("message", &written.message.value),
        ] {
            if text.trim().is_empty() {
                self.error(format!("`{name}` is empty"));
            }
        }
        self.move_to(&written.message);
        let template = Template::parse(&written.message.value).unwrap_or_else(|error| {
            self.error(error);
            Template::default()
        });
        let top = &written.condition.value;
        let condition = self.condition(&written.condition);
        let lower = top.lower_when.iter().map(|when| self.when(when)).collect();
        let raise = top.raise_when.iter().map(|when| self.when(when)).collect();
        for example in written.examples.matching.iter().chain(&written.examples.no_match).chain(&written.examples.gap) {
            self.move_to(example);
            self.example(&example.value);
        }
        for example in &written.examples.gap {
            self.move_to(example);
            if example.value.now.is_none() {
                self.error("a gap says what happens `now`: miss or hit");
            }
        }
        let own = |list: &[Spanned<written::Example>]| list.iter().map(|example| example.value.clone()).collect();
        let stances = written.stance;
        rule::Rule {
            id: written.id.value.as_str().into(),
            title: written.title.trim().into(),
            family: written.family.value.as_str().into(),
            class: written.class,
            severity: written.severity,
            confidence: written.confidence,
            gate: written.gate,
            status: written.status,
            since: written.since.clone(),
            tags: written.tags.clone(),
            message: written.message.value.clone(),
            why: written.why.trim().to_owned(),
            fix: written.fix.trim().to_owned(),
            examples: rule::Examples {
                matching: own(&written.examples.matching),
                no_match: own(&written.examples.no_match),
                gap: own(&written.examples.gap),
            },
            template,
            condition,
            lower,
            raise,
            stances: rule::Stances {
                forbids: stances.forbids.unwrap_or(StanceEffect::Drop),
                depicts: stances.depicts.unwrap_or(StanceEffect::Drop),
                mentions: stances.mentions.unwrap_or(StanceEffect::Lower),
                offers: stances.offers.unwrap_or(StanceEffect::Lower),
            },
        }
    }

    fn example(&mut self, example: &written::Example) {
        if example.name.trim().is_empty() {
            self.error("an example has a `name` that says what it shows");
        }
        let bodies = [&example.sh, &example.py, &example.js, &example.ps, &example.text];
        let given = bodies.iter().filter(|body| body.is_some()).count() + usize::from(!example.files.is_empty());
        let has_more = !example.bytes.is_empty() || !example.links.is_empty();
        if given > 1 || (given == 0 && !has_more) {
            self.error("an example has exactly one of `sh`, `py`, `js`, `ps`, `text`, `files`");
        }
        if example.file.is_some() && example.text.is_none() {
            self.error("`file` names the file of `text`, which is missing");
        }
        for (path, hex) in &example.bytes {
            if data_encoding::HEXLOWER_PERMISSIVE.decode(hex.as_bytes()).is_err() {
                self.error(format!("the bytes of `{path}` are not hexadecimal"));
            }
        }
    }

    fn condition(&mut self, written: &Spanned<written::Condition>) -> Condition {
        self.move_to(written);
        let condition = &written.value;
        let mut found = Vec::new();
        if let Some(pattern) = &condition.effect {
            self.move_to(pattern);
            found.push(Condition::Effect(self.effect(&pattern.value)));
        }
        if let Some(pattern) = &condition.flow {
            self.move_to(pattern);
            found.push(Condition::Flow(self.flow(&pattern.value)));
        }
        if let Some(pattern) = &condition.text {
            self.move_to(pattern);
            found.push(Condition::Text(self.text(&pattern.value)));
        }
        if let Some(pattern) = &condition.manifest {
            self.move_to(pattern);
            found.push(Condition::Manifest(self.manifest(&pattern.value)));
        }
        if let Some(pattern) = &condition.bundle {
            self.move_to(pattern);
            found.push(Condition::Bundle(self.bundle(&pattern.value)));
        }
        if let Some(list) = &condition.all {
            found.push(Condition::All(self.conditions(list, "all")));
        }
        if let Some(pattern) = &condition.undeclared {
            self.move_to(pattern);
            let effect = self.effect_at(&pattern.value.effect);
            found.push(Condition::Undeclared(rule::UndeclaredPattern { what: pattern.value.what, effect }));
        }
        if let Some(list) = &condition.any {
            found.push(Condition::Any(self.conditions(list, "any")));
        }
        if let Some(inner) = &condition.not {
            found.push(Condition::Not(Box::new(self.inner_condition(inner))));
        }
        if let Some(near) = &condition.near {
            found.push(Condition::Near(near.within, self.conditions(&near.of, "near")));
        }
        self.move_to(written);
        if let (1, Some(one)) = (found.len(), found.pop()) {
            return one;
        }
        self.error("exactly one of `effect`, `flow`, `text`, `manifest`, `bundle`, `undeclared`, `all`, `any`, `not`, `near` is allowed here");
        Condition::Any(Vec::new())
    }

    fn conditions(&mut self, list: &[Spanned<written::Condition>], name: &str) -> Vec<Condition> {
        if list.is_empty() {
            self.error(format!("`{name}` is empty"));
        }
        let all: Vec<_> = list.iter().map(|inner| self.inner_condition(inner)).collect();
        if name != "any" && matches!(all.first(), Some(Condition::Not(_))) {
            self.error(format!("the first condition of `{name}` gives the place of the finding and cannot be a `not`"));
        }
        all
    }

    fn inner_condition(&mut self, inner: &Spanned<written::Condition>) -> Condition {
        let condition = self.condition(inner);
        if !inner.value.lower_when.is_empty() || !inner.value.raise_when.is_empty() {
            self.move_to(inner);
            self.error("`lower-when` and `raise-when` stand directly under `match`");
        }
        condition
    }

    fn when(&mut self, written: &Spanned<written::When>) -> rule::When {
        self.move_to(written);
        let when = &written.value;
        if when.severity.is_none() && when.confidence.is_none() && when.gate.is_none() {
            self.error(format!("`{}` changes nothing: give `severity`, `confidence` or `gate`", when.name));
        }
        let asks = when.source.is_some()
            || when.sink.is_some()
            || when.tier.is_some()
            || when.host.is_some()
            || when.stance.is_some()
            || when.reach.is_some()
            || when.value.is_some()
            || when.way.is_some()
            || when.own.is_some()
            || when.near.is_some()
            || when.without.is_some();
        if !asks {
            self.error(format!(
                "`{}` has no condition: give `source`, `sink`, `tier`, `host`, `stance`, `reach`, `value`, `way`, `own`, `near` or `without`",
                when.name
            ));
        }
        let source = when.source.as_ref().map(|pattern| self.effect_at(pattern));
        let sink = when.sink.as_ref().map(|pattern| self.effect_at(pattern));
        let host = when.host.as_ref().and_then(|name| {
            self.move_to(name);
            self.lexicon(&name.value)
        });
        let value = when.value.as_ref().map(|pattern| {
            self.move_to(pattern);
            self.value(&pattern.value)
        });
        let way = when.way.as_ref().map(|pattern| {
            self.move_to(pattern);
            self.value(&pattern.value)
        });
        let within = when.within.unwrap_or(written::Within::Section);
        let near = when.near.as_ref().map(|condition| (within, self.inner_condition(condition)));
        let without = when.without.as_ref().map(|condition| (within, self.inner_condition(condition)));
        rule::When {
            name: when.name.clone(),
            source,
            sink,
            tier: many(when.tier.as_ref()),
            host: host.map(|name| name.to_string()),
            stance: many(when.stance.as_ref()),
            reach: many(when.reach.as_ref()),
            value,
            way,
            own: when.own,
            near,
            without,
            severity: when.severity,
            confidence: when.confidence,
            gate: when.gate,
        }
    }

    fn effect_at(&mut self, written: &Spanned<written::EffectPattern>) -> rule::EffectPattern {
        self.move_to(written);
        self.effect(&written.value)
    }

    fn effect(&mut self, written: &written::EffectPattern) -> rule::EffectPattern {
        let kinds = many(written.kind.as_ref());
        let mut roles = Vec::new();
        for (role, pattern) in &written.roles {
            self.move_to(pattern);
            if let Some(role) = self.role(role, &kinds) {
                roles.push((role, self.value(&pattern.value)));
            }
        }
        let by = written.by.as_ref().map(|pattern| {
            self.move_to(pattern);
            self.value(&pattern.value)
        });
        let resolved = written.resolved.as_ref().map(|pattern| {
            self.move_to(pattern);
            self.value(&pattern.value)
        });
        rule::EffectPattern {
            kinds,
            roles,
            by,
            resolved,
            tags: written.tags.0.clone(),
            any_tag: written.any_tag.0.clone(),
            not_tags: written.not_tags.0.clone(),
            stance: many(written.stance.as_ref()),
            reach: many(written.reach.as_ref()),
            language: many(written.language.as_ref()),
            disguised: written.disguised,
            held: many(written.held.as_ref()),
        }
    }

    /// The role with this name, if one of the kinds (or, without kinds, any kind) has it.
    fn role(&mut self, name: &str, kinds: &[EffectKind]) -> Option<&'static str> {
        let all: Vec<EffectKind> = if kinds.is_empty() { EffectKind::all().collect() } else { kinds.to_vec() };
        let mut allowed: Vec<&'static str> = all.iter().flat_map(|kind| kind.roles().iter().copied()).collect();
        let found = allowed.iter().copied().find(|role| *role == name);
        if found.is_none() {
            allowed.sort_unstable();
            allowed.dedup();
            let whose = all.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ");
            let whose = if kinds.is_empty() { "any effect" } else { &whose };
            self.error(format!("unknown role `{name}` of {whose}; allowed: {}", allowed.join(", ")));
        }
        found
    }

    fn flow(&mut self, written: &written::FlowPattern) -> rule::FlowPattern {
        self.move_to(&written.from);
        let from: Vec<_> = written.from.value.0.iter().map(|pattern| self.effect(pattern)).collect();
        for pattern in &from {
            if let Some(kind) = pattern.kinds.iter().find(|kind| !kind.yields()) {
                let yields: Vec<_> = EffectKind::all().filter(|kind| kind.yields()).map(EffectKind::as_str).collect();
                self.error(format!(
                    "`{kind}` yields nothing that could flow; allowed as `from`: {}",
                    yields.join(", ")
                ));
            }
        }
        self.move_to(&written.to);
        let to: Vec<_> = written.to.value.0.iter().map(|pattern| self.effect(pattern)).collect();
        if from.is_empty() || to.is_empty() {
            self.error("`from` and `to` each need at least one effect");
        }
        if to.iter().any(|pattern| pattern.kinds.is_empty()) {
            self.error("`to` needs the kind of the effect: the role that is followed depends on it");
        }
        let kinds: Vec<EffectKind> = to.iter().flat_map(|pattern| pattern.kinds.iter().copied()).collect();
        let via = written.via.0.iter().filter_map(|role| self.role(role, &kinds)).collect();
        let through = written.through.as_ref().map(|pattern| self.effect_at(pattern));
        let mut unless = Vec::new();
        if let Some(list) = &written.unless {
            self.move_to(list);
            for one in &list.value.0 {
                if one.verified.is_none() && one.own_credential.is_none() && one.source.is_none() && one.sink.is_none()
                {
                    self.error("`unless` is empty; allowed: verified, own-credential, source, sink");
                }
                unless.push(rule::Unless {
                    verified: one.verified,
                    own_credential: one.own_credential,
                    source: one.source.as_ref().map(|pattern| self.effect_at(pattern)),
                    sink: one.sink.as_ref().map(|pattern| self.effect_at(pattern)),
                });
            }
        }
        rule::FlowPattern { from, to, via, through_file: written.through_file, through, unless }
    }

    fn value(&mut self, written: &written::ValuePattern) -> ValuePattern {
        match written {
            written::ValuePattern::Short(text) => self.short(text),
            written::ValuePattern::Any(list) => {
                if list.is_empty() {
                    self.error("a list of patterns is empty");
                }
                ValuePattern::Any(list.iter().map(|inner| self.value(inner)).collect())
            }
            written::ValuePattern::Full(tests) => self.tests(tests),
        }
    }

    fn short(&mut self, text: &str) -> ValuePattern {
        if text.starts_with('@') {
            return self.lexicon(text).map_or(ValuePattern::Any(Vec::new()), ValuePattern::Lexicon);
        }
        // `/etc/x/` is a path; a regular expression between slashes is told by what a path has not.
        if let Some(inner) = text.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'))
            && !inner.is_empty()
        {
            return ValuePattern::Regex(self.regex_set(&[inner.to_owned()], false));
        }
        if text.contains(['*', '?', '[']) {
            return ValuePattern::Glob(self.globs(std::slice::from_ref(&text.to_owned())));
        }
        ValuePattern::Text(text.to_owned())
    }

    fn tests(&mut self, tests: &written::ValueTests) -> ValuePattern {
        let mut all = Vec::new();
        if !tests.text.0.is_empty() {
            all.push(ValuePattern::Any(tests.text.0.iter().cloned().map(ValuePattern::Text).collect()));
        }
        if !tests.within.0.is_empty() {
            all.push(ValuePattern::Any(
                tests.within.0.iter().filter_map(|name| self.lexicon(name)).map(ValuePattern::Lexicon).collect(),
            ));
        }
        if !tests.regex.0.is_empty() {
            all.push(ValuePattern::Regex(self.regex_set(&tests.regex.0, false)));
        }
        if !tests.glob.0.is_empty() {
            all.push(ValuePattern::Glob(self.globs(&tests.glob.0)));
        }
        if !tests.host_in.0.is_empty() {
            all.push(ValuePattern::Any(
                tests.host_in.0.iter().filter_map(|name| self.lexicon(name)).map(ValuePattern::HostIn).collect(),
            ));
        }
        if !tests.tier.0.is_empty() {
            all.push(ValuePattern::Tier(tests.tier.0.clone()));
        }
        all.extend(tests.constant.map(ValuePattern::Constant));
        all.extend(tests.present.map(ValuePattern::Present));
        if let Some(pattern) = &tests.contains_source {
            all.push(ValuePattern::Contains(Box::new(self.effect(pattern))));
        }
        if let Some(pattern) = &tests.file {
            all.push(ValuePattern::File(Box::new(self.value(pattern))));
        }
        if !tests.through.0.is_empty() {
            all.push(ValuePattern::Through(self.regex_set(&tests.through.0, false)));
        }
        all.extend(tests.bundled.map(ValuePattern::Bundled));
        if !tests.resembles.0.is_empty() {
            all.push(ValuePattern::Any(
                tests.resembles.0.iter().filter_map(|name| self.lexicon(name)).map(ValuePattern::Resembles).collect(),
            ));
        }
        if !tests.any.is_empty() {
            all.push(ValuePattern::Any(tests.any.iter().map(|inner| self.value(inner)).collect()));
        }
        for inner in &tests.all {
            all.push(self.value(inner));
        }
        if let Some(inner) = &tests.not {
            all.push(ValuePattern::Not(Box::new(self.value(inner))));
        }
        match (all.len(), all.pop()) {
            (0, _) | (_, None) => {
                self.error(
                    "a map of tests is empty; allowed: text, in, regex, glob, host-in, tier, constant, present, contains-source, file, through, bundled, resembles, any, all, not",
                );
                ValuePattern::Any(Vec::new())
            }
            (1, Some(one)) => one,
            (_, Some(last)) => {
                all.push(last);
                ValuePattern::All(all)
            }
        }
    }

    fn text(&mut self, written: &written::TextPattern) -> rule::TextPattern {
        if written.regex.0.is_empty() || written.scope.0.is_empty() {
            self.error("`text` needs at least one `regex` and one `scope`");
        }
        let regexes = written.regex.0.iter().map(|pattern| self.regex(pattern, written.case_sensitive)).collect();
        let not = (!written.not.0.is_empty()).then(|| self.regex_set(&written.not.0, written.case_sensitive));
        rule::TextPattern {
            regexes,
            scopes: written.scope.0.clone(),
            not,
            file: self.globs(&written.file.0),
            not_file: self.globs(&written.not_file.0),
            min_entropy: written.min_entropy,
            not_placeholder: written.not_placeholder,
            check: written.check,
        }
    }

    fn manifest(&mut self, written: &written::ManifestPattern) -> rule::ManifestPattern {
        let file = self.globs(&written.file.0);
        if file.is_empty() {
            self.error("`manifest` needs at least one `file` glob");
        }
        let path: Vec<KeyStep> = written.path.split('.').map(key_step).collect();
        if written.path.is_empty() {
            self.error(
                "`path` is empty; write keys joined by dots, `*` for any, `**` for any number, `a|b` for one of two",
            );
        }
        let value = written.value.as_ref().map(|pattern| {
            self.move_to(pattern);
            self.value(&pattern.value)
        });
        rule::ManifestPattern {
            file,
            path,
            value,
            present: written.present.unwrap_or(true),
            duplicate: written.duplicate,
        }
    }

    fn bundle(&mut self, written: &written::BundlePattern) -> rule::BundlePattern {
        let kinds = written.kind.0.iter().filter_map(|word| self.file_kind(word)).collect();
        let magic = written.magic.0.iter().filter_map(|hex| {
            let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(hex.as_bytes());
            if bytes.is_err() {
                self.error(format!("`magic` is not hexadecimal: `{hex}`"));
            }
            bytes.ok()
        });
        let magic = magic.collect();
        for word in &written.notice.0 {
            if !NOTICES.contains(&word.as_str()) {
                self.error(format!("unknown notice `{word}`; allowed: {}", NOTICES.join(", ")));
            }
        }
        let (mut oddities, mut manifest_oddities) = (Vec::new(), Vec::new());
        for word in &written.oddity.0 {
            let of_manifest = MANIFEST_ODDITIES.iter().find(|(name, _)| name == word);
            match (OddityKind::parse(word), of_manifest) {
                (Some(kind), _) => oddities.push(kind),
                (None, Some((_, kind))) => manifest_oddities.push(*kind),
                (None, None) => {
                    let known = OddityKind::ALL.iter().map(|kind| kind.as_str());
                    let known: Vec<&str> = known.chain(MANIFEST_ODDITIES.iter().map(|(name, _)| *name)).collect();
                    self.error(format!("unknown oddity `{word}`; allowed: {}", known.join(", ")));
                }
            }
        }
        rule::BundlePattern {
            path: self.globs(&written.path.0),
            not_path: self.globs(&written.not_path.0),
            kinds,
            executable: written.executable,
            min_size: written.min_size,
            magic,
            link: written.link,
            blank_lines: written.blank_lines,
            blanks: written.blanks,
            sibling: written.sibling.clone(),
            no_sibling: written.no_sibling.clone(),
            referenced: written.referenced,
            notices: written.notice.0.clone(),
            oddities,
            manifest_oddities,
            detail: self.details(&written.detail.0),
            not_detail: self.details(&written.not_detail.0),
        }
    }

    fn details(&mut self, patterns: &[String]) -> Option<LazyRegexSet> {
        (!patterns.is_empty()).then(|| self.regex_set(patterns, false))
    }

    fn file_kind(&mut self, word: &str) -> Option<FileKind> {
        let kind = match word {
            "text" => FileKind::Text,
            "executable" => FileKind::Executable,
            "archive" => FileKind::Archive,
            "media" => FileKind::Media,
            "binary" => FileKind::Binary,
            "empty" => FileKind::Empty,
            _ => {
                self.error(format!("unknown kind `{word}`; allowed: text, executable, archive, media, binary, empty"));
                return None;
            }
        };
        Some(kind)
    }

    fn lexicon(&mut self, name: &str) -> Option<std::sync::Arc<str>> {
        let Some(bare) = name.strip_prefix('@') else {
            self.error(format!("`{name}` is no lexicon: write `@name`"));
            return None;
        };
        if self.lexicons.get(bare).is_none() {
            let names: Vec<&str> = self.lexicons.names().collect();
            self.error(format!("unknown lexicon `@{bare}`; allowed: {}", names.join(", ")));
            return None;
        }
        Some(bare.into())
    }

    fn regex(&mut self, pattern: &str, case_sensitive: bool) -> LazyRegex {
        let regex = LazyRegex::new(pattern, case_sensitive);
        if !self.is_shipped
            && let Err(error) = regex.check()
        {
            self.error(regex_message(pattern, &error));
        }
        regex
    }

    fn regex_set(&mut self, patterns: &[String], case_sensitive: bool) -> LazyRegexSet {
        let set = LazyRegexSet::new(patterns, case_sensitive);
        if !self.is_shipped
            && let Err(error) = set.check()
        {
            self.error(regex_message(&patterns.join("` or `"), &error));
        }
        set
    }

    fn globs(&mut self, patterns: &[String]) -> LazyGlobs {
        let mut globs = Vec::new();
        for pattern in patterns {
            match GlobBuilder::new(pattern).literal_separator(true).case_insensitive(true).build() {
                Ok(glob) => globs.push(glob),
                Err(error) => self.error(format!("`{pattern}` is no glob: {error}")),
            }
        }
        let globs = LazyGlobs::new(globs);
        if !self.is_shipped
            && let Err(error) = globs.check()
        {
            self.error(error.to_string());
        }
        globs
    }
}

fn key_step(step: &str) -> KeyStep {
    match step {
        "*" => KeyStep::One,
        "**" => KeyStep::Many,
        keys => KeyStep::Keys(keys.split('|').map(str::to_owned).collect()),
    }
}

fn many<T: Clone>(list: Option<&OneOrMany<T>>) -> Vec<T> {
    list.map(|list| list.0.clone()).unwrap_or_default()
}

/// The regex crate draws a picture over several lines; the last one says what is wrong.
fn regex_message(pattern: &str, error: &regex::Error) -> String {
    let text = error.to_string();
    let last = text.lines().last().unwrap_or_default().trim();
    format!(
        "`{pattern}` is no regular expression (linear time: no look-around, no back-references): {}",
        last.trim_start_matches("error: ")
    )
}
