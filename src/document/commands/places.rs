//! Where manifests hold what runs or instructs: a table of files, paths of keys, and what stands there.

use crate::finding::Reach;

/// What stands at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A command line; a list is its words.
    Command,
    /// Command lines one after the other: one string, or a list of them.
    Lines,
    /// A command line or words, or a mapping of names to such.
    Commands,
    /// An object with `command` (or one key for each system) and perhaps `args`; or with `url` or `prompt`.
    Handler,
    /// A handler that runs by itself only if it says so (`runOptions.runOn`).
    Task,
    /// A server that an agent starts, or connects to: `command`, `args`, `env`, `headersHelper`.
    Server,
    /// A text that an agent reads.
    Prose,
    /// A prompt in which `!{…}` runs when it is loaded.
    Template,
    /// The name of a file that is loaded.
    Name,
}

/// Places of one kind in files of one kind.
pub(super) struct Places {
    /// Ends of paths: components with `*` for anything; [`FRONT_MATTER`] for that of files that agents load.
    files: &'static [&'static str],
    /// Paths of keys: `*` is one key or index, `**` any number of them, nothing the root.
    at: &'static [&'static str],
    pub(super) kind: Kind,
    /// How it is reached; as its file is where nothing is said.
    pub(super) reach: Option<Reach>,
}

/// Stands for the front matter of a file that agents load as instructions.
pub(super) const FRONT_MATTER: &str = "---";

const SETTINGS: &[&str] = &["settings.json", "settings.local.json", "managed-settings.json", ".claude.json"];

