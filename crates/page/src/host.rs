//! Messages between the widget in its iframe and the embed script on the host page ([`wire::host`] has their names).

use js_sys::{Object, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, MessageEvent, Window};

/// The host page: the window around this iframe, at one origin.
#[derive(Clone)]
pub struct Host {
    parent: Window,
    origin: String,
}

/// A message, as the other side wrote it. Only own properties count, so that a page that changed `Object.prototype` says
/// nothing.
pub struct Message(Object);

impl Message {
    fn field(&self, name: &str) -> Option<JsValue> {
        let name = JsValue::from_str(name);
        if !Object::has_own(&self.0, &name) {
            return None;
        }
        Reflect::get(&self.0, &name).ok()
    }

    /// A text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        self.field(name)?.as_string()
    }

    /// A yes or no; no where it is missing.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        self.field(name).is_some_and(|value| value.is_truthy())
    }
}

impl Host {
    /// The host page, whose origin the embed script put into this page's fragment. A claim, not proof: who may frame this page
    /// is said by its `frame-ancestors`; the claim only chooses to whom the messages are addressed.
    #[must_use]
    pub fn find() -> Option<Self> {
        let window = crate::window();
        let parent = window.parent().ok().flatten()?;
        let fragment = window.location().hash().ok()?;
        let origin = fragment.strip_prefix('#')?;
        if origin.is_empty() || Object::is(&parent, &window) {
            return None;
        }
        Some(Self { parent, origin: origin.to_owned() })
    }

    /// Says something to the embed script.
    pub fn say(&self, kind: &str, fields: &[(&str, JsValue)]) {
        let message = Object::new();
        let set = |name: &str, value: &JsValue| drop(Reflect::set(&message, &JsValue::from_str(name), value));
        set("rejoin", &JsValue::from(1));
        set("type", &JsValue::from_str(kind));
        for (name, value) in fields {
            set(name, value);
        }
        // Fails for an origin that is none; then nobody is there to hear it.
        drop(self.parent.post_message(&message, &self.origin));
    }

    /// Tells of everything that the embed script says, by its type.
    pub fn listen(&self, tell: impl Fn(&str, &Message) + 'static) {
        let host = self.clone();
        let handler = Closure::<dyn Fn(Event)>::new(move |event: Event| {
            let event: MessageEvent = event.unchecked_into();
            let from_host = event.source().is_some_and(|source| Object::is(&source, &host.parent));
            if !from_host || event.origin() != host.origin {
                return;
            }
            let Ok(data) = event.data().dyn_into::<Object>() else { return };
            let message = Message(data);
            if message.field("rejoin") == Some(JsValue::from(1))
                && let Some(kind) = message.text("type")
            {
                tell(&kind, &message);
            }
        });
        let handler = handler.into_js_value();
        drop(crate::window().add_event_listener_with_callback("message", handler.unchecked_ref()));
    }
}
