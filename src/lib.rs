//! LTI 1.3 launches as Tower middleware.
#![cfg_attr(docsrs, feature(doc_cfg))]
pub mod clock;
pub mod deployment;
pub mod key_set;
pub mod nonce;
mod random;
pub mod registration;
pub mod store;
