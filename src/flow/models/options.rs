use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::schema::Options;

/// How a program reads its words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Syntax {
    /// Clusters, attached values, long options; options and operands mix.
    #[default]
    Gnu,
    /// As `Gnu`, but options end at the first operand.
    First,
    /// Long options with one dash.
    Long,
    /// As `Gnu`, but the first word is a cluster even without a dash.
    Tar,
    /// `/x` and `/x:value`.
    Dos,
    /// `-Name value`, cut short as one likes.
    PowerShell,
    /// No options at all.
    None,
}

/// What an option takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Takes {
    Nothing,
    /// Only what is attached to it.
    Attached,
    Value,
    /// A name and a value.
    Pair,
    /// All words that follow.
    Rest,
    /// The words that follow up to `;` or `+`.
    Command,
}

/// The options of a program, ready for binding.
#[derive(Debug, Clone, Default)]
pub struct OptionTable {
    syntax: Syntax,
    /// Spelling (lower-case where case does not matter) → slot and what it takes.
    spellings: BTreeMap<String, (Arc<str>, Takes)>,
    /// Spellings such as `if=`.
    starts: Vec<(String, Arc<str>)>,
}

/// A part of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// Which word, counted from the first after the program's name.
    pub word: usize,
    /// At which byte of the word's text the part begins; it runs to the end of the word.
    pub from: usize,
}

/// Which words of a command fill which slots.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Binding {
    /// Slot → its occurrences in order; each is one piece, or the words of a command (`find -exec`).
    pub slots: BTreeMap<Arc<str>, Vec<Vec<Piece>>>,
    /// Flags that are set.
    pub flags: BTreeSet<Arc<str>>,
    /// The operands without the sub-command, in order.
    pub operands: Vec<Piece>,
}

impl Binding {
    /// Whether an option or flag is there.
    #[must_use]
    pub fn has(&self, slot: &str) -> bool {
        self.flags.contains(slot) || self.slots.contains_key(slot)
    }

    /// Every piece in a slot.
    pub fn pieces(&self, slot: &str) -> impl Iterator<Item = Piece> {
        self.slots.get(slot).into_iter().flatten().flatten().copied()
    }

    fn add(&mut self, slot: &Arc<str>, pieces: Vec<Piece>) {
        self.slots.entry(slot.clone()).or_default().push(pieces);
    }
}

impl OptionTable {
    /// Compiles a written table.
    pub(super) fn compile(written: &Options) -> Result<Self, String> {
        let syntax = match written.syntax.as_deref() {
            None | Some("gnu") => Syntax::Gnu,
            Some("first") => Syntax::First,
            Some("long") => Syntax::Long,
            Some("tar") => Syntax::Tar,
            Some("dos") => Syntax::Dos,
            Some("powershell") => Syntax::PowerShell,
            Some("none") => Syntax::None,
            Some(other) => {
                return Err(format!(
                    "`{other}` is no option syntax; there are gnu, first, long, tar, dos, powershell, none"
                ));
            }
        };
        let mut table = Self { syntax, ..Self::default() };
        for (slots, takes) in [
            (&written.valued, Takes::Value),
            (&written.pairs, Takes::Pair),
            (&written.attached, Takes::Attached),
            (&written.flags, Takes::Nothing),
            (&written.rest, Takes::Rest),
            (&written.commands, Takes::Command),
        ] {
            for (slot, spellings) in slots {
                for spelling in spellings {
                    table.add(slot, spelling, takes)?;
                }
            }
        }
        Ok(table)
    }

    fn add(&mut self, slot: &str, spelling: &str, takes: Takes) -> Result<(), String> {
        let marked = spelling.starts_with('-') || (self.syntax == Syntax::Dos && spelling.starts_with('/'));
        let slot: Arc<str> = slot.into();
        if !marked && spelling.ends_with('=') && takes == Takes::Value {
            self.starts.push((spelling.to_owned(), slot));
        } else if (!marked && self.syntax != Syntax::Long) || spelling.trim_start_matches(['-', '/']).is_empty() {
            return Err(format!("the option `{spelling}` should begin with a dash"));
        } else if self.spellings.insert(self.key(spelling), (slot, takes)).is_some() {
            return Err(format!("the option `{spelling}` is listed twice"));
        }
        Ok(())
    }

