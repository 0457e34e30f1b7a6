//! Which files are reached from what the agent is told: by links, by names in prose, by paths in code and imports.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use aho_corasick::AhoCorasick;

use super::Documents;
use crate::finding::Reach;

/// Files that agents load as instructions, in whatever folder they work.
const AGENT_FILES: &[&str] = &[
    "skill.md",
    "claude.md",
    "claude.local.md",
    "agents.md",
    "gemini.md",
    "copilot-instructions.md",
    ".cursorrules",
    ".windsurfrules",
    ".clinerules",
    ".roorules",
];

/// Files that agents load from the root of their workspace; elsewhere these are names like any other.
const WORKSPACE_FILES: &[&str] = &[
    "agent.md",
    "heartbeat.md",
    "messaging.md",
    "soul.md",
    "identity.md",
    "user.md",
    "memory.md",
    "tools.md",
    "boot.md",
    "bootstrap.md",
    "rules.md",
];

/// Whether agents load the file at `path` as instructions: skill and agent files, files of a workspace, commands and
/// agents of plugins, rules of editors.
pub(super) fn is_instructions(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", &path));
    let parent = folder.rsplit('/').next().unwrap_or(folder);
    let is_markdown = [".md", ".mdc"].iter().any(|end| name.ends_with(end));
    let in_dot_folder = folder.starts_with('.') || folder.contains("/.");
    AGENT_FILES.contains(&name)
        || (folder.is_empty() || in_dot_folder) && WORKSPACE_FILES.contains(&name)
        || is_markdown
            && name != "readme.md"
            && (matches!(parent, "commands" | "agents" | "output-styles")
                || matches!(parent, "rules" | "steering" | "workflows" | ".clinerules") && in_dot_folder)
        || [".instructions.md", ".prompt.md", ".chatmode.md", ".agent.md"].iter().any(|end| name.ends_with(end))
}

/// Names of files that a shell, Python or a package manager runs when it starts or installs, wherever they stand.
const STARTUP: &[&str] = &[
    "sitecustomize.py",
    "usercustomize.py",
    "setup.py",
    ".bashrc",
    ".bash_profile",
    ".bash_login",
    ".profile",
    ".zshrc",
    ".zprofile",
    ".zshenv",
    ".zlogin",
    ".envrc",
];

/// Whether the file at `path` is a program that runs by itself for where it stands and what it is called: start-up
/// files of shells and of Python, hooks of git, the setup of a package.
pub(super) fn runs_by_itself(path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let is_in = |wanted: &str| folder == wanted || folder.strip_suffix(wanted).is_some_and(|rest| rest.ends_with('/'));
    let is_hook = is_in(".git/hooks") || is_in(".husky") || is_in(".husky/_");
    STARTUP.contains(&name) || is_hook && !name.contains('.')
}

/// Sets the reach of every document: files that agents load are reached directly, files that those name directly too,
/// files that these name indirectly. What a hook or another thing that runs by itself names runs by itself.
pub fn spread(documents: &mut Documents) {
    let index = Index::new(documents);
    let count = documents.files.len();
    let mut reach = vec![Reach::Unreferenced; count];
    let mut queue = VecDeque::new();
    for (file, reach) in reach.iter_mut().enumerate() {
        if is_instructions(&documents.files[file].path) {
            *reach = Reach::Direct;
        }
    }
    if reach.iter().all(|&reach| reach == Reach::Unreferenced) {
        // No file that agents are known to load: a loose file, or a folder of notes. The outermost Markdown files, or
        // else everything, stand for it.
        let is_top = |file: usize| {
            let path = &documents.files[file].path;
            !path.contains('/') && matches!(path.rsplit_once('.'), Some((_, "md" | "markdown" | "mdc" | "txt")))
        };
        let any_top = (0..count).any(is_top);
        for (file, reach) in reach.iter_mut().enumerate() {
            if !any_top || is_top(file) {
                *reach = Reach::Direct;
            }
        }
    }
    let mentions: Vec<BTreeSet<u32>> =
        documents.files.iter().map(|file| index.mentions(&file.path, &file.text)).collect();
    let roots: Vec<usize> = (0..count).filter(|&file| reach[file] == Reach::Direct).collect();
    for &root in &roots {
        for &named in &mentions[root] {
            if reach[named as usize] < Reach::Direct {
                reach[named as usize] = Reach::Direct;
                queue.push_back(named as usize);
            }
        }
    }
    for script in scripts_of_skills(documents) {
        if reach[script] == Reach::Unreferenced {
            reach[script] = Reach::Indirect;
            queue.push_back(script);
        }
    }
    while let Some(file) = queue.pop_front() {
        for &named in &mentions[file] {
            if reach[named as usize] == Reach::Unreferenced {
                reach[named as usize] = Reach::Indirect;
                queue.push_back(named as usize);
            }
        }
    }
    // What runs by itself, and all that it runs or imports.
    let mut started: VecDeque<usize> = VecDeque::new();
    for document in documents.all().iter().filter(|document| document.reach == Reach::Auto) {
        let path = &documents.files[document.file as usize].path;
        started.extend(index.mentions(path, &document.text).into_iter().map(|file| file as usize));
    }
    let mut is_code = vec![false; count];
    for document in documents.all().iter().filter(|document| document.holder.is_none()) {
        is_code[document.file as usize] = document.language.is_code();
    }
    while let Some(file) = started.pop_front() {
        if is_code[file] && reach[file] < Reach::Auto {
            reach[file] = Reach::Auto;
            started.extend(mentions[file].iter().map(|&file| file as usize));
        }
    }
    for at in 0..documents.all().len() {
        let document = documents.get_mut(super::DocumentId(at as u32));
        document.reach = document.reach.max(reach[document.file as usize]);
    }
}

