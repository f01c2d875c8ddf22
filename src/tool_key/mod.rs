//! Private keys: making one, publishing its public half, signing with it.

mod jwk;
mod private_key;

pub(crate) use self::private_key::PrivateKey;
