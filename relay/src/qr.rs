//! QR codes of reconnect links, for the phone beside the screen.

use qrcodegen::{QrCode as Code, QrCodeEcc};
use wire::QrCode;

/// The code of an address; `None` where the address is too long for one.
pub(crate) fn qr_code(url: &str) -> Option<QrCode> {
    let code = Code::encode_text(url, QrCodeEcc::Medium).ok()?;
    let size = u8::try_from(code.size()).ok()?;
    Some(QrCode::new(size, |x, y| code.get_module(i32::from(x), i32::from(y))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_code_unless_it_is_too_long() {
        let code =
            qr_code("https://shop.example/help#rejoin=WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlo").expect("a code");
        assert_eq!(code.size(), 37);
        // The three corners that readers look for.
        let corner = |x: u8, y: u8| (0..7).all(|step| code.is_dark(x + step, y) && code.is_dark(x, y + step));
        assert!(corner(0, 0) && corner(30, 0) && corner(0, 30));
        assert!(!code.is_dark(7, 7));
        assert_eq!(qr_code(&"a".repeat(3_000)), None);
    }
}
