//! Whose a credential is: a key that goes to the service it belongs to is not stolen.

use crate::flow::{Effect, EffectKind};

use super::host::{Tier, owner_label, registrable};
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

/// Words of credential names whose service has a host of another name: word → registrable hosts.
const OTHER_NAMES: &[(&str, &[&str])] = &[
    ("gh", &["github.com"]),
    ("aws", &["amazonaws.com", "amazon.com"]),
    ("hf", &["huggingface.co"]),
    ("google", &["googleapis.com"]),
    ("gemini", &["googleapis.com"]),
    ("gcp", &["googleapis.com"]),
    ("gcloud", &["googleapis.com"]),
    ("youtube", &["googleapis.com"]),
    ("azure", &["azure.com", "windows.net", "microsoft.com", "microsoftonline.com"]),
    ("az", &["azure.com", "windows.net", "microsoft.com"]),
    ("cf", &["cloudflare.com"]),
    ("twitter", &["x.com"]),
    ("x", &["x.com", "twitter.com"]),
    ("claude", &["anthropic.com"]),
    ("do", &["digitalocean.com"]),
    ("dashscope", &["aliyuncs.com"]),
    ("qwen", &["aliyuncs.com"]),
    ("aliyun", &["aliyuncs.com"]),
    ("feishu", &["larksuite.com"]),
    ("lark", &["feishu.cn", "larksuite.com"]),
    ("grok", &["x.ai"]),
    ("xai", &["x.ai"]),
    ("kimi", &["moonshot.cn", "moonshot.ai"]),
    ("zhipu", &["bigmodel.cn"]),
    ("bitwarden", &["bitwarden.com"]),
    ("fb", &["facebook.com"]),
    ("meta", &["facebook.com"]),
    ("instagram", &["facebook.com"]),
    ("whatsapp", &["facebook.com"]),
    ("npm", &["npmjs.org", "npmjs.com"]),
    ("brave", &["brave.com"]),
    ("kubectl", &["kubernetes.io"]),
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
        return facts.is_configured;
    }
    facts.targets.iter().all(|(target, tier)| match tier {
        Tier::Private | Tier::Configured => true,
        Tier::Suspicious | Tier::Unresolved => false,
        Tier::Vendor if words.iter().any(|word| subject.identity.has_word(word)) => true,
        Tier::Known | Tier::Vendor | Tier::Unknown => belongs(&words, &target.host),
    })
}

fn belongs(words: &[String], host: &str) -> bool {
    let zone = registrable(host);
    let label = owner_label(host).replace('-', "");
    let joined = words.concat();
    let is_same = |word: &str| {
        word == label
            || (word.len() >= 5 && label.starts_with(word))
            || (label.len() >= 5 && word.starts_with(label.as_str()))
            || OTHER_NAMES.iter().any(|(name, zones)| *name == word && zones.contains(&zone))
    };
    is_same(&joined) || words.iter().any(|word| is_same(word))
}

/// The words of a credential's name that can name its service.
fn words_of(source: &Effect, subject: &Subject<'_>) -> Vec<String> {
    let role = match source.kind {
        EffectKind::Env => "name",
        EffectKind::Read => "path",
        // `gh auth token`, `gcloud auth print-access-token`.
        _ => return vec![source.by.to_lowercase()],
    };
    let Some(facts) = subject.facts(source.id, role) else { return Vec::new() };
    let Some(name) = facts.texts.first() else { return Vec::new() };
    let words =
        name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_ascii_lowercase);
    words.filter(|word| !GENERIC.contains(&word.as_str())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_hosts() {
        let belongs = |words: &[&str], host: &str| {
            belongs(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>(), host)
        };
        assert!(belongs(&["acme"], "api.acme.test"));
        assert!(belongs(&["openweather"], "api.openweathermap.test"));
        assert!(belongs(&["my", "service"], "my-service.test"));
        assert!(belongs(&["hf"], "huggingface.co"));
        assert!(!belongs(&["acme"], "acme.x7.invalid"));
        assert!(!belongs(&["acme"], "x7.invalid"));
        assert!(!belongs(&["github"], "github.com.x7.invalid"));
    }
}
