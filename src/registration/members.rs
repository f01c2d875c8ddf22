//! Which members the JSON form has: one that nobody knows is a mistake, and not to be read past.

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, Visitor},
};

use crate::{redact, registration::RegistrationError};

/// The members of a registration in JSON; `notes` is the reader's own.
pub(super) const MEMBERS: [&str; 16] = [
    "issuer",
    "client_id",
    "auth_login_url",
    "auth_token_url",
    "token_audience",
    "jwks_url",
    "jwks",
    "algorithms",
    "launch_url",
    "trusted_audiences",
    "strict_azp",
    "allow_target_link_uri_mismatch",
    "deployment_quota",
    "on_missing_deployment",
    "login_name",
    "notes",
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

/// Refuses the first member that no registration has, and names the one that it may have been meant for.
pub(super) fn check(json: &str) -> Result<(), RegistrationError> {
    let rows: Vec<Names> =
        serde_json::from_str(json).map_err(|source| RegistrationError::json(&source))?;
    let mut names = rows.into_iter().flat_map(|Names(names)| names);
    match names.find(|name| !MEMBERS.contains(&name.as_str())) {
        Some(member) => Err(RegistrationError::UnknownMember {
            meant: MEMBERS.into_iter().find(|known| is_near(known, &member)),
            member: redact::without_queries(&member),
        }),
        None => Ok(()),
    }
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
