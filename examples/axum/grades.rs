//! Line items, scores and results, for the tool's own pages.

use std::num::NonZeroUsize;

use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};
use tower_lti::{
    LaunchContext,
    grades::{
        ActivityProgress, GradeResult, Grades, GradingProgress, LineItem, LineItemDraft, Score,
    },
};

use crate::{Site, answer::Answer, call::Call, refusal::Refusal, said::said};

#[derive(Deserialize)]
pub(crate) struct WantedItems {
    resource_link_id: Option<String>,
    resource_id: Option<String>,
    tag: Option<String>,
    /// The size of the pages in which the platform is asked.
    limit: Option<NonZeroUsize>,
}

/// `POST /lti/ags/line_items`: all line items that the tool sees.
pub(crate) async fn line_items(
    State(site): State<Site>,
    Call { session, wanted }: Call<WantedItems>,
) -> Result<Answer<Value>, Refusal> {
    let mut list = site.tool.services().grades(session.launch())?.line_items();
    if let Some(id) = said(&wanted.resource_link_id) {
        list = list.resource_link_id(id);
    }
    if let Some(id) = said(&wanted.resource_id) {
        list = list.resource_id(id);
    }
    if let Some(tag) = said(&wanted.tag) {
        list = list.tag(tag);
    }
    if let Some(limit) = wanted.limit {
        list = list.page_size(limit.get());
    }
    let items: Vec<Value> = list.collect().await?.iter().map(item_json).collect();
    Ok(Answer(json!({"line_items": items})))
}

#[derive(Deserialize)]
pub(crate) struct NewItem {
    label: String,
    score_maximum: f64,
    resource_id: Option<String>,
    tag: Option<String>,
    resource_link_id: Option<String>,
}

/// `POST /lti/ags/line_item`: creates one.
pub(crate) async fn line_item(
    State(site): State<Site>,
    Call { session, wanted }: Call<NewItem>,
) -> Result<Answer<Value>, Refusal> {
    let grades = site.tool.services().grades(session.launch())?;
    let mut draft = LineItemDraft::new(&wanted.label, wanted.score_maximum)?;
    if let Some(id) = said(&wanted.resource_id) {
        draft = draft.resource_id(id);
    }
    if let Some(tag) = said(&wanted.tag) {
        draft = draft.tag(tag);
    }
    if let Some(id) = said(&wanted.resource_link_id) {
        draft = draft.resource_link_id(id);
    }
    let created = grades.create_line_item(&draft).await?;
    Ok(Answer(json!({"line_item": item_json(&created)})))
}

#[derive(Deserialize)]
pub(crate) struct NewScore {
    user_id: String,
    score_given: f64,
    score_maximum: f64,
    line_item: Option<String>,
    comment: Option<String>,
    activity_progress: Option<String>,
    grading_progress: Option<String>,
}

/// `POST /lti/ags/score`: sends one; without a progress it is completed and fully graded.
pub(crate) async fn score(
    State(site): State<Site>,
    Call { session, wanted }: Call<NewScore>,
) -> Result<Answer<Value>, Refusal> {
    let grades = grades_of(&site, session.launch(), &wanted.line_item)?;
    let mut score = Score::of(&wanted.user_id, wanted.score_given, wanted.score_maximum)?;
    if let Some(comment) = said(&wanted.comment) {
        score = score.comment(comment);
    }
    if let Some(name) = said(&wanted.activity_progress) {
        let progress = ActivityProgress::from_name(name);
        let expected = "Initialized, Started, InProgress, Submitted or Completed";
        score = score.activity_progress(
            progress.ok_or_else(|| Refusal::bad_value("activity_progress", expected))?,
        );
    }
    if let Some(name) = said(&wanted.grading_progress) {
        let progress = GradingProgress::from_name(name);
        let expected = "FullyGraded, Pending, PendingManual, Failed or NotReady";
        score = score.grading_progress(
            progress.ok_or_else(|| Refusal::bad_value("grading_progress", expected))?,
        );
    }
    grades.post(score).await?;
    Ok(Answer(json!({})))
}

#[derive(Deserialize)]
pub(crate) struct WantedResults {
    line_item: Option<String>,
    user_id: Option<String>,
    /// The size of the pages in which the platform is asked.
    limit: Option<NonZeroUsize>,
}

/// `POST /lti/ags/results`: the results of a line item, of all users or of one.
pub(crate) async fn results(
    State(site): State<Site>,
    Call { session, wanted }: Call<WantedResults>,
) -> Result<Answer<Value>, Refusal> {
    let mut list = grades_of(&site, session.launch(), &wanted.line_item)?.results();
    if let Some(user) = said(&wanted.user_id) {
        list = list.user_id(user);
    }
    if let Some(limit) = wanted.limit {
        list = list.page_size(limit.get());
    }
    let results: Vec<Value> = list.collect().await?.iter().map(result_json).collect();
    Ok(Answer(json!({"results": results})))
}

/// The grades of the launch's own line item, or of the one that is named.
fn grades_of(
    site: &Site,
    launch: &LaunchContext,
    line_item: &Option<String>,
) -> Result<Grades, Refusal> {
    let grades = site.tool.services().grades(launch)?;
    match said(line_item) {
        Some(url) => Ok(grades.at_line_item(url)?),
        None => Ok(grades),
    }
}

fn item_json(item: &LineItem) -> Value {
    json!({
        "id": item.id(),
        "label": item.label(),
        "score_maximum": item.score_maximum(),
        "resource_id": item.resource_id(),
        "tag": item.tag(),
        "resource_link_id": item.resource_link_id(),
        "grades_released": item.grades_released(),
        "start_date_time": item.member("startDateTime"),
        "end_date_time": item.member("endDateTime"),
    })
}

fn result_json(result: &GradeResult) -> Value {
    json!({
        "id": result.id(),
        "user_id": result.user_id(),
        "result_score": result.result_score(),
        "result_maximum": result.result_maximum(),
        "comment": result.comment(),
        "scoring_user_id": result.scoring_user_id(),
        "line_item": result.score_of(),
    })
}
