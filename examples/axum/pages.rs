//! What the tool answers: a page, or JSON where that is asked for.

use std::convert::Infallible;

use axum::{
    Json,
    extract::FromRequestParts,
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::{Html, IntoResponse, Response},
};
use serde_json::{Map, Value, json};
use tower_lti::{
    claims::{LaunchClaims, Role, names},
    deployment::DeploymentKey,
    onboarding::MissingDeployment,
    pages::STYLESHEET,
    session::LtiSession,
};

use crate::{NAME, Site, after_launch, picker};

/// The launch as JSON, with the id that later calls name it by.
pub(crate) fn launched_json(session: &LtiSession) -> Response {
    let launch = session.launch();
    let mut answer = facts(launch.deployment().key(), launch.claims());
    answer.insert(
        "deployment_created".into(),
        launch.deployment_created().into(),
    );
    answer.insert("launch_id".into(), session.reference().into());
    ([(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response()
}

pub(crate) fn launched(site: &Site, session: &LtiSession, has_created: bool) -> Response {
    let launch = session.launch();
    let (deployment, claims) = (launch.deployment().key(), launch.claims());
    if let Some(request) = launch.deep_linking_request() {
        let note = "The platform asks for content to put into the course.";
        let form = picker::form(site, &request, session);
        return page("Welcome", deployment, claims, note, &form);
    }
    let kept = match session.handle() {
        None => "A cookie says at each click whose session it is.",
        Some(_) => "Cookies are blocked here: the session is in the addresses of these pages.",
    };
    let note = match has_created {
        true => "This launch created the deployment.",
        false => "The deployment was known before.",
    };
    let more = format!(
        "<p id=\"session\">{kept}</p>\n{}",
        after_launch::ways(site, session)
    );
    page("Welcome", deployment, claims, note, &more)
}

pub(crate) fn missing(missing: &MissingDeployment, wanted: Wanted) -> Response {
    if wanted == Wanted::Json {
        let mut answer = facts(missing.key(), missing.claims());
        answer.insert("deployment_created".into(), false.into());
        answer.insert("deployment_missing".into(), true.into());
        return Json(answer).into_response();
    }
    page(
        "A new deployment",
        missing.key(),
        missing.claims(),
        "The deployment is not known, and this tool decides by itself what to do.",
        "",
    )
}

/// The launch under short names.
fn facts(deployment: &DeploymentKey, claims: &LaunchClaims) -> Map<String, Value> {
    let mut facts = Map::new();
    let mut add = |name: &str, value: Value| {
        if !value.is_null() {
            facts.insert(name.to_owned(), value);
        }
    };
    let registration = deployment.registration();
    add("issuer", registration.issuer().as_str().into());
    add("client_id", registration.client_id().as_str().into());
    add("deployment_id", deployment.id().as_str().into());
    add("message_type", claims.message_type().as_str().into());
    add("target_link_uri", claims.target_link_uri().into());
    add("roles", json!(claims.roles()));
    add("sub", claims.sub().into());
    let user = claims.user();
    add("name", user.and_then(|user| user.name()).into());
    add("given_name", user.and_then(|user| user.given_name()).into());
    add(
        "family_name",
        user.and_then(|user| user.family_name()).into(),
    );
    add("email", user.and_then(|user| user.email()).into());
    add("locale", user.and_then(|user| user.locale()).into());
    add("context", json!(claims.context()));
    add("resource_link", json!(claims.resource_link()));
    if claims.claim(names::CUSTOM).is_some_and(Value::is_object) {
        add("custom", json!(claims.custom()));
    }
    add("tool_platform", json!(claims.tool_platform()));
    add("launch_presentation", json!(claims.launch_presentation()));
    add("lis", json!(claims.lis()));
    add(
        "deep_linking_settings",
        json!(claims.deep_linking_settings()),
    );
    add("assignment_and_grade", json!(claims.ags_endpoint()));
    add("names_and_roles", json!(claims.names_role_service()));
    facts
}

fn page(
    title: &str,
    deployment: &DeploymentKey,
    claims: &LaunchClaims,
    note: &str,
    form: &str,
) -> Response {
    let who = match claims.user() {
        Some(user) => user.name().unwrap_or("somebody without a name"),
        None => "somebody anonymous",
    };
    let course = claims
        .context()
        .and_then(|context| context.title().or(context.label()))
        .unwrap_or("no course");
    // Where content is selected there is none.
    let link = claims.resource_link().map(|link| {
        let title = link.title().unwrap_or("a link without a title");
        format!(
            "<dt>Link</dt><dd>{}</dd>\n",
            html_escape::encode_text(title)
        )
    });
    let link = link.unwrap_or_default();
    let roles: Vec<_> = claims.roles().iter().map(role_name).collect();
    let roles = if roles.is_empty() {
        "no role".to_owned()
    } else {
        roles.join(", ")
    };
    let [who, course, roles, id] =
        [who, course, &roles, deployment.id().as_str()].map(html_escape::encode_text::<str>);
    let body = format!(
        "<dl>\n\
         <dt>Course</dt><dd>{course}</dd>\n{link}<dt>Role</dt><dd>{roles}</dd>\n\
         <dt>Deployment</dt><dd>{id}</dd>\n</dl>\n<p id=\"note\">{note}</p>\n{form}"
    );
    document(&format!("{title}, {who}"), &body)
}

/// Why something that was sent by hand is not taken. All of it is text of the tool's own.
pub(crate) fn refused(status: StatusCode, code: &str, message: &str, remedy: &str) -> Response {
    let body =
        format!("<p role=\"alert\">{message}</p>\n<p>{remedy}</p>\n<p><small>{code}</small></p>\n");
    (status, document("That did not work", &body)).into_response()
}

/// A page with this heading and this body, both HTML.
pub(crate) fn document(heading: &str, body: &str) -> Response {
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{heading}</title>\n<link rel=\"icon\" href=\"data:,\">\n\
         <style>\n{STYLESHEET}</style>\n</head>\n<body>\n<header>\n<p>{NAME}</p>\n</header>\n\
         <main>\n<h1>{heading}</h1>\n{body}</main>\n</body>\n</html>\n"
    );
    ([(header::CACHE_CONTROL, "no-store")], Html(html)).into_response()
}

pub(crate) fn role_name(role: Role<'_>) -> String {
    match role {
        Role::Context {
            principal,
            sub_role: Some(sub_role),
        } => format!("{sub_role} ({principal:?})"),
        Role::Context { principal, .. } => format!("{principal:?}"),
        Role::Institution(name) => format!("{name} at the institution"),
        Role::System(name) => format!("{name} in the platform"),
        Role::TestUser => "test user".to_owned(),
        Role::LegacyPerson(name) | Role::Other(name) => name.to_owned(),
        other => format!("{other:?}"),
    }
}

/// What whoever launches wants to see.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    Page,
    Json,
    /// A page that a browser shows, and may reload.
    Visit,
}

impl<S: Sync> FromRequestParts<S> for Wanted {
    type Rejection = Infallible;

    /// JSON where that is asked for, and a page is not. A browser asks for a page, or says that it goes to one.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let named = |wanted: &str| {
            parts
                .headers
                .get_all(header::ACCEPT)
                .iter()
                .filter_map(|accept| accept.to_str().ok())
                .any(|accept| accept.to_ascii_lowercase().contains(wanted))
        };
        if named("application/json") && !named("text/html") {
            Ok(Self::Json)
        } else if named("text/html") || navigates(&parts.headers) {
            Ok(Self::Visit)
        } else {
            Ok(Self::Page)
        }
    }
}

fn navigates(headers: &HeaderMap) -> bool {
    let mode = headers.get("sec-fetch-mode");
    mode.is_some_and(|mode| mode == "navigate")
}
