//! How the browser is set, and how the platform leads it to the tool.

use std::collections::BTreeMap;

use url::Url;

use super::Browser;

impl<L, A> Browser<L, A> {
    /// Sets where the tool is, such as `http://127.0.0.1:3000`, or `https://example.com/quiz` for one below a path. The link
    /// then leads to its `/lti/launch`, and logins to its `/lti/login`.
    ///
    /// # Panics
    ///
    /// Panics when the address is no URL.
    #[must_use]
    pub fn at(mut self, base_url: &str) -> Self {
        let base_url = base_url.trim_end_matches('/');
        let base = Url::parse(base_url);
        let base = base.unwrap_or_else(|error| panic!("{base_url} is no URL: {error}"));
        let path = base.path().trim_end_matches('/');
        self.login_path = format!("{path}/lti/login");
        self.launch_path = format!("{path}/lti/launch");
        self.following(&format!("{base_url}/lti/launch"))
    }

    /// Sets the link that is followed, at the tool.
    #[must_use]
    pub fn following(mut self, target_link_uri: &str) -> Self {
        self.target_link_uri = target_link_uri.to_owned();
        self
    }

    /// Sends every login to this path, such as `/lti/login/north`: a registration's own.
    #[must_use]
    pub fn with_login_path(mut self, path: &str) -> Self {
        self.login_path = path.to_owned();
        self
    }

    /// Adds a parameter to every login.
    #[must_use]
    pub fn with_login_parameter(mut self, name: &str, value: &str) -> Self {
        self.extra.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Asks for this from now on (`Accept`), such as `application/json`, which refusals can be read as. Default: what
    /// browsers ask for where they open a page.
    #[must_use]
    pub fn accepting(mut self, accept: &str) -> Self {
        self.accept = accept.to_owned();
        self
    }

    /// Shows the tool in a frame of the platform's page, and says so in each request (`Sec-Fetch-Dest`).
    #[must_use]
    pub fn in_frame(mut self) -> Self {
        self.in_frame = true;
        self
    }

    /// Has the platform's page store values for the tool's, and adds `lti_storage_target` to every login.
    #[must_use]
    pub fn with_platform_storage(mut self, target: &str) -> Self {
        self.stored = Some(BTreeMap::new());
        self.with_login_parameter("lti_storage_target", target)
    }

    /// What the platform's page has stored; empty where it stores nothing.
    pub fn stored(&mut self) -> &mut BTreeMap<String, String> {
        self.stored.get_or_insert_default()
    }
}
