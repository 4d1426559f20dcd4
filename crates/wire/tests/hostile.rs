//! Any bytes at all: decoding gives a frame or says what is wrong; it never panics, and never takes what is out of limits.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

extern crate rejoin_wire as wire;

mod support;

use model::{MESSAGE_CHARS_MAX, NAME_CHARS_MAX, PAGE_ADDRESS_CHARS_MAX, SLUG_CHARS_MAX};
use proptest::prelude::*;
use wire::{ConsoleToRelay, CustomerToRelay, DecodeError, Encoding, Frame, RelayToConsole, RelayToCustomer, limits};

/// What decoding says about some bytes, for each direction.
fn decode_all(encoding: Encoding, bytes: &[u8]) -> [Result<(), DecodeError>; 4] {
    [
        CustomerToRelay::decode(encoding, bytes).map(drop),
        RelayToCustomer::decode(encoding, bytes).map(drop),
        ConsoleToRelay::decode(encoding, bytes).map(drop),
        RelayToConsole::decode(encoding, bytes).map(drop),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        for encoding in Encoding::ALL {
            let _ = decode_all(encoding, &bytes);
        }
    }

    /// A frame with a few bytes changed, cut or added is refused, or is another frame that survives both encodings.
    #[test]
    fn damaged_frames_never_panic(
        pick in any::<prop::sample::Index>(),
        at in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        keep in any::<prop::sample::Index>(),
        cut in any::<bool>(),
        more in prop::collection::vec(any::<u8>(), 0..3),
    ) {
        let samples = support::samples();
        let sample = &samples[pick.index(samples.len())];
        for (encoding, bytes) in [(Encoding::Json, &sample.json), (Encoding::Binary, &sample.binary)] {
            let mut bytes = bytes.clone();
            for (index, byte) in &at {
                let index = index.index(bytes.len());
                bytes[index] = *byte;
            }
            if cut {
                bytes.truncate(keep.index(bytes.len()));
            }
            bytes.extend(&more);
            if let Some((json, binary)) = support::again(sample.direction, encoding, &bytes) {
                let from_json = support::again(sample.direction, Encoding::Json, &json);
                let from_binary = support::again(sample.direction, Encoding::Binary, &binary);
                prop_assert_eq!(from_json, Some((json.clone(), binary.clone())));
                prop_assert_eq!(from_binary, Some((json, binary)));
            }
        }
    }

    /// Any words that are a message survive both encodings; any others are refused in both.
    #[test]
    fn words_survive_or_are_refused(text in prop::collection::vec(any::<char>(), 0..200)) {
        let text: String = text.into_iter().collect();
        let json = serde_json::json!({ "Say": { "key": "00".repeat(16), "text": text } }).to_string();
        let read = CustomerToRelay::decode(Encoding::Json, json.as_bytes());
        prop_assert_eq!(read.is_ok(), model::MessageText::new(text.as_str()).is_ok());
        let mut binary = vec![2];
        binary.extend([0; 16]);
        binary.extend(postcard::to_stdvec(&text).unwrap());
        prop_assert_eq!(CustomerToRelay::decode(Encoding::Binary, &binary), read);
        if let Ok(frame) = CustomerToRelay::decode(Encoding::Json, json.as_bytes()) {
            for encoding in Encoding::ALL {
                let again = CustomerToRelay::decode(encoding, &frame.encode(encoding));
                prop_assert_eq!(again.as_ref(), Ok(&frame));
            }
        }
    }
}

#[test]
fn nothing_that_is_cut_short_is_a_frame() {
    for sample in support::samples() {
        for (encoding, bytes) in [(Encoding::Json, &sample.json), (Encoding::Binary, &sample.binary)] {
            for keep in 0..bytes.len() {
                assert_eq!(support::again(sample.direction, encoding, &bytes[..keep]), None, "{}", sample.stem());
            }
            let longer = [bytes.as_slice(), b"\0"].concat();
            assert_eq!(support::again(sample.direction, encoding, &longer), None, "{}", sample.stem());
        }
    }
}

