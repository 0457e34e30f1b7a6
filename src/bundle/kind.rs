use super::magic;
use super::texture::{Texture, texture};

/// What a file's content is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileKind {
    /// Text of any kind; its language is the document floor's business.
    Text,
    /// A program or library in machine code or bytecode.
    Executable,
    /// An archive or a document container (zip, tar, gz, Office files, PDF …).
    Archive,
    /// An image, font, sound or video.
    Media,
    /// Anything else that is not text.
    Binary,
    /// No bytes at all.
    Empty,
}

/// A kind, and the name of the format that shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Content {
    /// What the content is.
    pub kind: FileKind,
    /// The format in words, such as "Mach-O executable", "zip archive" or "UTF-16 text".
    pub format: &'static str,
}

impl Content {
    pub(super) const fn new(kind: FileKind, format: &'static str) -> Self {
        Self { kind, format }
    }
}

/// Tells what `bytes` are, by nothing but the bytes: a file's name is the author's claim.
///
/// Signatures come first. One that is plain ASCII (`%PDF-`, `GIF89a`, `BZh9`) does not count for content that is
/// text throughout, because whoever is told to read such a file reads text. Then the texture of the bytes decides.
/// Content that begins as text and goes on in binary is text: a shell or an agent reads its beginning.
#[must_use]
pub fn sniff(bytes: &[u8]) -> Content {
    if bytes.is_empty() {
        return Content::new(FileKind::Empty, "empty");
    }
    let signature = magic::signature(bytes);
    if let Some(found) = signature
        && !found.is_ascii
    {
        return found.content;
    }
    match (texture(bytes), signature) {
        (Texture::Text(format), _) => Content::new(FileKind::Text, format),
        (Texture::Binary, Some(found)) => found.content,
        // Only a real PDF may begin with that much clean text: in another format it is there to be read.
        (Texture::TextThenBinary, Some(found)) if found.content.format == magic::PDF => found.content,
        (Texture::TextThenBinary, _) => Content::new(FileKind::Text, TEXT_THEN_BINARY),
        (Texture::Binary, None) => magic::trailer(bytes).unwrap_or(Content::new(FileKind::Binary, UNKNOWN)),
    }
}

/// The format of content that is neither text nor anything known.
pub(super) const UNKNOWN: &str = "binary data";

