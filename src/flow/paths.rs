//! Paths as values: when two of them name the same file.

use super::{Shape, Value};

/// Prefixes by which skills and plugins name their own folder.
const BUNDLE_PREFIXES: &[&str] = &[
    "{baseDir}",
    "{base_dir}",
    "{skill_dir}",
    "${CLAUDE_SKILL_DIR}",
    "$CLAUDE_SKILL_DIR",
    "${CLAUDE_PLUGIN_ROOT}",
    "$CLAUDE_PLUGIN_ROOT",
    "${SKILL_DIR}",
    "$SKILL_DIR",
    "${SKILL_ROOT}",
    "$SKILL_ROOT",
];

/// How a home folder is written; longest first.
const HOMES: &[&str] = &["${HOME}", "$HOME", "$env:USERPROFILE", "$env:HOME", "%USERPROFILE%", "%HOME%"];

/// How the bundle's own folder is written here.
pub(super) const BUNDLE: &str = "{baseDir}";

/// The path in one spelling: `~` for the home folder, `{baseDir}` for the bundle's, forward slashes, no `.`, no
/// doubled slashes, `..` taken back where there is something to take back.
#[must_use]
pub fn normalise(path: &str) -> String {
    let path = path.trim();
    let path = path.strip_prefix("file://").unwrap_or(path);
    // Behind what stands for a folder of Windows (`%TEMP%\a`) its own separators follow.
    let is_of_windows = path.contains('\\') && (!path.contains('/') || path.starts_with("~/"));
    let mut text = if is_of_windows { path.replace('\\', "/") } else { path.to_owned() };
    for (prefixes, short) in [(BUNDLE_PREFIXES, BUNDLE), (HOMES, "~")] {
        for prefix in prefixes {
            if let Some(rest) = text.strip_prefix(prefix)
                && (rest.is_empty() || rest.starts_with(['/', '\\']))
            {
                text = format!("{short}{}", rest.replace('\\', "/"));
                break;
            }
        }
    }
    let absolute = text.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in text.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != ".." && *last != "~" && *last != BUNDLE) => {
                parts.pop();
            }
            ".." if absolute && parts.is_empty() => {}
            _ => parts.push(part),
        }
    }
    let joined = parts.join("/");
    // As far up as one gets is the root.
    let below = joined.trim_start_matches("../");
    if joined.starts_with("../../")
        && ["etc/", "root/", "home/", "proc/", "var/"].iter().any(|root| below.starts_with(root))
    {
        return format!("/{below}");
    }
    match (absolute, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

/// Joins a path to a folder: an absolute path stays.
#[must_use]
pub fn join(folder: &str, path: &str) -> String {
    let absolute = path.starts_with(['/', '~'])
        || path.starts_with(BUNDLE)
        || path.as_bytes().get(1) == Some(&b':')
        || folder.is_empty();
    if absolute { path.to_owned() } else { format!("{}/{path}", folder.trim_end_matches('/')) }
}

/// The folder of a path, as `dirname` gives it.
#[must_use]
pub fn folder(path: &str) -> &str {
    match path.trim_end_matches('/').rsplit_once('/') {
        Some(("", _)) => "/",
        Some((folder, _)) => folder,
        None => ".",
    }
}

/// The last part of a path, as `basename` gives it.
#[must_use]
pub fn name(path: &str) -> &str {
    let path = path.trim_end_matches('/');
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// Names under which a path value can be met again: two values that share one are the same file. A path that is not
/// constant has a name too, as long as it is made of the same unknowns (`$TMP/x`, the answer of one `mktemp`).
#[must_use]
pub fn keys(path: &Value) -> Vec<String> {
    let texts = path.texts(8);
    if !texts.is_empty() {
        return texts.iter().map(|text| name_of(text)).collect();
    }
    let mut name = String::new();
    if write_key(path, &mut name, 0) { vec![name_of(&name)] } else { Vec::new() }
}

/// The name of a file. Windows does not tell letter cases and slashes apart.
fn name_of(path: &str) -> String {
    if path.contains('\\') { normalise(&path.replace('\\', "/").to_lowercase()) } else { normalise(path) }
}

fn write_key(value: &Value, out: &mut String, depth: u32) -> bool {
    use std::fmt::Write as _;
    if depth > 16 || out.len() > 4096 {
        return false;
    }
    if let Some(text) = value.constant() {
        out.push_str(&text);
        return true;
    }
    match value.shape() {
        Shape::Concat(parts) => parts.iter().all(|part| write_key(part, out, depth + 1)),
        Shape::Carried { value, .. } | Shape::Computed { value, .. } => write_key(value, out, depth + 1),
        Shape::Variable(name) => write!(out, "${name}").is_ok(),
        Shape::Argument(name) => write!(out, "<argument {name}>").is_ok(),
        Shape::Content(effect) => write!(out, "<content {}>", effect.0).is_ok(),
        Shape::Derived { .. } | Shape::Unknown => match value.place() {
            Some(place) => write!(out, "<made at {}:{}>", place.document.0, place.span.start).is_ok(),
            None => false,
        },
        Shape::Object { fields, .. } => match fields.iter().find(|(name, _)| &**name == "path") {
            Some((_, value)) => write_key(value, out, depth + 1),
            None => false,
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_file_has_one_spelling() {
        for (written, normal) in [
            ("./a//b/../c.sh", "a/c.sh"),
            ("/tmp/./x", "/tmp/x"),
            ("/../x", "/x"),
            ("../x", "../x"),
            ("$HOME/.ssh/id_rsa", "~/.ssh/id_rsa"),
            ("${HOME}", "~"),
            ("$HOMEBREW/x", "$HOMEBREW/x"),
            ("~/../x", "~/../x"),
            ("%USERPROFILE%\\x\\y", "~/x/y"),
            ("${CLAUDE_PLUGIN_ROOT}/hooks/a.sh", "{baseDir}/hooks/a.sh"),
            ("", "."),
            ("/", "/"),
        ] {
            assert_eq!(normalise(written), normal, "{written}");
        }
    }

    #[test]
    fn unknown_paths_are_the_same_file_where_the_unknown_is_the_same() {
        let variable = |name: &str| Value::new(Shape::Variable(name.into()), None);
        let path = |name: &str| Value::concat(vec![variable(name), Value::text("/x", None)], None);
        assert_eq!(keys(&path("TMP")), keys(&path("TMP").carried("variable `p`", None)));
        assert_ne!(keys(&path("TMP")), keys(&path("DIR")));
        assert!(keys(&Value::unknown(None)).is_empty());
    }
}
