//! Grades: line items, scores and results of a course (Assignment and Grade Services 2.0).
//!
//! A **line item** is a column of the platform's grade book. A launch from a graded link names its own; a tool may
//! find or create others. A **score** is what the tool sends of one learner for one line item, and a **result** is
//! the grade that the platform has then. [`Services::grades`](crate::services::Services::grades) gives the
//! [`Grades`] of a launch:
//!
//! ```
//! # use tower_lti::{LaunchContext, LtiTool, grades::Score, services::ServiceError};
//! # async fn grade(tool: LtiTool, launch: LaunchContext, sub: &str) -> Result<(), ServiceError> {
//! let grades = tool.services().grades(&launch)?;
//! grades.post(Score::of(sub, 8.5, 10.0)?).await?;
//! # Ok(())
//! # }
//! ```
//!
//! What is taken care of:
//!
//! 1. Only what the launch's claim names is called, with the least of the scopes that it lists. What it does not
//!    offer is refused before any request.
//! 2. Timestamps rise for each learner and line item, as finely as the platform tells them apart.
//! 3. A score that got no answer is sent again with the same timestamp, so that it counts once.
//! 4. Lists are read to their end, and filtered here as well.
//! 5. That a user cannot be graded is [`NotGradable`](crate::services::ServiceErrorKind::NotGradable), in whatever
//!    way the platform says it; it goes by the product family, never by a URL.
//!
//! The guide has a page on it: [`guide::grades`](crate::guide::grades).

mod batch_lanes;
mod batch_run;
mod collected;
mod extension;
mod find_or_create;
mod grade_result;
#[expect(clippy::module_inception, reason = "named for its type")]
mod grades;
mod issued_times;
mod line_item;
mod line_item_calls;
mod line_item_draft;
mod line_items;
mod media_type;
mod number;
mod offer;
mod one_at_a_time;
mod page;
mod platform;
mod post;
mod post_batch;
mod progress;
mod refusal;
mod results;
mod review_settings;
mod scopes;
mod score;
mod score_batch;
mod score_body;
mod score_outcome;
mod sent_before;
mod user_grades;
mod verdict;
mod weight;

pub use self::{
    find_or_create::Found,
    grade_result::GradeResult,
    grades::Grades,
    line_item::LineItem,
    line_item_draft::LineItemDraft,
    line_items::LineItems,
    page::Page,
    post::Posted,
    post_batch::{PostBatch, RunEnd},
    progress::{ActivityProgress, GradingProgress},
    results::Results,
    review_settings::ReviewSettings,
    score::Score,
    score_batch::{BatchedScore, ScoreBatch},
    score_outcome::ScoreOutcome,
    user_grades::UserGrades,
};
pub(crate) use self::{number::to_json as points_to_json, offer::KeptLaunch};
