//! Whose a credential is: a key that goes to the service it belongs to is not stolen.

use crate::flow::{Effect, EffectKind, Shape};

use super::host::{Tier, owner_label, registrable};
use super::lexicon::{Lexicon, Lexicons};
use super::subject::Subject;

/// Words of credential names that name no service.
const GENERIC: &[&str] = &[
    "api",
    "key",
    "keys",
    "token",
    "tokens",
    "secret",
    "secrets",
    "access",
    "auth",
    "password",
    "passwd",
    "pass",
    "pwd",
    "id",
    "url",
    "uri",
    "client",
    "private",
    "public",
    "user",
    "username",
    "app",
    "bot",
    "personal",
    "service",
    "account",
    "credential",
    "credentials",
    "bearer",
    "jwt",
    "session",
    "cookie",
    "refresh",
    "oauth",
    "webhook",
    "host",
    "base",
    "endpoint",
    "env",
    "config",
    "config_dir",
    "json",
    "file",
    "default",
    "admin",
    "root",
    "master",
    "my",
    "the",
    "dev",
    "prod",
    "live",
    "test",
    "local",
];

/// Whether what `source` yields is a credential of the service that `sink` sends it to: by the name of the variable,
/// file or program and the host, because the host is on this machine, or because the user names the host as they name the key.
pub(crate) fn goes_home(source: &Effect, sink: &Effect, subject: &Subject<'_>) -> bool {
    let words = words_of(source, subject);
    if words.is_empty() {
        return false;
    }
    let Some(facts) = subject.facts(sink.id, "url").or_else(|| subject.facts(sink.id, "address")) else { return false };
    if facts.targets.is_empty() {
        if says_where_it_goes(source, sink, subject) {
            return true;
        }
        let written = sink.argument("url").map(crate::flow::Value::rendered).unwrap_or_default();
        // `${ACME_URL:-}/v1` is shown as `{|$ACME_URL}/v1`.
        let mut forms = facts.texts.iter().map(String::as_str).chain([written.trim_start_matches(['[', '{', '|'])]);
        return facts.is_configured || forms.any(|text| names_service(text, &words));
    }
    facts.targets.iter().all(|(target, tier)| match tier {
        Tier::Private | Tier::Configured => true,
        Tier::Unresolved => false,
        Tier::Vendor if words.iter().any(|word| subject.identity.has_word(word)) => true,
        Tier::Vendor if words.iter().any(|word| is_short_for(word, owner_label(&target.host), subject.lexicons)) => {
            true
        }
        Tier::Known | Tier::Vendor | Tier::Unknown | Tier::Suspicious => {
            belongs(&words, &target.host, subject.lexicons)
        }
    })
}

/// Whether the file that holds the key also says where it goes, as the settings of a program do: nobody else chose the place.
fn says_where_it_goes(source: &Effect, sink: &Effect, subject: &Subject<'_>) -> bool {
    let Some(file) = subject.facts(source.id, "path") else { return false };
    let Some(place) = sink.argument("url").or_else(|| sink.argument("address")) else { return false };
    place.sources().iter().any(|from| match from.shape() {
        Shape::Content(id) => {
            let is_read = subject.graph.effects().get(id.0 as usize).is_some_and(|read| read.kind == EffectKind::Read);
            let read = subject.facts(*id, "path").filter(|_| is_read);
            read.is_some_and(|read| read.is_constant && read.forms().any(|path| file.forms().any(|own| own == path)))
        }
        _ => false,
    })
}

/// Whether a store or key is named after the skill itself: `~/.acme/config.json` in a skill for `acme`. Keys that open
/// machines, and words that every agent has, are nobody's own.
pub(crate) fn is_own(effect: &Effect, subject: &Subject<'_>) -> bool {
    const NOT: &[&str] = &["ssh", "home", "rsa", "ed25519", "wallet", "agent", "secrets", "keychain"];
    words_of(effect, subject).iter().any(|word| {
        let word = word.trim_end_matches("cfg").trim_end_matches("cli");
        word.len() >= 4 && !NOT.contains(&word) && subject.identity.has_word(word)
    })
}

/// Whether the place is given by a variable of the same service: `$ACME_URL` for the key of `acme`.
fn names_service(text: &str, words: &[String]) -> bool {
    // `https://$(gcloud … describe …)/v1`: the program that gives out the token says where its service is.
    if words.iter().any(|word| text.contains(&format!("<unknown program {word}>"))) {
        return true;
    }
    let Some(rest) = text.trim().strip_prefix('$') else { return false };
    let name = rest.trim_start_matches('{');
    let end = name.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(name.len());
    let name = name[..end].to_ascii_lowercase();
    let mut parts = name.split('_');
    let service = parts.next().unwrap_or_default();
    words.first().is_some_and(|word| word == service)
        && parts.any(|part| matches!(part, "url" | "uri" | "host" | "base" | "endpoint" | "server" | "address" | "api"))
}

