//! What each class of act does.

use super::memory::stem;
use super::write::opens_to_change;
use super::{Reader, is_web};
use crate::flow::{EffectKind, Shape, Value};
use crate::lower::prose::{Directive, Literal, Mention, Mood, Role};
use crate::source::Span;

/// Objects whose content can be read and passed on.
const READABLE: &[&str] = &[
    "secret",
    "environment",
    "conversation",
    "system-prompt",
    "user-data",
    "memory",
    "history",
    "wallet",
    "tool-output",
    "personal-data",
];

/// Objects that can be started.
const RUNNABLE: &[&str] =
    &["program", "script", "archive", "pronoun", "link", "path", "url", "command", "file", "code"];

/// The class of a tool of the agent that runs what it is given.
const TOOL_THAT_RUNS: &str = "tool-run";

/// Words for what a tool or page gave, where they are an object.
pub(super) const GIVEN: &[&str] = &["pronoun", "field", "gathered"];

/// Places that content can be sent to.
const DESTINATIONS: &[&str] = &["remote", "field", "url", "link", "page"];

impl Reader<'_> {
    /// Adds the effects of one directive; `place` takes spans of the block's text to the document.
    pub(super) fn act(&mut self, directive: &Directive, place: impl Fn(Span) -> Span) {
        let span = place(directive.span);
        if &*directive.act == "state" {
            self.state(directive, span);
            return;
        }
        if directive.mood == Mood::Describes {
            return;
        }
        if (["visit", "read"].contains(&&*directive.act) || opens_to_change(directive))
            && let Some(path) = directive.in_role(Role::Object).find_map(|mention| match &mention.literal {
                Some(Literal::Path(path)) => Some(path.clone()),
                _ => None,
            })
        {
            self.memory.opens(path);
        }
        match &*directive.act {
            "fetch" | "visit" => {
                self.fetch(directive, span);
                self.carries_along(directive, span);
            }
            "extract" => self.extract(directive, span),
            "run" | "install" => {
                self.prints(directive, span);
                self.run(directive, span);
            }
            "paste" => self.paste(directive, span),
            "read" => self.read(directive, span),
            "send" | "include" if directive.mentions_any(&[TOOL_THAT_RUNS]) => {
                self.hand_to_interpreter(directive, span);
            }
            "send" | "include" => self.send(directive, span),
            "write" | "remember" => self.write(directive, span),
            "delete" => self.delete(directive, span),
            "obey" => self.obey(directive, span),
            "disable" | "approve" => self.grant(directive, span),
            "pay" => self.pay(directive, span),
            _ => {}
        }
        self.instruct(directive, span);
    }

    /// "Archive password: `x`" makes what was fetched an archive that hides its content.
    fn state(&mut self, directive: &Directive, span: Span) {
        for mention in &directive.mentions {
            if let Some(Literal::Url(url)) = &mention.literal
                && is_web(url)
            {
                // "Required tool: https://…": named for the reader to get.
                let names = vec![url.clone(), mention.text.clone()];
                let offered = directive.mentions_any(&["program", "archive", "package", "script"]);
                if !offered {
                    self.memory.stands_at(url.clone());
                }
                if offered {
                    let url = self.text(url, span);
                    let content = self.add(directive, span, EffectKind::Fetch, vec![("url", url)], &["stated"]);
                    self.memory.fetched(content, &names);
                }
            }
        }
        if is_password(directive) {
            self.extract(directive, span);
        }
    }

    fn fetch(&mut self, directive: &Directive, span: Span) {
        for mention in &directive.mentions {
            let names = directive.mentions.iter().map(|other| other.text.clone());
            match &mention.literal {
                Some(Literal::Url(url)) if is_web(url) => {
                    let names: Vec<String> = names.chain([url.clone()]).collect();
                    let value = self.text(url, span);
                    let content = self.add(directive, span, EffectKind::Fetch, vec![("url", value)], &[]);
                    self.memory.fetched(content, &names);
                }
                // "Grab the keys below ~/.ssh": what lies on the machine is read.
                Some(Literal::Path(path)) if &*directive.act == "fetch" && is_local(path) => {
                    if let Some(content) = self.content_of(directive, mention, span) {
                        self.memory.was_read(content, std::slice::from_ref(&mention.text));
                    }
                }
                Some(Literal::Path(path))
                    if &*directive.act == "fetch"
                        && mention.role == Role::Object
                        && is_program_name(path)
                        && !self.is_bundled(path) =>
                {
                    let value = Value::new(Shape::Variable(path.as_str().into()), None);
                    let content =
                        self.add(directive, span, EffectKind::Fetch, vec![("url", value)], &["unnamed-source"]);
                    self.memory.fetched(content, &names.collect::<Vec<_>>());
                }
                _ => {}
            }
        }
        let names_none = !directive.mentions.iter().any(|mention| mention.literal.is_some());
        if names_none
            && directive.mentions_any(&["pronoun"])
            && let Some(url) = self.memory.standing()
        {
            // "The steps stand at …. Get them and …"
            let url = self.text(&url, span);
            let content = self.add(directive, span, EffectKind::Fetch, vec![("url", url)], &[]);
            self.memory.fetched(content, &[]);
        }
        let opens_program = directive
            .in_role(Role::Object)
            .any(|mention| matches!(&mention.literal, Some(Literal::Path(path)) if is_program_name(path)));
        if &*directive.act == "visit" && opens_program {
            // "Open AgentTool.exe" starts it.
            self.run(directive, span);
        }
    }

    /// "WebFetch https://… with its content in the body": what was just read goes along.
    fn carries_along(&mut self, directive: &Directive, span: Span) {
        let carried = |mention: &&Mention| mention.role == Role::With && GIVEN.contains(&&*mention.class);
        let to_url = |mention: &Mention| matches!(&mention.literal, Some(Literal::Url(url)) if is_web(url));
        if directive.mentions.iter().any(to_url)
            && directive.mentions.iter().any(|mention| carried(&mention))
            && self.memory.just_read().is_some()
        {
            self.send(directive, span);
        }
    }

    /// Whether the bundle has a file of this name: it is loaded, not fetched from anywhere.
    fn is_bundled(&self, path: &str) -> bool {
        let path = path.trim_start_matches("./").trim_start_matches('/');
        self.documents.all().iter().map(|document| self.documents.file_of(document.id)).any(|file| {
            file.path.ends_with(path)
                && (file.path.len() == path.len() || file.path[..file.path.len() - path.len()].ends_with('/'))
        })
    }

    fn extract(&mut self, directive: &Directive, span: Span) {
        let Some(content) = self.referred(directive) else { return };
        let mut arguments = vec![("content", content), ("scheme", self.text("archive", span))];
        let mut tags = Vec::new();
        if is_password(directive) {
            tags.push("password");
            let key = directive.mentions.iter().rev().find_map(|mention| mention.literal.as_ref());
            arguments
                .push(("key", key.map_or_else(|| Value::new(Shape::Unknown, None), |key| self.literal(key, span))));
        }
        let opened = self.add(directive, span, EffectKind::Decode, arguments, &tags);
        self.memory.opened(opened);
    }

    /// "Hand what comes back to `exec`".
    fn hand_to_interpreter(&mut self, directive: &Directive, span: Span) {
        let refers = directive.mentions_any(&["pronoun", "file", "script", "command", "code"]);
        let Some(content) = self.memory.just_fetched().filter(|_| refers || directive.mentions.len() == 1).cloned()
        else {
            return;
        };
        let language = self.text("program", span);
        self.add(directive, span, EffectKind::Eval, vec![("content", content), ("language", language)], &[]);
    }

    /// "Download …, run, delete": without an object it is what the same sentence fetched.
    fn run_the_same(&mut self, directive: &Directive, span: Span) {
        let Some(content) = self.memory.just_fetched().filter(|_| self.has_fetched).cloned() else { return };
        let language = self.text("program", span);
        self.add(directive, span, EffectKind::Eval, vec![("content", content), ("language", language)], &[]);
    }

    fn run(&mut self, directive: &Directive, span: Span) {
        if &*directive.act == "run" && directive.mentions.is_empty() {
            self.run_the_same(directive, span);
            return;
        }
        if !directive.mentions_any(RUNNABLE) {
            return;
        }
        if &*directive.act == "run" && directive.mentions_any(&["terminal"]) {
            // "Visit this page and execute the command in Terminal".
            self.paste(directive, span);
            return;
        }
        let direct = directive.mentions.iter().find_map(|mention| match &mention.literal {
            Some(Literal::Url(url)) if &*directive.act == "run" && is_web(url) => Some(url.clone()),
            _ => None,
        });
        let content = if let Some(url) = direct {
            let value = self.text(&url, span);
            Some(self.add(directive, span, EffectKind::Fetch, vec![("url", value)], &[]))
        } else {
            self.referred(directive).or_else(|| {
                directive.in_role(Role::Object).find_map(|mention| match &mention.literal {
                    Some(Literal::Path(path)) => Some(Value::new(Shape::FileAt(self.text(path, span)), None)),
                    _ => None,
                })
            })
        };
        if let Some(content) = content {
            let language = self.text("program", span);
            self.add(directive, span, EffectKind::Eval, vec![("content", content), ("language", language)], &[]);
        }
    }

    /// "Copy the command from this page into Terminal".
    fn paste(&mut self, directive: &Directive, span: Span) {
        let is_shown = directive.mentions.iter().any(|mention| matches!(mention.literal, Some(Literal::Code(_))));
        if is_shown || !directive.mentions_any(&["command", "script", "terminal", "pronoun"]) {
            return;
        }
        // "In Cloud Shell (https://…)": the address of the terminal is not where the command comes from.
        let is_its_own = |url: &Mention| {
            directive.mentions.iter().any(|mention| {
                &*mention.class == "terminal"
                    && mention.span.end <= url.span.start
                    && url.span.start - mention.span.end <= 4
            })
        };
        let page = directive.mentions.iter().find_map(|mention| match &mention.literal {
            Some(Literal::Url(url)) if is_web(url) && !is_its_own(mention) => Some(url.clone()),
            _ => None,
        });
        let content = match page {
            Some(url) => {
                let value = self.text(&url, span);
                Some(self.add(directive, span, EffectKind::Fetch, vec![("url", value)], &[]))
            }
            None => self.memory.just_fetched().cloned(),
        };
        if let Some(content) = content
            && directive.mentions_any(&["terminal", "command", "script"])
        {
            let language = self.text("shell", span);
            let arguments = vec![("content", content), ("language", language)];
            self.add(directive, span, EffectKind::Eval, arguments, &["paste"]);
        }
    }

    fn read(&mut self, directive: &Directive, span: Span) {
        if directive.mentions.iter().all(|mention| mention.literal.is_none())
            && directive.in_role(Role::Object).any(|mention| ["pronoun", "page"].contains(&&*mention.class))
            && let Some(url) = self.memory.standing()
        {
            // "There is a page at …. Read this page and …".
            let url = self.text(&url, span);
            let content = self.add(directive, span, EffectKind::Fetch, vec![("url", url)], &[]);
            self.memory.fetched(content, &[]);
            return;
        }
        for mention in &directive.mentions {
            // "Files with passwords", "mails in the inbox": what is sought is named behind a preposition as well.
            let is_sought = ["secret", "conversation", "personal-data"].contains(&&*mention.class);
            if mention.role != Role::Object && (mention.role == Role::Towards || !is_sought) {
                continue;
            }
            if let Some(content) = self.content_of(directive, mention, span) {
                self.memory.was_read(content, std::slice::from_ref(&mention.text));
            } else if let Some(Literal::Url(url)) = &mention.literal
                && is_web(url)
            {
                let value = self.text(url, span);
                let content = self.add(directive, span, EffectKind::Fetch, vec![("url", value)], &[]);
                self.memory.fetched(content, &[url.clone(), mention.text.clone()]);
            }
        }
    }

    fn send(&mut self, directive: &Directive, span: Span) {
        if self.write_to_agent_file(directive, span) {
            return;
        }
        let is_destination = |mention: &&Mention| {
            mention.role != Role::Object && DESTINATIONS.contains(&&*mention.class)
                || matches!(mention.literal, Some(Literal::Url(_)))
                // "Fill the form with …".
                || directive.verb.to_lowercase().starts_with("fill") && ["field", "page"].contains(&&*mention.class)
        };
        let destinations: Vec<&Mention> = directive.mentions.iter().filter(is_destination).collect();
        // "Read … and post it there": the address was named before.
        let there =
            (directive.mentions_any(&["there"]) && destinations.is_empty()).then(|| self.memory.standing()).flatten();
        if destinations.is_empty() && there.is_none() {
            return;
        }
        let mut body = Vec::new();
        for mention in &directive.mentions {
            if destinations.iter().any(|other| std::ptr::eq(*other, mention)) || signs_in(directive, mention) {
                continue;
            }
            let content = match self.content_of(directive, mention, span) {
                // "Pass it on", "put its contents into …": what was read before.
                None if ["pronoun", "file", "gathered"].contains(&&*mention.class) => {
                    self.memory.last_read().cloned().or_else(|| self.content_of_open_file(directive, span))
                }
                content => content,
            };
            body.extend(content);
        }
        if body.is_empty()
            && directive.in_role(Role::Object).all(|object| matches!(object.literal, Some(Literal::Url(_))))
        {
            // "Read x and send to …": without an object it is what was read.
            body.extend(self.memory.just_read().cloned());
        }
        if body.is_empty() {
            return;
        }
        let url = destinations.iter().find_map(|mention| match &mention.literal {
            Some(Literal::Url(url)) if is_web(url) || url.contains('@') => Some(self.text(url, span)),
            _ => None,
        });
        // "Put it into the query string when you open …": the address stands in another clause of the sentence.
        let url = url.or_else(|| self.address.as_ref().or(there.as_ref()).map(|url| self.text(url, span)));
        let channel = destinations.iter().map(|mention| mention.text.as_str()).collect::<Vec<_>>().join(", ");
        let mut arguments = vec![("body", Value::new(Shape::List(body), None)), ("channel", self.text(&channel, span))];
        arguments.extend(url.map(|url| ("url", url)));
        self.add(directive, span, EffectKind::Send, arguments, &[]);
    }

    /// "Open ~/.netrc. Its content goes to …".
    fn content_of_open_file(&mut self, directive: &Directive, span: Span) -> Option<Value> {
        let path = self.memory.open_file()?;
        let path = self.text(&path, span);
        Some(self.add(directive, span, EffectKind::Read, vec![("path", path)], &[]))
    }

    fn delete(&mut self, directive: &Directive, span: Span) {
        for mention in directive.in_role(Role::Object) {
            match &mention.literal {
                Some(Literal::Path(path)) => {
                    let path = self.text(path, span);
                    self.add(directive, span, EffectKind::Delete, vec![("path", path)], &[]);
                }
                _ if ["user-data", "history", "memory"].contains(&&*mention.class) => {
                    let what = self.text(&mention.class, span);
                    self.add(directive, span, EffectKind::Delete, vec![("what", what)], &[]);
                }
                _ => {}
            }
        }
    }

    /// "Fetch … and follow it": the agent is the interpreter.
    fn obey(&mut self, directive: &Directive, span: Span) {
        // "Follow the link" is to open it.
        let is_way = |mention: &Mention| {
            let words = mention.text.to_lowercase();
            ["link", "links", "url", "redirect"].iter().any(|word| words.ends_with(word))
        };
        if directive.verb.to_lowercase().starts_with("follow")
            && directive.in_role(Role::Object).next().is_some_and(is_way)
        {
            return;
        }
        let url = directive.mentions.iter().find_map(|mention| match &mention.literal {
            Some(Literal::Url(url)) if is_web(url) => Some(url.clone()),
            _ => None,
        });
        let refers = directive.mentions_any(&["pronoun", "instructions", "page", "link", "command", "file", "path"]);
        let content = match url {
            Some(url) => {
                let value = self.text(&url, span);
                Some(self.add(directive, span, EffectKind::Fetch, vec![("url", value)], &[]))
            }
            None if refers => self.memory.just_fetched().cloned(),
            None => None,
        };
        if let Some(content) = content {
            let language = self.text("agent", span);
            let mut arguments = vec![("content", content), ("language", language)];
            if let Some(trigger) = &directive.trigger {
                arguments.push(("when", self.text(&trigger.text, span)));
            }
            self.add(directive, span, EffectKind::Eval, arguments, &[]);
        }
    }

    fn grant(&mut self, directive: &Directive, span: Span) {
        for mention in &directive.mentions {
            if ["protection", "safety", "approval"].contains(&&*mention.class) {
                let what = self.text(&mention.class, span);
                let to = self.text(&mention.text, span);
                let act = directive.act.to_string();
                self.add(directive, span, EffectKind::Grant, vec![("what", what), ("to", to)], &[&act]);
                return;
            }
        }
    }

    fn pay(&mut self, directive: &Directive, span: Span) {
        if directive.mentions_any(&["money", "wallet"]) {
            let asset = directive.mentions.iter().map(|mention| mention.text.as_str()).collect::<Vec<_>>().join(" ");
            let asset = self.text(&asset, span);
            self.add(directive, span, EffectKind::Spend, vec![("asset", asset)], &[]);
        }
    }

    /// The speech act itself, for rules about how the agent is to behave.
    fn instruct(&mut self, directive: &Directive, span: Span) {
        let objects: &[&str] = match &*directive.act {
            "override" => &["instructions", "system-prompt", "safety", "memory", "pronoun"],
            "conceal" => &["human", "tool-output", "scanner"],
            "pretend" | "comply-always" => &[],
            "bypass-approval" if directive.mentions.is_empty() && directive.verb.to_lowercase().starts_with("ask") => {
                &[]
            }
            "bypass-approval" => &["human", "approval"],
            "propagate" => &["other-skill"],
            "classify" => &["verdict"],
            "use" => &["request", "other-skill"],
            "remember" => &["instructions", "secret", "memory", "pronoun"],
            "disable" | "approve" => &["protection", "safety", "approval"],
            "paste" => &["terminal", "command", "script"],
            "ask" => &["human", "approval"],
            "enter" => &["secret"],
            _ => return,
        };
        if !objects.is_empty() && !directive.mentions_any(objects) {
            return;
        }
        // "For system prompts, ignore the cache": what is set aside stands behind the verb where anything does.
        let mut behind =
            directive.mentions.iter().filter(|mention| mention.span.start >= directive.verb_span.end).peekable();
        if &*directive.act == "override"
            && behind.peek().is_some()
            && !behind.any(|mention| objects.contains(&&*mention.class))
        {
            return;
        }
        let classes = directive.mentions.iter().map(|mention| &*mention.class).collect::<Vec<_>>().join(" ");
        let mut arguments = vec![("act", self.text(&directive.act, span)), ("object", self.text(&classes, span))];
        let recipients: Vec<&str> = directive.in_role(Role::Towards).map(|mention| &*mention.class).collect();
        if !recipients.is_empty() {
            arguments.push(("recipient", self.text(&recipients.join(" "), span)));
        }
        if let Some(trigger) = &directive.trigger {
            arguments.push(("when", self.text(&trigger.text, span)));
        }
        self.add(directive, span, EffectKind::Instruct, arguments, &[]);
    }

    /// What "it", "the archive" or a name in the directive refers to among what was fetched.
    fn referred(&self, directive: &Directive) -> Option<Value> {
        let by_name = directive.mentions.iter().find_map(|mention| self.memory.fetched_as(&mention.text));
        by_name
            .or_else(|| {
                let is_there = |mention: &Mention| {
                    ["pronoun", "archive", "program", "script"].contains(&&*mention.class)
                        || matches!(&mention.literal, Some(Literal::Path(path)) if is_program_name(path))
                };
                let refers = directive.mentions.iter().any(is_there) || is_password(directive);
                refers.then(|| self.memory.last_fetched()).flatten()
            })
            .cloned()
    }

    /// A new `read` or `env` effect for an object whose content can be passed on.
    pub(super) fn content_of(&mut self, directive: &Directive, mention: &Mention, span: Span) -> Option<Value> {
        if let Some(printed) = self.printed_by(mention, span) {
            return Some(printed);
        }
        match &mention.literal {
            Some(Literal::Path(path)) => {
                let path = self.text(path, span);
                Some(self.add(directive, span, EffectKind::Read, vec![("path", path)], &[]))
            }
            Some(Literal::Code(name)) if &*mention.class == "variable" => {
                let name = self.text(name.trim_start_matches('$'), span);
                Some(self.add(directive, span, EffectKind::Env, vec![("name", name)], &[]))
            }
            // Programs that print every variable, where they stand alone.
            Some(Literal::Code(code)) if ["env", "printenv"].contains(&code.as_str()) => {
                let name = self.text("*", span);
                Some(self.add(directive, span, EffectKind::Env, vec![("name", name)], &[]))
            }
            _ if &*mention.class == "environment" => {
                let name = self.text("*", span);
                Some(self.add(directive, span, EffectKind::Env, vec![("name", name)], &[]))
            }
            _ if READABLE.contains(&&*mention.class) => {
                let store = self.text(&mention.class, span);
                Some(self.add(directive, span, EffectKind::Read, vec![("store", store)], &[]))
            }
            _ => None,
        }
    }
}

