//! Tar: POSIX ustar and pax (IEEE Std 1003.1, pax), and the GNU extensions for long names.

use super::packed::kind_of;
use super::{Archive, Budget, Member, What};
use crate::bundle::name::text_of_bytes;
use crate::bundle::oddity::OddityKind;
use crate::finding::NoticeKind;

const BLOCK: usize = 512;
/// Longest name that is kept, in bytes.
const NAME: usize = 4096;

/// What headers before a member say about it.
#[derive(Default)]
struct Extended {
    name: Option<Vec<u8>>,
    link: Option<Vec<u8>>,
    size: Option<u64>,
}

/// Reads every member, also behind the mark of the archive's end.
pub(super) fn open(bytes: &[u8], budget: &mut Budget) -> Archive {
    let mut archive = Archive::default();
    let mut extended = Extended::default();
    let mut ended = false;
    let mut at = 0_usize;
    while let Some(header) = bytes.get(at..at.saturating_add(BLOCK)) {
        at += BLOCK;
        if header.iter().all(|&byte| byte == 0) {
            ended = true;
            continue;
        }
        if !has_right_sum(header) {
            let kind = if ended { OddityKind::AppendedData } else { OddityKind::HeadersDisagree };
            archive.oddities.push((kind, "data that is no tar header".to_owned()));
            archive.problems.push((NoticeKind::Damaged, "The archive is damaged; the rest was not read.".to_owned()));
            return archive;
        }
        let size = extended.size.take().unwrap_or_else(|| number(field(header, 124, 12)));
        let kind = header.get(156).copied().unwrap_or_default();
        // Only files have content; other members may tell a size without having any.
        let has_content = !matches!(kind, b'1'..=b'6');
        let len = usize::try_from(size).unwrap_or(usize::MAX);
        let content_len = if has_content { len } else { 0 };
        let end = at.saturating_add(content_len).min(bytes.len());
        let content = bytes.get(at..end).unwrap_or_default();
        let is_short = content.len() < content_len;
        at = at.saturating_add(content_len.saturating_add(BLOCK - 1) / BLOCK * BLOCK);
        match kind {
            b'x' | b'g' => {
                pax(content, &mut extended);
                continue;
            }
            b'L' => {
                extended.name = Some(until_nul(content).to_vec());
                continue;
            }
            b'K' => {
                extended.link = Some(until_nul(content).to_vec());
                continue;
            }
            _ => {}
        }
        if !budget.take_member() {
            archive.oddities.push((OddityKind::Bomb, "too many members".to_owned()));
            archive.problems.push((NoticeKind::Limit, "Too many members; the rest was not read.".to_owned()));
            return archive;
        }
        let name = extended.name.take().unwrap_or_else(|| header_name(header));
        let link = extended.link.take().unwrap_or_else(|| until_nul(field(header, 157, 100)).to_vec());
        let name = text_of_bytes(name.get(..NAME).unwrap_or(&name));
        let link = text_of_bytes(link.get(..NAME).unwrap_or(&link));
        let mut member = Member::new(name, What::Folder);
        member.size = size;
        member.executable = number(field(header, 100, 8)) & 0o100 != 0;
        if ended {
            member.oddities.push((OddityKind::HiddenMember, "behind the mark of the archive's end".to_owned()));
        }
        member.what = match kind {
            b'1' => What::HardLink(link),
            b'2' => What::SymbolicLink(link),
            b'3' | b'4' | b'6' => What::Special,
            b'5' => What::Folder,
            _ if kind != b'S' && member.name.ends_with('/') => What::Folder,
            _ => {
                let copy = budget.copy(content);
                member.problem = copy.cut.map(|cut| (kind_of(cut), cut.message().to_owned()));
                if is_short {
                    member.problem = Some((NoticeKind::Damaged, "The archive ends within this member.".to_owned()));
                }
                What::File(copy.bytes)
            }
        };
        archive.members.push(member);
    }
    if archive.members.is_empty() {
        archive.problems.push((NoticeKind::Damaged, "No member could be read.".to_owned()));
    }
    archive
}

fn field(header: &[u8], at: usize, len: usize) -> &[u8] {
    header.get(at..at + len).unwrap_or_default()
}

fn until_nul(bytes: &[u8]) -> &[u8] {
    bytes.split(|&byte| byte == 0).next().unwrap_or_default()
}

/// The name in the header itself; ustar has a prefix for it.
fn header_name(header: &[u8]) -> Vec<u8> {
    let name = until_nul(field(header, 0, 100));
    let prefix = until_nul(field(header, 345, 155));
    // GNU tar keeps times in the field of the prefix, and marks itself by two blanks.
    if field(header, 257, 6) == b"ustar\0" && !prefix.is_empty() {
        return [prefix, b"/", name].concat();
    }
    name.to_vec()
}

/// An octal number, or a binary one where the first bit is set (GNU, star).
fn number(field: &[u8]) -> u64 {
    if let [first, rest @ ..] = field
        && first & 0x80 != 0
    {
        return rest.iter().fold(u64::from(first & 0x3F), |sum, &byte| sum.wrapping_shl(8) | u64::from(byte));
    }
    let digits = field.iter().skip_while(|byte| **byte == b' ').take_while(|byte| matches!(byte, b'0'..=b'7'));
    digits.fold(0, |sum, &digit| sum.wrapping_mul(8).wrapping_add(u64::from(digit - b'0')))
}

fn has_right_sum(header: &[u8]) -> bool {
    let told = number(field(header, 148, 8));
    let sum = |bytes: &[u8]| bytes.iter().map(|&byte| u64::from(byte)).sum::<u64>();
    told == sum(header) - sum(field(header, 148, 8)) + 8 * u64::from(b' ')
}

/// Records of an extended header: `LENGTH KEY=VALUE\n`.
fn pax(mut records: &[u8], extended: &mut Extended) {
    while let Some(blank) = records.iter().take(20).position(|&byte| byte == b' ') {
        let digits = records.get(..blank).and_then(|digits| std::str::from_utf8(digits).ok());
        let len = digits.and_then(|digits| digits.trim_start_matches('\0').parse::<usize>().ok()).unwrap_or(0);
        let Some(record) = records.get(blank + 1..len) else { return };
        let record = record.strip_suffix(b"\n").unwrap_or(record);
        if let Some(equals) = record.iter().position(|&byte| byte == b'=') {
            let value = record.get(equals + 1..).unwrap_or_default();
            match record.get(..equals) {
                Some(b"path" | b"GNU.sparse.name") => extended.name = Some(value.to_vec()),
                Some(b"linkpath") => extended.link = Some(value.to_vec()),
                Some(b"size") => extended.size = std::str::from_utf8(value).ok().and_then(|size| size.parse().ok()),
                _ => {}
            }
        }
        records = records.get(len..).unwrap_or_default();
    }
}
