//! Hosts: where a URL or address leads, and how far that place is trusted (CATALOGUE §0, origin tiers).

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use serde::{Deserialize, Serialize};

use super::identity::Identity;
use super::lexicon::{Lexicon, Lexicons};

/// How far a host is trusted. Reputation only adds suspicion or explains a purpose: a known host does not clear a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// A row of the versioned tables: public registries, first-party installers, APIs of large vendors.
    Known,
    /// Belongs to the service that the skill says it is about.
    Vendor,
    /// Loopback, private networks, `.local`.
    Private,
    /// The user or the environment says which host.
    Configured,
    /// Any other named host.
    Unknown,
    /// Raw public address, odd port, paste site, shortener, tunnel, locker, webhook catcher, punycode, user info.
    Suspicious,
    /// It could not be found out where it leads.
    Unresolved,
}

impl Tier {
    /// The word that rules and reports use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Known => "known",
            Self::Vendor => "vendor",
            Self::Private => "private",
            Self::Configured => "configured",
            Self::Unknown => "unknown",
            Self::Suspicious => "suspicious",
            Self::Unresolved => "unresolved",
        }
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// Lexicons of hosts that make a place suspicious.
pub(super) const SUSPICIOUS: &[&str] = &[
    "paste-sites",
    "url-shorteners",
    "tunnel-hosts",
    "file-lockers",
    "webhook-catchers",
    "free-hosting",
    "chat-attachments",
];
/// Lexicons of hosts that are known.
const KNOWN: &[&str] = &["well-known-installers", "package-registries", "known-hosts"];

/// Where a text leads: the parts of a URL or address that decide trust.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    /// Scheme in lower case; empty where none was written.
    pub(crate) scheme: String,
    /// Host in lower case, without brackets and final dot. May hold stand-ins such as `$host`.
    pub(crate) host: String,
    /// Port, if one was written.
    pub(crate) port: Option<u16>,
    /// Whether something stands before an `@`.
    pub(crate) has_userinfo: bool,
    /// Path, query and fragment as written, with the leading `/`.
    pub(crate) rest: String,
}

impl Target {
    /// Reads a URL, `host/path`, `host:port`, or `user@host:path`. `None` where no host can be seen.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_matches(['"', '\'', '`', '<', '>']);
        // `hxxps://x7[.]test` is written so that nobody follows it by chance; whoever is told to, does.
        let plain = text.contains("[.]").then(|| text.replace("[.]", "."));
        let text = plain.as_deref().unwrap_or(text);
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) if is_scheme(scheme) => (scheme.to_ascii_lowercase(), rest),
            Some(_) => return None,
            None => (String::new(), text.strip_prefix("//").unwrap_or(text)),
        };
        let scheme = scheme.rsplit('+').next().unwrap_or_default().replace("hxxp", "http");
        if scheme == "file" || rest.is_empty() || rest.starts_with(['/', '.', '-']) {
            return None;
        }
        let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
        let (authority, rest) = rest.split_at(end);
        let (userinfo, address) = match authority.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, authority),
        };
        let (host, port) = split_port(address);
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        // `get.acme.sh`, `acme.sh/install`: no file of the shell is written so.
        let is_shell_zone = host.strip_suffix(".sh").is_some() && (rest.starts_with('/') || host.starts_with("get."));
        let named = is_shell_zone || !scheme.is_empty() || userinfo.is_some() || port.is_some();
        if host.is_empty() || host.contains(char::is_whitespace) || !(named || looks_like_host(&host)) {
            return None;
        }
        // `git@host:path` logs in; it does not dress the host up.
        let has_userinfo = userinfo.is_some() && matches!(scheme.as_str(), "http" | "https" | "ftp");
        Some(Self { scheme, host, port, has_userinfo, rest: rest.to_owned() })
    }

    /// Whether part of the host is not constant.
    pub(crate) fn is_open(&self) -> bool {
        self.host.contains(['$', '<', '{', '%', '*'])
    }

    /// The end of the host that is constant, where its beginning is not: `x7.test` of `$data.x7.test`.
    pub(crate) fn constant_zone(&self) -> Option<&str> {
        if !self.is_open() {
            return Some(&self.host);
        }
        let last = self.host.rfind(['$', '<', '>', '{', '}', '%', '*'])?;
        let zone = self.host[last..].split_once('.')?.1;
        looks_like_host(zone).then_some(zone)
    }
}

