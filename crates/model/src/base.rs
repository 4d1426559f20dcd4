//! Bytes as text: hexadecimal, and base64url without padding. Each value has one spelling.

const HEX: &[u8; 16] = b"0123456789abcdef";
const BASE64URL: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fn digit(alphabet: &[u8], byte: u8) -> Option<u32> {
    alphabet.iter().position(|known| *known == byte).map(|value| value as u32)
}

pub(crate) fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|nibble| char::from(HEX[usize::from(nibble)])).collect()
}

pub(crate) fn from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != 2 * N {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = (digit(HEX, pair[0])? << 4 | digit(HEX, pair[1])?) as u8;
    }
    Some(bytes)
}

pub(crate) fn to_base64url(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group =
            chunk.iter().enumerate().fold(0u32, |group, (index, byte)| group | u32::from(*byte) << (16 - 8 * index));
        for index in 0..=chunk.len() {
            text.push(char::from(BASE64URL[(group >> (18 - 6 * index) & 63) as usize]));
        }
    }
    text
}

pub(crate) fn from_base64url<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != (N * 8).div_ceil(6) {
        return None;
    }
    let mut bytes = [0; N];
    let (mut group, mut bits, mut filled) = (0u32, 0, 0);
    for byte in text.bytes() {
        group = group << 6 | digit(BASE64URL, byte)?;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            *bytes.get_mut(filled)? = (group >> bits) as u8;
            filled += 1;
            group &= (1 << bits) - 1;
        }
    }
    // Bits left over must be zero, else one token had several spellings.
    (group == 0 && filled == N).then_some(bytes)
}
