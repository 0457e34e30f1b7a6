//! File signatures. The facts are those of the formats' own specifications; where a format has no real signature
//! (icons, TrueType, MPEG audio) more of its header is checked.

use memchr::memmem;

use super::kind::{Content, FileKind};

/// A signature that was found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Signature {
    pub(super) content: Content,
    /// Whether a text could begin like this.
    pub(super) is_ascii: bool,
}

use FileKind::{Archive, Binary, Executable, Media};

/// The one format here that is partly text by nature.
pub(super) const PDF: &str = "PDF document";
pub(super) const PICKLE: &str = "Python pickle";
pub(super) const ZLIB: &str = "zlib data";
pub(super) const GIT_PACK: &str = "git pack";

/// Formats that a fixed beginning shows.
const BEGINNINGS: &[(&[u8], FileKind, &str)] = &[
    // Programs
    (b"\0asm", Executable, "WebAssembly module"),
    (b"\x1bLua", Executable, "Lua bytecode"),
    (b"\x1bLJ", Executable, "LuaJIT bytecode"),
    (b"dex\n0", Executable, "Android bytecode"),
    (b"BC\xC0\xDE", Executable, "LLVM bitcode"),
    (b"\xDE\xC0\x17\x0B", Executable, "LLVM bitcode"),
    (b"FasdUAS ", Executable, "compiled AppleScript"),
    (b"\x4C\0\0\0\x01\x14\x02\0", Executable, "Windows shortcut"),
    (b"\xCA\xFE\xD0\x0D", Archive, "packed Java archive"),
    // Archives, packed data and document containers
    (b"PK\x05\x06", Archive, "zip archive"),
    (b"PK\x07\x08", Archive, "zip archive"),
    (b"\xFD7zXZ\0", Archive, "xz data"),
    (b"\x28\xB5\x2F\xFD", Archive, "Zstandard data"),
    (b"\x04\x22\x4D\x18", Archive, "LZ4 data"),
    (b"LZIP\x01", Archive, "lzip data"),
    (b"\x1F\x9D", Archive, "compress data"),
    (b"\x89LZO\0\r\n\x1a\n", Archive, "LZO data"),
    (b"\x5D\0\0\x80\0\xFF", Archive, "LZMA data"),
    (b"7z\xBC\xAF\x27\x1C", Archive, "7z archive"),
    (b"Rar!\x1A\x07", Archive, "RAR archive"),
    (b"MSCF\0\0\0\0", Archive, "cabinet archive"),
    (b"xar!\0", Archive, "xar archive or macOS package"),
    (b"!<arch>\ndebian", Archive, "Debian package"),
    (b"!<arch>\n", Archive, "ar archive"),
    (b"\xED\xAB\xEE\xDB", Archive, "RPM package"),
    (b"Cr24", Archive, "Chrome extension"),
    (b"070701", Archive, "cpio archive"),
    (b"070707", Archive, "cpio archive"),
    (b"hsqs", Archive, "SquashFS image"),
    (b"ITSF\x03\0\0\0", Archive, "compiled HTML help"),
    (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", Archive, "OLE2 document"),
    (b"%PDF-", Archive, PDF),
    // Media
    (b"\x89PNG\r\n\x1a\n", Media, "PNG image"),
    (b"\xFF\xD8\xFF", Media, "JPEG image"),
    (b"GIF87a", Media, "GIF image"),
    (b"GIF89a", Media, "GIF image"),
    (b"II*\0", Media, "TIFF image"),
    (b"MM\0*", Media, "TIFF image"),
    (b"8BPS\0\x01", Media, "Photoshop image"),
    (b"\0\0\0\x0CJXL \r\n\x87\n", Media, "JPEG XL image"),
    (b"\xFF\x0A", Media, "JPEG XL image"),
    (b"\0\0\0\x0CjP  \r\n\x87\n", Media, "JPEG 2000 image"),
    (b"qoif", Media, "QOI image"),
    (b"glTF", Media, "glTF model"),
    (b"icns\0", Media, "macOS icon"),
    (b"wOFF", Media, "WOFF font"),
    (b"wOF2", Media, "WOFF2 font"),
    (b"OTTO\0", Media, "OpenType font"),
    (b"ttcf\0", Media, "font collection"),
    (b"OggS\0", Media, "Ogg media"),
    (b"fLaC\0", Media, "FLAC audio"),
    (b"MThd\0\0\0\x06", Media, "MIDI music"),
    (b"\x1A\x45\xDF\xA3", Media, "Matroska or WebM video"),
    (b"FLV\x01", Media, "Flash video"),
    (b"CWS", Media, "Flash movie"),
    (b"FWS", Media, "Flash movie"),
    (b"\x30\x26\xB2\x75\x8E\x66\xCF\x11", Media, "ASF media"),
    (b"\0\0\x01\xBA", Media, "MPEG video"),
    (b"\0\0\x01\xB3", Media, "MPEG video"),
    // Data
    (b"SQLite format 3\0", Binary, "SQLite database"),
    (b"\x93NUMPY", Binary, "NumPy array"),
    (b"\x89HDF\r\n\x1a\n", Binary, "HDF5 data"),
    (b"PAR1", Binary, "Parquet data"),
    (b"ARROW1\0\0", Binary, "Arrow data"),
    (b"GGUF", Binary, "GGUF model"),
    (b"bplist00", Binary, "binary property list"),
    (b"\0\0\0\x01Bud1", Binary, "macOS folder settings"),
    (b"\0\x05\x16\x07", Binary, "AppleDouble metadata"),
    (b"\xDE\x12\x04\x95", Binary, "message catalogue"),
    (b"PACK\0\0\0", Archive, GIT_PACK),
    (b"\xFFtOc", Binary, "git pack index"),
    (b"DIRC\0\0\0", Binary, "git index"),
];

/// The format whose signature `bytes` carry.
pub(super) fn signature(bytes: &[u8]) -> Option<Signature> {
    if let Some((kind, format)) = structured(bytes) {
        return Some(Signature { content: Content::new(kind, format), is_ascii: false });
    }
    if let Some((kind, format)) = guarded(bytes) {
        return Some(Signature { content: Content::new(kind, format), is_ascii: true });
    }
    let &(beginning, kind, format) = BEGINNINGS.iter().find(|(beginning, ..)| bytes.starts_with(beginning))?;
    let is_ascii = beginning.iter().all(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | 0x20..=0x7E));
    // Two bytes are too few to overrule what the rest looks like.
    Some(Signature { content: Content::new(kind, format), is_ascii: is_ascii || beginning.len() < 3 })
}

