//! The page of a launch whose cookie did not come back.

use std::time::Duration;

use bytes::Bytes;
use http::Response;

use crate::{
    pages::{
        PageWriter, PostForm, form_policy_with_redirects, harden, scripted_page, tell_origin, texts,
    },
    platform_storage::{
        HANDLE, SECRET, StoragePlace,
        page_data::{NEXT_ID, PageData, Step, milliseconds},
    },
    random::{self, RandomnessError},
};

/// Reads the secret back from the platform's storage, and posts it with the launch: the server decides.
pub(crate) struct LaunchPage<'a> {
    pub(crate) place: &'a StoragePlace<'a>,
    pub(crate) redirect_uri: &'a str,
    pub(crate) id_token: &'a str,
    pub(crate) state: &'a str,
    pub(crate) handle: &'a str,
    /// How long the platform may take to answer.
    pub(crate) timeout: Duration,
}

impl LaunchPage<'_> {
    pub(crate) fn to_response(
        &self,
        page: &PageWriter,
    ) -> Result<Response<Bytes>, RandomnessError> {
        let nonce = random::text::<16>()?;
        let data = PageData {
            step: Step::Read,
            origin: Some(&self.place.origin),
            frame: Some(self.place.frame),
            key: Some(&self.place.key),
            value: None,
            next: None,
            wait_ms: milliseconds(self.timeout),
            has_probe: false,
        };
        let fields = [
            ("id_token", self.id_token),
            ("state", self.state),
            (HANDLE, self.handle),
            (SECRET, ""),
        ];
        let form = PostForm::new(self.redirect_uri, fields)
            .with_attributes(&format!(" id=\"{NEXT_ID}\" autocomplete=\"off\""))
            .with_inside(&format!(
                "<button hidden>{}</button>",
                page.text(texts::CONTINUE)
            ));
        let body = format!(
            "<p role=\"status\">{}</p>\n<noscript><p><strong>{}</strong></p>\n<p>{}</p></noscript>\n{form}{}",
            page.text(texts::ONE_MOMENT),
            page.text(texts::AGAIN_IN_NEW_WINDOW),
            page.text(texts::COOKIES_BLOCKED_NO_SCRIPTS),
            data.element()
        );
        // What answers there may lead on to the tool's own pages.
        let policy = format!("; {}", form_policy_with_redirects(self.redirect_uri));
        let mut response =
            scripted_page(page, texts::OPENING, &body, &nonce, super::SCRIPT, &policy);
        harden(response.headers_mut());
        tell_origin(response.headers_mut());
        Ok(response)
    }
}
