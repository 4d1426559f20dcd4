//! The clipboard.

use wasm_bindgen_futures::{JsFuture, spawn_local};

/// Copies a text and tells whether the browser allowed it. It does after a press, and for a few seconds from then on.
pub fn copy(text: &str, tell: impl FnOnce(bool) + 'static) {
    // There is none outside of secure contexts.
    let clipboard = js_sys::Reflect::get(&crate::window().navigator(), &"clipboard".into());
    let Ok(clipboard) = clipboard.map(wasm_bindgen::JsCast::unchecked_into::<web_sys::Clipboard>) else {
        return tell(false);
    };
    if clipboard.is_falsy() {
        return tell(false);
    }
    let copied = clipboard.write_text(text);
    spawn_local(async move { tell(JsFuture::from(copied).await.is_ok()) });
}
