use std::io::{ErrorKind, Read};

use super::super::limits::Limits;
use super::{Packing, Passwords};

/// What may still be unpacked: shared by all archives of a bundle, so that no nesting multiplies it.
#[derive(Debug)]
pub(in crate::bundle) struct Budget {
    /// Bytes that may still come out.
    bytes: u64,
    /// Packed bytes that may still be read: overlapping members read the same bytes again and again.
    packed: u64,
    /// Members that may still be listed.
    members: usize,
    member_bytes: u64,
    ratio: u64,
    /// Encrypted bytes that may still be decrypted, for all passwords and members together.
    pub(super) decrypted: u64,
    /// What may be tried on encrypted members.
    pub(in crate::bundle) passwords: Passwords,
}

/// Packed members may become this large whatever their ratio.
const FREE_BYTES: u64 = 1 << 20;

/// What came out of a packed stream.
#[derive(Debug)]
pub(in crate::bundle) struct Unpacked {
    pub(in crate::bundle) bytes: Vec<u8>,
    /// Why it is not all.
    pub(in crate::bundle) cut: Option<Cut>,
}

/// Why a stream was not unpacked to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::bundle) enum Cut {
    /// It became too large for what it was packed.
    Ratio,
    /// It became too large for one member.
    Member,
    /// The budget of the bundle is used up.
    Bundle,
    /// It is damaged.
    Damage,
}

impl Cut {
    /// The sentence for a notice.
    pub(in crate::bundle) fn message(self) -> &'static str {
        match self {
            Self::Ratio => "Only its beginning was unpacked: it is far larger than it is packed.",
            Self::Member => "Only its beginning was unpacked: it is larger than the limit for a member.",
            Self::Bundle => "Not unpacked, or not wholly: the limit for all archives of the bundle was reached.",
            Self::Damage => "Not unpacked, or not wholly: the packed data is damaged.",
        }
    }
}

impl Budget {
    pub(in crate::bundle) fn new(limits: &Limits) -> Self {
        Self {
            bytes: limits.unpacked_bytes,
            packed: limits.bundle_bytes,
            members: limits.files,
            member_bytes: limits.member_bytes,
            ratio: limits.ratio,
            decrypted: limits.unpacked_bytes,
            passwords: Passwords::default(),
        }
    }

    /// What is left of it to look at names only: nothing comes out any more.
    pub(in crate::bundle) fn for_names(self) -> Self {
        Self { members: 4096, bytes: 0, ..self }
    }

    /// Takes one member; `false` when there is none left.
    pub(super) fn take_member(&mut self) -> bool {
        self.members = self.members.saturating_sub(1);
        self.members > 0
    }

    /// A copy of bytes that are not packed.
    pub(in crate::bundle) fn copy(&mut self, bytes: &[u8]) -> Unpacked {
        let mut kept = bytes.len() as u64;
        let mut cut = None;
        for (limit, why) in [(self.member_bytes, Cut::Member), (self.bytes, Cut::Bundle)] {
            if kept > limit {
                kept = limit;
                cut = Some(why);
            }
        }
        self.bytes -= kept;
        let kept = bytes.get(..kept as usize).unwrap_or_default().to_vec();
        Unpacked { bytes: kept, cut }
    }

    /// Unpacks a member, as far as the budget goes.
    pub(in crate::bundle) fn unpack(&mut self, packing: Packing, bytes: &[u8]) -> Unpacked {
        self.unpack_up_to(self.member_bytes, packing, bytes)
    }

    /// Unpacks a stream that may hold a whole archive.
    pub(in crate::bundle) fn unpack_whole(&mut self, packing: Packing, bytes: &[u8]) -> Unpacked {
        self.unpack_up_to(self.bytes, packing, bytes)
    }

    /// Gives back what an archive took whose members are counted themselves.
    pub(in crate::bundle) fn give_back(&mut self, bytes: usize) {
        self.bytes += bytes as u64;
    }

    fn unpack_up_to(&mut self, largest: u64, packing: Packing, bytes: &[u8]) -> Unpacked {
        if self.bytes == 0 || self.packed == 0 {
            return Unpacked { bytes: Vec::new(), cut: Some(Cut::Bundle) };
        }
        let input = bytes.get(..usize::try_from(self.packed).unwrap_or(usize::MAX)).unwrap_or(bytes);
        let mut rest = input;
        let by_ratio = (input.len() as u64).saturating_mul(self.ratio).max(FREE_BYTES);
        let (limit, cut) = [(by_ratio, Cut::Ratio), (largest, Cut::Member), (self.bytes, Cut::Bundle)]
            .into_iter()
            .min_by_key(|(limit, _)| *limit)
            .unwrap_or((0, Cut::Bundle));
        let mut out = Vec::new();
        let finished = match packing {
            Packing::Deflate => fill(flate2::bufread::DeflateDecoder::new(&mut rest), limit, &mut out),
            Packing::Zlib => fill(flate2::bufread::ZlibDecoder::new(&mut rest), limit, &mut out),
            Packing::Gzip => fill(flate2::bufread::MultiGzDecoder::new(&mut rest), limit, &mut out),
            Packing::Bzip2 => fill(bzip2::bufread::MultiBzDecoder::new(&mut rest), limit, &mut out),
            Packing::Xz => fill(lzma_rust2::XzReader::new(&mut rest, true), limit, &mut out),
            Packing::Zstandard => match ruzstd::decoding::StreamingDecoder::new(&mut rest) {
                Ok(decoder) => fill(decoder, limit, &mut out),
                Err(_) => Err(()),
            },
        };
        let read = input.len() - rest.len();
        self.packed = self.packed.saturating_sub(read.max(64) as u64);
        let cut = match finished {
            Ok(true) => None,
            Ok(false) => Some(cut),
            Err(()) => Some(Cut::Damage),
        };
        out.truncate(limit as usize);
        self.bytes = self.bytes.saturating_sub(out.len() as u64);
        Unpacked { bytes: out, cut }
    }
}

/// Reads to the end (`true`) or to just beyond the limit (`false`). What was read before damage is kept.
fn fill(mut reader: impl Read, limit: u64, out: &mut Vec<u8>) -> Result<bool, ()> {
    let mut chunk = vec![0; 32 << 10];
    loop {
        match reader.read(&mut chunk) {
            Ok(0) => return Ok(true),
            Ok(len) => out.extend_from_slice(chunk.get(..len).unwrap_or_default()),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return Err(()),
        }
        if out.len() as u64 > limit {
            return Ok(false);
        }
    }
}