#[test]
fn the_longest_of_everything_fits_and_one_more_is_refused() {
    let hello = |widget: usize, page: usize| serde_json::json!({ "Hello": { "widget": "w".repeat(widget), "resume": null, "page": "é".repeat(page) } });
    let start = |name: usize, text: usize| {
        let token = "A".repeat(43);
        serde_json::json!({ "Start": { "key": "00".repeat(16), "token": token, "text": "\u{1F6CB}".repeat(text), "name": "é".repeat(name) } })
    };
    let fits = |value: serde_json::Value| {
        let text = value.to_string();
        assert!(text.len() <= limits::FRAME_BYTES_MAX, "the frame limit leaves room for all that is allowed");
        CustomerToRelay::decode(Encoding::Json, text.as_bytes()).is_ok()
    };
    assert!(fits(hello(SLUG_CHARS_MAX, PAGE_ADDRESS_CHARS_MAX)));
    assert!(!fits(hello(SLUG_CHARS_MAX + 1, 1)));
    assert!(!fits(hello(1, PAGE_ADDRESS_CHARS_MAX + 1)));
    let sign_in = |bytes: usize| serde_json::json!({ "SignIn": { "jwt": "j".repeat(bytes) } });
    assert!(fits(sign_in(limits::JWT_BYTES_MAX)));
    assert!(!fits(sign_in(limits::JWT_BYTES_MAX + 1)));
    assert!(!fits(sign_in(0)));
    assert!(!fits(serde_json::json!({ "SignIn": { "jwt": "a b" } })));
    let handover = |bytes: usize| serde_json::json!({ "MintHandover": { "site": "s".repeat(bytes) } });
    assert!(fits(handover(limits::SITE_BYTES_MAX)));
    assert!(!fits(handover(limits::SITE_BYTES_MAX + 1)));
    assert!(fits(start(NAME_CHARS_MAX, MESSAGE_CHARS_MAX)));
    assert!(!fits(start(NAME_CHARS_MAX + 1, 1)));
    assert!(!fits(start(1, MESSAGE_CHARS_MAX + 1)));
}

#[test]
fn the_largest_message_fits_a_frame_however_it_is_escaped() {
    // Twelve bytes for each character: a surrogate pair, both halves escaped.
    let text = "\\ud83d\\udecb".repeat(MESSAGE_CHARS_MAX);
    let json = format!("{{\"Say\":{{\"key\":\"{}\",\"text\":\"{text}\"}}}}", "00".repeat(16));
    assert!(json.len() <= limits::FRAME_BYTES_MAX);
    assert!(CustomerToRelay::decode(Encoding::Json, json.as_bytes()).is_ok());
}

#[test]
fn a_list_that_claims_to_be_endless_takes_no_memory() {
    // Entries with 2^32 − 1 entries announced and none there.
    let bytes = [2, 0xff, 0xff, 0xff, 0xff, 0x0f];
    assert_eq!(RelayToCustomer::decode(Encoding::Binary, &bytes), Err(DecodeError::Malformed));
    // A text of 2^32 − 1 bytes announced and none there.
    let mut say = vec![2];
    say.extend([0; 16]);
    say.extend([0xff, 0xff, 0xff, 0xff, 0x0f]);
    assert_eq!(CustomerToRelay::decode(Encoding::Binary, &say), Err(DecodeError::Malformed));
}

#[test]
fn deep_json_is_never_recursed_into() {
    let deep = |open: &str, close: &str| format!("{}1{}", open.repeat(10_000), close.repeat(10_000));
    let (lists, objects) = (deep("[", "]"), deep("{\"a\":", "}"));
    for (json, expected) in [
        (lists.clone(), Err(DecodeError::Malformed)),
        (objects.clone(), Err(DecodeError::Unknown)),
        (format!("{{\"Newer\":{lists}}}"), Err(DecodeError::Unknown)),
        (format!("{{\"Beat\":{objects}}}"), Err(DecodeError::Malformed)),
        (format!("{{\"Say\":{{\"key\":{lists},\"text\":\"a\"}}}}"), Err(DecodeError::Malformed)),
        // A field that is not known is passed over, whatever is in it.
        (format!("{{\"Beat\":{{\"seq\":1,\"newer\":{objects}}}}}"), Ok(CustomerToRelay::Beat { seq: model::Seq(1) })),
    ] {
        assert_eq!(CustomerToRelay::decode(Encoding::Json, json.as_bytes()), expected, "{}", &json[..40]);
    }
}

