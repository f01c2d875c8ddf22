//! The page of a registration that is done.

use bytes::Bytes;
use http::Response;
use http_body_util::Full;

use crate::{
    dynamic_registration::{
        PlatformConfiguration,
        confirmation_page::section,
        framing::Framing,
        reply::LeftOut,
        words::{claim_in_words, in_words, message_in_words, scope_in_words},
    },
    page_text::PageText,
    pages::{Escaped, PageWriter, harden, scripted_page, texts},
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
    pub(super) page: &'a PageWriter,
}

impl LastPage<'_> {
    pub(super) fn into_response(self, nonce: &str) -> Response<Full<Bytes>> {
        let policy = format!(
            "; form-action 'none'; base-uri 'none'; {}",
            self.framing.policy()
        );
        let heading = match self.needs_approval {
            true => texts::REGISTERED_PENDING,
            false => texts::REGISTERED,
        };
        let body = self.html();
        let mut response = scripted_page(self.page, heading, &body, nonce, CLOSE, &policy);
        harden(response.headers_mut());
        response
    }

    fn html(&self) -> String {
        let page = self.page;
        let with = page.fill(
            texts::REGISTERED_WITH,
            &[
                ("platform", Escaped::strong(&self.configuration.issuer)),
                ("client_id", Escaped::text(self.client_id)),
            ],
        );
        let mut html = format!("<p>{with}</p>\n");
        if self.needs_approval {
            let approval = page.text(texts::REGISTERED_NEEDS_APPROVAL);
            html += &format!("<p><strong>{approval}</strong></p>\n");
        }
        let switched_on_by = switched_on_by(self.configuration.product_family.as_ref());
        html += &format!("<p>{}</p>\n", page.text(switched_on_by));
        for (what, left_out, words) in [
            (
                texts::SCOPES_LEFT_OUT,
                &self.left_out.scopes,
                scope_in_words as fn(&str) -> Option<PageText>,
            ),
            (
                texts::CLAIMS_LEFT_OUT,
                &self.left_out.claims,
                claim_in_words,
            ),
            (
                texts::MESSAGES_LEFT_OUT,
                &self.left_out.messages,
                message_in_words,
            ),
        ] {
            let left_out: Vec<&str> = left_out.iter().map(String::as_str).collect();
            html += &section(page, what, &in_words(page, &left_out, words));
        }
        html + &format!("<p>{}</p>\n", page.text(texts::CAN_BE_CLOSED))
    }
}

/// Who has to switch the tool on in the platform, by product.
fn switched_on_by(family: Option<&ProductFamily>) -> PageText {
    match family {
        Some(ProductFamily::Moodle) => texts::ON_IN_MOODLE,
        Some(ProductFamily::Brightspace) => texts::ON_IN_BRIGHTSPACE,
        Some(ProductFamily::Canvas) => texts::ON_IN_CANVAS,
        _ => texts::ON_ELSEWHERE,
    }
}
