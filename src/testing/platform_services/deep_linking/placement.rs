//! Links in the course: how they are created, and how they launch.

use serde_json::{Map, Value};

use super::CourseLink;
use crate::{
    claims::names,
    testing::{
        AuthenticationRequest, Dialect, IdToken, LaunchContextBuilder, PlatformServices,
        platform_services::state::State,
    },
};

impl PlatformServices {
    /// The links that came by deep linking, in order.
    #[must_use]
    pub fn links(&self) -> Vec<CourseLink> {
        self.lock().receipts.links.clone()
    }

    /// A launch of a link by `user-1`, for tests of what comes after launches. Nothing is sent.
    pub fn link_context(&self, link: &CourseLink) -> LaunchContextBuilder {
        let mut launch = self.launch_context();
        for (name, value) in self.lock().link_claims(link) {
            launch = launch.claim(&name, value);
        }
        launch
    }

    /// A good token of a launch of a link by `user-1`, as
    /// [`Platform::id_token`](crate::testing::Platform::id_token) makes it.
    pub fn link_token(
        &self,
        link: &CourseLink,
        request: &AuthenticationRequest,
        now: u64,
    ) -> IdToken {
        let mut token = self.id_token(request, now);
        for (name, value) in self.lock().link_claims(link) {
            token = token.claim(&name, value);
        }
        token
    }
}

impl PlatformServices {
    pub(in crate::testing) fn link_claims(&self, link: &CourseLink) -> Map<String, Value> {
        self.lock().link_claims(link)
    }
}

impl State {
    /// Creates a link, and the line item that comes with it.
    pub(super) fn place(&mut self, item: Map<String, Value>, creates_line_item: bool) {
        let number = self.receipts.links.len() + 1;
        let mut link = CourseLink {
            id: format!("deep-link-{number}"),
            item,
            line_item: None,
        };
        if let Some(Value::Object(line_item)) = link.item.get("lineItem").cloned()
            && creates_line_item
        {
            let mut json = line_item;
            // The label is the title's where there is none (§3.2).
            json.entry("label").or_insert_with(|| link.title().into());
            json.insert("resourceLinkId".to_owned(), link.id.as_str().into());
            let number = self.grade_book.add(json);
            link.line_item = Some(self.line_item_url(number));
        }
        self.receipts.links.push(link);
    }

    /// What launches of a link say, over what every launch says.
    fn link_claims(&self, link: &CourseLink) -> Map<String, Value> {
        let mut claims = self.launch_claims(&self.scopes);
        if let Some(Value::Object(grades)) = claims.get_mut(names::AGS_ENDPOINT) {
            grades.remove("lineitem");
            let number = link.line_item.as_deref();
            let number = number.and_then(|url| self.line_item_number(url));
            let is_there = number.is_some_and(|number| self.grade_book.column(number).is_some());
            if let (Some(url), true) = (&link.line_item, is_there)
                && self.dialect != Dialect::Brightspace
            {
                grades.insert("lineitem".to_owned(), url.as_str().into());
            }
        }
        claims.extend(link.claims());
        claims
    }

    /// Whether the course has this resource link.
    pub(in crate::testing::platform_services) fn has_link(&self, id: &str) -> bool {
        id == self.resource_link || self.receipts.links.iter().any(|link| link.id == id)
    }

    /// Whether a line item came with a link of the course.
    pub(in crate::testing::platform_services) fn is_coupled(&self, number: usize) -> bool {
        let url = self.line_item_url(number);
        let mut links = self.receipts.links.iter();
        self.coupled == Some(number) || links.any(|link| link.line_item.as_ref() == Some(&url))
    }
}