#[test]
fn newer_frames_are_told_from_malformed_ones() {
    use DecodeError::{Malformed, Unknown};
    for (json, expected) in [
        ("\"Newer\"", Unknown),
        ("{\"Newer\":{\"a\":[1,2.5,null]}}", Unknown),
        ("{\"Newer\":null}", Unknown),
        (" {\"Newer\" : 1 } ", Unknown),
        ("{\"Newer\":1,\"Beat\":{\"seq\":1}}", Malformed),
        ("{\"Newer\":1", Malformed),
        ("{}", Malformed),
        ("[]", Malformed),
        ("null", Malformed),
        ("7", Malformed),
        ("", Malformed),
        ("{\"Beat\":{\"seq\":1.5}}", Malformed),
        ("{\"Beat\":{}}", Malformed),
        ("\"Beat\"", Malformed),
        // A known frame with something newer inside: such an addition needs a frame of its own.
        ("{\"Ask\":{\"id\":1,\"request\":{\"Newer\":{}}}}", Malformed),
    ] {
        let encoding = Encoding::Json;
        if json.contains("Ask") {
            assert_eq!(ConsoleToRelay::decode(encoding, json.as_bytes()), Err(expected), "{json}");
        } else {
            assert_eq!(CustomerToRelay::decode(encoding, json.as_bytes()), Err(expected), "{json}");
        }
    }
    let first_unknown = CustomerToRelay::kinds().len() as u8;
    for (bytes, expected) in [
        (vec![first_unknown], Unknown),
        (vec![first_unknown, 1, 2, 3], Unknown),
        (vec![0xff, 0xff, 0xff, 0xff, 0x0f], Unknown),
        // Not a 32-bit number.
        (vec![0xff, 0xff, 0xff, 0xff, 0x1f], Malformed),
        (vec![0xff, 0xff], Malformed),
        (vec![], Malformed),
        (vec![8], Malformed),
        (vec![8, 1, 1], Malformed),
    ] {
        assert_eq!(CustomerToRelay::decode(Encoding::Binary, &bytes), Err(expected), "{bytes:?}");
    }
}

#[test]
fn unknown_fields_are_passed_over() {
    let json = b"{\"Beat\":{\"seq\":1,\"newer\":{\"a\":[1]}}}";
    let read = CustomerToRelay::decode(Encoding::Json, json);
    assert_eq!(read, Ok(CustomerToRelay::Beat { seq: model::Seq(1) }));
}

/// A number is read as it was written, to the last bit: else it would be another one after each way through JSON.
#[test]
fn numbers_survive_json() {
    let start = |number: &str| {
        let sample = support::samples().into_iter().find(|sample| sample.json.windows(4).any(|bytes| bytes == b"12.5"));
        let json = String::from_utf8(sample.expect("a start with a number").json).unwrap().replace("12.5", number);
        CustomerToRelay::decode(Encoding::Json, json.as_bytes()).unwrap()
    };
    for number in ["12.500000238418579", "0.1", "1.7976931348623157e308", "5e-324", "9007199254740993.0"] {
        let frame = start(number);
        let again = CustomerToRelay::decode(Encoding::Json, &frame.encode(Encoding::Json));
        assert_eq!(again.as_ref(), Ok(&frame), "{number}");
        assert_eq!(CustomerToRelay::decode(Encoding::Binary, &frame.encode(Encoding::Binary)).as_ref(), Ok(&frame));
    }
}
