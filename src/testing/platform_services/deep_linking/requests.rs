//! Deep linking requests, each remembered until its response comes.

use serde_json::{Map, Value, json};

use super::DeepLinkingOptions;
use crate::{
    claims::names,
    testing::{
        AuthenticationRequest, IdToken, LaunchContextBuilder, PlatformServices,
        platform_services::state::State,
    },
};

/// The path of the return addresses, below the base URL.
const RETURN: &str = "/deep_linking";

/// The number of the request whose return address has this path, below the base URL.
pub(in crate::testing) fn return_number(path: &str) -> Option<usize> {
    path.strip_prefix(RETURN)?.strip_prefix('/')?.parse().ok()
}

/// The requests so far, in order.
#[derive(Default)]
pub(in crate::testing::platform_services) struct Requests(Vec<DeepLinkingOptions>);

impl Requests {
    /// The request with this number; the one whose `data` this is; else the last.
    pub(super) fn find(&self, number: Option<usize>, data: &Value) -> Option<&DeepLinkingOptions> {
        if let Some(number) = number {
            return self.0.get(number.checked_sub(1)?);
        }
        let by_data = self
            .0
            .iter()
            .rfind(|request| request.settings.get("data") == Some(data));
        by_data.or(self.0.last())
    }
}

impl PlatformServices {
    /// What a deep linking request says: its settings, user and course. Each is a request of its own, with a return
    /// address of its own.
    #[must_use]
    pub fn deep_linking_claims(&self, options: &DeepLinkingOptions) -> Map<String, Value> {
        self.lock().deep_linking_claims(options)
    }

    /// A deep linking request by a teacher, for tests of what comes after launches. Nothing is sent.
    pub fn deep_linking_context(&self, options: &DeepLinkingOptions) -> LaunchContextBuilder {
        let platform = self.platform();
        let mut launch = LaunchContextBuilder::new(platform.issuer(), platform.client_id())
            .without_claim(names::RESOURCE_LINK);
        for (name, value) in self.deep_linking_claims(options) {
            launch = launch.claim(&name, value);
        }
        launch
    }

    /// A good token of a deep linking request by a teacher, as
    /// [`Platform::id_token`](crate::testing::Platform::id_token) makes it.
    pub fn deep_linking_token(
        &self,
        options: &DeepLinkingOptions,
        request: &AuthenticationRequest,
        now: u64,
    ) -> IdToken {
        let mut token = self
            .platform()
            .id_token(request, now)
            .without_claim(names::RESOURCE_LINK);
        for (name, value) in self.deep_linking_claims(options) {
            token = token.claim(&name, value);
        }
        token
    }
}

impl State {
    fn deep_linking_claims(&mut self, options: &DeepLinkingOptions) -> Map<String, Value> {
        let number = self.deep_linking_requests.0.len() + 1;
        let mut request = options.clone();
        let settings = &mut request.settings;
        match settings.get("data") {
            Some(Value::Null) => _ = settings.remove("data"),
            Some(_) => {}
            None => _ = settings.insert("data".to_owned(), new_data(number).into()),
        }
        let return_url = format!("{}{RETURN}/{number}{}", self.base_url, self.dialect.query());
        settings
            .entry("deep_link_return_url")
            .or_insert_with(|| return_url.clone().into());

        let mut claims = self.launch_claims(&self.scopes);
        claims.remove(names::RESOURCE_LINK);
        // There is no link yet that a line item could belong to.
        if let Some(Value::Object(grades)) = claims.get_mut(names::AGS_ENDPOINT) {
            grades.remove("lineitem");
        }
        claims.extend(request.claims(&return_url));
        for (name, value) in [
            (
                names::ROLES,
                json!(["http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"]),
            ),
            ("sub", json!(request.user)),
        ] {
            claims.insert(name.to_owned(), value);
        }
        self.deep_linking_requests.0.push(request);
        claims
    }
}

/// No two alike; with characters that are easily lost on the way.
fn new_data(number: usize) -> String {
    let secret = crate::random::text::<12>().expect("there are random bytes");
    format!("request {number} \u{e9}\u{1f980}+&=\"'</script>%20\\ {secret}")
}
