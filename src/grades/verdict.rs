//! What a platform's answer to a score says, in its own dialect.

use http::{HeaderMap, StatusCode, header};

use crate::{registration::ProductFamily, service_client::Answer};

/// How much of a body is looked at.
const MAX_BYTES: usize = 4 * 1024;

/// What a platform's answer to a score says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Recorded,
    /// There is a later score, or one of the same time.
    Stale,
    /// This user cannot be graded.
    NotGradable,
    /// The user or the line item is not there: the line item itself tells which.
    UserOrLineItemGone,
    LineItemGone,
    /// The access token does not have the scope.
    ScopeMissing,
    Refused,
}

impl Verdict {
    pub(super) fn of(answer: &Answer, family: &ProductFamily) -> Self {
        if answer.status.is_success() {
            return Self::Recorded;
        }
        let body = &answer.body[..answer.body.len().min(MAX_BYTES)];
        let said = Said::of(body);
        match (family, answer.status) {
            _ if lacks_scope(&answer.headers) => Self::ScopeMissing,
            (_, StatusCode::CONFLICT) => Self::Stale,
            // Moodle gives its reason in the status line alone, which proxies drop: an empty list stands
            // for what it thinks of the user, and an object for what it thinks of the request.
            (ProductFamily::Moodle, StatusCode::BAD_REQUEST) if said.is_blank() => {
                Self::NotGradable
            }
            (_, StatusCode::BAD_REQUEST) if said.is_stale() => Self::Stale,
            // Sakai has 400 for everything.
            (ProductFamily::Sakai, StatusCode::BAD_REQUEST) if said.has_any(&["scope"]) => {
                Self::ScopeMissing
            }
            (ProductFamily::Sakai, StatusCode::BAD_REQUEST) => Self::NotGradable,
            (ProductFamily::Brightspace, StatusCode::FORBIDDEN) => Self::NotGradable,
            (ProductFamily::Brightspace, StatusCode::NOT_FOUND) => Self::UserOrLineItemGone,
            (_, StatusCode::UNPROCESSABLE_ENTITY) => Self::NotGradable,
            (_, StatusCode::BAD_REQUEST | StatusCode::NOT_FOUND) if said.is_about_the_user() => {
                Self::NotGradable
            }
            (ProductFamily::Other(_), StatusCode::NOT_FOUND) if !said.is_about_the_line_item() => {
                Self::UserOrLineItemGone
            }
            (_, StatusCode::NOT_FOUND | StatusCode::GONE) => Self::LineItemGone,
            _ => Self::Refused,
        }
    }
}

/// RFC 6750 §3.1.
fn lacks_scope(headers: &HeaderMap) -> bool {
    let mut challenges = headers.get_all(header::WWW_AUTHENTICATE).iter();
    challenges.any(|challenge| {
        let challenge = String::from_utf8_lossy(challenge.as_bytes());
        challenge.contains("insufficient_scope")
    })
}

/// A body in lower case. A page of HTML says nothing.
struct Said(String);

impl Said {
    fn of(body: &[u8]) -> Self {
        let said = String::from_utf8_lossy(body);
        match said.trim_start().starts_with('<') {
            true => Self(String::new()),
            false => Self(said.to_ascii_lowercase()),
        }
    }

    fn is_blank(&self) -> bool {
        matches!(self.0.trim(), "" | "[]" | "{}")
    }

    fn has_any(&self, hints: &[&str]) -> bool {
        hints.iter().any(|hint| self.0.contains(hint))
    }

    /// Canvas: "… before last updated timestamp of …"; Open edX: "… can only be updated to a later point in time".
    fn is_stale(&self) -> bool {
        self.has_any(&["timestamp"])
            && self.has_any(&[
                "before",
                "earlier",
                "older",
                "later",
                "newer",
                "stale",
                "out of order",
            ])
    }

    /// Blackboard: "User could not be found".
    fn is_about_the_user(&self) -> bool {
        let who = ["user", "student", "learner"];
        let what = [
            "not be found",
            "not found",
            "no such",
            "unknown",
            "does not exist",
            "doesn't exist",
            "not enrolled",
            "not a member",
            "not gradable",
            "cannot be graded",
        ];
        self.has_any(&who) && self.has_any(&what) && !self.is_about_the_line_item()
    }

