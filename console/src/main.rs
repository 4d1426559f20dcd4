//! What agents, supervisors and admins see: Yew compiled to Wasm.
fn main() {}
