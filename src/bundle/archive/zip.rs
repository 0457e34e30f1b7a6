//! Zip (PKWARE APPNOTE 6.3): by its directory, as unpackers read it, and by its local headers, as streaming readers do.

mod directory;
mod local;
mod traditional;
mod winzip;

use std::ops::Range;

use super::packed::kind_of;
use super::{Archive, Budget, Cut, Member, Packing, Unpacked, What};
use crate::bundle::name::text_of_bytes;
use crate::bundle::oddity::OddityKind;
use crate::finding::NoticeKind;
use directory::Directory;
use local::Local;
use winzip::Aes;

/// One member as one of the two headers tells it.
#[derive(Debug, Clone)]
struct Entry<'a> {
    name: &'a [u8],
    flags: u16,
    method: u16,
    packed: u64,
    size: u64,
    crc: u32,
    /// Time of day in the form of MS-DOS.
    time: u16,
    /// Unix mode, 0 where there is none.
    mode: u32,
    /// How it is encrypted with AES, if it is.
    aes: Option<Aes>,
    /// Where its local header stands.
    at: usize,
}

/// A longer name names nothing that can be unpacked.
const NAME: usize = 4096;
const ENCRYPTED: u16 = 1;
/// The method of members that are encrypted with AES (APPNOTE, WinZip AE-1 and AE-2).
const AES: u16 = 99;
/// What trying one password on such a member costs, in bytes of the budget for decryption: a thousand rounds of hashing.
const TRIAL: u64 = 128 << 10;
/// Sizes stand behind the data.
const STREAMED: u16 = 8;

/// Opens a zip. Members of the directory come first, then those that only a streaming reader finds.
pub(super) fn open(bytes: &[u8], budget: &mut Budget) -> Archive {
    let mut archive = Archive::default();
    let directory = Directory::find(bytes);
    if directory.is_none() {
        archive.problems.push((NoticeKind::Damaged, "The archive has no directory; it may be cut off.".to_owned()));
    }
    let mut covered: Vec<Range<usize>> = Vec::new();
    if let Some(directory) = &directory {
        for entry in directory.entries(bytes) {
            if !budget.take_member() {
                too_many(&mut archive);
                return archive;
            }
            covered.extend(from_directory(&entry, bytes, budget, &mut archive));
        }
        if let Some(told) = directory.miscounts(bytes) {
            archive.oddities.push((OddityKind::HeadersDisagree, told));
        }
        covered.push(directory.range());
    }
    covered.sort_unstable_by_key(|range| (range.start, range.end));
    let overlaps = covered.windows(2).any(|pair| matches!(pair, [a, b] if a.end > b.start));
    if overlaps {
        archive.oddities.push((OddityKind::OverlappingMembers, "members share their packed bytes".to_owned()));
    }
    hidden(bytes, &covered, directory.is_some(), budget, &mut archive);
    archive
}

fn too_many(archive: &mut Archive) {
    archive.oddities.push((OddityKind::Bomb, "too many members".to_owned()));
    archive.problems.push((NoticeKind::Limit, "Too many members; the rest was not read.".to_owned()));
}

/// Adds a member of the directory, and a second one where its local header tells something else. Answers with the
/// bytes that it covers.
fn from_directory(entry: &Entry<'_>, bytes: &[u8], budget: &mut Budget, archive: &mut Archive) -> Option<Range<usize>> {
    let Some(local) = Local::at(bytes, entry.at) else {
        let mut member = member(entry, What::Sealed);
        member.problem = Some((NoticeKind::Damaged, "The archive holds no data for this member.".to_owned()));
        archive.members.push(member);
        return None;
    };
    let start = local.data;
    let end = start.saturating_add(usize::try_from(entry.packed).unwrap_or(usize::MAX));
    let data = bytes.get(start..end.min(bytes.len())).unwrap_or_default();
    let mut added = read(entry, data, budget);
    if (data.len() as u64) < entry.packed && added.problem.is_none() {
        added.problem = Some((NoticeKind::Damaged, "The archive ends within this member.".to_owned()));
    }
    let streamed = local.entry.flags & STREAMED != 0;
    let differs = local.entry.method != entry.method
        || !streamed && local.entry.packed != entry.packed && local.entry.packed != u64::from(u32::MAX);
    if local.entry.name != entry.name || differs {
        let detail = format!("the local header says `{}`", text_of_bytes(local.entry.name));
        added.oddities.push((OddityKind::HeadersDisagree, detail));
        let mut seen = Entry { mode: entry.mode, ..local.entry.clone() };
        if streamed {
            seen.packed = entry.packed;
        }
        if local.entry.name != entry.name && !differs {
            if let What::File(content) = &added.what {
                let mut twin = member(&seen, What::File(content.clone()));
                twin.size = added.size;
                archive.members.push(twin);
            }
        } else {
            let end = start.saturating_add(usize::try_from(seen.packed).unwrap_or(usize::MAX)).min(bytes.len());
            archive.members.push(read(&seen, bytes.get(start..end).unwrap_or_default(), budget));
        }
    }
    archive.members.push(added);
    Some(entry.at..end.min(bytes.len()))
}

