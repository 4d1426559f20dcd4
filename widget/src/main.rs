//! What the customer sees: Yew compiled to Wasm.
fn main() {}