/// Whether a path begins at the machine's root or a home.
fn is_local(path: &str) -> bool {
    ["~/", "/", "$HOME/", "${HOME}/", "%USERPROFILE%", "%APPDATA%"].iter().any(|start| path.starts_with(start))
}

/// Whether a key is named as what signs the request in: one key, in the header that is made for it.
fn signs_in(directive: &Directive, mention: &Mention) -> bool {
    let names_header = |other: &Mention| {
        let words = other.text.to_lowercase();
        ["authorization", "bearer", "x-api-key"].iter().any(|header| words.contains(header))
    };
    let is_one = !mention.text.to_lowercase().ends_with('s') || names_header(mention);
    &*mention.class == "secret" && is_one && directive.mentions.iter().any(names_header)
}

fn is_password(directive: &Directive) -> bool {
    directive.mentions.iter().any(|mention| {
        &*mention.class == "secret"
            && ["pass", "密码", "口令"].iter().any(|word| mention.text.to_lowercase().contains(word))
    })
}

/// Whether a file name is that of a program or installer, rather than a document.
fn is_program_name(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    [".exe", ".msi", ".dmg", ".pkg", ".app", ".sh", ".bat", ".cmd", ".ps1", ".deb", ".appimage", ".jar", ".zip", ".bin"]
        .iter()
        .any(|extension| lower.ends_with(extension))
        && !stem(path).is_empty()
}
