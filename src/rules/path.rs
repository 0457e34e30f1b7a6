//! Paths as rules see them: one spelling for the home folder, separators and dots.

/// Spellings of the user's home folder, longest first where one begins another. Compared without case.
const HOME: &[&str] = &[
    "${home}",
    "$home",
    "${env:userprofile}",
    "$env:userprofile",
    "${env:home}",
    "$env:home",
    "%userprofile%",
    "%homedrive%%homepath%",
    "<home>",
];

/// Folders below the home folder that have a variable of their own.
const BELOW_HOME: &[(&str, &str)] = &[
    ("${xdg_config_home}", "~/.config"),
    ("$xdg_config_home", "~/.config"),
    ("${xdg_data_home}", "~/.local/share"),
    ("$xdg_data_home", "~/.local/share"),
    ("%localappdata%", "~/AppData/Local"),
    ("${env:localappdata}", "~/AppData/Local"),
    ("$env:localappdata", "~/AppData/Local"),
    ("%appdata%", "~/AppData/Roaming"),
    ("${env:appdata}", "~/AppData/Roaming"),
    ("$env:appdata", "~/AppData/Roaming"),
    ("${codex_home}", "~/.codex"),
    ("$codex_home", "~/.codex"),
    ("${zdotdir}", "~"),
    ("$zdotdir", "~"),
];

/// Folders whose children are home folders.
const HOMES: &[&str] = &["/home/", "/users/", "c:/users/", "/export/home/"];

/// The normal form of a path: `/` between the parts, `~` for any spelling of the home folder, no `.`, `..` or empty
/// parts (a leading `..` of a relative path stays). Case is kept. Text that is no path comes back little changed,
/// so the caller may compare both forms.
#[must_use]
pub(crate) fn normalised(text: &str) -> String {
    let text = text.trim().trim_matches(['"', '\'', '`']);
    let text = text.strip_prefix("file://").unwrap_or(text);
    let mut text = if text.contains('\\') { text.replace('\\', "/") } else { text.to_owned() };
    let lower = text.to_ascii_lowercase();
    let below = BELOW_HOME.iter().find(|(name, _)| starts_with_part(&lower, name));
    let home = HOME.iter().find(|name| starts_with_part(&lower, name));
    if let Some((name, place)) = below {
        text.replace_range(..name.len(), place);
    } else if let Some(name) = home {
        text.replace_range(..name.len(), "~");
    } else if starts_with_part(&lower, "/root") || starts_with_part(&lower, "/var/root") {
        let len = if lower.starts_with("/var") { "/var/root".len() } else { "/root".len() };
        text.replace_range(..len, "~");
    } else if let Some(root) = HOMES.iter().find(|root| lower.starts_with(**root)) {
        let name = text[root.len()..].split('/').next().unwrap_or_default().len();
        // `/home/*/.ssh` is everybody's home; `/Users/Shared` is nobody's.
        if name > 0 && !lower[root.len()..].starts_with("shared") {
            text.replace_range(..root.len() + name, "~");
        }
    }
    let text = folded(&text);
    // Folding may uncover a home folder: `/tmp/../root/.ssh`.
    if text.starts_with("/root/") || text == "/root" { text.replacen("/root", "~", 1) } else { text }
}

/// Whether `text` is `part` or goes on with a separator after it.
fn starts_with_part(text: &str, part: &str) -> bool {
    text.strip_prefix(part).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Resolves `.`, `..` and empty parts without looking at any file system.
fn folded(text: &str) -> String {
    let rooted = text.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in text.split('/') {
        match part {
            "" | "." => {}
            ".." => match parts.last() {
                Some(&last) if last != ".." && last != "~" => {
                    parts.pop();
                }
                Some(_) => parts.push(".."),
                None if rooted => {}
                None => parts.push(".."),
            },
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    if rooted { format!("/{joined}") } else { joined }
}

/// The last part of a path or URL.
#[must_use]
pub(crate) fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::normalised;

    #[test]
    fn one_spelling_for_each_place() {
        for (written, normal) in [
            ("~/.ssh/id_rsa", "~/.ssh/id_rsa"),
            ("$HOME/.ssh//id_rsa", "~/.ssh/id_rsa"),
            ("${HOME}/./.ssh/x/../id_rsa", "~/.ssh/id_rsa"),
            ("/home/kim/.ssh/id_rsa", "~/.ssh/id_rsa"),
            ("/Users/kim/Library", "~/Library"),
            ("/Users/Shared/x", "/Users/Shared/x"),
            ("/root/.bashrc", "~/.bashrc"),
            ("/tmp/../root/.bashrc", "~/.bashrc"),
            ("C:\\Users\\kim\\.aws\\credentials", "~/.aws/credentials"),
            ("$env:USERPROFILE\\.aws", "~/.aws"),
            ("%APPDATA%\\x", "~/AppData/Roaming/x"),
            ("/tmp/../etc/ssh", "/etc/ssh"),
            ("/../../etc", "/etc"),
            ("../../x", "../../x"),
            ("./a/b/", "a/b"),
            ("~/..", "~/.."),
            ("\"$HOME\"", "~"),
            ("/rootfs/x", "/rootfs/x"),
            ("$HOMEBREW/x", "$HOMEBREW/x"),
            ("/", "/"),
            ("", ""),
        ] {
            assert_eq!(normalised(written), normal, "{written}");
        }
    }
}
