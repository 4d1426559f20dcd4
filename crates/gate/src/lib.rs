//! The manners of one connection: hello, limits, heartbeat; frames to inputs, facts to what each may see. Pure.
