//! The picker: what the tool has, and what becomes of the choice.
//!
//! Nothing is kept between the launch and the choice. All that is needed to answer is sealed in the handle, which
//! stands in the page's address and in its form, opens in this browser alone, and answers once. So any number of pickers
//! may be open in tabs side by side, and no other site can send the form: it has no handle of this browser's.

use axum::{
    extract::{Form, Query, State},
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use tower_lti::{
    LtiError,
    claims::ContextRole,
    deep_linking::{DeepLinkingRequest, OpenedRequest},
};

use crate::{Site, catalogue::Content, item::item, pages};

/// Sends the browser of whoever may add content to the picker, and everybody else back to the course.
pub(crate) async fn open(
    site: &Site,
    request: &DeepLinkingRequest,
    headers: &HeaderMap,
) -> Result<Response, LtiError> {
    let roles = request.launch().claims().roles();
    let is_teacher = roles.is_instructor() || roles.has(ContextRole::ContentDeveloper);
    if !is_teacher && !roles.is_context_administrator() {
        let response = request.respond(&site.tool);
        let response = response.error_message("Only teachers add content to the course.");
        return Ok(response.sign().await?.into_response());
    }
    let handle = request.handle(&site.tool, headers)?;
    let page = Redirect::to(&format!("/picker?handle={}", handle.text()));
    Ok(handle.with_cookie(page.into_response()))
}

#[derive(Deserialize)]
pub(crate) struct Opened {
    #[serde(default)]
    handle: String,
}

/// The picker, as often as it is reloaded.
pub(crate) async fn show(
    State(site): State<Site>,
    headers: HeaderMap,
    Query(Opened { handle }): Query<Opened>,
) -> Result<Response, LtiError> {
    let request = site.tool.open_deep_linking(&handle, &headers)?;
    Ok(pages::picker(request.settings(), &handle, None))
}

/// The form of the picker.
struct Choice(Vec<(String, String)>);

impl Choice {
    fn text(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let named = self.0.iter().filter(move |(given, _)| given == name);
        named.map(|(_, value)| value.as_str())
    }
}

/// Takes the browser back to the platform, with what was chosen or with nothing.
pub(crate) async fn choose(
    State(site): State<Site>,
    headers: HeaderMap,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, LtiError> {
    let choice = Choice(fields);
    let handle = choice.text("handle");
    let request = site.tool.open_deep_linking(handle, &headers)?;
    if choice.text("action") == "cancel" {
        return Ok(request.respond().sign().await?.into_response());
    }
    let chosen: Vec<&Content> = choice.all("content").filter_map(Content::find).collect();
    if chosen.is_empty() {
        let problem = Some("Choose something first, or cancel.");
        return Ok(pages::picker(request.settings(), handle, problem));
    }
    answer(&site, request, &chosen, choice.text("title")).await
}

/// Answers with these contents. What does not fit the request is refused, and the handle stays good.
async fn answer(
    site: &Site,
    request: OpenedRequest,
    chosen: &[&Content],
    title: &str,
) -> Result<Response, LtiError> {
    let settings = request.settings();
    let items = chosen.iter().map(|content| {
        // A title of the teacher's own is for one.
        let title = match title.trim() {
            own if chosen.len() == 1 && !own.is_empty() => own,
            _ => content.title,
        };
        item(content, title, settings, &site.launch_url)
    });
    let items = items.collect::<Result<Vec<_>, _>>()?;
    Ok(request.respond().items(items).sign().await?.into_response())
}
