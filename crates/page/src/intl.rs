//! Times as people write them, by the browser's own `Intl`: no date library.

use js_sys::{Date, Object, Reflect};
use model::Timestamp;
use wasm_bindgen::JsValue;

fn date(at: Timestamp) -> Date {
    #[expect(clippy::cast_precision_loss, reason = "timestamps are below 2^53")]
    Date::new(&JsValue::from_f64(at.0 as f64))
}

fn written(at: Timestamp, lang: &str, options: &[(&str, &str)]) -> String {
    let object = Object::new();
    for (name, value) in options {
        // Fails for frozen objects alone, and this one is new.
        drop(Reflect::set(&object, &JsValue::from_str(name), &JsValue::from_str(value)));
    }
    date(at).to_locale_string(lang, &object).into()
}

/// The time of day: "14:04", "2:04 PM".
#[must_use]
pub fn time_of_day(at: Timestamp, lang: &str) -> String {
    written(at, lang, &[("hour", "numeric"), ("minute", "2-digit")])
}

/// The day: "Friday, 21 November".
#[must_use]
pub fn day(at: Timestamp, lang: &str) -> String {
    written(at, lang, &[("weekday", "long"), ("day", "numeric"), ("month", "long")])
}

/// The local calendar day as a number that grows by one each day, to compare days with.
#[must_use]
pub fn day_number(at: Timestamp) -> i64 {
    let offset_ms = date(at).get_timezone_offset() * 60_000.0;
    #[expect(clippy::cast_possible_truncation, reason = "minutes of an offset are whole")]
    let offset_ms = offset_ms as i64;
    (at.0.cast_signed() - offset_ms).div_euclid(86_400_000)
}

/// The browser's time zone, such as `Europe/Berlin`; `UTC` where it does not say.
#[must_use]
pub fn time_zone() -> String {
    let format = js_sys::Intl::DateTimeFormat::new(&js_sys::Array::new(), &Object::new());
    let zone = Reflect::get(&format.resolved_options(), &JsValue::from_str("timeZone")).ok();
    zone.and_then(|zone| zone.as_string()).unwrap_or_else(|| "UTC".to_owned())
}
