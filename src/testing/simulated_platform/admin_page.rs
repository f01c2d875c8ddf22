//! The administrator's page: tools that register, in a frame or in a tab, and those that have.

use bytes::Bytes;
use html_escape::{encode_double_quoted_attribute as attribute, encode_text as text};
use http::{HeaderValue, Response, StatusCode, header};
use http_body_util::Full;
use url::Url;

use super::{document::ADMINISTRATION, people::PEOPLE, simulated_platform::SimulatedPlatform};
use crate::{pages::PostForm, testing::RegisteredTool};

/// Takes the close message of a tool's page (LTI Dynamic Registration 1.0 §3.6).
const CLOSE: &str = include_str!("registration.js");

impl SimulatedPlatform {
    /// The administrator's page. The query may name a tool's registration URL, to be opened in a frame.
    pub(super) fn admin_page(&self, query: &str) -> Response<Full<Bytes>> {
        let usual = format!("{}/lti/register", self.tool_url);
        let url = match registration_url(query) {
            Ok(url) => url,
            Err(NoWebAddress) => return self.no_registration_url(),
        };
        let shown = attribute(url.as_deref().unwrap_or(&usual));
        let frame = match (&url, parameter(query, "open").as_deref()) {
            (Some(url), Some("frame")) => {
                let address = self.services.registration_address(url);
                format!(
                    "<iframe id=\"registration\" title=\"Registration\" src=\"{}\"></iframe>\n",
                    attribute(&address)
                )
            }
            _ => String::new(),
        };
        let origin = Url::parse(url.as_deref().unwrap_or(&usual))
            .map_or_else(|_| String::new(), |url| url.origin().ascii_serialization());
        let tools = self.services.registered_tools();
        let tools: String = tools.iter().map(|tool| self.registered(tool)).collect();
        let root = self.root();
        let body = format!(
            "<p id=\"closed\" class=\"alert good\" role=\"status\" hidden>The tool says that it is done.</p>\n\
             <form method=\"get\" action=\"{root}/platform/admin\" rel=\"opener\">\n\
             <p><label>Registration URL of the tool <input type=\"url\" name=\"url\" required value=\"{shown}\"></label></p>\n\
             <p class=\"row\"><button id=\"in-frame\" name=\"open\" value=\"frame\">Register on this page</button>\n\
             <button id=\"in-tab\" name=\"open\" value=\"tab\" formaction=\"{root}/platform/admin/open\" \
             formtarget=\"_blank\">Register in another tab</button></p>\n</form>\n\
             {frame}<h2>Registered tools</h2>\n<ul id=\"tools\" class=\"list\">\n{tools}</ul>\n\
             <script data-tool=\"{}\">\n{CLOSE}</script>\n",
            attribute(&origin),
        );
        self.page_of(ADMINISTRATION.0, ADMINISTRATION.1, &body)
    }

    /// Sends the browser to a tool's registration URL.
    pub(super) fn open_registration(&self, query: &str) -> Response<Full<Bytes>> {
        let url = match registration_url(query) {
            Ok(Some(url)) => url,
            Ok(None) | Err(NoWebAddress) => return self.no_registration_url(),
        };
        let address = self.services.registration_address(&url);
        let Ok(address) = HeaderValue::try_from(address) else {
            return self.no_registration_url();
        };
        let mut response = self.page("Registration", "");
        *response.status_mut() = StatusCode::SEE_OTHER;
        response.headers_mut().insert(header::LOCATION, address);
        response
    }

    fn no_registration_url(&self) -> Response<Full<Bytes>> {
        let body = "<p>The registration URL has to begin with <code>https://</code> or <code>http://</code>.</p>";
        let mut response = self.page("No registration URL", body);
        *response.status_mut() = StatusCode::BAD_REQUEST;
        response
    }

    /// Activates a tool that waits.
    pub(super) fn activate(&self, query: &str) -> Response<Full<Bytes>> {
        self.services
            .activate_tool(&parameter(query, "client_id").unwrap_or_default());
        self.admin_page("")
    }

    /// A tool in the list, with the ways to launch it.
    fn registered(&self, tool: &RegisteredTool) -> String {
        let id = tool.client_id();
        let name = tool.metadata()["client_name"].as_str().unwrap_or("");
        let actions: String = if tool.is_active() {
            let people = PEOPLE
                .iter()
                .filter(|(.., deployment)| !deployment.is_empty());
            people
                .map(|(hint, label, ..)| {
                    launch_form(tool, hint).with_button(&format!("{id}-{hint}"), label)
                })
                .collect()
        } else {
            format!(
                "<form method=\"get\" action=\"{1}/platform/admin/activate\">\n\
                 <input type=\"hidden\" name=\"client_id\" value=\"{0}\">\n\
                 <button id=\"{0}-activate\">Activate</button>\n</form>\n",
                attribute(id),
                self.root()
            )
        };
        format!(
            "<li><h3>{}</h3>\n<p><small>{}</small></p>\n<div class=\"row\">\n{actions}</div></li>\n",
            text(name),
            text(id)
        )
    }
}

/// The form that begins a launch of a registered tool, to be completed with a button.
fn launch_form(tool: &RegisteredTool, login_hint: &str) -> PostForm {
    let platform = tool.platform();
    let target = tool.launch_url();
    PostForm::new(
        tool.login_url(),
        [
            ("iss", platform.issuer()),
            ("client_id", platform.client_id()),
            ("login_hint", login_hint),
            ("target_link_uri", target),
        ],
    )
}

/// The query names something else than a web address.
struct NoWebAddress;

/// The registration URL that the query names. One of another scheme, such as `javascript:`, would be a script of this
/// page's origin.
fn registration_url(query: &str) -> Result<Option<String>, NoWebAddress> {
    let Some(given) = parameter(query, "url") else {
        return Ok(None);
    };
    let url = Url::parse(&given).ok();
    match url.filter(|url| matches!(url.scheme(), "http" | "https")) {
        Some(url) => Ok(Some(url.into())),
        None => Err(NoWebAddress),
    }
}

fn parameter(query: &str, name: &str) -> Option<String> {
    let mut parameters = form_urlencoded::parse(query.as_bytes());
    let found = parameters.find(|(known, _)| known == name);
    found.map(|(_, value)| value.into_owned())
}
