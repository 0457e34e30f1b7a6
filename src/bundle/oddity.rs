use std::sync::Arc;

/// What is odd about a file, a name or a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OddityKind {
    /// A member's name or a link leads out of the folder that the archive is unpacked to.
    PathEscape,
    /// Two names become one on systems that ignore case or the form of accents.
    TwinName,
    /// A name that Windows reads as another one, or as a device.
    WindowsName,
    /// A name with control or bidirectional characters.
    ControlName,
    /// A member of an archive that is a device or a pipe.
    SpecialMember,
    /// Two readers of the same archive see different members.
    HeadersDisagree,
    /// A member that the archive's directory does not list.
    HiddenMember,
    /// Members that share their packed bytes.
    OverlappingMembers,
    /// An archive or member that needs a password.
    Encrypted,
    /// An archive far larger unpacked than packed, too deep or with too many members.
    Bomb,
    /// A program or script inside a document, an image or an archive in an archive.
    BuriedProgram,
    /// Bytecode whose names or texts are not those of the source beside it.
    BytecodeDiffers,
    /// Bytecode without source.
    BytecodeAlone,
    /// Bytecode that is loaded without a look at its source (PEP 552).
    BytecodeUnchecked,
    /// Bytecode that agrees with the source beside it.
    BytecodeMatches,
    /// Bytes after the logical end of the content.
    AppendedData,
    /// Valid as two formats at once.
    Polyglot,
    /// The extension tells another format than the content.
    TypeMismatch,
    /// A script under a name for data.
    ScriptAsData,
    /// A document that runs a script when it is opened or looked at.
    DocumentScript,
    /// A document that starts a program or opens a file.
    DocumentLaunch,
    /// A document that loads a part from elsewhere.
    ExternalPart,
    /// A document with a file in it.
    EmbeddedFile,
    /// A pickle that calls what it names.
    PickleCall,
    /// Text in an encoding that nothing in it tells of, or with bytes that hide it from who looks for text.
    UnmarkedEncoding,
}

impl OddityKind {
    /// Every kind.
    pub const ALL: &[Self] = &[
        Self::PathEscape,
        Self::TwinName,
        Self::WindowsName,
        Self::ControlName,
        Self::SpecialMember,
        Self::HeadersDisagree,
        Self::HiddenMember,
        Self::OverlappingMembers,
        Self::Encrypted,
        Self::Bomb,
        Self::BuriedProgram,
        Self::BytecodeDiffers,
        Self::BytecodeAlone,
        Self::BytecodeUnchecked,
        Self::BytecodeMatches,
        Self::AppendedData,
        Self::Polyglot,
        Self::TypeMismatch,
        Self::ScriptAsData,
        Self::DocumentScript,
        Self::DocumentLaunch,
        Self::ExternalPart,
        Self::EmbeddedFile,
        Self::PickleCall,
        Self::UnmarkedEncoding,
    ];

    /// The word that rules use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PathEscape => "path-escape",
            Self::TwinName => "twin-name",
            Self::WindowsName => "windows-name",
            Self::ControlName => "control-name",
            Self::SpecialMember => "special-member",
            Self::HeadersDisagree => "headers-disagree",
            Self::HiddenMember => "hidden-member",
            Self::OverlappingMembers => "overlapping-members",
            Self::Encrypted => "encrypted",
            Self::Bomb => "bomb",
            Self::BuriedProgram => "buried-program",
            Self::BytecodeDiffers => "bytecode-differs",
            Self::BytecodeAlone => "bytecode-alone",
            Self::BytecodeUnchecked => "bytecode-unchecked",
            Self::BytecodeMatches => "bytecode-matches",
            Self::AppendedData => "appended-data",
            Self::Polyglot => "polyglot",
            Self::TypeMismatch => "type-mismatch",
            Self::ScriptAsData => "script-as-data",
            Self::DocumentScript => "document-script",
            Self::DocumentLaunch => "document-launch",
            Self::ExternalPart => "external-part",
            Self::EmbeddedFile => "embedded-file",
            Self::PickleCall => "pickle-call",
            Self::UnmarkedEncoding => "unmarked-encoding",
        }
    }

    /// The kind that a word stands for.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == word)
    }
}

/// A fact about a file, a name or a container that rules may judge.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Oddity {
    /// Path of the file, relative to the bundle's root.
    pub path: Arc<str>,
    /// What is odd.
    pub kind: OddityKind,
    /// The particulars, from the bundle's content: hostile.
    pub detail: String,
}
