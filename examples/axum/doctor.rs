//! `/doctor`, where the tool looks for mistakes in its registrations and in itself: on this machine alone.

use std::net::SocketAddr;

use axum::{
    extract::ConnectInfo,
    http::{header, request::Parts},
};
use tower_lti::{
    LtiTool,
    doctor::{Doctor, LtiDoctor},
};
use url::{Position, Url};

/// Where it is.
pub(crate) const PATH: &str = "/doctor";

/// The page; none where others than this machine can reach the tool. Behind a sign-in of yours it may be anywhere.
pub(crate) fn page(tool: &LtiTool, base_url: &str, listening: SocketAddr) -> Option<LtiDoctor> {
    // Plain http is for loopback: `base_url` sees to that.
    let own = Url::parse(base_url)
        .ok()
        .filter(|url| url.scheme() == "http")?;
    if !listening.ip().is_loopback() {
        return None;
    }
    let doctor = Doctor::of_tool(tool)
        .login_url(format!("{base_url}/lti/login"))
        .key_set_url(format!("{base_url}/lti/jwks.json"))
        .insecure_allow_loopback_http();
    let authority = own[Position::BeforeHost..Position::AfterPort].to_owned();
    Some(LtiDoctor::new(doctor, move |request| {
        let may_see = is_local(request, &authority) && !is_cross_site(request);
        async move { may_see }
    }))
}

/// Whether this machine asks, by the tool's own name, and no proxy asks for somebody else. A proxy on this machine that
/// says nothing of itself, and names the tool as this machine does, is not noticed: put the page behind a sign-in there.
fn is_local(request: &Parts, authority: &str) -> bool {
    let peer = request.extensions.get::<ConnectInfo<SocketAddr>>();
    let is_near = peer.is_some_and(|ConnectInfo(peer)| peer.ip().is_loopback());
    // Another name that leads to loopback is somebody else's.
    let host = request.headers.get(header::HOST);
    let is_by_name = host.is_some_and(|host| host == authority);
    let is_forwarded = request.headers.keys().any(|name| {
        let name = name.as_str();
        name.starts_with("x-forwarded-") || ["forwarded", "x-real-ip", "via"].contains(&name)
    });
    is_near && is_by_name && !is_forwarded
}

/// Whether another site's page asks, by what browsers say.
fn is_cross_site(request: &Parts) -> bool {
    let mut sites = request.headers.get_all("sec-fetch-site").iter();
    sites.any(|site| site != "same-origin" && site != "none")
}
