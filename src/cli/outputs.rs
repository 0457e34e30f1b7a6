use std::fs::File;
use std::hash::{BuildHasher, Hasher};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;

use anyhow::{Context, Result};

use super::arguments::{FormatChoice, Output, ScanArguments};
use crate::report::{Format, HumanStyle, Run, Summary, Writer};
use crate::scan::BundleReport;

/// Where reports go, in which formats.
pub(super) struct Outputs {
    all: Vec<Sink>,
}

struct Sink {
    writer: Box<dyn Writer>,
    out: Box<dyn Write>,
    name: String,
    format: Format,
    /// The reader went away: nothing more is written, and that is no error.
    is_closed: bool,
}

impl Outputs {
    /// Opens every output, so that one that cannot be written is known before the work.
    pub(super) fn open(arguments: &ScanArguments) -> Result<Self> {
        let style = HumanStyle { width: width(), verbose: arguments.verbose, quiet: arguments.quiet };
        let mut all = Vec::new();
        for Output { format, file } in &arguments.output {
            let format = format.unwrap_or_else(|| format_for(arguments.format, Some(file)));
            all.push(Sink::open(format, Some(file), style)?);
        }
        if arguments.output.iter().all(|output| output.format.is_some() && output.file != Path::new("-")) {
            all.push(Sink::open(format_for(arguments.format, None), None, style)?);
        }
        Ok(Self { all })
    }

    pub(super) fn begin(&mut self, run: &Run<'_>) -> Result<()> {
        self.each(|sink| sink.writer.begin(&mut *sink.out, run))
    }

    pub(super) fn bundle(&mut self, run: &Run<'_>, report: &BundleReport) -> Result<()> {
        self.each(|sink| sink.writer.bundle(&mut *sink.out, run, report))
    }

    pub(super) fn end(&mut self, run: &Run<'_>, summary: &Summary) -> Result<()> {
        self.each(|sink| sink.writer.end(&mut *sink.out, run, summary).and_then(|()| sink.out.flush()))
    }

    /// Takes out what only people read: where nothing was scanned, standard error has said so.
    pub(super) fn only_machines(&mut self) {
        self.all.retain(|sink| sink.format != Format::Human);
    }

    /// Whether nobody reads any output any more.
    pub(super) fn are_closed(&self) -> bool {
        !self.all.is_empty() && self.all.iter().all(|sink| sink.is_closed)
    }

    fn each(&mut self, write: impl Fn(&mut Sink) -> io::Result<()>) -> Result<()> {
        for sink in self.all.iter_mut().filter(|sink| !sink.is_closed) {
            match write(sink) {
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => sink.is_closed = true,
                done => done.with_context(|| format!("cannot write {}", sink.name))?,
            }
        }
        Ok(())
    }
}

impl Sink {
    fn open(format: Format, file: Option<&Path>, style: HumanStyle) -> Result<Self> {
        let (out, name): (Box<dyn Write>, _) = match file.filter(|file| *file != Path::new("-")) {
            Some(file) => {
                let name = file.display().to_string();
                let opened = File::create(file);
                let opened =
                    opened.with_context(|| format!("cannot write {name}: choose a file in a folder that exists"))?;
                let out: Box<dyn Write> = if format == Format::Human {
                    // A file is no terminal: colours are stripped, whatever the user wants on the screen.
                    Box::new(BufWriter::new(anstream::StripStream::new(opened)))
                } else {
                    Box::new(BufWriter::new(opened))
                };
                (out, name)
            }
            None if format == Format::Human => (human_stdout(), "standard output".to_owned()),
            None => (Box::new(BufWriter::new(io::stdout())), "standard output".to_owned()),
        };
        Ok(Self { writer: format.writer(style), out, name, format, is_closed: false })
    }
}

/// Standard output for people. In GitHub Actions a line of a skill could be a command to the runner, so commands
/// are switched off around all of it, by a word that the skill's author cannot know.
fn human_stdout() -> Box<dyn Write> {
    let stdout = anstream::AutoStream::auto(io::stdout());
    if !in_actions() {
        return Box::new(BufWriter::new(stdout));
    }
    let mut hasher = std::hash::RandomState::new().build_hasher();
    hasher.write_u32(std::process::id());
    let word =
        format!("skillscan-{:016x}{:016x}", hasher.finish(), std::hash::RandomState::new().build_hasher().finish());
    Box::new(Fenced { out: stdout, word, is_open: false })
}

struct Fenced<W: Write> {
    out: W,
    word: String,
    is_open: bool,
}

impl<W: Write> Write for Fenced<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.is_open {
            self.is_open = true;
            writeln!(self.out, "::stop-commands::{}", self.word)?;
        }
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl<W: Write> Drop for Fenced<W> {
    fn drop(&mut self) {
        if self.is_open {
            let _ = writeln!(self.out, "\n::{}::", self.word);
            let _ = self.out.flush();
        }
    }
}

fn in_actions() -> bool {
    std::env::var("GITHUB_ACTIONS").is_ok_and(|value| value == "true")
}

fn format_for(choice: FormatChoice, file: Option<&Path>) -> Format {
    if let FormatChoice::Is(format) = choice {
        return format;
    }
    let ending = file.and_then(Path::extension).and_then(std::ffi::OsStr::to_str).unwrap_or_default();
    match ending.to_ascii_lowercase().as_str() {
        "sarif" => Format::Sarif,
        "json" => Format::Json,
        "ndjson" | "jsonl" => Format::Ndjson,
        "md" => Format::Markdown,
        "html" | "htm" => Format::Html,
        _ if file.is_none() && in_actions() => Format::Github,
        _ => Format::Human,
    }
}

/// Width of the terminal, or what fits most logs.
fn width() -> usize {
    if !io::stdout().is_terminal() {
        return 120;
    }
    let width = terminal_size::terminal_size().map_or(100, |(width, _)| usize::from(width.0));
    width.clamp(60, 160)
}
