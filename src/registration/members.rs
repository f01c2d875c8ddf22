//! Unknown members of the JSON form are errors, with the known one of nearly that name.

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, Visitor},
};

use crate::{redact, registration::RegistrationError};

/// The members of a registration in JSON; `notes` is the reader's own.
const MEMBERS: [&str; 26] = [
    "issuer",
    "client_id",
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
    "disabled",
    "certificate_authorities",
    "insecure_allow_private_network",
    "service_origins",
    "tool_key_algorithm",
    "token_audience_as_array",
    "assertion_names_deployment",
    "deep_linking_response_has_subject",
    "score_timestamps",
    "notes",
];

/// Older names, which are still read, and what they are called now.
const RENAMED: [(&str, &str); 5] = [
    ("auth_login_url", "authorization_endpoint"),
    ("auth_token_url", "token_endpoint"),
    ("launch_url", "redirect_uri"),
    ("strict_azp", "authorized_party_check"),
    ("allow_target_link_uri_mismatch", "target_link_uri_check"),
];

/// The most letters in which a name may differ to be the one that was meant.
const NEAR: usize = 2;

/// The names of one object's members.
struct Names(Vec<String>);

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = Names;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Names, A::Error> {
                let mut names = Vec::new();
                while let Some((name, _)) = members.next_entry::<String, IgnoredAny>()? {
                    names.push(name);
                }
                Ok(Names(names))
            }
        }

        deserializer.deserialize_map(Members)
    }
}

/// Rejects the first member that no registration has, and names the one that it may have been meant for;
/// rejects a member that is there under its older name, too.
pub(super) fn check(json: &str) -> Result<(), RegistrationError> {
    let rows: Vec<Names> =
        serde_json::from_str(json).map_err(|source| RegistrationError::json(&source))?;
    for Names(names) in rows {
        check_row(&names)?;
    }
    Ok(())
}

fn check_row(names: &[String]) -> Result<(), RegistrationError> {
    let older = RENAMED.map(|(old, _)| old);
    let is_known =
        |name: &&String| MEMBERS.contains(&name.as_str()) || older.contains(&name.as_str());
    if let Some(member) = names.iter().find(|name| !is_known(name)) {
        return Err(RegistrationError::UnknownMember {
            meant: meant_by(member),
            member: redact::without_queries(member),
        });
    }
    let has = |wanted: &str| names.iter().any(|name| name == wanted);
    match RENAMED.into_iter().find(|(old, new)| has(old) && has(new)) {
        Some((old, new)) => Err(RegistrationError::RenamedMember { old, new }),
        None => Ok(()),
    }
}

/// The member that one of this name was meant for, by what it is called now.
fn meant_by(given: &str) -> Option<&'static str> {
    let current = MEMBERS.into_iter().map(|name| (name, name));
    current
        .chain(RENAMED)
        .find(|(spelt, _)| is_near(spelt, given))
        .map(|(_, now)| now)
}

/// Whether the two differ in so few letters that one is the other misspelt, whatever the case.
fn is_near(known: &str, given: &str) -> bool {
    let given: Vec<char> = given
        .chars()
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    if given.len().abs_diff(known.len()) > NEAR {
        return false;
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
    row.last().is_some_and(|distance| *distance <= NEAR)
}