/// Formats that are told by more than a fixed beginning, and whose beginning no text has.
fn structured(bytes: &[u8]) -> Option<(FileKind, &'static str)> {
    match bytes {
        [0x7F, b'E', b'L', b'F', 1 | 2, order @ (1 | 2), ..] => Some((Executable, elf(bytes, *order))),
        [0xFE, 0xED, 0xFA, 0xCE | 0xCF, ..] => Some((Executable, mach_o(bytes.get(15)))),
        [0xCE | 0xCF, 0xFA, 0xED, 0xFE, ..] => Some((Executable, mach_o(bytes.get(12)))),
        // A Java class has its version here (45 and up), a universal binary the number of its parts.
        [0xCA, 0xFE, 0xBA, 0xBE, 0, 0, 0, 1..=42, ..] => Some((Executable, "Mach-O universal binary")),
        [0xCA, 0xFE, 0xBA, 0xBE, _, _, _, _, ..] => Some((Executable, "Java class")),
        [0xCA, 0xFE, 0xBA, 0xBF, 0, 0, 0, 1..=42, ..] => Some((Executable, "Mach-O universal binary")),
        [b'P', b'K', 3, 4, ..] => Some((Archive, zip(bytes))),
        [0x1F, 0x8B, 8, flags, ..] if flags & 0xE0 == 0 => Some((Archive, "gzip data")),
        [_, _, b'\r', b'\n', ..] if is_python_bytecode(bytes) => Some((Executable, "Python bytecode")),
        // V8 writes its version's magic number, xxxx DE C0, before a cached script.
        [_, _, 0xDE, 0xC0, ..] => Some((Executable, "V8 bytecode")),
        [0x80, 2..=5, .., b'.'] => Some((Binary, PICKLE)),
        [0, 0, kind @ (1 | 2), 0, count, 0, ..] if *count > 0 => {
            Some((Media, if *kind == 1 { "icon" } else { "cursor" }))
        }
        [0, 1, 0, 0, 0, tables @ 1..=64, _, _, ..] if *tables > 2 => Some((Media, "TrueType font")),
        [0, 0, 0 | 1, _, b'f', b't', b'y', b'p', ..] => Some((Media, "MP4 or related media")),
        _ if has_tar_header(bytes) => Some((Archive, "tar archive")),
        _ => None,
    }
}

