//! What a registration is about, in words for people: claims, scopes, messages.

/// Each in plain words, and what has none as it is.
pub(super) fn in_words(given: &[&str], words: fn(&str) -> Option<&'static str>) -> Vec<String> {
    let mut all = Vec::new();
    for one in given {
        let line = words(one).unwrap_or(one).to_owned();
        if !all.contains(&line) {
            all.push(line);
        }
    }
    all
}

pub(super) fn claim_in_words(claim: &str) -> Option<&'static str> {
    Some(match claim {
        "iss" | "sub" => "an id, which the platform gives",
        "name" => "the name",
        "given_name" => "the given name",
        "family_name" => "the family name",
        "middle_name" => "the middle name",
        "email" => "the e-mail address",
        "picture" => "a picture",
        "locale" => "the language",
        _ => return None,
    })
}

pub(super) fn scope_in_words(scope: &str) -> Option<&'static str> {
    let (_, name) = scope
        .strip_prefix("https://purl.imsglobal.org/spec/")?
        .split_once("/scope/")?;
    Some(match name {
        "lineitem" => "create and change columns of the grade book",
        "lineitem.readonly" => "read columns of the grade book",
        "result.readonly" => "read its results in the grade book",
        "score" => "write grades",
        "contextmembership.readonly" => "read who is in a course",
        _ => return None,
    })
}

pub(super) fn message_in_words(message: &str) -> Option<&'static str> {
    Some(match message {
        "LtiResourceLinkRequest" => "links in courses",
        "LtiDeepLinkingRequest" => "choosing content for a course",
        "LtiSubmissionReviewRequest" => "looking at what somebody handed in",
        _ => return None,
    })
}
