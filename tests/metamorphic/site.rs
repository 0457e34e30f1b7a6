//! Where code stands in an example, and how it is put back when it was written anew.

use std::ops::Range;

use regex::Regex;
use skillscan::bundle::Bundle;
use skillscan::document::Language;
use skillscan::finding::Finding;
use skillscan::rules::{Example, self_test};

/// A way to write code anew that changes nothing of what it does.
#[derive(Clone, Copy)]
pub struct Rewrite {
    pub name: &'static str,
    /// Rules about the disguise itself, which a harmless text in this disguise may give.
    pub brings: &'static [&'static str],
    pub by: By,
}

/// What a rewrite is made of.
#[derive(Clone, Copy)]
pub enum By {
    /// The code, in its own language.
    Code(Language, fn(&str) -> Option<String>),
    /// The code of a fence in another language: the label, and the code.
    Fence(Language, fn(&str) -> Option<(&'static str, String)>),
    /// The lines of a whole fence.
    Block(fn(&Site) -> Option<String>),
    /// A script becomes a fence of SKILL.md.
    Inline,
}

/// Code in a file.
#[derive(Debug, Clone)]
pub struct Site {
    file: usize,
    language: Language,
    range: Range<usize>,
    pub code: String,
    pub fence: Option<Fence>,
}

/// The fence around code.
#[derive(Debug, Clone)]
pub struct Fence {
    /// What stands before the fence in its first line.
    pub opening: String,
    /// What stands before each further line.
    pub prefix: String,
    pub label: String,
}

/// The files of an example, and the code in them.
#[derive(Debug, Clone)]
pub struct Material {
    files: Vec<(String, Vec<u8>)>,
    links: Vec<(String, String)>,
    pub sites: Vec<Site>,
}

fn language_of(label: &str) -> Option<Language> {
    Some(match label {
        "sh" | "bash" | "shell" | "zsh" => Language::Shell,
        "py" | "python" | "python3" => Language::Python,
        "js" | "javascript" | "mjs" | "cjs" => Language::JavaScript,
        "ts" | "typescript" => Language::TypeScript,
        "ps1" | "powershell" | "pwsh" => Language::PowerShell,
        _ => return None,
    })
}

impl Material {
    pub fn of(example: &Example) -> Self {
        let bundle = self_test::bundle_of(example);
        let mut files: Vec<(String, Vec<u8>)> = Vec::new();
        for file in &bundle.files {
            // What was unpacked is made again from its container.
            if !file.path.contains('!') {
                files.push((file.path.to_string(), file.bytes.to_vec()));
            }
        }
        let links = example.links.iter().map(|(path, target)| (path.clone(), target.clone())).collect();
        let mut sites = Vec::new();
        for (at, (path, bytes)) in files.iter().enumerate() {
            // Byte code is held against its source.
            let compiled = files.iter().any(|(path, _)| path.ends_with(".pyc"));
            let Ok(text) = std::str::from_utf8(bytes) else { continue };
            let extension = path.rsplit('.').next().unwrap_or_default();
            if extension == "md" {
                fences(at, text, &mut sites);
            } else if let Some(language) = language_of(extension).filter(|_| !compiled) {
                let code = text.to_owned();
                sites.push(Site { file: at, language, range: 0..text.len(), code, fence: None });
            }
        }
        Self { files, links, sites }
    }

    pub fn bundle(&self) -> Bundle {
        Bundle::of_files("example", self.files.clone(), self.links.clone())
    }

    /// Whether a finding has to do with code.
    pub fn holds(&self, finding: &Finding) -> bool {
        let steps = finding.steps.iter().map(|step| &step.location);
        std::iter::once(&finding.location).chain(steps).any(|location| {
            let span = location.region.span;
            self.sites.iter().any(|site| {
                self.files[site.file].0 == *location.path
                    && (span.start as usize) < site.range.end
                    && site.range.start < span.end as usize
            })
        })
    }

    /// The example with all its code in one language written anew; `None` if nothing changes.
    pub fn rewritten(&self, rewrite: &Rewrite) -> Option<Self> {
        let mut new = self.clone();
        let mut changed = false;
        for site in self.sites.iter().rev() {
            let text = match rewrite.by {
                By::Code(language, _) | By::Fence(language, _) if language != site.language => None,
                By::Code(_, change) => change(&site.code).map(|code| match &site.fence {
                    Some(fence) => fence.around("```", &fence.label, &code),
                    None => code,
                }),
                By::Fence(_, change) => site
                    .fence
                    .as_ref()
                    .and_then(|fence| change(&site.code).map(|(label, code)| fence.around("```", label, &code))),
                By::Block(change) => change(site),
                By::Inline => {
                    if site.fence.is_none() && self.files.len() == 2 && self.sites.len() == 2 {
                        let label = self.files[site.file].0.rsplit('.').next()?;
                        let text = format!("# Example\n\nRun this:\n\n```{label}\n{}\n```\n", site.code.trim_end());
                        new.files = vec![("SKILL.md".to_owned(), text.into_bytes())];
                        return Some(new);
                    }
                    None
                }
            };
            let Some(text) = text else { continue };
            let bytes = &mut new.files[site.file].1;
            bytes.splice(site.range.clone(), text.into_bytes());
            changed = true;
        }
        changed.then_some(new)
    }

    pub fn shown(&self) -> String {
        let files = self.files.iter().map(|(path, bytes)| format!("--- {path}\n{}", String::from_utf8_lossy(bytes)));
        files.collect::<Vec<_>>().join("\n")
    }
}

impl Fence {
    /// The fence around `code`.
    pub fn around(&self, mark: &str, label: &str, code: &str) -> String {
        let mut out = format!("{}{mark}{label}\n", self.opening);
        for line in code.split('\n') {
            out.push_str(if line.is_empty() { self.prefix.trim_end() } else { &self.prefix });
            out.push_str(line);
            out.push('\n');
        }
        out.push_str(&self.prefix);
        out.push_str(mark);
        out
    }
}

/// The labelled fences of a Markdown text.
fn fences(file: usize, text: &str, sites: &mut Vec<Site>) {
    let opening = Regex::new(r"^([ >]*(?:[-*] |\d+\. )?[ ]*)(```|~~~)(\w+)\s*$").unwrap();
    let mut at = 0;
    let mut open: Option<(usize, Fence, String, Language, Vec<String>)> = None;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let line = line.trim_end_matches('\n');
        if let Some((from, fence, mark, language, lines)) = &mut open {
            let inner = line.strip_prefix(fence.prefix.as_str()).or_else(|| line.strip_prefix(fence.prefix.trim_end()));
            let Some(inner) = inner else {
                open = None;
                continue;
            };
            if inner.trim() == mark {
                let code = lines.join("\n");
                let site = Site {
                    file,
                    language: *language,
                    range: *from..start + line.len(),
                    code,
                    fence: Some(fence.clone()),
                };
                sites.push(site);
                open = None;
            } else {
                lines.push(inner.to_owned());
            }
            continue;
        }
        let Some(found) = opening.captures(line) else { continue };
        let label = found[3].to_owned();
        let Some(language) = language_of(&label) else { continue };
        let before = found[1].to_owned();
        let prefix: String = before.chars().map(|c| if c == '>' { '>' } else { ' ' }).collect();
        let fence = Fence { opening: before, prefix, label };
        open = Some((start, fence, found[2].to_owned(), language, Vec::new()));
    }
}

fn block(site: &Site, mark: &str, label: Option<&str>) -> Option<String> {
    let fence = site.fence.as_ref()?;
    Some(fence.around(mark, label.unwrap_or(&fence.label), &site.code))
}

/// The fence, with something before each of its lines.
fn nested(site: &Site, first: &str, further: &str) -> Option<String> {
    let fence = site.fence.as_ref().filter(|fence| fence.opening.trim().is_empty())?;
    let fence = Fence {
        opening: format!("{}{first}{further}", fence.opening),
        prefix: format!("{}{further}", fence.prefix),
        label: fence.label.clone(),
    };
    Some(fence.around("```", &fence.label, &site.code))
}

pub const REWRITES: &[Rewrite] = &[
    Rewrite { name: "md-tildes", brings: &[], by: By::Block(|site| block(site, "~~~", None)) },
    Rewrite { name: "md-four-backticks", brings: &[], by: By::Block(|site| block(site, "````", None)) },
    Rewrite { name: "md-unlabelled", brings: &[], by: By::Block(|site| block(site, "```", Some(""))) },
    Rewrite {
        name: "md-attributes",
        brings: &[],
        by: By::Block(|site| {
            let label = site.fence.as_ref()?.label.clone() + " title=\"x\"";
            block(site, "```", Some(&label))
        }),
    },
    Rewrite {
        name: "md-upper-label",
        brings: &[],
        by: By::Block(|site| {
            let label = site.fence.as_ref()?.label.to_uppercase();
            block(site, "```", Some(&label))
        }),
    },
    Rewrite { name: "md-list", brings: &[], by: By::Block(|site| nested(site, "- Step\n\n", "  ")) },
    Rewrite { name: "md-numbered", brings: &[], by: By::Block(|site| nested(site, "1. Step:\n", "   ")) },
    Rewrite { name: "md-quote", brings: &[], by: By::Block(|site| nested(site, "", "> ")) },
    Rewrite { name: "md-list-quote", brings: &[], by: By::Block(|site| nested(site, "- Step\n\n", "  > ")) },
    Rewrite { name: "md-inline", brings: &[], by: By::Inline },
];
