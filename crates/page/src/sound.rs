//! A short sound, made on the spot: nothing is loaded for it.

use std::cell::RefCell;

use wasm_bindgen::JsValue;
use web_sys::{AudioContext, OscillatorType};

/// Two notes one after another, in hertz: a rising fourth, which is heard without being a shout.
const NOTES: [f32; 2] = [659.3, 880.0];
const NOTE_SECONDS: f64 = 0.14;
const LOUDNESS: f32 = 0.12;

thread_local! {
    /// Browsers let a page have few of them, so there is one.
    static CONTEXT: RefCell<Option<AudioContext>> = const { RefCell::new(None) };
}

/// Plays it. A browser in which nobody has pressed anything since the page was loaded plays nothing.
pub fn chime() {
    // Where something fails, there is no sound, and nothing else hangs on it.
    drop(CONTEXT.with_borrow_mut(|kept| {
        let context = match kept.take() {
            Some(context) => context,
            None => AudioContext::new()?,
        };
        // It sleeps until the first press in the page.
        drop(context.resume()?);
        let begin = context.current_time();
        for (note, number) in NOTES.into_iter().zip(0_u8..) {
            play(&context, note, begin + f64::from(number) * NOTE_SECONDS)?;
        }
        *kept = Some(context);
        Ok::<(), JsValue>(())
    }));
}

fn play(context: &AudioContext, note: f32, from: f64) -> Result<(), JsValue> {
    let (voice, loudness) = (context.create_oscillator()?, context.create_gain()?);
    let until = from + NOTE_SECONDS * 2.0;
    voice.set_type(OscillatorType::Sine);
    voice.frequency().set_value(note);
    // In and out softly: a sudden edge clicks.
    loudness.gain().set_value_at_time(0.0, from)?;
    loudness.gain().linear_ramp_to_value_at_time(LOUDNESS, from + 0.02)?;
    loudness.gain().linear_ramp_to_value_at_time(0.0, until)?;
    voice.connect_with_audio_node(&loudness)?.connect_with_audio_node(&context.destination())?;
    voice.start_with_when(from)?;
    voice.stop_with_when(until)
}
