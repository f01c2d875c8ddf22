//! What an operator sees of logins, launches, stores and key servers.
//!
//! No personal data, no token, state, cookie, nonce or ticket is ever handed to this room.

pub(crate) mod event;
