/// Whether a symbolic link at `path` (relative to the bundle's root) with this `target` leads out of the bundle.
///
/// Decided by the text alone, as every system might read it: absolute paths, home and drive and network paths leave,
/// and so does a relative path that climbs above the root on its way, even if it comes back.
#[must_use]
pub fn leaves_bundle(path: &str, target: &str) -> bool {
    resolve(path, target).is_none()
}

/// The path in the bundle that a link names, or `None` where it leaves the bundle. The root is the empty path.
pub(super) fn resolve(path: &str, target: &str) -> Option<String> {
    let has_drive = matches!(target.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic());
    if target.starts_with(['/', '\\']) || target == "~" || target.starts_with("~/") || has_drive {
        return None;
    }
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            _ => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_resolved_inside_the_bundle_or_not_at_all() {
        let cases = [
            ("link", "SKILL.md", Some("SKILL.md")),
            ("a/b/link", "../c.txt", Some("a/c.txt")),
            ("a/link", "..", Some("")),
            ("a/link", "./x//y/", Some("a/x/y")),
            ("link", "..", None),
            ("a/link", "../../bundle/SKILL.md", None),
            ("link", "/etc/hostname", None),
            ("link", "~/notes", None),
            ("link", "C:\\notes", None),
            ("link", "\\\\server\\share", None),
            ("a/link", "..\\..\\notes", None),
        ];
        for (path, target, resolved) in cases {
            assert_eq!(resolve(path, target).as_deref(), resolved, "{path} -> {target}");
            assert_eq!(leaves_bundle(path, target), resolved.is_none());
        }
    }
}
