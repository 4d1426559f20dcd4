//! The widget's page.

// In a browser nothing is to be set up before, and nothing to be tidied up after: the library's own `main` would bring both.
#![cfg_attr(target_arch = "wasm32", no_main)]

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static SMALL: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

#[cfg(target_arch = "wasm32")]
#[wasm_bindgen::prelude::wasm_bindgen(start)]
fn begin() {
    rejoin_widget::start::start();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    rejoin_widget::start::start();
}
