//! The members of the course: NRPS 2.0.

use http::{StatusCode, Uri};
use serde_json::{Value, json};

use super::{
    course_member::CourseMember,
    list_page::{LinkStyle, ListPage, parameter, with_kept},
    reply::Reply,
    state::State,
};
use crate::{
    claims::names,
    testing::{Call, Dialect},
};

/// How many members Open edX sends at once.
const MOST_AT_ONCE: usize = 1_000;

impl State {
    pub(super) fn list_members(&self, uri: &Uri) -> Reply {
        let link = parameter(uri, "rlid");
        if link
            .as_deref()
            .is_some_and(|link| link != self.resource_link)
        {
            return Reply::refusal(StatusCode::NOT_FOUND, "no such resource link");
        }
        let role = parameter(uri, "role");
        let keep = |member: &CourseMember| {
            let has_role = role.as_deref().is_none_or(|role| member.has_role(role));
            has_role && (member.is_active() || !self.dialect.hides_inactive())
        };
        let most = match (self.page_size, self.dialect.most_members()) {
            (Some(set), Some(most)) => Some(set.min(most)),
            (set, most) => set.or(most),
        };
        let page = ListPage::read(uri, most);
        let (members, total) = self.members.slice(keep, page.from, page.size);
        if self.dialect == Dialect::OpenEdx && members.len() > MOST_AT_ONCE {
            return Reply::refusal(StatusCode::FORBIDDEN, "above_response_limit");
        }
        let members: Vec<Value> = members
            .iter()
            .map(|member| self.member_json(member, link.is_some()))
            .collect();
        let body = json!({
            "id": self.members_url(),
            "context": self.course.without_type(),
            "members": members,
        });
        let reply = Reply::json(StatusCode::OK, Call::Roster.media_type(), &body);
        let kept: &[&str] = match self.dialect.forgets_role() {
            true => &["rlid"],
            false => &["rlid", "role"],
        };
        let url = with_kept(&self.members_url(), uri, kept);
        page.link(reply, &url, total, LinkStyle::of_members(self.dialect))
    }

    fn member_json(&self, member: &CourseMember, of_a_link: bool) -> Value {
        let mut json = member.json().clone();
        if self.dialect == Dialect::Moodle {
            // Short names.
            if let Some(Value::Array(roles)) = json.get_mut("roles") {
                for role in roles {
                    let short = role.as_str().and_then(|role| role.rsplit('#').next());
                    *role = short.unwrap_or("").into();
                }
            }
        }
        if self.dialect == Dialect::Blackboard && of_a_link {
            json.insert("message".to_owned(), message());
        } else if of_a_link {
            json.insert("message".to_owned(), vec![message()].into());
        }
        Value::Object(json)
    }
}

/// NRPS 2.0 §3.2.
fn message() -> Value {
    json!({names::MESSAGE_TYPE: "LtiResourceLinkRequest"})
}
