//! The console's page.

fn main() {
    yew::Renderer::<rejoin_console::app::App>::new().render();
}
