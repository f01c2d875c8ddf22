//! Which call a request is.

use http::Method;

use super::deep_linking::return_number;
use crate::testing::Call;

/// What a path and a method mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Route {
    /// The platform's own key set.
    KeySet,
    /// A service; the number is a line item's or a registration's.
    Call(Call, Option<usize>),
    /// Where the response to a deep linking request goes, by the number of the request.
    DeepLinkReturn(usize),
    /// There is such a path, but not for this method.
    OtherMethod,
    Nothing,
}

/// The one course's path, below the base URL.
pub(super) const COURSE: &str = "/courses/course-1";

impl Route {
    /// Reads a path below the base URL.
    pub(super) fn find(method: &Method, path: &str) -> Self {
        match path {
            "/jwks" => return Self::KeySet,
            "/token" => return Self::Call(Call::Token, None),
            "/.well-known/openid-configuration" => {
                return match *method {
                    Method::GET => Self::Call(Call::Configuration, None),
                    _ => Self::OtherMethod,
                };
            }
            "/register" => {
                return match *method {
                    Method::POST => Self::Call(Call::Registration, None),
                    _ => Self::OtherMethod,
                };
            }
            _ => {}
        }
        if let Some(number) = path.strip_prefix("/registrations/") {
            return match (number.parse().ok(), method.as_str()) {
                (number @ Some(_), "GET" | "PUT" | "DELETE") => {
                    Self::Call(Call::RegistrationManagement, number)
                }
                (Some(_), _) => Self::OtherMethod,
                (None, _) => Self::Nothing,
            };
        }
        if let Some(number) = return_number(path) {
            return Self::DeepLinkReturn(number);
        }
        let Some(path) = path.strip_prefix(COURSE) else {
            return Self::Nothing;
        };
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        let number = parts.get(1).and_then(|number| number.parse().ok());
        let call = match (parts.as_slice(), method.as_str()) {
            (["members"], "GET") => Call::Roster,
            (["line_items"], "GET") => Call::LineItems,
            (["line_items"], "POST") => Call::LineItemCreation,
            (["line_items", _], "GET") => Call::LineItem,
            (["line_items", _], "PUT") => Call::LineItemUpdate,
            (["line_items", _], "DELETE") => Call::LineItemDeletion,
            (["line_items", _, "scores"], "POST") => Call::Score,
            (["line_items", _, "results"], "GET") => Call::Results,
            (["members" | "line_items"] | ["line_items", _], _)
            | (["line_items", _, "scores" | "results"], _) => return Self::OtherMethod,
            _ => return Self::Nothing,
        };
        Self::Call(call, number)
    }
}
