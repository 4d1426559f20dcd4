//! The widget's page.

fn main() {
    rejoin_widget::start::start();
}