/// Formats that are told by more than a fixed beginning, and whose beginning a text may have too.
fn guarded(bytes: &[u8]) -> Option<(FileKind, &'static str)> {
    match bytes {
        [b'M', b'Z', ..] => Some((Executable, portable_executable(bytes))),
        [b'B', b'Z', b'h', b'1'..=b'9', b'1', b'A', b'Y', b'&', b'S', b'Y', ..]
        | [b'B', b'Z', b'h', b'1'..=b'9', 0x17, b'r', b'E', b'8', b'P', 0x90, ..] => Some((Archive, "bzip2 data")),
        [b'R', b'I', b'F', b'F', _, _, _, _, form @ ..] => match form {
            [b'W', b'E', b'B', b'P', ..] => Some((Media, "WebP image")),
            [b'W', b'A', b'V', b'E', ..] => Some((Media, "WAV audio")),
            [b'A', b'V', b'I', b' ', ..] => Some((Media, "AVI video")),
            _ => Some((Media, "RIFF media")),
        },
        [b'F', b'O', b'R', b'M', _, _, _, _, b'A', b'I', b'F', b'F' | b'C', ..] => Some((Media, "AIFF audio")),
        [b'F', b'O', b'R', b'1', _, _, _, _, b'B', b'E', b'A', b'M', ..] => Some((Executable, "BEAM bytecode")),
        [b'I', b'D', b'3', 2..=4, ..] => Some((Media, "MP3 audio")),
        // MPEG audio frame: sync bits, layer I to III, a bit rate and a sampling rate that exist.
        [0xFF, second, third, ..]
            if second & 0xE0 == 0xE0
                && second & 0x18 != 0x08
                && second & 0x06 != 0
                && *second != 0xFE
                && !matches!(third >> 4, 0 | 15)
                && third & 0x0C != 0x0C =>
        {
            Some((Media, "MP3 audio"))
        }
        [0xFF, 0xF1 | 0xF9, ..] => Some((Media, "AAC audio")),
        // Bitmap: reserved fields of zero and a small header length.
        [b'B', b'M', _, _, _, _, 0, 0, 0, 0, _, _, _, _, 12..=124, 0, 0, 0, ..] => Some((Media, "BMP image")),
        [b'P', b'1'..=b'6', b'\n' | b' ' | b'\r', ..] => Some((Media, "Netpbm image")),
        // A zlib stream: method 8, a window of at most 32 KiB, and a header that 31 divides.
        [method @ (0x18 | 0x28 | 0x38 | 0x48 | 0x58 | 0x68 | 0x78), flags, ..]
            if (u16::from(*method) << 8 | u16::from(*flags)) % 31 == 0 && flags & 0x20 == 0 =>
        {
            Some((Archive, ZLIB))
        }
        _ => None,
    }
}

/// Formats that show at their end, or far from their beginning.
pub(super) fn trailer(bytes: &[u8]) -> Option<Content> {
    let from_end = |len: usize| bytes.len().checked_sub(len).and_then(|at| bytes.get(at..)).unwrap_or_default();
    if from_end(512).starts_with(b"koly\0\0\0\x04") {
        return Some(Content::new(Archive, "macOS disk image"));
    }
    if [32769, 34817, 36865].iter().any(|&at| bytes.get(at..).is_some_and(|part| part.starts_with(b"CD001"))) {
        return Some(Content::new(Archive, "ISO 9660 image"));
    }
    // A zip is read from its end: 22 bytes and a comment whose length they tell.
    let tail = bytes.get(bytes.len().saturating_sub(22 + 0xFFFF)..).unwrap_or_default();
    let is_zip = memmem::rfind_iter(tail, b"PK\x05\x06").any(|at| match tail.get(at + 20..) {
        Some([low, high, comment @ ..]) => comment.len() == usize::from(u16::from_le_bytes([*low, *high])),
        _ => false,
    });
    is_zip.then_some(Content::new(Archive, "zip archive behind other data"))
}

