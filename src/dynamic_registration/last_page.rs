//! The page of a registration that is done.

use bytes::Bytes;
use http::Response;
use http_body_util::Full;

use crate::{
    dynamic_registration::{
        PlatformConfiguration,
        confirmation_page::list,
        framing::Framing,
        reply::LeftOut,
        words::{claim_in_words, in_words, message_in_words, scope_in_words},
    },
    pages::{harden, scripted_page, text as escape},
    registration::ProductFamily,
};

/// Tells the platform to close the page (Dynamic Registration 1.0 §3.7). On this page alone.
const CLOSE: &str =
    "(window.opener || window.parent).postMessage({subject:\"org.imsglobal.lti.close\"}, \"*\")";

/// What the page shows.
pub(super) struct LastPage<'a> {
    pub(super) configuration: &'a PlatformConfiguration,
    pub(super) client_id: &'a str,
    pub(super) left_out: &'a LeftOut,
    pub(super) needs_approval: bool,
    pub(super) framing: &'a Framing,
}

impl LastPage<'_> {
    pub(super) fn into_response(self, nonce: &str) -> Response<Full<Bytes>> {
        let policy = format!(
            "; form-action 'none'; base-uri 'none'; {}",
            self.framing.policy()
        );
        let mut response = scripted_page(self.heading(), &self.html(), nonce, CLOSE, &policy);
        harden(response.headers_mut());
        response
    }

    fn heading(&self) -> &'static str {
        if self.needs_approval {
            "The tool is registered, and waits for approval"
        } else {
            "The tool is registered"
        }
    }

    fn html(&self) -> String {
        let mut html = format!(
            "<p>It is registered with <strong>{}</strong> under the client id {}.</p>\n",
            escape(&self.configuration.issuer),
            escape(self.client_id),
        );
        if self.needs_approval {
            html += "<p><strong>The tool's operator has to approve it before it can be opened.</strong></p>\n";
        }
        html += switched_on_by(self.configuration.product_family.as_ref());
        for (what, left_out, words) in [
            (
                "The platform does not let the tool",
                &self.left_out.scopes,
                scope_in_words as fn(&str) -> Option<&'static str>,
            ),
            (
                "The platform does not tell the tool",
                &self.left_out.claims,
                claim_in_words,
            ),
            (
                "The platform does not open the tool for",
                &self.left_out.messages,
                message_in_words,
            ),
        ] {
            if !left_out.is_empty() {
                let left_out: Vec<&str> = left_out.iter().map(String::as_str).collect();
                html += &format!("<p>{what}:</p>\n{}", list(&in_words(&left_out, words)));
            }
        }
        html + "<p>This page can be closed.</p>\n"
    }
}

/// Who has to switch the tool on in the platform, by product.
fn switched_on_by(family: Option<&ProductFamily>) -> &'static str {
    match family {
        Some(ProductFamily::Moodle) => {
            "<p>In Moodle, an administrator activates it: Site administration, Plugins, External tool, Manage tools, Activate.</p>\n"
        }
        Some(ProductFamily::Brightspace) => {
            "<p>In Brightspace, an administrator enables it and adds a deployment: Admin Tools, Manage Extensibility, LTI Advantage.</p>\n"
        }
        Some(ProductFamily::Canvas) => {
            "<p>In Canvas, an administrator switches it on: Admin, Apps or Developer Keys.</p>\n"
        }
        _ => {
            "<p>If the platform does not show it yet, an administrator of the platform has to switch it on there.</p>\n"
        }
    }
}
