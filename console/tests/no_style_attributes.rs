//! `style="…"` is refused by our own CSP: looks live in `css/`, lengths in SVG attributes.

use std::fs;
use std::path::Path;

fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).expect("the sources can be listed") {
        let path = entry.expect("the sources can be listed").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push((path.display().to_string(), fs::read_to_string(&path).expect("the sources can be read")));
        }
    }
}

#[test]
fn no_component_has_a_style_attribute() {
    let mut found = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    assert!(found.len() > 30, "the sources were not found");
    for (path, text) in found {
        assert!(!text.contains(" style="), "{path} has a style attribute");
        assert!(!text.contains("from_html_unchecked"), "{path} takes text for HTML");
    }
}
