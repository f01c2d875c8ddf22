//! Dynamic registration at the simulated platform (LTI Dynamic Registration 1.0, RFC 7591 and RFC 7592).

mod arrangements;
mod client_configuration;
mod configuration;
mod metadata;
mod product;
mod registered_tool;
mod registering;
mod registration;
mod registration_token;
mod reply_json;
mod vocabulary;

pub use self::registered_tool::RegisteredTool;
pub(super) use self::registering::Registering;
