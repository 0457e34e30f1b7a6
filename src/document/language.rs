use std::fmt;

/// Languages that skillscan tells apart. Only some are lowered; every text is matched as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// Markdown, including `.mdc` and `.mdx`.
    Markdown,
    /// POSIX shell, bash, zsh, ksh.
    Shell,
    /// Batch files and command lines of `cmd.exe`.
    Batch,
    /// PowerShell.
    PowerShell,
    /// Python.
    Python,
    /// JavaScript, with JSX.
    JavaScript,
    /// TypeScript.
    TypeScript,
    /// TypeScript with JSX.
    Tsx,
    /// Ruby, Perl, PHP, Lua, AppleScript, … : known as code, not lowered.
    OtherCode,
    /// JSON, with comments and trailing commas allowed.
    Json,
    /// YAML.
    Yaml,
    /// TOML.
    Toml,
    /// HTML, SVG and XML.
    Html,
    /// Plain text and everything else.
    Text,
}

impl Language {
    /// The word that rules and reports use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Markdown => "markdown",
            Self::Shell => "shell",
            Self::Batch => "batch",
            Self::PowerShell => "powershell",
            Self::Python => "python",
            Self::JavaScript => "javascript",
            Self::TypeScript => "typescript",
            Self::Tsx => "tsx",
            Self::OtherCode => "other-code",
            Self::Json => "json",
            Self::Yaml => "yaml",
            Self::Toml => "toml",
            Self::Html => "html",
            Self::Text => "text",
        }
    }

    /// Whether text in this language is a program.
    #[must_use]
    pub fn is_code(self) -> bool {
        matches!(
            self,
            Self::Shell
                | Self::Batch
                | Self::PowerShell
                | Self::Python
                | Self::JavaScript
                | Self::TypeScript
                | Self::Tsx
                | Self::OtherCode
        )
    }
}

impl fmt::Display for Language {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}
