//! What a rule's tags refer to, and where that can be read.

/// A tag that names something outside skillscan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reference {
    /// As its publisher writes it: `CWE-494`, `T1552.001`.
    pub(super) name: String,
    /// Whose it is.
    pub(super) publisher: &'static str,
    /// Where it is explained.
    pub(super) address: Option<String>,
}

impl Reference {
    /// What a tag refers to; `None` for a tag of our own.
    pub(super) fn of_tag(tag: &str) -> Option<Self> {
        let known = |name: String, publisher, address: String| Some(Self { name, publisher, address: Some(address) });
        let (scheme, rest) = tag.split_once('-')?;
        let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        match scheme {
            "cwe" if number(rest) => {
                known(format!("CWE-{rest}"), "CWE", format!("https://cwe.mitre.org/data/definitions/{rest}.html"))
            }
            "cve" => known(format!("CVE-{rest}"), "CVE", format!("https://www.cve.org/CVERecord?id=CVE-{rest}")),
            "attack" if rest.starts_with('T') => known(
                rest.to_owned(),
                "MITRE ATT&CK",
                format!("https://attack.mitre.org/techniques/{}/", rest.replace('.', "/")),
            ),
            "atlas" if rest.starts_with("AML.") => {
                known(rest.to_owned(), "MITRE ATLAS", format!("https://atlas.mitre.org/techniques/{rest}"))
            }
            "owasp" => {
                let (list, publisher, address) = [
                    (
                        "ast",
                        "OWASP Agentic Skills Top 10, June 2026",
                        "https://owasp.org/www-project-agentic-skills-top-10/",
                    ),
                    (
                        "asi",
                        "OWASP Top 10 for Agentic Applications, 2026",
                        "https://genai.owasp.org/resource/owasp-top-10-for-agentic-applications-for-2026/",
                    ),
                    ("llm", "OWASP Top 10 for LLM Applications, 2025", "https://genai.owasp.org/llm-top-10/"),
                ]
                .into_iter()
                .find(|(list, ..)| rest.strip_prefix(list).is_some_and(number))?;
                debug_assert!(rest.starts_with(list));
                known(rest.to_uppercase(), publisher, address.to_owned())
            }
            "clawhub" => Some(Self { name: rest.to_owned(), publisher: "ClawHub reason code", address: None }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Reference;

    #[test]
    fn tags_lead_to_their_publishers() {
        for (tag, name, address) in [
            ("cwe-494", "CWE-494", "https://cwe.mitre.org/data/definitions/494.html"),
            ("attack-T1552.001", "T1552.001", "https://attack.mitre.org/techniques/T1552/001/"),
            ("atlas-AML.T0051", "AML.T0051", "https://atlas.mitre.org/techniques/AML.T0051"),
            ("cve-2021-42574", "CVE-2021-42574", "https://www.cve.org/CVERecord?id=CVE-2021-42574"),
            ("owasp-llm01", "LLM01", "https://genai.owasp.org/llm-top-10/"),
        ] {
            let found = Reference::of_tag(tag).map(|reference| (reference.name, reference.address));
            assert_eq!(found, Some((name.to_owned(), Some(address.to_owned()))), "{tag}");
        }
        for tag in ["SKS-RX-001", "strict-block", "owasp-xyz01", "cwe-"] {
            assert_eq!(Reference::of_tag(tag), None, "{tag}");
        }
    }
}