fn is_scheme(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

fn split_port(address: &str) -> (&str, Option<u16>) {
    // Brackets without a colon in them hold no IPv6 address, but what was blacked out.
    let holds_address = |inner: &str| inner.split(']').next().is_some_and(|host| host.contains(':'));
    if let Some(inner) = address.strip_prefix('[').filter(|inner| holds_address(inner)) {
        let (host, rest) = inner.split_once(']').unwrap_or((inner, ""));
        return (host, rest.strip_prefix(':').and_then(|port| port.parse().ok()));
    }
    match address.rsplit_once(':') {
        // More than one colon without brackets is an IPv6 address.
        Some((host, _)) if host.contains(':') => (address, None),
        Some((host, port)) => (host, port.parse().ok()),
        None => (address, None),
    }
}

/// Endings of file names that are not taken for domains.
const FILES: &[&str] = &[
    "sh", "py", "js", "ts", "md", "txt", "json", "yaml", "yml", "toml", "zip", "tar", "gz", "tgz", "exe", "bin",
    "html", "css", "log", "csv", "xml", "png", "jpg", "pdf", "env", "cfg", "conf", "ini", "ps1", "bat", "db", "lock",
    "pem", "key", "msi", "dmg", "pkg", "deb", "rpm", "apk", "jar", "whl", "dll", "iso", "img", "vbs", "svg", "jpeg",
    "gif", "tsx", "jsx", "mjs", "cjs",
];

/// Whether a text without a scheme can be a host: an address, `localhost`, or a dotted name that ends in letters and
/// is no file name of a common kind.
fn looks_like_host(host: &str) -> bool {
    // `30` in a list of words is a number of seconds, and no address of a single number.
    let is_number = host.len() < 8 && host.bytes().all(|byte| byte.is_ascii_digit());
    if host == "localhost" || (address(host).is_some() && !is_number) {
        return true;
    }
    let Some((before, last)) = host.rsplit_once('.') else { return false };
    !before.is_empty()
        && last.len() >= 2
        && last.bytes().all(|byte| byte.is_ascii_alphabetic())
        && !FILES.contains(&last)
        && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte) || byte >= 0x80)
}

/// An IP address in any spelling that network libraries accept: dotted, one number, hexadecimal, octal, IPv6.
fn address(host: &str) -> Option<std::net::IpAddr> {
    if let Ok(v6) = host.parse::<Ipv6Addr>() {
        return Some(v6.to_ipv4_mapped().map_or(v6.into(), Into::into));
    }
    let parts: Vec<&str> = host.split('.').collect();
    if parts.len() > 4 {
        return None;
    }
    let mut numbers = Vec::with_capacity(4);
    for part in &parts {
        let number = if let Some(hex) = part.strip_prefix("0x") {
            u64::from_str_radix(hex, 16).ok()?
        } else if part.len() > 1 && part.starts_with('0') {
            u64::from_str_radix(part, 8).ok()?
        } else {
            part.parse::<u64>().ok()?
        };
        numbers.push(number);
    }
    let (last, front) = numbers.split_last()?;
    if front.iter().any(|&number| number > 255) || *last >= 1_u64 << (8 * (5 - numbers.len())) {
        return None;
    }
    let front = front.iter().enumerate().fold(0_u64, |sum, (at, &number)| sum | number << (8 * (3 - at)));
    Some(Ipv4Addr::from((front | last) as u32).into())
}

fn is_private(host: &str) -> bool {
    if host == "localhost" || host == "host.docker.internal" || host == "0.0.0.0" {
        return true;
    }
    if [".local", ".localhost", ".internal", ".lan", ".home.arpa", ".svc"].iter().any(|end| host.ends_with(end)) {
        // The metadata service is the one private name that hands out credentials.
        return host != "metadata.google.internal";
    }
    match address(host) {
        Some(std::net::IpAddr::V4(v4)) => {
            let is_metadata = v4 == Ipv4Addr::new(169, 254, 169, 254) || v4 == Ipv4Addr::new(169, 254, 170, 2);
            !is_metadata
                && (v4.is_loopback()
                    || v4.is_private()
                    || v4.is_link_local()
                    || v4.is_unspecified()
                    || v4.is_broadcast())
        }
        Some(std::net::IpAddr::V6(v6)) => {
            v6.is_loopback()
                || v6.is_unspecified()
                || (v6.segments()[0] & 0xfe00) == 0xfc00
                || (v6.segments()[0] & 0xffc0) == 0xfe80
        }
        None => false,
    }
}

