//! What the tool says of itself to a platform.

use std::{error::Error, fmt};

use serde_json::{Map, Value};

use crate::{
    claims::scopes::{LINE_ITEM, LINE_ITEM_READONLY, MEMBERSHIP, RESULT_READONLY, SCORE},
    dynamic_registration::ToolMessage,
    redact,
    web_address::{AddressProblem, WebAddress},
};

/// What the tool says of itself to a platform: name, URLs, messages, placements, claims, scopes, custom parameters.
///
/// # Examples
///
/// ```
/// use tower_lti::dynamic_registration::{ToolMessage, ToolProfile};
///
/// let profile = ToolProfile::new(
///     "Puzzles",
///     "https://tool.example/lti/login",
///     "https://tool.example/lti/jwks.json",
/// )
/// .description("Puzzles for every course")
/// .add_message(ToolMessage::deep_linking().label("Choose a puzzle"))
/// .claims(["iss", "sub", "name"])
/// .uses_grades();
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct ToolProfile {
    pub(super) client_name: String,
    pub(super) login_url: String,
    pub(super) jwks_url: String,
    pub(super) target_link_uri: Option<String>,
    pub(super) description: Option<String>,
    pub(super) messages: Vec<ToolMessage>,
    pub(super) claims: Vec<String>,
    pub(super) scopes: Vec<String>,
    pub(super) secondary_domains: Vec<String>,
    pub(super) custom_parameters: Map<String, Value>,
    /// `client_uri`, `logo_uri`, `policy_uri`, `tos_uri`.
    pub(super) about: Vec<(&'static str, String)>,
    pub(super) contacts: Vec<String>,
    /// Members of the client metadata, such as `client_name#fr`.
    pub(super) members: Map<String, Value>,
    /// Members of LTI's part of it.
    pub(super) tool_members: Map<String, Value>,
}

impl ToolProfile {
    /// A tool with a name, its login URL and the URL of its key set. It takes resource link launches, and asks for the
    /// claims `iss` and `sub` and for no scope.
    ///
    /// The key set has to be served already: Brightspace, for one, looks at it while it registers the tool.
    pub fn new(
        client_name: impl Into<String>,
        login_url: impl Into<String>,
        jwks_url: impl Into<String>,
    ) -> Self {
        Self {
            client_name: client_name.into(),
            login_url: login_url.into(),
            jwks_url: jwks_url.into(),
            target_link_uri: None,
            description: None,
            messages: vec![ToolMessage::resource_link()],
            claims: vec!["iss".to_owned(), "sub".to_owned()],
            scopes: Vec::new(),
            secondary_domains: Vec::new(),
            custom_parameters: Map::new(),
            about: Vec::new(),
            contacts: Vec::new(),
            members: Map::new(),
            tool_members: Map::new(),
        }
    }

    /// Sets the name.
    pub fn client_name(mut self, name: impl Into<String>) -> Self {
        self.client_name = name.into();
        self
    }

    /// Adds the name in a language (BCP 47), such as `fr`.
    pub fn client_name_in(mut self, language: &str, name: impl Into<String>) -> Self {
        let member = format!("client_name#{language}");
        self.members.insert(member, Value::String(name.into()));
        self
    }

    /// Sets what the tool is, in a sentence.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Adds what the tool is in a language (BCP 47), such as `fr`.
    pub fn description_in(mut self, language: &str, description: impl Into<String>) -> Self {
        let member = format!("description#{language}");
        self.tool_members
            .insert(member, Value::String(description.into()));
        self
    }

    /// Sets where launches lead that name nothing else. Default: the tool's launch URL.
    pub fn target_link_uri(mut self, url: impl Into<String>) -> Self {
        self.target_link_uri = Some(url.into());
        self
    }

    /// Sets the tool's home page.
    pub fn client_uri(self, url: impl Into<String>) -> Self {
        self.about("client_uri", url.into())
    }

    /// Sets the tool's logo.
    pub fn logo_uri(self, url: impl Into<String>) -> Self {
        self.about("logo_uri", url.into())
    }

    /// Sets where the tool says what it does with data.
    pub fn policy_uri(self, url: impl Into<String>) -> Self {
        self.about("policy_uri", url.into())
    }

    /// Sets where the terms of use are.
    pub fn tos_uri(self, url: impl Into<String>) -> Self {
        self.about("tos_uri", url.into())
    }

    fn about(mut self, member: &'static str, url: String) -> Self {
        self.about.retain(|(known, _)| *known != member);
        self.about.push((member, url));
        self
    }

    /// Adds an e-mail address of whoever is responsible for the tool.
    pub fn add_contact(mut self, email: impl Into<String>) -> Self {
        self.contacts.push(email.into());
        self
    }

    /// Adds a message that the tool takes; one of the same type and target that is there is replaced.
    pub fn add_message(mut self, message: ToolMessage) -> Self {
        let is_plain_link = |known: &ToolMessage| {
            known.message_type() == message.message_type() && known.urls().next().is_none()
        };
        if message.urls().next().is_none() {
            self.messages.retain(|known| !is_plain_link(known));
        }
        self.messages.push(message);
        self
    }

    /// Sets the messages that the tool takes, in place of those that are there.
    pub fn messages(mut self, messages: impl IntoIterator<Item = ToolMessage>) -> Self {
        self.messages = messages.into_iter().collect();
        self
    }

    /// Sets the claims about users that the tool asks for, such as `name` and `email`. Default: `iss` and `sub`.
    pub fn claims<C: Into<String>>(mut self, claims: impl IntoIterator<Item = C>) -> Self {
        self.claims = claims.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the scopes of services that the tool asks for. Default: none.
    pub fn scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// Asks for the scopes of line items, scores and results.
    pub fn uses_grades(mut self) -> Self {
        for scope in [LINE_ITEM, LINE_ITEM_READONLY, RESULT_READONLY, SCORE] {
            self.add_scope(scope);
        }
        self
    }

    /// Asks for the scope of rosters.
    pub fn uses_rosters(mut self) -> Self {
        self.add_scope(MEMBERSHIP);
        self
    }

    fn add_scope(&mut self, scope: &str) {
        if !self.scopes.iter().any(|known| known == scope) {
            self.scopes.push(scope.to_owned());
        }
    }

    /// Adds a custom parameter, such as `course` with the value `$CourseSection.title`.
    pub fn add_custom_parameter(
        mut self,
        name: impl Into<String>,
        value: impl Into<String>,
    ) -> Self {
        self.custom_parameters
            .insert(name.into(), Value::String(value.into()));
        self
    }

    /// Adds a host, beside that of the target, that the tool is served under.
    pub fn add_secondary_domain(mut self, domain: impl Into<String>) -> Self {
        self.secondary_domains.push(domain.into());
        self
    }

    /// Adds a member of a product's own to the client metadata.
    pub fn add_member(mut self, name: impl Into<String>, value: Value) -> Self {
        self.members.insert(name.into(), value);
        self
    }

    /// Adds a member of a product's own to LTI's part of it, such as Canvas's
    /// `https://canvas.instructure.com/lti/privacy_level`.
    pub fn add_tool_member(mut self, name: impl Into<String>, value: Value) -> Self {
        self.tool_members.insert(name.into(), value);
        self
    }

    /// Checks every URL.
    pub(super) fn check(&self) -> Result<(), ToolProfileError> {
        let own = [
            ("login URL", &self.login_url),
            ("key set URL", &self.jwks_url),
        ];
        let target = self.target_link_uri.iter().map(|url| ("target", url));
        let about = self.about.iter().map(|(member, url)| (*member, url));
        for (setting, url) in own.into_iter().chain(target).chain(about) {
            check_url(setting, url)?;
        }
        for url in self.messages.iter().flat_map(ToolMessage::urls) {
            check_url("message", url)?;
        }
        if self.client_name.trim().is_empty() {
            return Err(ToolProfileError {
                setting: "name",
                given: String::new(),
                problem: "is empty",
            });
        }
        if self.messages.is_empty() {
            return Err(ToolProfileError {
                setting: "list of messages",
                given: String::new(),
                problem: "is empty",
            });
        }
        Ok(())
    }
}

fn check_url(setting: &'static str, url: &str) -> Result<(), ToolProfileError> {
    let wrong = |problem: AddressProblem| ToolProfileError {
        setting,
        given: redact::url(url),
        problem: problem.problem(),
    };
    WebAddress::parse_safe(url).map(drop).map_err(wrong)
}

/// A tool's profile cannot be sent to a platform, or not used by that tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolProfileError {
    setting: &'static str,
    given: String,
    problem: &'static str,
}

impl ToolProfileError {
    /// Of what the tool is, in a whole sentence.
    pub(super) fn of_tool(problem: &'static str) -> Self {
        Self {
            setting: "",
            given: String::new(),
            problem,
        }
    }
}

impl fmt::Display for ToolProfileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.setting.is_empty() {
            return f.write_str(self.problem);
        }
        let Self {
            setting,
            given,
            problem,
        } = self;
        write!(f, "the profile's {setting} {given:?} {problem}")
    }
}

impl Error for ToolProfileError {}
