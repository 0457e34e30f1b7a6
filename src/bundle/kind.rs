/// What a file's content is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileKind {
    /// Text of any kind; its language is the document floor's business.
    Text,
    /// A program or library in machine code or bytecode.
    Executable,
    /// An archive or a document container (zip, tar, gz, Office files …).
    Archive,
    /// An image, font, sound or video.
    Media,
    /// Anything else that is not text.
    Binary,
    /// No bytes at all.
    Empty,
}
