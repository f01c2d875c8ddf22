//! The types of items and their members (Deep Linking 2.0 §3.1 to §3.5).

use super::shape::{Member, Shape, optional, required};

/// The members of a type; `None` for a type that the specification does not have.
pub(super) fn members_of(item_type: &str) -> Option<[&'static [Member]; 3]> {
    Some(match item_type {
        "ltiResourceLink" => [ANY, PICTURES, RESOURCE_LINK],
        "link" => [ANY, PICTURES, LINK],
        "file" => [ANY, PICTURES, FILE],
        "html" => [ANY, &[], HTML],
        "image" => [ANY, PICTURES, IMAGE],
        _ => return None,
    })
}

const ANY: &[Member] = &[
    required("type", Shape::Text),
    optional("title", Shape::Text),
    optional("text", Shape::Text),
];

const PICTURES: &[Member] = &[
    optional("icon", Shape::Object(PICTURE)),
    optional("thumbnail", Shape::Object(PICTURE)),
];

const PICTURE: &[Member] = &[
    required("url", Shape::Url),
    optional("width", Shape::Pixels),
    optional("height", Shape::Pixels),
];

const WINDOW: &[Member] = &[
    optional("targetName", Shape::Text),
    optional("width", Shape::Pixels),
    optional("height", Shape::Pixels),
    optional("windowFeatures", Shape::Text),
];

const RESOURCE_LINK: &[Member] = &[
    optional("url", Shape::SecureUrl),
    optional("window", Shape::Object(WINDOW)),
    optional(
        "iframe",
        Shape::Object(&[
            optional("width", Shape::Pixels),
            optional("height", Shape::Pixels),
        ]),
    ),
    optional("custom", Shape::TextMap),
    optional("lineItem", Shape::Object(LINE_ITEM)),
    optional("available", Shape::Object(PERIOD)),
    optional("submission", Shape::Object(PERIOD)),
];

const LINE_ITEM: &[Member] = &[
    required("scoreMaximum", Shape::Positive),
    optional("label", Shape::Text),
    optional("resourceId", Shape::Text),
    optional("tag", Shape::Text),
    optional("gradesReleased", Shape::Flag),
    // Submission Review 1.0.
    optional(
        "submissionReview",
        Shape::Object(&[
            required("reviewableStatus", Shape::Texts),
            optional("label", Shape::Text),
            optional("url", Shape::SecureUrl),
            optional("custom", Shape::TextMap),
        ]),
    ),
];

const PERIOD: &[Member] = &[
    optional("startDateTime", Shape::Time),
    optional("endDateTime", Shape::Time),
];

const LINK: &[Member] = &[
    required("url", Shape::Url),
    optional("embed", Shape::Object(&[required("html", Shape::Text)])),
    optional("window", Shape::Object(WINDOW)),
    optional(
        "iframe",
        Shape::Object(&[
            required("src", Shape::Url),
            optional("width", Shape::Pixels),
            optional("height", Shape::Pixels),
        ]),
    ),
];

const FILE: &[Member] = &[
    required("url", Shape::Url),
    optional("expiresAt", Shape::Time),
    // In the example of appendix B.
    optional("mediaType", Shape::MediaType),
];

const HTML: &[Member] = &[required("html", Shape::Text)];

const IMAGE: &[Member] = &[
    required("url", Shape::Url),
    optional("width", Shape::Pixels),
    optional("height", Shape::Pixels),
];