    fn key(&self, spelling: &str) -> String {
        match self.syntax {
            // `/c` and `-c` are the same option, and `--x` is `-x` to programs with long options.
            Syntax::Dos => spelling.trim_start_matches(['-', '/']).to_lowercase(),
            Syntax::PowerShell => spelling.trim_start_matches('-').to_lowercase(),
            Syntax::Long if spelling.starts_with("--") => spelling[1..].to_owned(),
            _ => spelling.to_owned(),
        }
    }

    /// The slots that it fills.
    pub(super) fn slots(&self) -> BTreeSet<&str> {
        self.spellings.values().map(|(slot, _)| &**slot).chain(self.starts.iter().map(|(_, slot)| &**slot)).collect()
    }

    /// Assigns the words of a command (without the program's name; `None` where a word is not constant) to slots.
    /// `None` if the operands do not begin with the sub-command. Takes time linear in the length of the words.
    #[must_use]
    pub fn bind(&self, words: &[Option<&str>], subcommand: &[Vec<String>]) -> Option<Binding> {
        let mut binder = Binder { table: self, words, at: 0, expected: subcommand, binding: Binding::default() };
        binder.run()?;
        binder.expected.is_empty().then_some(binder.binding)
    }

    /// The option that is meant by a long spelling, cut short or not.
    fn long(&self, spelling: &str) -> Option<&(Arc<str>, Takes)> {
        if let Some(found) = self.spellings.get(spelling) {
            return Some(found);
        }
        let mut meant = self
            .spellings
            .range(spelling.to_owned()..)
            .take_while(|(full, _)| full.starts_with(spelling))
            .map(|(_, option)| option);
        let first = meant.next()?;
        // Two spellings of one slot (`--header`, `--headers`) do not compete.
        meant.all(|other| other.0 == first.0).then_some(first)
    }
}

struct Binder<'w> {
    table: &'w OptionTable,
    words: &'w [Option<&'w str>],
    at: usize,
    expected: &'w [Vec<String>],
    binding: Binding,
}

