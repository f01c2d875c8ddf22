//! The picker: what the tool has, and what becomes of the choice.
//!
//! The session of the launch stands for the request that waits for an answer. Any number of pickers may be open in tabs side by
//! side, each with a session of its own, and each request is answered once.

use axum::{
    extract::{Form, State, rejection::FormRejection},
    response::{IntoResponse, Redirect, Response},
};
use tower_lti::{
    LaunchContext, LtiError,
    claims::ContextRole,
    deep_linking::{DeepLinkingRequest, ResponseDraft},
    session::LtiSession,
};

use super::{Site, catalogue::Content, item::item, pages};

/// Sends whoever may add content on to the picker, and everybody else back to the course.
pub(crate) async fn open(site: &Site, request: &DeepLinkingRequest) -> Result<Response, LtiError> {
    if may_add(request.launch()) {
        return Ok(Redirect::to("/picker").into_response());
    }
    let response = request.respond(&site.tool);
    let response = response.error_message("Only teachers add content to the course.");
    Ok(response.sign().await?.into_response())
}

/// The same launch is asked again at each request: a learner has a session, too.
fn may_add(launch: &LaunchContext) -> bool {
    let roles = launch.claims().roles();
    roles.is_instructor()
        || roles.has(ContextRole::ContentDeveloper)
        || roles.is_context_administrator()
}

/// Shows the picker, as often as the browser asks for it.
pub(crate) async fn show(
    State(site): State<Site>,
    request: DeepLinkingRequest,
    session: LtiSession,
) -> Result<Response, LtiError> {
    match may_add(request.launch()) {
        true => Ok(pages::picker(request.settings(), &session, None)),
        false => open(&site, &request).await,
    }
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
    request: DeepLinkingRequest,
    session: LtiSession,
    form: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Result<Response, LtiError> {
    if !may_add(request.launch()) {
        return open(&site, &request).await;
    }
    // What is no form chooses nothing.
    let choice = Choice(form.map(|Form(fields)| fields).unwrap_or_default());
    let response = request.respond_in_session(&site.tool, &session);
    if choice.text("action") == "cancel" {
        return Ok(response.sign().await?.into_response());
    }
    let chosen: Option<Vec<&Content>> = choice.all("content").map(Content::find).collect();
    let problem = match &chosen {
        Some(chosen) if !chosen.is_empty() => {
            return answer(&site, &request, response, chosen, choice.text("title")).await;
        }
        Some(_) => "Choose something first, or cancel.",
        None => "What was chosen is not there any more. Choose again, or cancel.",
    };
    Ok(pages::picker(request.settings(), &session, Some(problem)))
}

/// Answers with these contents. What does not fit the request is refused, and uses nothing up.
async fn answer(
    site: &Site,
    request: &DeepLinkingRequest,
    response: ResponseDraft,
    chosen: &[&Content],
    title: &str,
) -> Result<Response, LtiError> {
    let items = chosen.iter().map(|content| {
        // A title of the teacher's own is for one.
        let title = match title.trim() {
            own if chosen.len() == 1 && !own.is_empty() => own,
            _ => content.title,
        };
        item(content, title, request.settings(), &site.launch_url)
    });
    let items = items.collect::<Result<Vec<_>, _>>()?;
    Ok(response.items(items).sign().await?.into_response())
}
