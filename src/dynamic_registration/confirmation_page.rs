//! The page that shows who asks, and for what.

use bytes::Bytes;
use http::{HeaderValue, Response, header};
use http_body_util::Full;
use url::Url;

use crate::{
    dynamic_registration::{
        PlatformConfiguration, ToolProfile,
        framing::Framing,
        metadata::ClientMetadata,
        platform_call::place,
        record::token_audience,
        registration_form::HANDLE,
        words::{claim_in_words, in_words, message_in_words, scope_in_words},
    },
    pages::{PostForm, document, harden, text as escape},
};

/// What the page shows.
pub(super) struct ConfirmationPage<'a> {
    pub(super) configuration_url: &'a Url,
    pub(super) registration_endpoint: &'a Url,
    pub(super) configuration: &'a PlatformConfiguration,
    pub(super) profile: &'a ToolProfile,
    pub(super) metadata: &'a ClientMetadata,
    pub(super) has_token: bool,
    pub(super) needs_approval: bool,
    pub(super) framing: &'a Framing,
}

impl ConfirmationPage<'_> {
    /// The page, with one form whose only field is the sealed handle.
    pub(super) fn into_response(self, handle: &str, nonce: &str) -> Response<Full<Bytes>> {
        let heading = format!("Register {}?", escape(&self.profile.client_name));
        let form = PostForm::to_this_address([(HANDLE, handle)]);
        let label = format!("Register with {}", escape(&self.configuration.issuer));
        let body = self.html() + &form.with_button("register", &label);
        let page = document(&heading, Some(nonce), &body);
        let mut response = Response::new(Full::new(Bytes::from(page)));
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        );
        let policy = format!(
            "default-src 'none'; style-src 'nonce-{nonce}'; form-action 'self'; base-uri 'none'; {}",
            self.framing.policy()
        );
        let policy = HeaderValue::try_from(policy).ok();
        headers.extend(policy.map(|policy| (header::CONTENT_SECURITY_POLICY, policy)));
        harden(headers);
        response
    }

    fn html(&self) -> String {
        let mut html = format!(
            "<p>A learning platform asks this tool to register with it. Go on if it is yours.</p>\n\
             <p>Platform: <strong>{}</strong>{}</p>\n<p>Its address: {}</p>\n",
            escape(&self.configuration.issuer),
            escape(&self.product()),
            escape(&place(self.configuration_url)),
        );
        let claims = in_words(&self.metadata.claims(), claim_in_words);
        let scopes = in_words(&self.metadata.scopes(), scope_in_words);
        let messages = in_words(&self.metadata.messages(), message_in_words);
        html += &section("The platform will open the tool for", &messages);
        html += &section("The tool will learn of each user", &claims);
        html += &section("The tool will be allowed to", &scopes);
        let withheld: Vec<&str> = self
            .profile
            .scopes
            .iter()
            .map(String::as_str)
            .filter(|scope| !self.metadata.scopes().contains(scope))
            .collect();
        let withheld = in_words(&withheld, scope_in_words);
        html += &section("The platform does not offer the tool to", &withheld);
        if self.registration_endpoint.origin() != self.configuration_url.origin() {
            let what = if self.has_token {
                "The registration, with the platform's one-time token, goes to another address"
            } else {
                "The registration goes to another address"
            };
            html += &format!(
                "<p><strong>{what}: {}</strong></p>\n",
                escape(&place(self.registration_endpoint)),
            );
        }
        html += &section(
            "The platform names addresses elsewhere, too",
            &self.elsewhere(),
        );
        if self.needs_approval {
            html +=
                "<p>The tool's operator has to approve the registration before it counts.</p>\n";
        }
        html
    }

    /// What is at another origin than the configuration: what counts as the platform's is then decided there.
    fn elsewhere(&self) -> Vec<String> {
        let configuration = self.configuration;
        let audience = token_audience(configuration);
        [
            (
                "users sign in at",
                Some(configuration.authorization_endpoint()),
            ),
            (
                "access tokens come from",
                Some(configuration.token_endpoint()),
            ),
            ("access tokens are asked for in the name of", audience),
            ("the platform's keys are at", Some(configuration.jwks_uri())),
        ]
        .into_iter()
        .filter_map(|(what, text)| Some((what, Url::parse(text?).ok()?)))
        .filter(|(_, url)| url.origin() != self.configuration_url.origin())
        .map(|(what, url)| format!("{what} {}", place(&url)))
        .collect()
    }

    fn product(&self) -> String {
        let family = self.configuration.product_family.as_ref();
        let version = self.configuration.version.as_deref();
        match (family, version) {
            (Some(family), Some(version)) => format!(", {family} {version}"),
            (Some(family), None) => format!(", {family}"),
            (None, _) => String::new(),
        }
    }
}

fn section(heading: &str, lines: &[String]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let items = list(lines);
    format!("<p>{heading}:</p>\n{items}")
}

/// The lines as a list, escaped.
pub(super) fn list(lines: &[String]) -> String {
    let items: String = lines
        .iter()
        .map(|line| format!("<li>{}</li>\n", escape(line)))
        .collect();
    format!("<ul>\n{items}</ul>\n")
}
