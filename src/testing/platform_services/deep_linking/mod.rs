//! Deep linking: what the course offers to take, and what becomes of a response (Deep Linking 2.0).
//!
//! Responses are judged by what the specification says, with nothing of what the tool made them with.

mod course_link;
mod finding;
mod item_shapes;
mod items;
mod judgement;
mod options;
mod placement;
mod receipt;
mod received_response;
mod requests;
mod shape;

pub(in crate::testing) use self::requests::return_number;
pub use self::{
    course_link::CourseLink,
    finding::{Finding, FindingKind, Findings},
    options::DeepLinkingOptions,
    received_response::ReceivedResponse,
};
pub(super) use self::{receipt::Receipts, requests::Requests};
