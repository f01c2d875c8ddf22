//! What real learning platforms send, in their own shapes, and what comes of it.
//!
//! Every sample has an id, `PLAT-L1` and so on: `L` login initiations, `P` forms posted to the launch
//! URL, `K`, `M`, `B`, `D`, `E`, `R` and `A` the claims of a token, `J` keys.

pub(crate) mod canvas;
mod claim_variants;
mod envelopes;
mod key_servers;
mod keys;
pub(crate) mod lms;
mod login_initiations;
mod message_types;
pub(crate) mod other_tokens;
mod tenants;
mod told_apart;