/// The format of content that begins as text and goes on in binary.
pub(super) const TEXT_THEN_BINARY: &str = "text followed by binary data";

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    fn padded(head: &[u8], len: usize) -> Vec<u8> {
        let mut bytes = head.to_vec();
        bytes.resize(len.max(head.len()), 0);
        bytes
    }

    /// Bytes without any pattern (a linear congruential generator; nothing depends on its quality).
    fn noise(len: usize) -> Vec<u8> {
        let mut state = 0x2545_F491_u32;
        std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        })
        .take(len)
        .collect()
    }

    fn portable_executable(characteristics: u16) -> Vec<u8> {
        let mut bytes = padded(b"MZ", 0x100);
        bytes[0x3C] = 0x80;
        bytes[0x80..0x84].copy_from_slice(b"PE\0\0");
        bytes[0x96..0x98].copy_from_slice(&characteristics.to_le_bytes());
        bytes
    }

    fn tar_header(magic: &[u8]) -> Vec<u8> {
        let mut bytes = padded(b"notes.txt", 512);
        bytes[257..257 + magic.len()].copy_from_slice(magic);
        bytes[148..156].fill(b' ');
        let sum: u32 = bytes.iter().map(|&byte| u32::from(byte)).sum();
        bytes[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        bytes
    }

    #[test]
    fn formats_are_told_by_content() {
        use FileKind::{Archive, Binary, Empty, Executable, Media, Text};
        let elf = |kind: u8| padded(&[0x7F, b'E', b'L', b'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, kind, 0], 64);
        let macho = |kind: u8| padded(&[0xCF, 0xFA, 0xED, 0xFE, 7, 0, 0, 1, 3, 0, 0, 0, kind], 64);
        let pyc = |magic: u16, code_at: usize| {
            let mut bytes = padded(&[magic.to_le_bytes()[0], magic.to_le_bytes()[1], 13, 10], code_at + 20);
            bytes[code_at] = 0xE3;
            bytes
        };
        let cases: Vec<(Vec<u8>, FileKind, &str)> = vec![
            (vec![], Empty, "empty"),
            (elf(2), Executable, "ELF executable"),
            (elf(3), Executable, "ELF shared object"),
            (portable_executable(0x0002), Executable, "PE executable"),
            (portable_executable(0x2002), Executable, "PE library"),
            (padded(b"MZ\x90\0\x03", 64), Executable, "DOS executable"),
            (macho(2), Executable, "Mach-O executable"),
            (macho(6), Executable, "Mach-O library"),
            (padded(b"\xCA\xFE\xBA\xBE\0\0\0\x02\0\0\0\x07", 64), Executable, "Mach-O universal binary"),
            (padded(b"\xCA\xFE\xBA\xBE\0\0\0\x3D\0\x10", 64), Executable, "Java class"),
            (padded(b"\0asm\x01\0\0\0", 16), Executable, "WebAssembly module"),
            (pyc(3571, 16), Executable, "Python bytecode"),
            (pyc(62211, 8), Executable, "Python bytecode"),
            (b"\x1bLua\x54\0".to_vec(), Executable, "Lua bytecode"),
            (padded(b"PK\x03\x04\x14\0\0\0\x08\0", 60), Archive, "zip archive"),
            ([padded(b"PK\x03\x04\x14\0", 30), b"word/document.xml".to_vec()].concat(), Archive, "Office document"),
            ([padded(b"PK\x03\x04\x14\0", 30), b"META-INF/MANIFEST.MF".to_vec()].concat(), Archive, "Java archive"),
            (padded(b"PK\x05\x06", 22), Archive, "zip archive"),
            (padded(b"\x1F\x8B\x08\0", 20), Archive, "gzip data"),
            (b"BZh91AY&SY\xFF\0\x80\x01".to_vec(), Archive, "bzip2 data"),
            (padded(b"\xFD7zXZ\0", 32), Archive, "xz data"),
            (padded(b"\x28\xB5\x2F\xFD\x04", 32), Archive, "Zstandard data"),
            (padded(b"7z\xBC\xAF\x27\x1C", 32), Archive, "7z archive"),
            (padded(b"Rar!\x1A\x07\x01\0", 32), Archive, "RAR archive"),
            (tar_header(b"ustar\x0000"), Archive, "tar archive"),
            (tar_header(b""), Archive, "tar archive"),
            (padded(b"!<arch>\ndebian-binary", 80), Archive, "Debian package"),
            (padded(b"MSCF\0\0\0\0", 40), Archive, "cabinet archive"),
            ([padded(b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n", 40), noise(200)].concat(), Archive, "PDF document"),
            ([noise(600), padded(b"koly\0\0\0\x04\0\0\x02\0", 512)].concat(), Archive, "macOS disk image"),
            (padded(b"\x89PNG\r\n\x1a\n", 40), Media, "PNG image"),
            (padded(b"\xFF\xD8\xFF\xE0", 40), Media, "JPEG image"),
            (padded(b"GIF89a\x01\0\x01\0", 40), Media, "GIF image"),
            (padded(b"RIFF\x24\0\0\0WEBPVP8 ", 40), Media, "WebP image"),
            (padded(b"\0\0\x01\0\x02\0", 40), Media, "icon"),
            (padded(b"wOF2\0\x01\0\0", 40), Media, "WOFF2 font"),
            (padded(b"\0\x01\0\0\0\x0A\0\x80", 40), Media, "TrueType font"),
            (padded(b"\0\0\0\x20ftypisom", 40), Media, "MP4 or related media"),
            (padded(b"ID3\x04\0\0", 40), Media, "MP3 audio"),
            (padded(b"SQLite format 3\0", 100), Binary, "SQLite database"),
            (b"\x80\x04\x95\x0b\0\0\0\0\0\0\0\x8c\x07example\x94.".to_vec(), Binary, "Python pickle"),
            (noise(4000), Binary, "binary data"),
            (padded(b"", 100), Binary, "binary data"),
            (b"# Title\n".to_vec(), Text, "UTF-8 text"),
            (b"caf\xE9 cr\xE8me\n".to_vec(), Text, "text in an unknown encoding"),
            ([vec![0xFF, 0xFE], utf16("echo hi\n")].concat(), Text, "UTF-16 text"),
            (utf16("echo hi\n"), Text, "UTF-16 text"),
            (b"<?xml version=\"1.0\"?><svg/>".to_vec(), Text, "UTF-8 text"),
            (b"version https://git-lfs.test/spec/v1\noid sha256:00\nsize 1\n".to_vec(), Text, "UTF-8 text"),
            (b"\x1b[31mred\x1b[0m and \x07 bell".to_vec(), Text, "UTF-8 text"),
        ];
        for (bytes, kind, format) in cases {
            let head = &bytes[..bytes.len().min(12)];
            assert_eq!(sniff(&bytes), Content::new(kind, format), "{head:02x?}");
        }
    }

    #[test]
    fn text_that_opens_with_a_signature_is_text() {
        for head in [
            "%PDF-1.7",
            "GIF89a",
            "BZh91AY&SY",
            "MZ",
            "BM",
            "wOFF",
            "OTTO",
            "ID3",
            "!<arch>\n",
            "RIFF1234WEBP",
            "ustar",
            "SQLite format 3",
        ] {
            let text = format!("{head}\n# Setup\n\nRun the installer below.\n");
            assert_eq!(sniff(text.as_bytes()).kind, FileKind::Text, "{head}");
        }
    }

    #[test]
    fn a_script_with_a_binary_tail_is_still_read() {
        let script =
            [b"#!/bin/sh\ntail -n +3 \"$0\" | tar xz\nexit\n".to_vec(), padded(b"\x1F\x8B\x08", 30), noise(5000)]
                .concat();
        assert_eq!(sniff(&script), Content::new(FileKind::Text, TEXT_THEN_BINARY));
        let instructions = [vec![b'a'; 700], padded(b"PK\x05\x06", 22)].concat();
        assert_eq!(sniff(&instructions).kind, FileKind::Text, "an archive's end does not hide what stands before it");
    }

    #[test]
    fn a_signature_does_not_hide_the_text_behind_it() {
        for head in ["GIF89a", "MZ", "BZh91AY&SY", "ID3"] {
            let text = format!("{head}\n{}", "Run the installer and wait. ".repeat(30));
            let bytes = [text.into_bytes(), noise(3000)].concat();
            assert_eq!(sniff(&bytes), Content::new(FileKind::Text, TEXT_THEN_BINARY), "{head}");
        }
    }

    #[test]
    fn any_beginning_of_anything_is_told_without_a_panic() {
        let heads: [&[u8]; 12] = [
            b"\x7FELF\x02\x01\x01",
            b"MZ",
            b"PK\x03\x04",
            b"\xCA\xFE\xBA\xBE\0\0\0\x02",
            b"\xCF\xFA\xED\xFE",
            b"RIFF0000WEBP",
            b"\xCB\x0D\r\n",
            b"BM",
            b"\xFF\xFB\x90",
            b"\xFF\xFE\0\0",
            b"\xEF\xBB\xBF",
            b"#!/bin/sh",
        ];
        for head in heads {
            for len in 0..=head.len() {
                for tail in [&b""[..], b"\0", b"\n", &noise(600)] {
                    let bytes = [&head[..len], tail].concat();
                    assert_eq!(sniff(&bytes).kind == FileKind::Empty, bytes.is_empty());
                }
            }
        }
    }

    #[test]
    fn a_few_stray_bytes_do_not_make_text_binary() {
        let text = "Run the installer and wait for the end.\n".repeat(10);
        for stray in [&b"\0"[..], b"\x01\x02", b"\xFF\xFE\xFD", b"\0\0\0"] {
            assert_eq!(sniff(&[text.as_bytes(), stray, b" more text\n"].concat()).kind, FileKind::Text, "{stray:?}");
        }
    }
}
