//! The traditional encryption of PKWARE (APPNOTE 6.3.10, section 6.1), which keeps nothing secret from who has the
//! password.

/// What one password makes of a stream.
struct Keys([u32; 3]);

impl Keys {
    fn of(password: &[u8], table: &[u32; 256]) -> Self {
        let mut keys = Self([0x1234_5678, 0x2345_6789, 0x3456_7890]);
        for byte in password {
            keys.update(*byte, table);
        }
        keys
    }

    fn update(&mut self, byte: u8, table: &[u32; 256]) {
        let step = |key: u32, byte: u8| {
            let at = usize::from((key as u8) ^ byte);
            table.get(at).copied().unwrap_or_default() ^ (key >> 8)
        };
        let [first, second, third] = self.0;
        let first = step(first, byte);
        let second = second.wrapping_add(first & 0xFF).wrapping_mul(134_775_813).wrapping_add(1);
        let third = step(third, (second >> 24) as u8);
        self.0 = [first, second, third];
    }

    fn decrypt(&mut self, byte: u8, table: &[u32; 256]) -> u8 {
        let mask = (self.0[2] | 2) & 0xFFFF;
        let plain = byte ^ (mask.wrapping_mul(mask ^ 1) >> 8) as u8;
        self.update(plain, table);
        plain
    }
}

/// The table of CRC-32 (IEEE 802.3).
fn table() -> [u32; 256] {
    std::array::from_fn(|value| {
        (0..8).fold(value as u32, |crc, _| if crc & 1 == 0 { crc >> 1 } else { (crc >> 1) ^ 0xEDB8_8320 })
    })
}

/// Length of the random bytes before the content.
const HEAD: usize = 12;

/// Tries passwords on encrypted data whose head must end with `check`. Each password that passes this weak test (one in
/// 256 does by chance) is handed to `opens` with what it makes of the data; the first that it accepts is the answer.
pub(super) fn first_that_opens<'p, T>(
    data: &[u8],
    check: u8,
    passwords: impl Iterator<Item = &'p str>,
    mut opens: impl FnMut(&str, Vec<u8>) -> Option<T>,
) -> Option<T> {
    let (head, body) = data.split_at_checked(HEAD)?;
    let table = table();
    for password in passwords {
        let mut keys = Keys::of(password.as_bytes(), &table);
        let last = head.iter().map(|byte| keys.decrypt(*byte, &table)).last();
        if last != Some(check) {
            continue;
        }
        let plain = body.iter().map(|byte| keys.decrypt(*byte, &table)).collect();
        if let Some(found) = opens(password, plain) {
            return Some(found);
        }
    }
    None
}
