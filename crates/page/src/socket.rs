//! One WebSocket. It tells what happens to it until it is closed or dropped, and nothing afterwards.

use std::rc::Rc;

use js_sys::{ArrayBuffer, JsString, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{BinaryType, CloseEvent, Event, MessageEvent, WebSocket};
use wire::Encoding;

/// What a browser reports for a connection that ended without a close frame.
pub const ABNORMAL: u16 = 1006;

/// What a socket tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// It is open.
    Opened,
    /// A frame came.
    Received(Vec<u8>),
    /// It is closed, or never came to be.
    Closed(u16),
}

/// A socket. Dropping it lets it go without a close frame of ours.
pub struct Socket {
    socket: WebSocket,
    // Held, because the browser calls it as long as the socket lives.
    _handler: Closure<dyn Fn(Event)>,
    encoding: Encoding,
}

impl Socket {
    /// Dials an address, speaking one encoding. `None` where the browser refuses the address itself.
    #[must_use]
    pub fn dial(url: &str, encoding: Encoding, tell: Rc<dyn Fn(Heard)>) -> Option<Self> {
        let socket = WebSocket::new_with_str(url, encoding.subprotocol()).ok()?;
        socket.set_binary_type(BinaryType::Arraybuffer);
        let handler = Closure::<dyn Fn(Event)>::new(move |event: Event| {
            let what = match event.type_().as_str() {
                "open" => Heard::Opened,
                "message" => Heard::Received(frame(&event.unchecked_into::<MessageEvent>())),
                _ => Heard::Closed(event.unchecked_into::<CloseEvent>().code()),
            };
            tell(what);
        });
        let function = Some(handler.as_ref().unchecked_ref());
        socket.set_onopen(function);
        socket.set_onmessage(function);
        socket.set_onclose(function);
        Some(Self { socket, _handler: handler, encoding })
    }

    /// Sends a frame. A frame that can't be sent is lost, as frames are; resume mends it.
    pub fn send(&self, bytes: &[u8]) {
        if self.socket.ready_state() != WebSocket::OPEN {
            return;
        }
        let outcome = match self.encoding {
            Encoding::Binary => self.socket.send_with_u8_array(bytes),
            Encoding::Json => {
                let text = core::str::from_utf8(bytes).expect("invariant: JSON frames are text");
                self.socket.send_with_str(text)
            }
        };
        drop(outcome);
    }

    /// Closes with a code of the protocol. Nothing more is told of this socket.
    pub fn close(self, code: u16) {
        drop(self.socket.close_with_code(code));
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        // The handler is about to go; a call of it would be an error in the page.
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        if self.socket.ready_state() < WebSocket::CLOSING {
            drop(self.socket.close());
        }
    }
}

fn frame(event: &MessageEvent) -> Vec<u8> {
    let data = event.data();
    match data.dyn_into::<ArrayBuffer>() {
        Ok(buffer) => Uint8Array::new(&buffer).to_vec(),
        Err(data) => data.dyn_into::<JsString>().map(|text| String::from(text).into_bytes()).unwrap_or_default(),
    }
}

/// The address of a path of the page's own origin, as a WebSocket address.
///
/// # Panics
/// Outside of a browser's page.
#[must_use]
pub fn own_address(path: &str) -> String {
    let origin = crate::window().location().origin().expect("invariant: a page has an origin");
    // http → ws, https → wss
    ["ws", origin.strip_prefix("http").unwrap_or_default(), path].concat()
}
