//! Icons: inline SVG, 18 px, 1.8 px strokes, round caps. They are decoration; the words beside them say the same.

use yew::prelude::*;

/// Which icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyph {
    /// An arrow up: send.
    Send,
    /// A low line: minimize.
    Minimize,
    /// A cross: close, end, dismiss.
    Cross,
    /// No waves: offline.
    Offline,
    /// A clock: waiting, timed.
    Clock,
    /// An exclamation mark in a circle: something failed.
    Alert,
    /// A lock: internal.
    Lock,
    /// A check mark.
    Check,
    /// A chevron down.
    Down,
    /// A circle of arrows: again.
    Again,
    /// People: a queue.
    People,
    /// A letter i in a circle: good to know.
    Info,
    /// Two links of a chain: a way back.
    Link,
    /// Four squares: a QR code.
    Code,
    /// A bubble with lines in it: words at hand.
    Reply,
}

impl Glyph {
    const fn path(self) -> &'static str {
        match self {
            Self::Send => "M12 19V5M5.5 11.5 12 5l6.5 6.5",
            Self::Minimize => "M6 17h12",
            Self::Cross => "M6.5 6.5l11 11M17.5 6.5l-11 11",
            Self::Offline => {
                "M3.5 3.5l17 17M8.6 15.6a5 5 0 0 1 6.3-.4M5.2 12.2a10 10 0 0 1 5-2.7M14.6 9.7a10 10 0 0 1 4.2 2.5\
                 M2 8.8a15 15 0 0 1 4.6-3M10.8 4.6A15 15 0 0 1 22 8.8M12 19.2h.01"
            }
            Self::Clock => "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 1 0 0-17M12 7.5V12l3 2",
            Self::Alert => "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 1 0 0-17M12 8v4.5M12 16h.01",
            Self::Lock => "M6 11h12v8.5H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
            Self::Check => "M5 12.5l4.5 4.5L19 7.5",
            Self::Down => "M6 9.5l6 6 6-6",
            Self::Again => "M19.5 12a7.5 7.5 0 1 1-2.2-5.3L20 9.4M20 4.4v5h-5",
            Self::People => {
                "M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 1 0 0 7M2.5 19.5a6.5 6.5 0 0 1 13 0M16 4.9a3.5 3.5 0 0 1 0 6.2\
                 M18.2 14.2a6.5 6.5 0 0 1 3.3 5.3"
            }
            Self::Code => {
                "M4.5 4.5h5.5v5.5h-5.5zM14 4.5h5.5v5.5h-5.5zM4.5 14h5.5v5.5h-5.5zM14 14.2h2v2M19.5 14.2v2M14.2 19.5h2M19.5 19.5h.01"
            }
            Self::Reply => "M4.5 5.5h15v10.5h-9l-4 3.5v-3.5h-2zM8.5 9.2h7M8.5 12.4h4.5",
            Self::Info => "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 1 0 0-17M12 11v5M12 8h.01",
            Self::Link => {
                "M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.7l1-1"
            }
        }
    }
}

/// What an icon needs.
#[derive(Clone, Copy, PartialEq, Properties)]
pub struct Props {
    /// Which.
    pub glyph: Glyph,
}

/// An icon.
#[component]
pub fn Icon(props: &Props) -> Html {
    icon(props.glyph)
}

/// An icon, without the cost of a component.
pub fn icon(glyph: Glyph) -> Html {
    html! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d={glyph.path()} /></svg>
    }
}

/// The mark of Rejoin: a speech bubble drawn as a nearly closed loop.
#[component]
pub fn Mark() -> Html {
    mark()
}

/// The mark, without the cost of a component.
pub fn mark() -> Html {
    html! {
        <svg class="icon mark" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d="M18.4 17.6A8.6 8.6 0 1 0 12 20.6h7.6" />
        </svg>
    }
}
