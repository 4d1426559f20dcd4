//! The gallery's page.

fn main() {
    yew::Renderer::<rejoin_console::gallery::Gallery>::new().render();
}
