//! The services of a simulated platform: registration, tokens, line items, scores, results, rosters and deep linking,
//! over real sockets.
//!
//! [`PlatformServices`] judges the tool by itself: it shares no code with what the tool calls it by. Its rules
//! are those of the specifications, or of one product ([`Dialect`]), and it does whatever a [`Fault`] says.

mod access;
mod answer_body;
mod arrangements;
mod assertion;
mod call;
mod course_member;
mod deep_linking;
mod dialect;
mod dynamic_registration;
mod fault;
mod faults;
mod findings;
mod grade_book;
mod jwt;
mod launches;
mod line_items;
mod list_page;
mod members;
#[expect(clippy::module_inception, reason = "named for its type")]
mod platform_services;
mod reply;
mod request_log;
mod results;
mod roster;
mod route;
mod scores;
mod server;
mod service;
mod state;
mod teaching;
mod timestamp;
mod token;
mod tool_key_set;

pub(super) use self::deep_linking::return_number;
pub use self::{
    answer_body::AnswerBody,
    assertion::ReceivedAssertion,
    call::Call,
    course_member::CourseMember,
    deep_linking::{
        CourseLink, DeepLinkingOptions, Finding, FindingKind, Findings, ReceivedResponse,
    },
    dialect::Dialect,
    dynamic_registration::RegisteredTool,
    fault::Fault,
    grade_book::{Grade, PostedScore},
    platform_services::PlatformServices,
    request_log::ReceivedRequest,
};
