//! A small picker: whoever selects content in the course may add a link to this tool.

use axum::{
    extract::{Form, Path, State, rejection::FormRejection},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use html_escape::encode_double_quoted_attribute as attribute;
use serde::Deserialize;
use tower_lti::{
    LaunchContext, LtiError,
    deep_linking::{DeepLinkingRequest, DeepLinkingResponse, ResourceLinkItem},
    session::LtiSession,
};

use crate::{Site, origin::is_own, pages};

const LINK: &str = "ltiResourceLink";

/// The title of a link that gets no other.
const TITLE: &str = "Welcome";

/// The form on the page of a launch that asks for content.
pub(crate) fn form(site: &Site, request: &DeepLinkingRequest, session: &LtiSession) -> String {
    let settings = request.settings();
    let choice = match settings.accepts(LINK) {
        _ if !may_add(request.launch()) => {
            "<p>Only teachers add content to the course.</p>\n".to_owned()
        }
        true => format!(
            "<p><label>Title of the link <input id=\"title\" name=\"title\" maxlength=\"200\" value=\"{}\"></label></p>\n\
             <button id=\"add\" name=\"choose\" value=\"link\">Add a link to this tool</button>\n",
            attribute(settings.title().unwrap_or(TITLE))
        ),
        false => "<p>The course takes nothing that this tool has.</p>\n".to_owned(),
    };
    format!(
        "<form method=\"post\" action=\"{}\">\n{choice}\
         <button id=\"cancel\" class=\"quiet\" name=\"choose\" value=\"nothing\">Cancel</button>\n</form>\n",
        attribute(&site.page_of(session))
    )
}

/// Whether somebody is more than a learner. Some platforms name no role.
fn may_add(launch: &LaunchContext) -> bool {
    let roles = launch.claims().roles();
    !roles.is_learner() || roles.is_instructor()
}

#[derive(Deserialize)]
pub(crate) struct Chosen {
    choose: Choice,
    #[serde(default)]
    title: String,
}

/// The buttons of the form.
#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Choice {
    Link,
    Nothing,
}

/// `POST /tool/{id}`: takes the browser back to the platform, with a link or with nothing.
///
/// What is not sent by the form is refused with a page, and uses nothing up.
pub(crate) async fn choose(
    State(site): State<Site>,
    Path(id): Path<String>,
    headers: HeaderMap,
    form: Result<Form<Chosen>, FormRejection>,
) -> Response {
    if !is_own(&headers, &site.base_url) {
        return pages::refused(
            StatusCode::FORBIDDEN,
            "cross_site",
            "The choice comes from a page of another site.",
            "Go back to your course, and select content there.",
        );
    }
    let session = match site.tool.open_session(&id, &headers).await {
        Ok(session) => session,
        Err(error) => return site.tool.error_response(&error, &headers),
    };
    let chosen = match form {
        Ok(Form(chosen)) => chosen,
        Err(rejection) => {
            return pages::refused(
                rejection.status(),
                "choice_malformed",
                "That is no choice of those on the page.",
                "Go back, and choose again.",
            );
        }
    };
    match sign(&site, &session, &chosen).await {
        Ok(Some(response)) => response.into_response(),
        Ok(None) => pages::refused(
            StatusCode::CONFLICT,
            "no_deep_linking_request",
            "Your course did not ask for content when it opened this page.",
            "Go back to your course, and select content there.",
        ),
        Err(error) => site.tool.error_response(&error, &headers),
    }
}

/// `None` where the launch asks for no content.
async fn sign(
    site: &Site,
    session: &LtiSession,
    chosen: &Chosen,
) -> Result<Option<DeepLinkingResponse>, LtiError> {
    let launch = session.launch();
    let Some(request) = launch.deep_linking_request() else {
        return Ok(None);
    };
    let mut response = request.respond_in_session(&site.tool, session);
    if !may_add(launch) {
        response = response.error_message("Only teachers add content to the course.");
    } else if chosen.choose == Choice::Link {
        let launch_url = format!("{}/lti/launch", site.base_url);
        let title = match chosen.title.trim() {
            "" => TITLE,
            title => title,
        };
        let link = ResourceLinkItem::new().title(title);
        response = response.item(link.url(&launch_url)?);
    }
    response.sign().await.map(Some)
}