/// Adds members whose local headers stand in bytes that the directory's members do not cover.
fn hidden(bytes: &[u8], covered: &[Range<usize>], has_directory: bool, budget: &mut Budget, archive: &mut Archive) {
    let mut from = 0;
    let ends = covered.iter().map(|range| (range.start, range.end)).chain([(bytes.len(), bytes.len())]);
    for (start, end) in ends {
        let mut at = from;
        while at < start {
            let Some(found) = bytes.get(at..start).and_then(|gap| memchr::memmem::find(gap, local::SIGNATURE)) else {
                break;
            };
            at += found;
            let Some(local) = Local::at(bytes, at).filter(Local::is_plausible) else {
                at += 4;
                continue;
            };
            if !budget.take_member() {
                too_many(archive);
                return;
            }
            let streamed = local.entry.flags & STREAMED != 0 && local.entry.packed == 0;
            let told = usize::try_from(local.entry.packed).unwrap_or(usize::MAX);
            let end = if streamed { start } else { local.data.saturating_add(told).min(start) };
            let mut added = read(&local.entry, bytes.get(local.data..end).unwrap_or_default(), budget);
            if has_directory {
                added.oddities.push((OddityKind::HiddenMember, "the archive's directory does not list it".to_owned()));
            }
            archive.members.push(added);
            at = if streamed { local.data.max(at + 4) } else { end.max(at + 4) };
        }
        from = from.max(end);
    }
}

fn member(entry: &Entry<'_>, what: What) -> Member {
    let name = text_of_bytes(entry.name.get(..NAME).unwrap_or(entry.name));
    let mut member = Member::new(name, what);
    member.size = entry.size;
    member.executable = entry.mode & 0o100 != 0;
    member
}

/// Reads an encrypted member with a password that the texts of the bundle offer, if one fits: the traditional encryption
/// and WinZip's. Under PKWARE's strong encryption the member stays sealed.
fn decrypted(entry: &Entry<'_>, data: &[u8], budget: &mut Budget) -> Option<Member> {
    const STRONG: u16 = 1 << 6;
    if entry.method == AES {
        return decrypted_with_aes(entry, data, budget);
    }
    if entry.flags & STRONG != 0 {
        return None;
    }
    // Writers that do not know the sum yet check by the time of day.
    let check = if entry.flags & STREAMED == 0 { (entry.crc >> 24) as u8 } else { (entry.time >> 8) as u8 };
    let passwords: Vec<String> = budget.passwords.all().map(str::to_owned).collect();
    let open = Entry { flags: entry.flags & !ENCRYPTED, ..entry.clone() };
    traditional::first_that_opens(data, check, passwords.iter().map(String::as_str), |password, plain| {
        budget.decrypted = budget.decrypted.checked_sub(plain.len() as u64)?;
        let mut opened = read(&open, &plain, budget);
        let mut sum = flate2::Crc::new();
        let is_whole = opened.problem.is_none();
        let What::File(content) = &opened.what else { return None };
        sum.update(content);
        if is_whole && sum.sum() != entry.crc || !is_whole && content.is_empty() {
            return None;
        }
        let detail = format!("the password `{password}` opens it");
        opened.oddities.push((OddityKind::Encrypted, detail));
        Some(opened)
    })
}

fn decrypted_with_aes(entry: &Entry<'_>, data: &[u8], budget: &mut Budget) -> Option<Member> {
    let aes = entry.aes.filter(|aes| aes.method != AES)?;
    let passwords: Vec<String> = budget.passwords.all().map(str::to_owned).collect();
    let budgeted = &mut budget.decrypted;
    let may_try = || budgeted.checked_sub(TRIAL).map(|left| *budgeted = left).is_some();
    let (password, plain) = aes.first_that_opens(data, passwords.iter().map(String::as_str), may_try)?;
    budget.decrypted = budget.decrypted.checked_sub(plain.len() as u64)?;
    // The code behind the data has been checked: no sum is needed, and AE-2 has none.
    let open = Entry { flags: entry.flags & !ENCRYPTED, method: aes.method, aes: None, ..entry.clone() };
    let mut opened = read(&open, &plain, budget);
    opened.oddities.push((OddityKind::Encrypted, format!("the password `{password}` opens it")));
    Some(opened)
}

/// Reads a member's content.
fn read(entry: &Entry<'_>, data: &[u8], budget: &mut Budget) -> Member {
    const KIND: u32 = 0o170_000;
    let mode = entry.mode & KIND;
    if entry.name.ends_with(b"/") && data.is_empty() || mode == 0o040_000 {
        return member(entry, What::Folder);
    }
    if entry.flags & ENCRYPTED != 0 {
        if let Some(opened) = decrypted(entry, data, budget) {
            return opened;
        }
        let mut sealed = member(entry, What::Sealed);
        sealed.oddities.push((OddityKind::Encrypted, "needs a password".to_owned()));
        sealed.problem = Some((NoticeKind::Opaque, "Not looked into: it needs a password.".to_owned()));
        return sealed;
    }
    let packing = match entry.method {
        0 => None,
        8 => Some(Packing::Deflate),
        12 => Some(Packing::Bzip2),
        93 => Some(Packing::Zstandard),
        95 => Some(Packing::Xz),
        method => {
            let mut sealed = member(entry, What::Sealed);
            let message = format!("Not looked into: it is packed in a way that is not read (method {method}).");
            sealed.problem = Some((NoticeKind::Opaque, message));
            return sealed;
        }
    };
    let Unpacked { bytes, cut } = match packing {
        Some(packing) => budget.unpack(packing, data),
        None => budget.copy(data),
    };
    let text = if mode == 0o120_000 { Some(text_of_bytes(bytes.get(..NAME).unwrap_or(&bytes))) } else { None };
    let mut added = member(entry, What::Folder);
    added.size = bytes.len() as u64;
    added.what = text.map_or(What::File(bytes), What::SymbolicLink);
    added.problem = cut.map(|cut| (kind_of(cut), cut.message().to_owned()));
    if cut == Some(Cut::Ratio) {
        added.oddities.push((OddityKind::Bomb, "packed more than 200 to 1".to_owned()));
    }
    added
}