fn elf(bytes: &[u8], order: u8) -> &'static str {
    let kind = match (bytes.get(16..18), order) {
        (Some(&[low, 0]), 1) | (Some(&[0, low]), 2) => low,
        _ => 0,
    };
    match kind {
        1 => "ELF object",
        2 => "ELF executable",
        3 => "ELF shared object",
        _ => "ELF file",
    }
}

fn mach_o(kind: Option<&u8>) -> &'static str {
    match kind {
        Some(1) => "Mach-O object",
        Some(2) => "Mach-O executable",
        Some(6) => "Mach-O library",
        Some(8) => "Mach-O bundle",
        _ => "Mach-O file",
    }
}

fn portable_executable(bytes: &[u8]) -> &'static str {
    let header = bytes.get(0x3C..).and_then(|part| part.first_chunk::<4>()).map(|&at| u32::from_le_bytes(at) as usize);
    let Some(header) = header.and_then(|at| bytes.get(at..)).filter(|part| part.starts_with(b"PE\0\0")) else {
        return "DOS executable";
    };
    // IMAGE_FILE_DLL
    if header.get(23).is_some_and(|characteristics| characteristics & 0x20 != 0) {
        "PE library"
    } else {
        "PE executable"
    }
}

/// What a zip holds, by the names of members that only one format has.
fn zip(bytes: &[u8]) -> &'static str {
    // Names stand in the local headers and again in the directory at the end.
    let head = bytes.get(..4096).unwrap_or(bytes);
    let tail = bytes.get(bytes.len().saturating_sub(1 << 16)..).unwrap_or_default();
    let holds = |name: &str| [head, tail].iter().any(|part| memmem::find(part, name.as_bytes()).is_some());
    if holds("word/") || holds("xl/") || holds("ppt/") || holds("[Content_Types].xml") {
        "Office document"
    } else if holds("mimetypeapplication/epub") {
        "EPUB document"
    } else if holds("mimetypeapplication/vnd.oasis") {
        "OpenDocument file"
    } else if holds("AndroidManifest.xml") {
        "Android package"
    } else if holds("META-INF/MANIFEST.MF") {
        "Java archive"
    } else if holds(".dist-info/") {
        "Python wheel"
    } else {
        "zip archive"
    }
}

/// A `.pyc`: a version's magic number, `\r\n`, and a marshalled code object behind the header of that time.
fn is_python_bytecode(bytes: &[u8]) -> bool {
    let [low, high, ..] = bytes else { return false };
    let number = u16::from_le_bytes([*low, *high]);
    let header_len: &[usize] = match number {
        3390..=3999 => &[16],
        3000..=3389 => &[8, 12, 16],
        // Python 1.5 to 2.7
        20_121 | 50_428..=50_823 | 60_202 | 60_717 | 62_011..=62_218 => &[8],
        _ => return false,
    };
    // TYPE_CODE, with or without FLAG_REF
    header_len.iter().any(|&at| bytes.get(at).is_some_and(|byte| byte & 0x7F == b'c'))
}

/// A tar header is known by its checksum: the sum of its 512 bytes with the checksum's own field as blanks.
fn has_tar_header(bytes: &[u8]) -> bool {
    let Some(header) = bytes.first_chunk::<512>() else { return false };
    // The field of the checksum: octal digits, then NUL or blanks.
    let Some(digits) = header.get(148..156) else { return false };
    let digits = digits.trim_ascii_start();
    let len = digits.iter().take_while(|byte| matches!(byte, b'0'..=b'7')).count();
    if len == 0 || header[0] == 0 {
        return false;
    }
    let told = digits.iter().take(len).fold(0_u32, |sum, &digit| sum * 8 + u32::from(digit - b'0'));
    let blanks = 8 * u32::from(b' ');
    let sum: u32 = header.iter().map(|&byte| u32::from(byte)).sum::<u32>() + blanks
        - header.get(148..156).unwrap_or_default().iter().map(|&byte| u32::from(byte)).sum::<u32>();
    told == sum
}
