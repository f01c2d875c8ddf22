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
    page_text::PageText,
    pages::{Escaped, PageWriter, PostForm, harden, text as escape, texts},
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
    pub(super) page: &'a PageWriter,
}

impl ConfirmationPage<'_> {
    /// The page, with one form whose only field is the sealed handle.
    pub(super) fn into_response(self, handle: &str, nonce: &str) -> Response<Full<Bytes>> {
        let page = self.page;
        let tool = Escaped::text(&self.profile.client_name);
        let form = PostForm::to_this_address([(HANDLE, handle)]);
        let platform = Escaped::text(&self.configuration.issuer);
        let label = page.fill(texts::REGISTER_WITH, &[("platform", platform)]);
        let body = self.html() + &form.with_button("register", &label);
        let page = page.document_about(texts::REGISTER, &[("tool", tool)], Some(nonce), &body);
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
        let page = self.page;
        let issuer = Escaped::strong(&self.configuration.issuer);
        let platform = issuer.then(&Escaped::text(&self.product()));
        let address = Escaped::text(&place(self.configuration_url));
        let mut html = format!(
            "<p>{}</p>\n<p>{}</p>\n<p>{}</p>\n",
            page.text(texts::REGISTER_INTRO),
            page.fill(texts::REGISTER_PLATFORM, &[("platform", platform)]),
            page.fill(texts::REGISTER_ADDRESS, &[("address", address)]),
        );
        let claims = in_words(page, &self.metadata.claims(), claim_in_words);
        let scopes = in_words(page, &self.metadata.scopes(), scope_in_words);
        let messages = in_words(page, &self.metadata.messages(), message_in_words);
        html += &section(page, texts::REGISTER_MESSAGES, &messages);
        html += &section(page, texts::REGISTER_CLAIMS, &claims);
        html += &section(page, texts::REGISTER_SCOPES, &scopes);
        let withheld: Vec<&str> = self
            .profile
            .scopes
            .iter()
            .map(String::as_str)
            .filter(|scope| !self.metadata.scopes().contains(scope))
            .collect();
        let withheld = in_words(page, &withheld, scope_in_words);
        html += &section(page, texts::REGISTER_WITHHELD, &withheld);
        if self.registration_endpoint.origin() != self.configuration_url.origin() {
            let what = match self.has_token {
                true => texts::REGISTER_TOKEN_ELSEWHERE,
                false => texts::REGISTER_ELSEWHERE,
            };
            let address = Escaped::text(&place(self.registration_endpoint));
            html += &format!(
                "<p><strong>{}</strong></p>\n",
                page.fill(what, &[("address", address)])
            );
        }
        let elsewhere = self.elsewhere();
        if !elsewhere.is_empty() {
            let what = page.text(texts::REGISTER_MORE_ADDRESSES);
            html += &format!("<p>{what}</p>\n<ul>\n{elsewhere}</ul>\n");
        }
        if self.needs_approval {
            html += &format!("<p>{}</p>\n", page.text(texts::REGISTER_NEEDS_APPROVAL));
        }
        html
    }

    /// What is at another origin than the configuration: what counts as the platform's is then decided there.
    fn elsewhere(&self) -> String {
        let configuration = self.configuration;
        let audience = token_audience(configuration);
        [
            (
                texts::USERS_SIGN_IN_AT,
                Some(configuration.authorization_endpoint()),
            ),
            (
                texts::TOKENS_COME_FROM,
                Some(configuration.token_endpoint()),
            ),
            (texts::TOKENS_ARE_FOR, audience),
            (texts::KEYS_ARE_AT, Some(configuration.jwks_uri())),
        ]
        .into_iter()
        .filter_map(|(what, text)| Some((what, Url::parse(text?).ok()?)))
        .filter(|(_, url)| url.origin() != self.configuration_url.origin())
        .map(|(what, url)| {
            let address = Escaped::text(&place(&url));
            let line = self.page.fill(what, &[("address", address)]);
            format!("<li>{line}</li>\n")
        })
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

/// A list under what it is of; nothing where it is empty.
pub(super) fn section(page: &PageWriter, heading: PageText, lines: &[String]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    format!("<p>{}</p>\n{}", page.text(heading), list(lines))
}

/// The lines as a list, escaped.
fn list(lines: &[String]) -> String {
    let items: String = lines
        .iter()
        .map(|line| format!("<li>{}</li>\n", escape(line)))
        .collect();
    format!("<ul>\n{items}</ul>\n")
}
