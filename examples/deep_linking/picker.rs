//! The picker: what the tool has, and what becomes of the choice.
//!
//! Nothing is kept between the launch and the choice. All that is needed to answer is sealed in the handle, which
//! stands in the page's form, opens in this browser alone, and answers once. So any number of pickers may be open in tabs
//! side by side, and no other site can send the form: it has no handle of this browser's.
//!
//! The picker is the answer to the launch itself. Under an address of its own it could be reloaded, but the address would
//! hold the handle: addresses stand in logs and histories, and servers refuse long ones, as the handle is where the
//! platform's `data` is. Whoever reloads the picker sends the launch once more, which is refused with a page that says to
//! open the tool again; nothing was chosen yet that could be lost.

use axum::{
    extract::{Form, State, rejection::FormRejection},
    http::HeaderMap,
    response::Response,
};
use tower_lti::{
    LtiError,
    claims::ContextRole,
    deep_linking::{DeepLinkingRequest, OpenedRequest},
};

use super::{Site, catalogue::Content, item::item, pages};

/// Shows the picker to whoever may add content, and sends everybody else back to the course.
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
    let page = pages::picker(request.settings(), handle.text(), None);
    Ok(handle.with_cookie(page))
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
    form: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Result<Response, LtiError> {
    // What is no form brings no handle, and is refused for that.
    let choice = Choice(form.map(|Form(fields)| fields).unwrap_or_default());
    let handle = choice.text("handle");
    let request = site.tool.open_deep_linking(handle, &headers)?;
    if choice.text("action") == "cancel" {
        return Ok(request.respond().sign().await?.into_response());
    }
    let chosen: Option<Vec<&Content>> = choice.all("content").map(Content::find).collect();
    let problem = match &chosen {
        Some(chosen) if !chosen.is_empty() => {
            return answer(&site, request, chosen, choice.text("title")).await;
        }
        Some(_) => "Choose something first, or cancel.",
        None => "What was chosen is not there any more. Choose again, or cancel.",
    };
    Ok(pages::picker(request.settings(), handle, Some(problem)))
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