/// The table. A surface that is not here does not run by itself as far as skillscan knows: add a row, and a test below.
pub(super) const PLACES: &[Places] = &[
    // Hooks of agents: Claude Code and Gemini (`hooks.EVENT[].hooks[]`), Cursor and Copilot (`hooks.EVENT[]`).
    auto(&["hooks.json"], &["**"], Kind::Handler),
    auto(&["plugin.json", "hooks/*.json", FRONT_MATTER], &["hooks.**"], Kind::Handler),
    auto(SETTINGS, &["hooks.**", "statusLine", "subagentStatusLine", "fileSuggestion"], Kind::Handler),
    auto(
        SETTINGS,
        &["apiKeyHelper", "awsAuthRefresh", "awsCredentialExport", "otelHeadersHelper", "gcpAuthRefresh"],
        Kind::Command,
    ),
    // Gemini CLI settings.
    auto(
        SETTINGS,
        &[
            "toolDiscoveryCommand",
            "toolCallCommand",
            "mcpServerCommand",
            "tools.discoveryCommand",
            "tools.callCommand",
            "mcp.serverCommand",
        ],
        Kind::Command,
    ),
    auto(&["marketplace.json"], &["plugins.*.hooks.**", "plugins.*.source"], Kind::Handler),
    auto(&["monitors.json"], &["*", "monitors.*"], Kind::Handler),
    auto(&["plugin.json"], &["monitors.*", "experimental.monitors.*"], Kind::Handler),
    // Servers for tools (MCP) and languages (LSP).
    auto(
        &[
            ".mcp.json",
            "mcp.json",
            ".lsp.json",
            "lsp.json",
            "plugin.json",
            "marketplace.json",
            "openclaw.json",
            "opencode.json",
            "gemini-extension.json",
            "claude_desktop_config.json",
            "mcp_config.json",
            "mcp_settings.json",
            "cline_mcp_settings.json",
            ".codex/config.toml",
            "codex/config.toml",
            "*.code-workspace",
            FRONT_MATTER,
        ],
        &["**.mcpServers.*", "**.lspServers.*", "**.mcp_servers.*", "servers.*", "**.mcp.servers.*", "mcp.*"],
        Kind::Server,
    ),
    auto(SETTINGS, &["**.mcpServers.*", "**.lspServers.*", "**.mcp.servers.*"], Kind::Server),
    auto(&[".mcp.json", ".lsp.json", "lsp.json"], &["*"], Kind::Server),
    auto(&["manifest.json"], &["server.mcp_config"], Kind::Server),
    auto(&["agents/openai.yaml", "agents/openai.yml"], &["dependencies.tools.*"], Kind::Server),
    auto(&[".codex/config.toml", "codex/config.toml"], &["notify"], Kind::Command),
    // Editors and containers for development.
    direct(&[".vscode/tasks.json"], &["tasks.*", "tasks.*.osx", "tasks.*.linux", "tasks.*.windows"], Kind::Task),
    direct(&["*.code-workspace"], &["tasks.tasks.*"], Kind::Task),
    direct(&[".zed/tasks.json"], &["*"], Kind::Task),
    auto(
        &["devcontainer.json", ".devcontainer.json", "devcontainer-feature.json"],
        &[
            "initializeCommand",
            "onCreateCommand",
            "updateContentCommand",
            "postCreateCommand",
            "postStartCommand",
            "postAttachCommand",
        ],
        Kind::Commands,
    ),
    auto(&[".cursor/environment.json"], &["install", "start", "terminals.*.command"], Kind::Command),
    // Package managers.
    auto(
        &["composer.json"],
        &[
            "scripts.pre-install-cmd",
            "scripts.post-install-cmd",
            "scripts.pre-update-cmd",
            "scripts.post-update-cmd",
            "scripts.pre-autoload-dump",
            "scripts.post-autoload-dump",
            "scripts.post-root-package-install",
            "scripts.post-create-project-cmd",
        ],
        Kind::Lines,
    ),
    auto(
        &["pyproject.toml"],
        &[
            "tool.pdm.scripts.pre_install",
            "tool.pdm.scripts.post_install",
            "tool.pdm.scripts.pre_lock",
            "tool.pdm.scripts.post_lock",
            "tool.hatch.envs.*.pre-install-commands",
            "tool.hatch.envs.*.post-install-commands",
        ],
        Kind::Lines,
    ),
    auto(
        &["pyproject.toml"],
        &["build-system.build-backend", "tool.hatch.build.hooks.custom.path", "tool.setuptools.cmdclass.*"],
        Kind::Name,
    ),
    auto(&[".yarnrc.yml"], &["yarnPath", "plugins.*", "plugins.*.path"], Kind::Name),
    direct(&["pyproject.toml"], &["tool.poe.tasks.*", "tool.poe.tasks.*.shell", "tool.poe.tasks.*.cmd"], Kind::Lines),
    direct(&["pyproject.toml"], &["tool.taskipy.tasks.*", "tool.pdm.scripts.*"], Kind::Lines),
    direct(&["deno.json", "deno.jsonc"], &["tasks.*", "tasks.*.command"], Kind::Lines),
    // Task runners and continuous integration: not by themselves on the machine of whoever installs the bundle.
    direct(
        &["taskfile.yml", "taskfile.yaml"],
        &["tasks.*", "tasks.*.cmds", "tasks.*.cmds.*.cmd", "tasks.*.cmd"],
        Kind::Lines,
    ),
    own(&[".github/workflows/*.yml", ".github/workflows/*.yaml"], &["jobs.*.steps.*.run"], Kind::Lines),
    own(&["action.yml", "action.yaml"], &["runs.steps.*.run"], Kind::Lines),
    own(
        &[".gitlab-ci.yml"],
        &["*.script", "*.before_script", "*.after_script", "script", "before_script", "after_script"],
        Kind::Lines,
    ),
    own(&[".pre-commit-config.yaml"], &["repos.*.hooks.*.entry"], Kind::Command),
    own(&[".pre-commit-hooks.yaml"], &["*.entry"], Kind::Command),
    own(
        &["lefthook.yml", "lefthook.yaml", ".lefthook.yml"],
        &["*.commands.*.run", "*.jobs.*.run", "commands.*.run"],
        Kind::Lines,
    ),
    own(
        &["docker-compose*.yml", "docker-compose*.yaml", "compose.yml", "compose.yaml"],
        &["services.*.command", "services.*.entrypoint"],
        Kind::Command,
    ),
    // What agents read.
    auto(&["commands/*.toml"], &["prompt"], Kind::Template),
    direct(&["agents/openai.yaml", "agents/openai.yml"], &["interface.default_prompt"], Kind::Prose),
    direct(
        &[
            "hooks.json",
            "settings.json",
            "settings.local.json",
            "plugin.json",
            "marketplace.json",
            "package.json",
            ".mcp.json",
            "mcp.json",
            ".lsp.json",
            "openclaw.json",
            "gemini-extension.json",
            "claude_desktop_config.json",
            FRONT_MATTER,
        ],
        &["description", "when_to_use", "when-to-use", "initialPrompt"],
        Kind::Prose,
    ),
];