/// Code in the `scripts` folder beside a SKILL.md: agents may run it, whether a text names it or not (Agent Skills
/// specification, optional directories).
fn scripts_of_skills(documents: &Documents) -> Vec<usize> {
    let folder = |path: &str| path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
    let is_skill = |path: &&str| path.rsplit('/').next().is_some_and(|name| name.eq_ignore_ascii_case("skill.md"));
    let skills: BTreeSet<String> =
        documents.files.iter().map(|file| &*file.path).filter(is_skill).map(folder).collect();
    let roots = documents.all().iter().filter(|document| document.holder.is_none() && document.language.is_code());
    let files: BTreeSet<usize> = roots.map(|document| document.file as usize).collect();
    let is_script = |file: &usize| {
        let own = folder(&documents.files[*file].path);
        own.strip_suffix("scripts/").is_some_and(|skill| skills.contains(skill))
    };
    files.into_iter().filter(is_script).collect()
}

/// Most targets of one build file that are looked for.
const TARGETS: usize = 64;

/// What is typed to have a build file used, which does not name it: `make setup`, `docker build`.
fn phrases(path: &str, text: &str) -> Vec<String> {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let program = match name.as_str() {
        "makefile" | "gnumakefile" => "make",
        "justfile" | ".justfile" => "just",
        "taskfile.yml" | "taskfile.yaml" => "task",
        "dockerfile" | "containerfile" => {
            return ["docker build", "docker buildx", "docker compose", "docker-compose", "podman build"]
                .map(str::to_owned)
                .into();
        }
        _ => return Vec::new(),
    };
    let heads = text.lines().filter_map(|line| {
        let line = if program == "task" { line.trim_start() } else { line };
        let target = line.split([':', ' ']).next()?;
        let is_target = target.len() >= 2
            && line.contains(':')
            && target.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
        is_target.then(|| format!("{program} {target}"))
    });
    heads.take(TARGETS).collect()
}

/// Finds the names of the bundle's files in texts.
struct Index {
    names: Option<AhoCorasick>,
    /// What each pattern names.
    targets: Vec<Target>,
    /// Paths of the files, and behind them those of the files that carry others (archives, documents, programs).
    paths: Vec<String>,
    /// For each file that carries others, what it carries.
    carried: Vec<Vec<u32>>,
}

struct Target {
    /// Files of this name.
    files: Vec<u32>,
    /// Whether it is a name without its extension, as imports write it.
    is_stem: bool,
}

