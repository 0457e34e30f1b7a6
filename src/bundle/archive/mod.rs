//! Archives, opened in memory and within one budget. Nothing is ever written to disk.

mod budget;
mod packed;
mod password;
mod tar;
mod zip;

pub(super) use budget::{Budget, Cut, Unpacked};
pub(super) use password::Passwords;

use super::kind::Content;
use super::magic::ZLIB;
use super::oddity::OddityKind;
use crate::finding::NoticeKind;

/// A format that is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Zip,
    Tar,
    /// One stream in one of these packings.
    Packed(Packing),
}

/// How one stream is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    Deflate,
    Zlib,
    Gzip,
    Bzip2,
    Xz,
    Zstandard,
}

impl Format {
    /// How content of this format is opened; `None` for what is not.
    pub(super) fn of(content: Content) -> Option<Self> {
        Some(match content.format {
            "zip archive"
            | "zip archive behind other data"
            | "Office document"
            | "EPUB document"
            | "OpenDocument file"
            | "Android package"
            | "Java archive"
            | "Python wheel"
            | "Chrome extension" => Self::Zip,
            "tar archive" => Self::Tar,
            "gzip data" => Self::Packed(Packing::Gzip),
            "bzip2 data" => Self::Packed(Packing::Bzip2),
            "xz data" => Self::Packed(Packing::Xz),
            "Zstandard data" => Self::Packed(Packing::Zstandard),
            ZLIB => Self::Packed(Packing::Zlib),
            _ => return None,
        })
    }
}

/// What an archive holds.
#[derive(Debug, Default)]
pub(super) struct Archive {
    pub(super) members: Vec<Member>,
    /// What is odd about the archive as a whole.
    pub(super) oddities: Vec<(OddityKind, String)>,
    /// What of it could not be read.
    pub(super) problems: Vec<(NoticeKind, String)>,
}

/// One member of an archive.
#[derive(Debug)]
pub(super) struct Member {
    /// Its name as the archive gives it, as text.
    pub(super) name: String,
    pub(super) what: What,
    /// Its size as the archive tells it, in bytes; never believed.
    pub(super) size: u64,
    pub(super) executable: bool,
    pub(super) oddities: Vec<(OddityKind, String)>,
    /// What of it could not be read.
    pub(super) problem: Option<(NoticeKind, String)>,
}

/// What a member is.
#[derive(Debug)]
pub(super) enum What {
    File(Vec<u8>),
    Folder,
    SymbolicLink(String),
    HardLink(String),
    /// A device, a pipe and the like.
    Special,
    /// A file whose content is not seen.
    Sealed,
}

impl Member {
    fn new(name: String, what: What) -> Self {
        Self { name, what, size: 0, executable: false, oddities: Vec::new(), problem: None }
    }
}

/// Opens an archive. `name` is that of its file, which streams without names are named after.
pub(super) fn open(format: Format, name: &str, bytes: &[u8], budget: &mut Budget) -> Archive {
    match format {
        Format::Zip => zip::open(bytes, budget),
        Format::Tar => tar::open(bytes, budget),
        Format::Packed(packing) => packed::open(packing, name, bytes, budget),
    }
}

/// Little-endian numbers, or 0 where the bytes end.
fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |&chunk| u16::from_le_bytes(chunk))
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |&chunk| u32::from_le_bytes(chunk))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |&chunk| u64::from_le_bytes(chunk))
}
