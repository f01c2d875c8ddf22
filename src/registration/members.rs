//! Unknown members of the JSON form are errors, with the known one of nearly that name.

use crate::{
    redact,
    registration::{RegistrationError, object_text::Members},
};

/// The members of a registration in JSON; `notes` is the reader's own.
const MEMBERS: [&str; 32] = [
    "issuer",
    "client_id",
    "discriminator",
    "authorization_endpoint",
    "token_endpoint",
    "token_audience",
    "jwks_url",
    "jwks",
    "algorithms",
    "redirect_uri",
    "trusted_audiences",
    "authorized_party_check",
    "target_link_uri_check",
    "deployment_quota",
    "on_missing_deployment",
    "login_name",
    "product_family",
    "status",
    "disabled",
    "certificate_authorities",
    "insecure_allow_private_network",
    "service_origins",
    "tool_key_algorithm",
    "token_audience_as_array",
    "assertion_names_deployment",
    "deep_linking_response_has_subject",
    "score_timestamps",
    "name",
    "registered_at",
    "registration_client_uri",
    "registration_access_token",
    "notes",
];

/// Older names, which are still read, and what they are called now.
const RENAMED: [(&str, &str); 6] = [
    ("auth_login_url", "authorization_endpoint"),
    ("auth_token_url", "token_endpoint"),
    ("launch_url", "redirect_uri"),
    ("strict_azp", "authorized_party_check"),
    ("allow_target_link_uri_mismatch", "target_link_uri_check"),
    ("disabled", "status"),
];

/// The most letters in which a name may differ to be the one that was meant.
const NEAR: usize = 2;

/// Rejects the first member that no registration has, and names the one that it may have been meant for;
/// rejects a member that is there under its older name, too.
pub(super) fn check(json: &str) -> Result<(), RegistrationError> {
    let rows: Vec<Members<'_>> =
        serde_json::from_str(json).map_err(|source| RegistrationError::json(&source))?;
    rows.iter().try_for_each(check_row)
}

/// The same for one registration.
pub(super) fn check_one(json: &str) -> Result<(), RegistrationError> {
    let row = serde_json::from_str(json).map_err(|source| RegistrationError::json(&source))?;
    check_row(&row)
}

/// What a member is called now.
pub(super) fn current_name(name: &str) -> &str {
    let renamed = RENAMED.into_iter().find(|(old, _)| *old == name);
    renamed.map_or(name, |(_, new)| new)
}

fn check_row(Members(members): &Members<'_>) -> Result<(), RegistrationError> {
    let names = || members.iter().map(|(name, _)| name.as_str());
    let older = RENAMED.map(|(old, _)| old);
    let is_known = |name: &&str| MEMBERS.contains(name) || older.contains(name);
    if let Some(member) = names().find(|name| !is_known(name)) {
        return Err(RegistrationError::UnknownMember {
            meant: meant_by(member),
            member: redact::without_queries(member),
        });
    }
    let has = |wanted: &str| names().any(|name| name == wanted);
    match RENAMED.into_iter().find(|(old, new)| has(old) && has(new)) {
        Some((old, new)) => Err(RegistrationError::RenamedMember { old, new }),
        None => Ok(()),
    }
}

/// The member that one of this name was meant for, by what it is called now: the nearest in spelling.
fn meant_by(given: &str) -> Option<&'static str> {
    let current = MEMBERS.into_iter().map(|name| (name, name));
    let near = current.chain(RENAMED).filter_map(|(spelt, now)| {
        let distance = distance(spelt, given)?;
        Some((distance, now))
    });
    near.min_by_key(|(distance, _)| *distance)
        .map(|(_, now)| now)
}

/// In how many letters the two differ, whatever the case; `None` where these are too many for one to be the other
/// misspelt.
fn distance(known: &str, given: &str) -> Option<usize> {
    let given: Vec<char> = given
        .chars()
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    if given.len().abs_diff(known.len()) > NEAR {
        return None;
    }
    // Levenshtein's distance, row by row.
    let mut row: Vec<usize> = (0..=given.len()).collect();
    for (index, letter) in known.chars().enumerate() {
        let mut before = row[0];
        row[0] = index + 1;
        for (column, other) in given.iter().enumerate() {
            let replaced = before + usize::from(letter != *other);
            before = row[column + 1];
            row[column + 1] = replaced.min(before + 1).min(row[column] + 1);
        }
    }
    row.last().copied().filter(|distance| *distance <= NEAR)
}
