//! The AES encryption of WinZip (AE-1 and AE-2, "AES Encryption Information", version 1.04): PBKDF2 with HMAC-SHA-1, AES in
//! counter mode with a counter that begins at one, least byte first, and ten bytes of HMAC-SHA-1 behind the data.

use aes::cipher::{BlockCipherEncrypt, KeyInit};
use aes::{Aes128, Aes192, Aes256, Block};
use hmac::{Hmac, Mac};
use pbkdf2::pbkdf2_hmac;
use sha1::Sha1;

use super::super::u16_at;

/// The extra field that tells of it.
const FIELD: u16 = 0x9901;
const ROUNDS: u32 = 1000;
/// Length of what checks the password, and of what checks the data.
const CHECK: usize = 2;
const CODE: usize = 10;
const BLOCK: usize = 16;

/// How a member is encrypted, as its header tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Aes {
    /// Length of the key, in bytes: 16, 24 or 32.
    key: usize,
    /// How the content is packed before it is encrypted.
    pub(super) method: u16,
}

impl Aes {
    /// The field among the extra fields of a header.
    pub(super) fn of(mut extra: &[u8]) -> Option<Self> {
        while extra.len() >= 4 {
            let len = usize::from(u16_at(extra, 2));
            if u16_at(extra, 0) == FIELD {
                let field = extra.get(4..4 + len).filter(|field| field.len() >= 7)?;
                let key = match field.get(4)? {
                    1 => 16,
                    2 => 24,
                    3 => 32,
                    _ => return None,
                };
                return Some(Self { key, method: u16_at(field, 5) });
            }
            extra = extra.get(4 + len..).unwrap_or_default();
        }
        None
    }

    /// Tries passwords, each of which costs a derivation of keys; `may_try` says whether one more may be tried. The first
    /// whose code fits the data is the answer, with the data in the clear.
    pub(super) fn first_that_opens<'p>(
        self,
        data: &[u8],
        mut passwords: impl Iterator<Item = &'p str>,
        mut may_try: impl FnMut() -> bool,
    ) -> Option<(&'p str, Vec<u8>)> {
        let (salt, rest) = data.split_at_checked(self.key / 2)?;
        let (check, rest) = rest.split_at_checked(CHECK)?;
        let (body, code) = rest.split_at_checked(rest.len().checked_sub(CODE)?)?;
        passwords.find_map(|password| {
            if !may_try() {
                return None;
            }
            let mut keys = vec![0; 2 * self.key + CHECK];
            pbkdf2_hmac::<Sha1>(password.as_bytes(), salt, ROUNDS, &mut keys);
            let (keys, own) = keys.split_at_checked(2 * self.key)?;
            let (key, code_key) = keys.split_at_checked(self.key)?;
            if own != check {
                return None;
            }
            let mut mac = <Hmac<Sha1> as KeyInit>::new_from_slice(code_key).ok()?;
            mac.update(body);
            mac.verify_truncated_left(code).ok()?;
            Some((password, counted(key, body)?))
        })
    }
}

/// AES in counter mode. Encrypting and decrypting are one.
fn counted(key: &[u8], body: &[u8]) -> Option<Vec<u8>> {
    enum Cipher {
        Short(Aes128),
        Middle(Aes192),
        Long(Box<Aes256>),
    }
    let cipher = match key.len() {
        16 => Cipher::Short(Aes128::new_from_slice(key).ok()?),
        24 => Cipher::Middle(Aes192::new_from_slice(key).ok()?),
        _ => Cipher::Long(Box::new(Aes256::new_from_slice(key).ok()?)),
    };
    let mut plain = Vec::with_capacity(body.len());
    for (number, chunk) in body.chunks(BLOCK).enumerate() {
        let mut block = Block::from((number as u128 + 1).to_le_bytes());
        match &cipher {
            Cipher::Short(cipher) => cipher.encrypt_block(&mut block),
            Cipher::Middle(cipher) => cipher.encrypt_block(&mut block),
            Cipher::Long(cipher) => cipher.encrypt_block(&mut block),
        }
        plain.extend(chunk.iter().zip(block).map(|(byte, mask)| byte ^ mask));
    }
    Some(plain)
}
