//! What the browser carries between two requests, so that nothing is stored at a login.
//!
//! Signed: the [`LoginState`], which the launch proves. Whoever looks can read it: the registration, the
//! time, the instance, what the login named (cut), the frame of the platform's storage, and hashes of the nonce and of the browser's secret.
//!
//! Its key is derived from the tool's [`LoginSecret`](crate::LoginSecret).

mod login_state;
mod signer;
mod value_hash;

pub(crate) use self::{
    login_state::{BoundValues, LoginState, STORAGE_TARGET},
    signer::StateSigner,
    value_hash::ValueHash,
};