    fn is_about_the_line_item(&self) -> bool {
        self.has_any(&["line item", "lineitem", "line_item", "grade item", "column"])
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::HeaderMap;

    use super::*;
    use crate::service_error::PlatformMessage;

    fn verdict(family: &str, status: u16, body: &str) -> Verdict {
        let answer = Answer {
            status: StatusCode::from_u16(status).unwrap(),
            headers: HeaderMap::new(),
            body: Bytes::copy_from_slice(body.as_bytes()),
            may_have_acted_before: false,
            said: PlatformMessage::default(),
        };
        Verdict::of(&answer, &family.into())
    }

    // ADV-42, AGS-23
    #[test]
    fn a_user_who_cannot_be_graded_is_told_in_every_dialect() {
        for (family, status, body) in [
            (
                "canvas",
                422,
                r#"{"errors":{"message":"User not found in course or is not a student"}}"#,
            ),
            (
                "BlackboardLearn",
                400,
                r#"{"message":"User could not be found"}"#,
            ),
            ("desire2learn", 403, ""),
            ("desire2learn", 422, ""),
            ("moodle", 400, "[]"),
            ("moodle", 400, ""),
            ("sakai", 400, "anything"),
            ("", 422, ""),
            ("", 404, "no such user"),
            ("", 400, "The user is not enrolled in the course"),
        ] {
            let seen = verdict(family, status, body);
            assert_eq!(seen, Verdict::NotGradable, "{family} {status} {body}");
        }
        for family in ["desire2learn", ""] {
            assert_eq!(
                verdict(family, 404, ""),
                Verdict::UserOrLineItemGone,
                "{family}"
            );
        }
    }

    // AGS-22
    #[test]
    fn a_token_without_the_scope_is_not_blamed_on_the_user() {
        let challenge = "Bearer realm=\"lms\", error=\"insufficient_scope\"";
        let challenge = challenge.parse().unwrap();
        let answer = Answer {
            status: StatusCode::FORBIDDEN,
            headers: HeaderMap::from_iter([(header::WWW_AUTHENTICATE, challenge)]),
            body: Bytes::new(),
            may_have_acted_before: false,
            said: PlatformMessage::default(),
        };
        for family in ["desire2learn", "canvas", ""] {
            let seen = Verdict::of(&answer, &family.into());
            assert_eq!(seen, Verdict::ScopeMissing, "{family}");
        }
    }

    // ADV-39, AGS-14, AGS-23
    #[test]
    fn a_score_that_is_not_the_latest_is_told_in_every_dialect() {
        for (family, status, body) in [
            ("moodle", 409, "[]"),
            ("", 409, ""),
            (
                "canvas",
                400,
                r#"{"errors":"Provided timestamp of 2026 before last updated timestamp of 2027"}"#,
            ),
            (
                "openedx",
                400,
                r#"{"timestamp":["Score timestamp can only be updated to a later point in time"]}"#,
            ),
        ] {
            assert_eq!(
                verdict(family, status, body),
                Verdict::Stale,
                "{family} {status}"
            );
        }
    }

    // ADV-42, AGS-22
    #[test]
    fn what_is_wrong_with_the_call_is_not_blamed_on_the_user() {
        for (family, status, body, expected) in [
            (
                "moodle",
                400,
                r#"{"status":400,"reason":"No handler found for /2/lineitems/13/lineitem/scores"}"#,
                Verdict::Refused,
            ),
            (
                "moodle",
                404,
                r#"{"reason":"Not Found: Grade item 13 doesn't exist"}"#,
                Verdict::LineItemGone,
            ),
            ("canvas", 400, "not a valid timestamp", Verdict::Refused),
            ("canvas", 404, "", Verdict::LineItemGone),
            ("canvas", 412, "", Verdict::Refused),
            ("BlackboardLearn", 400, "bad JSON", Verdict::Refused),
            (
                "",
                404,
                "line item not found for user",
                Verdict::LineItemGone,
            ),
            ("", 400, "", Verdict::Refused),
            ("", 403, "", Verdict::Refused),
            ("", 500, "user not found", Verdict::Refused),
            ("coursera", 403, "", Verdict::Refused),
            ("sakai", 400, "no scope for scores", Verdict::ScopeMissing),
            (
                "canvas",
                404,
                "<html>user not found</html>",
                Verdict::LineItemGone,
            ),
        ] {
            assert_eq!(
                verdict(family, status, body),
                expected,
                "{family} {status} {body}"
            );
        }
    }
}