const fn auto(files: &'static [&'static str], at: &'static [&'static str], kind: Kind) -> Places {
    Places { files, at, kind, reach: Some(Reach::Auto) }
}

const fn direct(files: &'static [&'static str], at: &'static [&'static str], kind: Kind) -> Places {
    Places { files, at, kind, reach: Some(Reach::Direct) }
}

const fn own(files: &'static [&'static str], at: &'static [&'static str], kind: Kind) -> Places {
    Places { files, at, kind, reach: None }
}

impl Places {
    /// Whether these are places of the file at `path`, or of front matter.
    pub(super) fn are_in(&self, path: &str) -> bool {
        self.files.iter().any(|pattern| ends_like(pattern, path))
    }

    /// Whether the value at this path of keys is one of them.
    pub(super) fn hold(&self, keys: &[&str]) -> bool {
        self.at.iter().any(|pattern| leads_to(pattern, keys))
    }
}

/// Whether `path` ends with the components of `pattern`; case does not count.
fn ends_like(pattern: &str, path: &str) -> bool {
    let mut parts = path.rsplit(['/', '!']);
    pattern.rsplit('/').all(|wanted| parts.next().is_some_and(|part| is_like(wanted, part)))
}

fn is_like(wanted: &str, part: &str) -> bool {
    let Some((start, end)) = wanted.split_once('*') else { return wanted.eq_ignore_ascii_case(part) };
    let (head, tail) = (part.get(..start.len()), part.len().checked_sub(end.len()).and_then(|at| part.get(at..)));
    part.len() >= start.len() + end.len()
        && head.is_some_and(|head| head.eq_ignore_ascii_case(start))
        && tail.is_some_and(|tail| tail.eq_ignore_ascii_case(end))
}

/// The keys and indices of a path such as `hooks.Stop[0].command`.
pub(super) fn keys(path: &str) -> Vec<&str> {
    path.split(['.', '[']).filter(|key| !key.is_empty()).collect()
}

fn leads_to(pattern: &str, keys: &[&str]) -> bool {
    let fit = |(step, key): (&str, &&str)| step == "*" || step == *key;
    let Some((before, after)) = pattern.split_once("**") else {
        let steps: Vec<&str> = pattern.split('.').filter(|step| !step.is_empty()).collect();
        return steps.len() == keys.len() && steps.into_iter().zip(keys).all(fit);
    };
    let before: Vec<&str> = before.split('.').filter(|step| !step.is_empty()).collect();
    let after: Vec<&str> = after.split('.').filter(|step| !step.is_empty()).collect();
    keys.len() >= before.len() + after.len()
        && before.into_iter().zip(keys).all(fit)
        && after.into_iter().rev().zip(keys.iter().rev()).all(fit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_keys() {
        for (pattern, path, expected) in [
            ("hooks.json", "a/hooks/hooks.json", true),
            ("hooks.json", "a/myhooks.json", false),
            (".vscode/tasks.json", "kit.zip!/.vscode/tasks.json", true),
            (".github/workflows/*.yml", ".github/workflows/CI.YML", true),
            (".github/workflows/*.yml", "workflows/ci.yml", false),
            ("docker-compose*.yml", "docker-compose.dev.yml", true),
        ] {
            assert_eq!(ends_like(pattern, path), expected, "{pattern} {path}");
        }
        for (pattern, path, expected) in [
            ("hooks.**", "hooks.Stop[0].hooks[0]", true),
            ("hooks.**", "nohooks.Stop[0]", false),
            ("**.mcpServers.*", "mcpServers.a", true),
            ("**.mcpServers.*", "projects.x.mcpServers.a", true),
            ("**.mcpServers.*", "mcpServers.a.env", false),
            ("*", "a", true),
            ("*", "[0]", true),
            ("tasks.*", "tasks[3]", true),
            ("**", "", true),
        ] {
            assert_eq!(leads_to(pattern, &keys(path)), expected, "{pattern} {path}");
        }
    }
}
