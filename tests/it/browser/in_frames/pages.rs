//! The pages of a tool that answers launches with 303, as guides say.

use axum::{
    extract::{Form, State},
    response::{Html, IntoResponse, Redirect, Response},
};
use serde::{Deserialize, Serialize};
use tower_lti::{
    LtiError, LtiTool, deep_linking::ResourceLinkItem, error::LtiErrorKind, session::LtiSession,
};

/// A cookie that is not partitioned: a browser that blocks third-party cookies does not send it.
const PLAIN: &str = "plain=1; Path=/; Secure; HttpOnly; SameSite=None";

/// What the tool keeps in a session.
#[derive(Default, Deserialize, Serialize)]
struct Notes(Vec<String>);

/// What a form of the tool sends.
#[derive(Deserialize)]
pub(super) struct Sent {
    note: String,
}

pub(super) async fn launched(session: LtiSession) -> Redirect {
    let asks_for_content = session.launch().deep_linking_request().is_some();
    Redirect::to(if asks_for_content { "/picker" } else { "/tool" })
}

pub(super) async fn show(session: LtiSession) -> Result<Response, LtiError> {
    let notes: Option<Notes> = session.data().map_err(|_| LtiErrorKind::LaunchRequired)?;
    let Notes(notes) = notes.unwrap_or_default();
    let claims = session.launch().claims();
    let link = claims.resource_link().and_then(|link| link.title());
    let page = format!(
        "<!doctype html><title>Tool</title><h1>Welcome {}</h1><p id=\"link\">{}</p>\
         <p id=\"proof\">{}</p><p id=\"notes\">{}</p><a id=\"next\" href=\"{}\">Next</a>\
         <form method=\"post\" action=\"{}\"><input name=\"note\"><button id=\"keep\">Keep</button></form>\
         <form method=\"post\" action=\"{}\"><button id=\"sign-out\">Sign out</button></form>",
        claims
            .user()
            .and_then(|user| user.name())
            .unwrap_or("nobody"),
        link.unwrap_or("no link"),
        if session.handle().is_some() {
            "without cookies"
        } else {
            "with cookies"
        },
        notes.join(", "),
        session.url("/tool?page=2").replace('&', "&amp;"),
        session.url("/tool").replace('&', "&amp;"),
        session.url("/sign-out").replace('&', "&amp;"),
    );
    Ok(([("set-cookie", PLAIN)], Html(page)).into_response())
}

pub(super) async fn note(
    session: LtiSession,
    Form(sent): Form<Sent>,
) -> Result<Redirect, LtiError> {
    let notes: Option<Notes> = session.data().map_err(|_| LtiErrorKind::LaunchRequired)?;
    let Notes(mut notes) = notes.unwrap_or_default();
    notes.push(sent.note);
    session.set_data(&Notes(notes)).await?;
    Ok(Redirect::to("/tool"))
}

pub(super) async fn sign_out(session: LtiSession) -> Result<Html<&'static str>, LtiError> {
    session.end().await?;
    Ok(Html("<p id=\"signed-out\">Signed out</p>"))
}

pub(super) async fn picker(session: LtiSession) -> Html<String> {
    Html(format!(
        "<!doctype html><title>Picker</title><form method=\"post\" action=\"{}\">\
         <button id=\"add\">Add a link</button></form>",
        session.url("/picker").replace('&', "&amp;")
    ))
}

pub(super) async fn choose(
    State(tool): State<LtiTool>,
    session: LtiSession,
) -> Result<Response, LtiError> {
    let request = session.launch().deep_linking_request();
    let request = request.ok_or(LtiErrorKind::LaunchRequired)?;
    let link = ResourceLinkItem::new().title("From the picker");
    let response = request.respond_in_session(&tool, &session).item(link);
    Ok(response.sign().await?.into_response())
}
