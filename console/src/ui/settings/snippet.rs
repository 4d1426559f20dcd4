//! The tag that puts a widget on a page, to be copied.

use yew::prelude::*;

#[derive(Clone, PartialEq, Properties)]
pub(super) struct SnippetProps {
    /// Of which widget.
    pub(super) widget: String,
}

/// The tag, to be copied.
#[component]
pub(super) fn Snippet(props: &SnippetProps) -> Html {
    let copied = use_state_eq(|| None::<bool>);
    let field = use_node_ref();
    let tag = snippet(&origin(), &props.widget);
    let copy = {
        let (copied, tag, field) = (copied.clone(), tag.clone(), field.clone());
        move |_: MouseEvent| {
            if let Some(field) = field.cast::<web_sys::HtmlInputElement>() {
                field.select();
            }
            let copied = copied.clone();
            page::clipboard::copy(&tag, move |done| copied.set(Some(done)));
        }
    };
    let said = match *copied {
        None => "",
        Some(true) => "Copied",
        Some(false) => "Press Ctrl C to copy what is marked",
    };
    html! {
        <div class="snippet">
            <input ref={field} class="input snippet-tag" readonly=true aria-label={format!("Tag of {}", props.widget)} value={tag} />
            <button type="button" class="button" aria-label={format!("Copy the tag of {}", props.widget)} onclick={copy}>{ "Copy" }</button>
            <span class="snippet-said" role="status">{ said }</span>
        </div>
    }
}

/// Where the relay is, as this page knows it.
fn origin() -> String {
    if cfg!(target_arch = "wasm32") { page::window().location().origin().unwrap_or_default() } else { String::new() }
}

fn snippet(origin: &str, widget: &str) -> String {
    format!(r#"<script async src="{origin}/rejoin.js" data-widget="{widget}"></script>"#)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tag_is_all_that_a_page_needs() {
        assert_eq!(
            snippet("https://chat.example.com", "shop"),
            r#"<script async src="https://chat.example.com/rejoin.js" data-widget="shop"></script>"#
        );
    }
}
