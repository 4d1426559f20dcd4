//! The card of the reconnect link: copied, or shown as a QR code for the phone beside the computer.

use page::ui::{Glyph, icon};
use yew::prelude::*;

use super::press;
use crate::view::{Act, Hands, LinkView};
use crate::words::digits;

/// Light modules around the dark ones, without which cameras do not find them.
const QUIET: u8 = 4;
/// Where a drawing with them begins, in front of its width and height.
const BEFORE: &str = "-4 -4 ";

/// The card.
pub(super) fn link(view: &LinkView, hands: &Hands) -> Html {
    let words = hands.words;
    let (copy, glyph) = if view.is_copied { (words.copied, Glyph::Check) } else { (words.copy, Glyph::Link) };
    let qr = if view.qr.is_some() { words.hide_qr } else { words.show_qr };
    html! {
        <section key={view.key.as_str()} class="card offer" aria-label={words.link_title}>
            <h2>{ words.link_title }</h2>
            <p dir="auto">{ &view.text }</p>
            <div class="choices">
                <button type="button" class="button" data-done={view.is_copied.then_some("")} disabled={view.is_awaited} onclick={press(hands, Act::CopyLink)}>
                    { icon(glyph) }{ copy }
                </button>
                <button
                    type="button"
                    class="button"
                    aria-expanded={if view.qr.is_some() { "true" } else { "false" }}
                    disabled={view.is_awaited}
                    onclick={press(hands, Act::ToggleQr)}
                >
                    { icon(Glyph::Code) }{ qr }
                </button>
            </div>
            { view.url.as_ref().map(|url| html! {
                <label class="address">
                    { words.not_copied }
                    <input type="text" readonly=true dir="ltr" value={url.clone()} />
                </label>
            }) }
            { view.qr.as_ref().map(|(size, path)| code(*size, path, hands)) }
            { view.failed.as_ref().map(|why| html! { <p class="hint" role="alert">{ why }</p> }) }
        </section>
    }
}

fn code(size: u8, path: &AttrValue, hands: &Hands) -> Html {
    let side = digits(size.saturating_add(2 * QUIET).into());
    html! {
        <figure class="qr">
            <svg viewBox={[BEFORE, &side, " ", &side].concat()} role="img" aria-label={hands.words.qr_name}>
                <path d={path.clone()} />
            </svg>
            <figcaption>{ hands.words.qr_text }</figcaption>
        </figure>
    }
}
