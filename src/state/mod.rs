//! What the browser carries for us between two requests, sealed so that only we can have written it.
//!
//! Nothing is stored at login: whatever the launch needs to know travels in `state`, signed with the
//! tool's [`LoginSecret`](crate::LoginSecret). It holds no confidential data, only the registration,
//! the time, the instance, and hashes of the nonce, of the browser's secret and of what the login
//! named.

mod fingerprint;
mod login_state;
mod seal;
mod vault;

pub(crate) use self::{
    fingerprint::Fingerprint,
    login_state::{LoginSecrets, LoginState},
    seal::Sealer,
    vault::Vault,
};
