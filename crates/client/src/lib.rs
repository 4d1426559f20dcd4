//! The rules in the browser: link, outbox, stream; customer and agent. No Yew, no web-sys.