/// Ports that say nothing about a host.
const USUAL_PORTS: &[u16] = &[21, 22, 25, 53, 80, 443, 465, 587, 993, 3000, 5000, 5432, 6379, 8000, 8080, 8443, 9200];

/// The tier of a target for a skill with this identity.
pub(crate) fn tier(target: &Target, identity: &Identity, lexicons: &Lexicons) -> Tier {
    // `https://$HOST/x`, `https://<argument url>`: somebody outside the bundle chooses.
    let Some(host) = target.constant_zone() else { return Tier::Configured };
    if is_private(host) {
        return Tier::Private;
    }
    // `https://vpn.yourdomain.com`: the reader puts their own.
    if lexicons.get("stand-in-hosts").is_some_and(|list| list.has_host(host, host)) {
        return Tier::Configured;
    }
    // No name without a dot is anybody's on the net: `https://nessus:8834` is a machine nearby.
    let is_plain = host.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    let is_near = target.scheme.starts_with("http") && target.port.is_some() && is_plain && address(host).is_none();
    if is_near && !lexicons.get("attack-stand-ins").is_some_and(|list| list.has_host(host, host)) {
        return Tier::Private;
    }
    // The metadata service is dangerous for what it gives, which is another rule's business.
    if lexicons.get("metadata-services").is_some_and(|list| list.has(host)) {
        return Tier::Unknown;
    }
    let whole = format!("{host}{}", target.rest);
    let is_in =
        |names: &[&str]| names.iter().any(|name| lexicons.get(name).is_some_and(|list| list.has_host(host, &whole)));
    // Neither port nor look clears or damns `localhost`, so private goes first; a paste site on a known zone goes before known.
    if target.has_userinfo
        || host.split('.').any(|label| label.starts_with("xn--"))
        || !host.is_ascii()
        || address(host).is_some()
        || is_in(SUSPICIOUS)
    {
        return Tier::Suspicious;
    }
    let is_web = matches!(target.scheme.as_str(), "http" | "https" | "");
    if is_web && target.port.is_some_and(|port| !USUAL_PORTS.contains(&port)) {
        return Tier::Suspicious;
    }
    // An account at a site of code that bears the very name of what the skill is about is its vendor's.
    let account = target.rest.trim_start_matches('/').split(['/', '?', '#']).next().unwrap_or_default();
    if ACCOUNTS.contains(&host) && identity.owns_account(account) {
        return Tier::Vendor;
    }
    if is_in(KNOWN) {
        return Tier::Known;
    }
    if identity.owns(host) && !is_taken(owner_label(host), host, lexicons) { Tier::Vendor } else { Tier::Unknown }
}

/// Sites of code whose paths begin with the account that publishes.
const ACCOUNTS: &[&str] =
    &["github.com", "raw.githubusercontent.com", "codeload.github.com", "gitlab.com", "codeberg.org"];

/// Whether a name is that of an agent, or of a service whose zones are known and this host is in none of them: whoever
/// registers such a name elsewhere is not the one whom the skill is about.
fn is_taken(name: &str, host: &str, lexicons: &Lexicons) -> bool {
    let rows = lexicons.get("provider-hosts").map_or(&[][..], Lexicon::entries);
    let mut rows = rows.iter().filter_map(|row| row.split_once('='));
    let zone = registrable(host);
    match rows.find(|(word, _)| word.trim().eq_ignore_ascii_case(name)) {
        Some((_, zones)) => !zones
            .split_whitespace()
            .any(|own| own == zone || zone.strip_suffix(own).is_some_and(|rest| rest.ends_with('.'))),
        None => lexicons.get("agent-brands").is_some_and(|list| list.has(name)),
    }
}