impl Binder<'_> {
    fn run(&mut self) -> Option<()> {
        let mut ended = self.table.syntax == Syntax::None;
        while let Some(word) = self.words.get(self.at).copied() {
            let at = self.at;
            self.at += 1;
            let Some(text) = word else {
                self.operand(at, None)?;
                ended |= self.ends();
                continue;
            };
            if ended {
                self.operand(at, word)?;
                continue;
            }
            if self.start(at, text) {
                continue;
            }
            if text == "--" && !matches!(self.table.syntax, Syntax::Long | Syntax::Dos) {
                ended = true;
                continue;
            }
            let is_option = match self.table.syntax {
                Syntax::Gnu | Syntax::First => self.gnu(at, text),
                Syntax::Tar if at == 0 && !text.starts_with('-') => self.cluster(at, text, 0),
                Syntax::Tar => self.gnu(at, text),
                Syntax::Long => self.long_only(at, text),
                Syntax::Dos => self.dos(at, text),
                Syntax::PowerShell => self.powershell(at, text),
                Syntax::None => false,
            };
            if !is_option {
                self.operand(at, word)?;
                ended |= self.ends();
            }
        }
        Some(())
    }

    /// Whether no options may follow the operand just taken.
    fn ends(&self) -> bool {
        self.table.syntax == Syntax::First && !self.binding.operands.is_empty()
    }

    fn operand(&mut self, at: usize, word: Option<&str>) -> Option<()> {
        if let [next, later @ ..] = self.expected {
            let word = word?;
            self.expected = later;
            return next.iter().any(|name| name.eq_ignore_ascii_case(word)).then_some(());
        }
        self.binding.operands.push(Piece { word: at, from: 0 });
        Some(())
    }

    /// `if=value`.
    fn start(&mut self, at: usize, text: &str) -> bool {
        let Some((start, slot)) = self.table.starts.iter().find(|(start, _)| text.starts_with(start.as_str())) else {
            return false;
        };
        self.binding.add(slot, vec![Piece { word: at, from: start.len() }]);
        true
    }

    /// Takes an option. `attached` is where its attached value begins in the word, if there is one.
    fn take(&mut self, option: &(Arc<str>, Takes), at: usize, attached: Option<usize>) {
        let (slot, takes) = option;
        match (takes, attached) {
            (Takes::Nothing, _) | (Takes::Attached, None) => {
                self.binding.flags.insert(slot.clone());
            }
            (_, Some(from)) => {
                let mut pieces = vec![Piece { word: at, from }];
                if *takes == Takes::Rest {
                    pieces.extend(self.rest());
                }
                self.binding.add(slot, pieces);
            }
            (Takes::Value, None) => {
                if self.at < self.words.len() {
                    self.binding.add(slot, vec![Piece { word: self.at, from: 0 }]);
                    self.at += 1;
                } else {
                    self.binding.flags.insert(slot.clone());
                }
            }
            (Takes::Pair, None) => {
                if self.at + 1 < self.words.len() {
                    self.binding.add(slot, vec![Piece { word: self.at + 1, from: 0 }]);
                }
                self.at = (self.at + 2).min(self.words.len());
            }
            (Takes::Rest, None) => {
                let pieces = self.rest();
                self.binding.add(slot, pieces);
            }
            (Takes::Command, None) if self.table.syntax == Syntax::PowerShell => {
                // The elements of a list, up to the next option of the command itself.
                let from = self.at;
                while let Some(word) = self.words.get(self.at) {
                    let name = word.and_then(|word| word.strip_prefix('-')).filter(|name| name.len() > 2);
                    if name.is_some_and(|name| self.table.long(&name.to_lowercase()).is_some()) {
                        break;
                    }
                    self.at += 1;
                }
                let pieces = (from..self.at).map(|word| Piece { word, from: 0 }).collect();
                self.binding.add(slot, pieces);
            }
            (Takes::Command, None) => {
                let from = self.at;
                while let Some(word) = self.words.get(self.at) {
                    // `+` ends only after `{}`, so that `-exec date + …` stays whole.
                    let after_braces = self.at > from && self.words.get(self.at - 1) == Some(&Some("{}"));
                    if *word == Some(";") || (*word == Some("+") && after_braces) {
                        break;
                    }
                    self.at += 1;
                }
                let pieces = (from..self.at).map(|word| Piece { word, from: 0 }).collect();
                self.at += 1;
                self.binding.add(slot, pieces);
            }
        }
    }

    fn rest(&mut self) -> Vec<Piece> {
        let from = self.at.min(self.words.len());
        self.at = self.words.len();
        (from..self.words.len()).map(|word| Piece { word, from: 0 }).collect()
    }

    fn gnu(&mut self, at: usize, text: &str) -> bool {
        if text.starts_with("--") {
            let name = text.split('=').next().unwrap_or(text);
            let attached = (name.len() < text.len()).then_some(name.len() + 1);
            if let Some(option) = self.table.long(name) {
                self.take(option, at, attached);
            }
            return true;
        }
        if text.len() < 2 || !text.starts_with('-') {
            return false;
        }
        // `-exec` or `-rf` as a spelling of its own comes before the cluster.
        if text.len() > 2
            && let Some(option) = self.table.spellings.get(text)
        {
            self.take(option, at, None);
            return true;
        }
        self.cluster(at, text, 1)
    }

    /// `-abcVALUE`, from byte `from` on.
    fn cluster(&mut self, at: usize, text: &str, from: usize) -> bool {
        let mut spelling = String::with_capacity(5);
        for (offset, letter) in text.char_indices().skip_while(|(offset, _)| *offset < from) {
            spelling.clear();
            spelling.push('-');
            spelling.push(letter);
            let Some(option) = self.table.spellings.get(&spelling) else { continue };
            let next = offset + letter.len_utf8();
            // A bare cluster (`tar xzf FILE`) takes all its values from the words that follow.
            let attached = (next < text.len() && from > 0).then_some(next);
            self.take(option, at, if option.1 == Takes::Nothing { None } else { attached });
            if option.1 != Takes::Nothing && from > 0 {
                break;
            }
        }
        true
    }

    fn long_only(&mut self, at: usize, text: &str) -> bool {
        let name = text.strip_prefix('-').filter(|name| name.starts_with('-')).unwrap_or(text);
        if let Some(option) = self.table.spellings.get(name) {
            self.take(option, at, None);
            return true;
        }
        let Some(equals) = text.find('=').filter(|_| text.starts_with('-')) else {
            return text.len() > 1 && text.starts_with('-');
        };
        let skipped = text.len() - name.len();
        if let Some(option) = name.get(..equals - skipped).and_then(|name| self.table.spellings.get(name)) {
            self.take(option, at, Some(equals + 1));
        }
        true
    }

    fn dos(&mut self, at: usize, text: &str) -> bool {
        let Some(name) = text.strip_prefix(['/', '-']) else { return false };
        let (name, attached) = match name.split_once([':', '=']) {
            Some((name, _)) => (name, Some(name.len() + 2)),
            None => (name, None),
        };
        if let Some(option) = self.table.spellings.get(&name.to_lowercase()) {
            self.take(option, at, attached);
            return true;
        }
        // `/etc/hosts` is an operand, `/whatever` an option that is not listed.
        !name.is_empty() && !name.contains(['/', '\\'])
    }

    fn powershell(&mut self, at: usize, text: &str) -> bool {
        // PowerShell takes dashes of typographers for its own.
        let slashed = || text.strip_prefix('/').filter(|name| self.table.long(&name.to_lowercase()).is_some());
        let dashed = text.strip_prefix(['-', '\u{2013}', '\u{2014}', '\u{2015}']);
        let Some(name) = dashed.or_else(slashed) else { return false };
        if !name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
            return false;
        }
        let dash = text.len() - name.len();
        let (name, attached) = match name.split_once(':') {
            Some((name, "")) => (name, None),
            Some((name, _)) => (name, Some(dash + name.len() + 1)),
            None => (name, None),
        };
        if let Some(option) = self.table.long(&name.to_lowercase()) {
            self.take(option, at, attached);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn table(yaml: &str) -> OptionTable {
        OptionTable::compile(&serde_saphyr::from_str(yaml).unwrap()).unwrap()
    }

    /// `slot=text` for values, `slot` for flags, `'text'` for operands.
    fn bound(table: &OptionTable, line: &str, subcommand: &[&str]) -> Option<String> {
        let words: Vec<_> = line.split(' ').map(|word| (word != "?").then_some(word)).collect();
        let subcommand: Vec<_> =
            subcommand.iter().map(|word| word.split('|').map(str::to_owned).collect::<Vec<_>>()).collect();
        let binding = table.bind(&words, &subcommand)?;
        let show = |piece: &Piece| words[piece.word].map_or("?", |word| &word[piece.from..]).to_owned();
        let mut parts = Vec::new();
        for (slot, occurrences) in &binding.slots {
            for pieces in occurrences {
                parts.push(format!("{slot}={}", pieces.iter().map(show).collect::<Vec<_>>().join(" ")));
            }
        }
        parts.extend(binding.flags.iter().map(ToString::to_string));
        parts.extend(binding.operands.iter().map(|piece| format!("'{}'", show(piece))));
        Some(parts.join(", "))
    }

    const CURL: &str =
        "valued: { out: [-o, --output], data: [-d, --data], _: [-A] }\nflags: { loc: [-L, --location], silent: [-s] }";

    #[test]
    fn gnu_words_find_their_slots() {
        let curl = table(CURL);
        for (line, expected) in [
            ("-fsSLo file url", "out=file, loc, silent, 'url'"),
            ("-ofile url", "out=file, 'url'"),
            ("--output=file url", "out=file, 'url'"),
            ("--out file url", "out=file, 'url'"),
            ("--lo url", "loc, 'url'"),
            ("url -o file", "out=file, 'url'"),
            ("-d a -d b", "data=a, data=b"),
            ("-A agent url", "_=agent, 'url'"),
            ("-- -o file", "'-o', 'file'"),
            ("- -o", "out, '-'"),
            ("--unknown url", "'url'"),
            ("-o ? ?", "out=?, '?'"),
            ("-so", "out, silent"),
            ("-ö url", "'url'"),
        ] {
            assert_eq!(bound(&curl, line, &[]).as_deref(), Some(expected), "{line}");
        }
    }

    #[test]
    fn other_syntaxes() {
        let find = "syntax: long\nvalued: { name: [-name] }\nflags: { delete: [-delete] }\ncommands: { exec: [-exec] }";
        let tar = "syntax: tar\nvalued: { file: [-f, --file], dir: [-C] }\nflags: { create: [-c], extract: [-x] }";
        let sudo = "syntax: first\nvalued: { user: [-u] }\nflags: { stay: [-E] }";
        let cmd = "syntax: dos\nrest: { code: [/c, /k] }\nflags: { v: [/v] }\nvalued: { key: [/key] }";
        let pwsh = "syntax: powershell\nvalued: { encoded: [-EncodedCommand, -e, -ec], policy: [-ExecutionPolicy] }\nrest: { code: [-Command] }\nflags: { hidden: [-NonInteractive] }";
        let dd = "valued: { input: ['if='], output: ['of='] }";
        let sed = "attached: { in-place: [-i] }\nvalued: { code: [-e] }";
        for (options, line, expected) in [
            (find, ". -name x -exec sh -c {} ; -delete", "exec=sh -c {}, name=x, delete, '.'"),
            (find, ". -exec a {} + -exec b ;", "exec=a {}, exec=b, '.'"),
            (find, ". -exec a", "exec=a, '.'"),
            (find, ". --name=x -foo=y", "name=x, '.'"),
            (tar, "xzf a.tar -C / b", "dir=/, file=a.tar, extract, 'b'"),
            (tar, "-cf a.tar b", "file=a.tar, create, 'b'"),
            (sudo, "-Eu root sh -u x", "user=root, stay, 'sh', '-u', 'x'"),
            (sudo, "-- -u x", "'-u', 'x'"),
            (cmd, "/V /C echo /v", "code=echo /v, v"),
            (cmd, "/key:x /etc/hosts /other", "key=x, '/etc/hosts'"),
            (pwsh, "-nonI -enc AAA", "encoded=AAA, hidden"),
            (pwsh, "-e AAA", "encoded=AAA"),
            (pwsh, "\u{2013}EncodedCommand:AAA", "encoded=AAA"),
            (pwsh, "-ex x -c iex -e", "code=iex -e, policy=x"),
            (dd, "if=/dev/zero of=x bs=1", "input=/dev/zero, output=x, 'bs=1'"),
            (sed, "-i.bak s/a/b/ f", "in-place=.bak, 's/a/b/', 'f'"),
            (sed, "-i -e x f", "code=x, in-place, 'f'"),
            ("syntax: none", "-a -- b", "'-a', '--', 'b'"),
        ] {
            assert_eq!(bound(&table(options), line, &[]).as_deref(), Some(expected), "{line}");
        }
    }

    #[test]
    fn subcommands_come_first() {
        let aws = table("valued: { _: [--profile] }\nflags: { all: [--recursive] }");
        assert_eq!(bound(&aws, "--profile p s3 cp a b", &["s3", "cp"]).as_deref(), Some("_=p, 'a', 'b'"));
        assert_eq!(bound(&aws, "s3 ls a", &["s3", "cp"]), None);
        assert_eq!(bound(&aws, "s3", &["s3", "cp"]), None);
        assert_eq!(bound(&aws, "? cp", &["s3", "cp"]), None);
        let docker = table("syntax: first\nvalued: { _: [-v] }");
        assert_eq!(
            bound(&docker, "run -v a image sh -v b", &["run|exec"]).as_deref(),
            Some("_=a, 'image', 'sh', '-v', 'b'")
        );
    }

    #[test]
    fn mistakes_are_named() {
        for (yaml, part) in [
            ("syntax: posix", "no option syntax"),
            ("valued: { a: [-a] }\nflags: { b: [-a] }", "listed twice"),
            ("flags: { a: [a] }", "begin with a dash"),
            ("flags: { a: ['--'] }", "begin with a dash"),
        ] {
            let error = OptionTable::compile(&serde_saphyr::from_str(yaml).unwrap()).unwrap_err();
            assert!(error.contains(part), "{error}");
        }
    }

    proptest! {
        #[test]
        fn pieces_lie_inside_their_words(
            words in proptest::collection::vec(proptest::option::of("(-{0,2}|/|if=)[-a-eoöE=:;+{}]{0,6}"), 0..12),
            syntax in 0..7usize,
        ) {
            let syntax = ["gnu", "first", "long", "tar", "dos", "powershell", "none"][syntax];
            let table = table(&format!(
                "syntax: {syntax}\nvalued: {{ a: [-a, -aa, 'if='] }}\nattached: {{ b: [-b] }}\nflags: {{ c: [-c] }}\n\
                 rest: {{ d: [-d] }}\ncommands: {{ e: [-e] }}"
            ));
            let words: Vec<_> = words.iter().map(Option::as_deref).collect();
            let binding = table.bind(&words, &[]).unwrap();
            for piece in binding.operands.iter().copied().chain(binding.slots.values().flatten().flatten().copied()) {
                prop_assert!(piece.word < words.len());
                prop_assert!(words[piece.word].is_none_or(|word| word.get(piece.from..).is_some()));
                prop_assert!(words[piece.word].is_some() || piece.from == 0);
            }
            let mut taken: Vec<_> = binding.operands.iter().map(|piece| piece.word).collect();
            taken.sort_unstable();
            taken.dedup();
            prop_assert_eq!(taken.len(), binding.operands.len());
        }
    }
}
