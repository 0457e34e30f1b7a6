/// Limits on what is read from one bundle.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Largest file, in bytes, that is given to parsers; a larger one is still matched as text.
    pub parse_bytes: u64,
    /// Largest number of bytes that is read from one file. No more than 1 GiB counts: spans are 32 bits wide.
    pub file_bytes: u64,
    /// Largest number of bytes that is read from one bundle.
    pub bundle_bytes: u64,
    /// Largest number of files, links and folders in one bundle.
    pub files: usize,
    /// Deepest folder below the bundle's root.
    pub depth: usize,
    /// Largest number of bytes that is unpacked from all archives of one bundle together.
    pub unpacked_bytes: u64,
    /// Largest number of bytes that is unpacked from one member.
    pub member_bytes: u64,
    /// Deepest archive in archives.
    pub nesting: usize,
    /// Most bytes that a packed byte may become, beyond the first MiB of a member.
    pub ratio: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            parse_bytes: 4 << 20,
            file_bytes: 64 << 20,
            bundle_bytes: 256 << 20,
            files: 50_000,
            depth: 64,
            unpacked_bytes: 128 << 20,
            member_bytes: 32 << 20,
            nesting: 4,
            ratio: 200,
        }
    }
}