fn belongs(words: &[String], host: &str, lexicons: &Lexicons) -> bool {
    let zone = registrable(host);
    let label = owner_label(host).replace('-', "");
    let joined = words.concat();
    // `acmeapis.test` is of `acme`, and `acm.test` of `acmtest`.
    let bare = ["apis", "api", "app", "hq", "cdn", "cloud"].iter().find_map(|end| label.strip_suffix(end));
    let whole = zone.replace(['.', '-'], "");
    let is_same = |word: &str| {
        word == label
            || (word.len() >= 3 && bare == Some(word))
            || (word.len() >= 6 && word == whole)
            || (word.len() >= 5 && label.starts_with(word))
            || (word.len() >= 7 && label.contains(word))
            || (label.len() >= 5 && word.starts_with(label.as_str()))
            || has_zone(lexicons, word, zone)
    };
    is_same(&joined) || words.iter().any(|word| is_same(word))
}

/// Whether a word is short for the service that the skill is named after (`ZT_TOKEN` of `zerotier`), and not the name of
/// another one.
fn is_short_for(word: &str, label: &str, lexicons: &Lexicons) -> bool {
    let mut rest = label.chars();
    let is_within = word.chars().all(|c| rest.any(|other| other == c));
    let rows = lexicons.get("provider-hosts").map_or(&[][..], Lexicon::entries);
    let is_provider = || rows.iter().filter_map(|row| row.split_once('=')).any(|(name, _)| name.trim() == word);
    (2..=4).contains(&word.len()) && word.chars().next() == label.chars().next() && is_within && !is_provider()
}

/// Whether `provider-hosts` (rows of `word = zone zone …`) gives the word this zone.
fn has_zone(lexicons: &Lexicons, word: &str, zone: &str) -> bool {
    let rows = lexicons.get("provider-hosts").map_or(&[][..], Lexicon::entries);
    rows.iter().filter_map(|row| row.split_once('=')).any(|(name, zones)| {
        name.trim().eq_ignore_ascii_case(word)
            && zones
                .split_whitespace()
                .any(|own| own == zone || zone.strip_suffix(own).is_some_and(|rest| rest.ends_with('.')))
    })
}

/// The words of a credential's name that can name its service.
fn words_of(source: &Effect, subject: &Subject<'_>) -> Vec<String> {
    let role = match source.kind {
        EffectKind::Env => "name",
        EffectKind::Read if source.argument("path").is_some() => "path",
        // An item of a keychain is named after what it is for: `keyring.get_password("acme-skill", "default")`.
        EffectKind::Read if source.has_tag("own-item") && source.argument("store").is_some() => "store",
        // `gh auth token`, `gcloud auth print-access-token`: the model says whose it is.
        _ => {
            let providers = source.tags.iter().filter_map(|tag| tag.strip_prefix("provider-"));
            let by = source.by.split(' ').next().unwrap_or_default();
            return providers.chain([by]).map(str::to_lowercase).collect();
        }
    };
    let Some(facts) = subject.facts(source.id, role) else { return Vec::new() };
    // Of several places where a key is looked for, those that hold keys tell whose it is.
    let holds_keys = |text: &&String| {
        ["agent-credentials", "secret-paths"]
            .iter()
            .any(|name| subject.lexicons.get(name).is_some_and(|list| list.has(text)))
    };
    let keys: Vec<&String> = facts.texts.iter().filter(holds_keys).collect();
    let name = match (role, keys.as_slice()) {
        ("path", [only]) => Some(*only),
        _ => facts.texts.first(),
    };
    let Some(name) = name else { return Vec::new() };
    let words =
        name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_ascii_lowercase);
    let of_keychains = ["keyring", "keychain", "item", "skill", "skills", "agent", "any", "cli"];
    let tells =
        |word: &String| !(GENERIC.contains(&word.as_str()) || role == "store" && of_keychains.contains(&word.as_str()));
    words.filter(tells).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn names_and_hosts() {
        let mut lexicons = Lexicons::default();
        let rows = ["hf = huggingface.co".to_owned()];
        lexicons.insert("provider-hosts", Lexicon::new(super::super::LexiconKind::Words, &rows).unwrap());
        let belongs = |words: &[&str], host: &str| {
            belongs(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>(), host, &lexicons)
        };
        assert!(belongs(&["acme"], "api.acme.test"));
        assert!(
            belongs(&["openweather"], "api.openweathermap.test") && belongs(&["weather"], "api.openweathermap.test")
        );
        assert!(belongs(&["my", "service"], "my-service.test"));
        assert!(belongs(&["hf"], "huggingface.co"));
        assert!(belongs(&["acm"], "www.acmapis.test") && belongs(&["acmtest"], "api.acm.test"));
        assert!(!belongs(&["acme"], "acme.x7.invalid"));
        assert!(!belongs(&["acme"], "x7.invalid"));
        assert!(!belongs(&["github"], "github.com.x7.invalid"));
        assert!(is_short_for("zt", "zerotier", &lexicons));
        assert!(!is_short_for("aws", "acme", &lexicons) && !is_short_for("hf", "hyperfine", &lexicons));
    }
}
