//! Binds a launch to its browser by the platform's storage, where cookies are blocked.
//!
//! The platform's page keeps a value for the tool's page in its frame, by messages between the two windows (LTI Client
//! Side postMessages, LTI postMessage Storage). The login has it keep the secret whose hash stands in the state; the launch
//! reads it back and posts it, and the server compares. Nothing is decided in the browser.

#[expect(dead_code, reason = "the pages that have it are written next")]
mod page_data;