/// Second-level names under which anybody may register.
const SHARED_SUFFIXES: &[&str] = &[
    "co.uk",
    "org.uk",
    "ac.uk",
    "com.au",
    "com.br",
    "com.cn",
    "co.jp",
    "co.kr",
    "co.in",
    "com.tr",
    "com.mx",
    "co.nz",
    "co.za",
    "com.tw",
    "com.hk",
    "com.sg",
    "github.io",
    "gitlab.io",
    "pages.dev",
    "workers.dev",
    "vercel.app",
    "netlify.app",
    "web.app",
    "herokuapp.com",
    "onrender.com",
    "fly.dev",
    "blogspot.com",
    "cloudfront.net",
    "amazonaws.com",
    "azurewebsites.net",
    "firebaseapp.com",
    "appspot.com",
    "replit.app",
    "glitch.me",
    "surge.sh",
    "githubusercontent.com",
];

/// The part of a host that one owner registered: `acme.test` of `api.eu.acme.test`.
pub(crate) fn registrable(host: &str) -> &str {
    if address(host).is_some() {
        return host;
    }
    let labels =
        if SHARED_SUFFIXES.iter().any(|end| host.ends_with(&format!(".{end}")) || host == *end) { 3 } else { 2 };
    host.rmatch_indices('.').nth(labels - 1).map_or(host, |(at, _)| &host[at + 1..])
}

/// The label that names the owner: `acme` of `api.acme.co.uk`.
#[must_use]
pub fn owner_label(host: &str) -> &str {
    registrable(host).split('.').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tier_of(url: &str) -> Option<Tier> {
        Some(tier(
            &Target::parse(url)?,
            &Identity::named("acme-notes", &["https://www.acme.test/docs"]),
            &Lexicons::default(),
        ))
    }

    #[test]
    fn reserved_names_are_ordinary_and_private_ones_are_private() {
        for (url, expected) in [
            ("https://x7.invalid/i", Tier::Unknown),
            ("x7.invalid/a", Tier::Unknown),
            ("https://api.acme.test/v1", Tier::Vendor),
            ("https://acme.test.x7.invalid/v1", Tier::Unknown),
            ("http://203.0.113.9/s", Tier::Suspicious),
            ("203.0.113.9:4444", Tier::Suspicious),
            ("http://3405803785/s", Tier::Suspicious),
            ("http://0xCB.0.113.9/s", Tier::Suspicious),
            ("http://[2001:db8::1]/s", Tier::Suspicious),
            ("http://localhost:11434/v1", Tier::Private),
            ("http://127.1:9/", Tier::Private),
            ("http://2130706433/", Tier::Private),
            ("http://192.168.1.4/", Tier::Private),
            ("http://nas.local/", Tier::Private),
            ("https://nessus:8834/", Tier::Private),
            ("https://[HIDDEN]/collect", Tier::Unknown),
            ("https://[HIDDEN].x7.invalid/collect", Tier::Unknown),
            ("http://169.254.169.254/latest", Tier::Suspicious),
            ("https://x7.invalid:8081/", Tier::Suspicious),
            ("https://x7.invalid:8443/", Tier::Unknown),
            ("https://github.com@x7.invalid/a", Tier::Suspicious),
            ("https://xn--gthub-mwa.test/a", Tier::Suspicious),
            ("hxxps://x7[.]invalid/boot.sh", Tier::Unknown),
            ("https://$HOST/a", Tier::Configured),
            ("$API_BASE/a", Tier::Configured),
            ("https://$DATA.t.x7.invalid/", Tier::Unknown),
        ] {
            let found = tier_of(url);
            let found = if url.starts_with("$API") { found.or(Some(Tier::Configured)) } else { found };
            assert_eq!(found, Some(expected), "{url}");
        }
    }

    #[test]
    fn what_is_no_address() {
        for text in
            ["scripts/run.sh", "/tmp/x", "./a.b/c", "a word", "data.json", "", "-", "file:///etc/passwd", "notes.md"]
        {
            assert_eq!(Target::parse(text), None, "{text}");
        }
    }

    #[test]
    fn owners() {
        assert_eq!(owner_label("api.eu.acme.test"), "acme");
        assert_eq!(registrable("api.acme.co.uk"), "acme.co.uk");
        assert_eq!(registrable("kim.github.io"), "kim.github.io");
        assert_eq!(registrable("203.0.113.9"), "203.0.113.9");
    }
}