impl Index {
    fn new(documents: &Documents) -> Self {
        let mut by_name: BTreeMap<(String, bool), Vec<u32>> = BTreeMap::new();
        for (at, file) in documents.files.iter().enumerate() {
            let name = file.path.rsplit('/').next().unwrap_or(&file.path);
            if name.len() >= 2 {
                by_name.entry((name.to_owned(), false)).or_default().push(at as u32);
            }
            let Some((stem, extension)) = name.rsplit_once('.') else { continue };
            let importable =
                matches!(extension, "py" | "js" | "mjs" | "cjs" | "ts" | "mts" | "tsx" | "jsx" | "sh" | "psm1" | "rb");
            // A package is imported by the name of its folder.
            let stem = if matches!(stem, "__init__" | "index") {
                file.path.rsplit('/').nth(1).unwrap_or_default()
            } else {
                stem
            };
            if importable && stem.len() >= 2 {
                by_name.entry((stem.to_owned(), true)).or_default().push(at as u32);
            }
        }
        for (at, file) in documents.files.iter().enumerate() {
            for phrase in phrases(&file.path, &file.text) {
                by_name.entry((phrase, false)).or_default().push(at as u32);
            }
        }
        let mut carriers: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        for (at, file) in documents.files.iter().enumerate() {
            for (end, _) in file.path.match_indices("!/").take(8) {
                carriers.entry(&file.path[..end]).or_default().push(at as u32);
            }
        }
        for (at, carrier) in carriers.keys().enumerate() {
            let name = carrier.rsplit('/').next().unwrap_or(carrier);
            if name.len() >= 2 {
                by_name.entry((name.to_owned(), false)).or_default().push((documents.files.len() + at) as u32);
            }
        }
        let mut patterns = Vec::with_capacity(by_name.len());
        let mut targets = Vec::with_capacity(by_name.len());
        for ((name, is_stem), files) in by_name {
            patterns.push(name);
            targets.push(Target { files, is_stem });
        }
        let paths = documents.files.iter().map(|file| &*file.path).chain(carriers.keys().copied());
        let paths = paths.map(str::to_owned).collect();
        let carried = carriers.into_values().collect();
        Self { names: AhoCorasick::new(&patterns).ok(), targets, paths, carried }
    }

    /// The files that `text`, which stands in the file at `path`, names.
    fn mentions(&self, path: &str, text: &str) -> BTreeSet<u32> {
        let mut found = BTreeSet::new();
        let Some(names) = &self.names else { return found };
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let bytes = text.as_bytes();
        for hit in names.find_overlapping_iter(text) {
            let Some(target) = self.targets.get(hit.pattern().as_usize()) else { continue };
            let after = bytes.get(hit.end()).copied();
            // A full stop ends a sentence, or begins an extension of another name.
            let goes_on = after == Some(b'.')
                && !target.is_stem
                && bytes.get(hit.end() + 1).is_some_and(u8::is_ascii_alphanumeric);
            let ends = !after.is_some_and(is_name_byte) && !goes_on;
            let before = hit.start().checked_sub(1).and_then(|at| bytes.get(at));
            let is_dotted = target.is_stem && before == Some(&b'.');
            if !ends || before.is_some_and(|byte| is_name_byte(*byte) || *byte == b'.' && !is_dotted && !target.is_stem)
            {
                continue;
            }
            if target.is_stem && !is_import(text, hit.start()) {
                continue;
            }
            let written = written_path(text, hit.start(), hit.end());
            // Files that are all known already need no second look.
            for &file in target.files.iter().take(64) {
                if !found.contains(&file) && self.is_meant(file, &written, folder, target) {
                    found.insert(file);
                }
            }
        }
        // Who is told of an archive or a document is told of what is in it.
        let files = self.paths.len() - self.carried.len();
        let carriers = found.split_off(&(files as u32));
        for carrier in carriers {
            found.extend(self.carried.get(carrier as usize - files).into_iter().flatten());
        }
        found
    }

    /// Whether a path as written in a file of `folder` means the file with this index.
    fn is_meant(&self, file: u32, written: &str, folder: &str, target: &Target) -> bool {
        let Some(path) = self.paths.get(file as usize) else { return false };
        if target.is_stem {
            // An import: of a neighbour, or of the only file of this name.
            let own = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            return target.files.len() == 1 || own.starts_with(folder);
        }
        if !written.contains('/') {
            let own = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            return target.files.len() == 1 || own == folder;
        }
        let tail = path.strip_suffix(written).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'));
        if !tail {
            return false;
        }
        // `scripts/x.sh` of this folder, of the bundle, or of any folder where only one file ends so.
        let rest = path.len() - written.len();
        rest == 0
            || path[..rest].trim_end_matches('/') == folder
            || target
                .files
                .iter()
                .filter(|&&other| self.paths.get(other as usize).is_some_and(|other| other.ends_with(written)))
                .count()
                == 1
    }
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-') || byte >= 0x80
}

/// The path around a name, without what stands for the bundle's root or the current folder.
fn written_path(text: &str, start: usize, end: usize) -> String {
    let head = &text.as_bytes()[start.saturating_sub(200)..start];
    let length = head
        .iter()
        .rev()
        .take_while(|&&byte| {
            is_name_byte(byte) || matches!(byte, b'/' | b'.' | b'$' | b'{' | b'}' | b'~' | b'\\' | b'%')
        })
        .count();
    let written = text.get(start - length..end).unwrap_or_default().replace('\\', "/");
    // `${CLAUDE_SKILL_DIR}/scripts/x.sh`, `{baseDir}/x`, `../x`, `~/.claude/skills/NAME/x`: the parts of the path that
    // can be parts of a path in the bundle.
    let parts: Vec<&str> = written.split('/').collect();
    let from = parts
        .iter()
        .rposition(|part| part.is_empty() || *part == "." || *part == ".." || part.contains(['$', '{', '}', '~', '%']));
    parts[from.map_or(0, |at| at + 1)..].join("/")
}

