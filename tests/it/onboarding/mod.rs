//! From a deployment that is not known into the tool.

mod flow;
mod tickets;

pub(crate) use self::flow::{Answer, Person, key, kind, with_resume};
