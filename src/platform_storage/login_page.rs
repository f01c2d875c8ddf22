//! The page of a login in a frame.

use std::time::Duration;

use bytes::Bytes;
use html_escape::encode_double_quoted_attribute as escape;
use http::Response;

use crate::{
    form::Fields,
    pages::{PageWriter, PostForm, scripted_page, texts},
    platform_storage::{
        StoragePlace,
        page_data::{NEXT_ID, PageData, Step, milliseconds},
    },
    random::{self, RandomnessError},
    state::STORAGE_TARGET,
};

/// Stores the secret at the platform, finds out whether cookies work, and goes on. Where neither does, it offers a
/// window of its own: once the platform has been asked, it would be too late.
pub(crate) struct LoginPage<'a> {
    /// Where the secret is kept, and the secret; `None` where the platform offers no storage.
    pub(crate) stored: Option<(StoragePlace<'a>, &'a str)>,
    pub(crate) next: NextRequest,
    /// All parameters of the login.
    pub(crate) login: &'a Fields<'a>,
    /// How long the platform may take to confirm.
    pub(crate) timeout: Duration,
}

/// The request that the browser goes on with.
pub(crate) enum NextRequest {
    Url(String),
    Form(PostForm),
}

/// What is shown where scripts are switched off: all that the script would show or do.
const NO_SCRIPTS: &str = "#lti-wait,#lti-why{display:none}#lti-offer,#lti-next{display:block}";

impl LoginPage<'_> {
    pub(crate) fn into_response<B: From<Bytes>>(
        self,
        page: &PageWriter,
    ) -> Result<Response<B>, RandomnessError> {
        let nonce = random::text::<16>()?;
        let place = self.stored.as_ref().map(|(place, _)| place);
        let data = PageData {
            step: Step::Store,
            origin: place.map(|place| place.origin.as_str()),
            frame: place.map(|place| place.frame),
            key: place.map(|place| place.key.as_str()),
            value: self.stored.as_ref().map(|(_, secret)| *secret),
            next: match &self.next {
                NextRequest::Url(url) => Some(url),
                NextRequest::Form(_) => None,
            },
            wait_ms: milliseconds(self.timeout),
            has_probe: true,
        };
        let data = data.element();
        let go_on = page.text(texts::CONTINUE_HERE);
        let (link, form) = match self.next {
            NextRequest::Url(url) => {
                let link = format!("<p><a href=\"{}\">{go_on}</a></p>\n", escape(&url));
                (link, String::new())
            }
            NextRequest::Form(form) => {
                let form = form.with_attributes(&format!(" id=\"{NEXT_ID}\" hidden"));
                (
                    String::new(),
                    form.with_inside(&format!("<button>{go_on}</button>")),
                )
            }
        };
        let offer = new_window(self.login, page);
        let body = format!(
            "<p id=\"lti-wait\" role=\"status\">{}</p>\n\
             <noscript><style nonce=\"{nonce}\">{NO_SCRIPTS}</style>\n<p>{}</p></noscript>\n\
             {offer}<noscript>{link}</noscript>\n{form}{data}",
            page.text(texts::ONE_MOMENT),
            page.text(texts::NO_SCRIPTS),
        );
        Ok(scripted_page(
            page,
            texts::OPENING,
            &body,
            &nonce,
            super::SCRIPT,
            "; base-uri 'none'",
        ))
    }
}

/// The button that begins the same login in a window of its own, where cookies are first-party ones. Nothing is stored
/// there: the window has no platform around it.
fn new_window(login: &Fields<'_>, page: &PageWriter) -> String {
    let fields = login.iter().filter(|(name, _)| *name != STORAGE_TARGET);
    let form = PostForm::to_this_address(fields)
        .with_attributes(" id=\"lti-new-window\" target=\"_blank\" rel=\"noopener\"")
        .with_inside(&format!(
            "<button>{}</button>",
            page.text(texts::NEW_WINDOW)
        ));
    format!(
        "<div id=\"lti-offer\" class=\"alert\" role=\"alert\" hidden>\n<p id=\"lti-why\">{}</p>\n{form}<p>{}</p>\n</div>\n",
        page.text(texts::COOKIES_BLOCKED),
        page.text(texts::NO_WINDOW),
    )
}
