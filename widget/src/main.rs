//! The widget's page.

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static SMALL: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

fn main() {
    rejoin_widget::start::start();
}