/// Whether the line of a name imports or sources something.
fn is_import(text: &str, at: usize) -> bool {
    let head = &text.as_bytes()[at.saturating_sub(160)..at];
    let line = head.rsplit(|&byte| byte == b'\n').next().unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    let line = line.trim_start();
    ["import ", "from ", "source ", ". ", "Import-Module", "using module"].iter().any(|word| line.starts_with(word))
        || ["require(", "import(", " from '", " from \"", "require_relative", "python -m ", "python3 -m "]
            .iter()
            .any(|word| line.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Language;

    #[test]
    fn files_that_agents_load() {
        for (path, expected) in [
            ("SKILL.md", true),
            ("skills/a/skill.md", true),
            ("sub/CLAUDE.md", true),
            ("HEARTBEAT.md", true),
            (".openclaw/SOUL.md", true),
            ("references/tools.md", false),
            ("commands/go.md", true),
            (".cursor/rules/a.mdc", true),
            ("rules/a.md", false),
            ("README.md", false),
        ] {
            assert_eq!(is_instructions(path), expected, "{path}");
        }
    }

    #[test]
    fn reach_spreads_along_names() {
        use Reach::{Auto, Direct, Indirect, Unreferenced};
        let documents = Documents::of_texts(&[
            (
                "SKILL.md",
                "Run `scripts/a.sh`, read [more](references/deep.md). See also ./LICENSE. Make sure to `make set-up`.",
            ),
            ("LICENSE", "x"),
            ("hooks/hooks.json", "{\"hooks\": {\"Stop\": [{\"command\": \"${CLAUDE_PLUGIN_ROOT}/hooks/run.sh\"}]}}"),
            ("Makefile", "set-up: all\n\tsh lib.sh\n"),
            ("lib.sh", "x"),
            ("hooks/run.sh", "python3 helper.py"),
            ("hooks/helper.py", "x"),
            ("references/deep.md", "Then `../scripts/b.py`."),
            ("scripts/a.sh", "python lib/tool.py"),
            ("scripts/b.py", "import inner\n"),
            ("scripts/inner.py", "x"),
            ("scripts/lib/tool.py", "x"),
            ("scripts/lost.sh", "x"),
            ("other/b.py", "x"),
            ("tests/scripts/case.sh", "x"),
        ]);
        let found: Vec<(&str, Reach)> = documents
            .all()
            .iter()
            .filter(|document| document.holder.is_none())
            .map(|document| (&*documents.files[document.file as usize].path, document.reach))
            .collect();
        assert_eq!(
            found,
            [
                ("SKILL.md", Direct),
                ("LICENSE", Direct),
                ("hooks/hooks.json", Unreferenced),
                ("Makefile", Direct),
                ("lib.sh", Indirect),
                ("hooks/run.sh", Auto),
                ("hooks/helper.py", Auto),
                ("references/deep.md", Direct),
                ("scripts/a.sh", Direct),
                ("scripts/b.py", Indirect),
                ("scripts/inner.py", Indirect),
                ("scripts/lib/tool.py", Indirect),
                ("scripts/lost.sh", Indirect),
                ("other/b.py", Unreferenced),
                ("tests/scripts/case.sh", Unreferenced),
            ]
        );
    }

    #[test]
    fn what_a_named_archive_holds_is_reached() {
        let documents = Documents::of_texts(&[
            ("SKILL.md", "Unpack `assets/kit.zip`, then read guide.pdf."),
            ("assets/kit.zip!/a/run.sh", "ls"),
            ("assets/kit.zip!/inner.tgz!/b.sh", "ls"),
            ("assets/guide.pdf!/text.md", "x"),
            ("other/kit.zip!/c.sh", "ls"),
        ]);
        let reach = |at: usize| documents.all()[at].reach;
        assert!(
            (1..4).all(|at| reach(at) == Reach::Direct),
            "{:?}",
            documents.all().iter().map(|d| d.reach).collect::<Vec<_>>()
        );
        assert_eq!(reach(4), Reach::Unreferenced);
    }

    #[test]
    fn children_are_reached_with_their_file() {
        let documents = Documents::of_text("SKILL.md", "```sh\nls -l\n```\n\n!`ls -l`\n");
        let reach: Vec<Reach> = documents.all().iter().map(|document| document.reach).collect();
        assert_eq!(reach, [Reach::Direct, Reach::Direct, Reach::Auto]);
        assert_eq!(documents.all()[1].language, Language::Shell);
    }
}
