//! One packed stream: `notes.txt.gz`, `skill.tar.xz`.

use super::{Archive, Budget, Cut, Member, Packing, What};
use crate::bundle::oddity::OddityKind;
use crate::finding::NoticeKind;

/// The one member of a packed stream, named after the file.
pub(super) fn open(packing: Packing, name: &str, bytes: &[u8], budget: &mut Budget) -> Archive {
    let mut archive = Archive::default();
    let unpacked = budget.unpack_whole(packing, bytes);
    if unpacked.bytes.is_empty() && unpacked.cut.is_some() {
        let cut = unpacked.cut.unwrap_or(Cut::Damage);
        archive.problems.push((kind_of(cut), cut.message().to_owned()));
        return archive;
    }
    let mut member = Member::new(inner_name(name), What::File(Vec::new()));
    member.size = unpacked.bytes.len() as u64;
    if let Some(cut) = unpacked.cut {
        member.problem = Some((kind_of(cut), cut.message().to_owned()));
        if cut == Cut::Ratio {
            archive.oddities.push((OddityKind::Bomb, "packed more than 200 to 1".to_owned()));
        }
    }
    member.what = What::File(unpacked.bytes);
    archive.members.push(member);
    archive
}

pub(super) fn kind_of(cut: Cut) -> NoticeKind {
    if cut == Cut::Damage { NoticeKind::Damaged } else { NoticeKind::Limit }
}

/// `a.txt` for `a.txt.gz`, `a.tar` for `a.tgz`, and `content` where the name tells nothing.
fn inner_name(name: &str) -> String {
    let Some((stem, extension)) = name.rsplit_once('.') else { return "content".to_owned() };
    match extension.to_ascii_lowercase().as_str() {
        _ if stem.is_empty() => "content".to_owned(),
        "gz" | "bz2" | "xz" | "zst" | "z" | "zz" => stem.to_owned(),
        "tgz" | "tbz" | "tbz2" | "txz" | "tzst" => format!("{stem}.tar"),
        _ => "content".to_owned(),
    }
}
