//! What a registration is about, in words for people: claims, scopes, messages.

use crate::{
    page_text::PageText,
    pages::{PageWriter, texts},
};

/// Each in plain words, and what has none as it is.
pub(super) fn in_words(
    page: &PageWriter,
    given: &[&str],
    words: fn(&str) -> Option<PageText>,
) -> Vec<String> {
    let mut all = Vec::new();
    for one in given {
        let line = words(one).map_or(*one, |text| page.plain(text)).to_owned();
        if !all.contains(&line) {
            all.push(line);
        }
    }
    all
}

pub(super) fn claim_in_words(claim: &str) -> Option<PageText> {
    Some(match claim {
        "iss" | "sub" => texts::USER_ID,
        "name" => texts::USER_NAME,
        "given_name" => texts::GIVEN_NAME,
        "family_name" => texts::FAMILY_NAME,
        "middle_name" => texts::MIDDLE_NAME,
        "email" => texts::EMAIL,
        "picture" => texts::PICTURE,
        "locale" => texts::LOCALE,
        _ => return None,
    })
}

pub(super) fn scope_in_words(scope: &str) -> Option<PageText> {
    let (_, name) = scope
        .strip_prefix("https://purl.imsglobal.org/spec/")?
        .split_once("/scope/")?;
    Some(match name {
        "lineitem" => texts::CHANGE_COLUMNS,
        "lineitem.readonly" => texts::READ_COLUMNS,
        "result.readonly" => texts::READ_RESULTS,
        "score" => texts::WRITE_GRADES,
        "contextmembership.readonly" => texts::READ_MEMBERS,
        _ => return None,
    })
}

pub(super) fn message_in_words(message: &str) -> Option<PageText> {
    Some(match message {
        "LtiResourceLinkRequest" => texts::LINKS,
        "LtiDeepLinkingRequest" => texts::CHOOSING_CONTENT,
        "LtiSubmissionReviewRequest" => texts::SUBMISSION_REVIEW,
        _ => return None,
    })
}
