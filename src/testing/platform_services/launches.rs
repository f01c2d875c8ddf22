//! Launches from the course, and what they say of the services.

use serde_json::{Map, Value, json};

use super::{call::MEMBERSHIP_READONLY, platform_services::PlatformServices, state::State};
use crate::{
    claims::names,
    registration::{Registration, RegistrationBuilder},
    testing::{AuthenticationRequest, Dialect, IdToken, LaunchContextBuilder},
};

impl PlatformServices {
    /// The tool's registration here, with the token endpoint.
    pub fn registration_builder(&self) -> RegistrationBuilder {
        let state = self.lock();
        let builder = Registration::builder(state.platform.issuer(), state.client_id.as_str())
            .authorization_endpoint(format!("{}/auth", state.base_url))
            .jwks_url(format!("{}/jwks", state.base_url))
            .token_endpoint(state.token_url());
        match &state.audience {
            Some(audience) => builder.token_audience(audience.as_str()),
            None => builder,
        }
    }

    /// The tool's registration here, with the token endpoint.
    ///
    /// # Panics
    ///
    /// Panics when issuer, client id or endpoints cannot be registered.
    #[must_use]
    pub fn registration(&self) -> Registration {
        let registration = self.registration_builder().build();
        registration.expect("the platform can be registered")
    }

    /// The same as JSON, an object for [`RegistrationRecord::from_json`](crate::registration::RegistrationRecord::from_json).
    #[must_use]
    pub fn registration_json(&self) -> String {
        let state = self.lock();
        let mut json = json!({
            "issuer": state.platform.issuer(),
            "client_id": state.client_id,
            "authorization_endpoint": format!("{}/auth", state.base_url),
            "jwks_url": format!("{}/jwks", state.base_url),
            "token_endpoint": state.token_url(),
        });
        if let Some(audience) = &state.audience {
            json["token_audience"] = audience.as_str().into();
        }
        json.to_string()
    }

    /// What launches say of the services: both services, context, resource link and product.
    #[must_use]
    pub fn launch_claims(&self) -> Map<String, Value> {
        let state = self.lock();
        state.launch_claims(&state.scopes)
    }

    /// A launch by `user-1`, for tests of what comes after launches. Nothing is sent.
    pub fn launch_context(&self) -> LaunchContextBuilder {
        let platform = self.platform();
        let mut launch = LaunchContextBuilder::new(platform.issuer(), platform.client_id());
        for (name, value) in self.launch_claims() {
            launch = launch.claim(&name, value);
        }
        launch
    }

    /// A good token of a launch from the course, as [`Platform::id_token`](crate::testing::Platform::id_token) makes it.
    pub fn id_token(&self, request: &AuthenticationRequest, now: u64) -> IdToken {
        let mut token = self.platform().id_token(request, now);
        for (name, value) in self.launch_claims() {
            token = token.claim(&name, value);
        }
        token
    }
}

impl State {
    /// What launches say of the services, to a tool with these scopes.
    pub(super) fn launch_claims(&self, scopes: &[String]) -> Map<String, Value> {
        let grade_scopes = scopes.iter().filter(|scope| *scope != MEMBERSHIP_READONLY);
        let mut grades = json!({
            "scope": grade_scopes.collect::<Vec<_>>(),
            "lineitems": self.line_items_url(),
        });
        let coupled = self
            .coupled
            .filter(|_| self.dialect != Dialect::Brightspace);
        if let Some(number) = coupled {
            grades["lineitem"] = self.line_item_url(number).into();
        }
        let mut claims = Map::new();
        claims.insert(names::AGS_ENDPOINT.to_owned(), grades);
        if scopes.iter().any(|scope| scope == MEMBERSHIP_READONLY) {
            let roster = json!({
                "context_memberships_url": self.members_url(),
                "service_versions": ["2.0"],
            });
            claims.insert(names::NAMES_ROLE_SERVICE.to_owned(), roster);
        }
        let link = json!({"id": self.resource_link});
        claims.insert(names::RESOURCE_LINK.to_owned(), link);
        let context = self.course.json().clone();
        claims.insert(names::CONTEXT.to_owned(), context.into());
        let platform = json!({
            "guid": "simulated-platform",
            "product_family_code": self.dialect.product_family(),
        });
        claims.insert(names::TOOL_PLATFORM.to_owned(), platform);
        claims
    }
}
