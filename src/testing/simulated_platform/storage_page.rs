//! The platform's storage in a browser: a script on the course page, and in a frame of it.

use bytes::Bytes;
use html_escape::encode_double_quoted_attribute as attribute;
use http::Response;
use http_body_util::Full;
use url::Url;

use super::{
    simulated_platform::{SimulatedPlatform, answer},
    storage_options::StorageOptions,
};

/// Answers the messages of the tool's pages.
const STORAGE: &str = include_str!("storage.js");

/// Answers in the platform's place.
const FOREIGN_WINDOW: &str = include_str!("foreign_window.js");

impl SimulatedPlatform {
    /// What makes the course page a platform that stores: its script, and frames that nobody sees.
    pub(super) fn storage_in_course(&self) -> String {
        let options = self.storage();
        let frame = options.frame().map_or_else(String::new, |name| {
            let address = if options.is_frame_late() {
                "about:blank".to_owned()
            } else {
                format!("{}/platform/storage", self.root())
            };
            hidden_frame(&attribute(name), &address)
        });
        let foreign = self.foreign_window().filter(|_| options.is_hostile());
        let foreign = foreign.map_or_else(String::new, |address| {
            hidden_frame("lti-foreign", &attribute(address.as_str()))
        });
        script(&options, false) + &frame + &foreign
    }

    /// The page in the frame that stores.
    pub(super) fn storage_page(&self) -> Response<Full<Bytes>> {
        bare_page(&script(&self.storage(), true))
    }

    /// The page in a frame of another origin.
    pub(super) fn foreign_page(&self) -> Response<Full<Bytes>> {
        bare_page(&format!("<script>\n{FOREIGN_WINDOW}</script>\n"))
    }

    /// This platform under another name of loopback, which is another origin to browsers.
    fn foreign_window(&self) -> Option<Url> {
        let mut address = Url::parse(&self.base_url).ok()?;
        address.set_host(Some("foreign.localhost")).ok()?;
        address.set_path(&format!("{}/platform/foreign", self.root()));
        Some(address)
    }
}

fn script(options: &StorageOptions, is_frame: bool) -> String {
    // In a script `<` could end it.
    let told = options.script_options(is_frame).to_string();
    let told = told.replace('<', "\\u003c");
    format!(
        "<script type=\"application/json\" id=\"lti-storage-options\">{told}</script>\n\
         <script>\n{STORAGE}</script>\n"
    )
}

fn hidden_frame(name: &str, address: &str) -> String {
    format!("<iframe hidden name=\"{name}\" title=\"Storage\" src=\"{address}\"></iframe>\n")
}

fn bare_page(body: &str) -> Response<Full<Bytes>> {
    let page = format!("<!doctype html>\n<meta charset=\"utf-8\">\n<title>Storage</title>\n{body}");
    answer("text/html; charset=utf-8", page)
}
