//! A request for an access token, and what its refusal means.

use std::sync::Arc;

use crate::{
    access_token::{Asker, Trial, Unanswered},
    claims::scopes::{LINE_ITEM, LINE_ITEM_READONLY, MEMBERSHIP, RESULT_READONLY, SCORE},
    doctor::{
        Finding,
        audiences::other_audiences,
        platform_clock::ERROR_SECS,
        probe::{Answer, Probe},
        token_refusal::{SCOPE, TokenRefusal, scopes_off},
        unreachable::{Whose, unreachable},
    },
    redact,
    registration::Registration,
};

/// The most characters that are shown of what a platform says.
const MAX_SAID_CHARS: usize = 200;

const GRANTED: &str = "token_granted";
const AUDIENCE: &str = "token_audience";
const KEY: &str = "tool_key";

/// The scopes of the services that this crate calls.
const SCOPES: [&str; 5] = [
    LINE_ITEM,
    LINE_ITEM_READONLY,
    RESULT_READONLY,
    SCORE,
    MEMBERSHIP,
];

/// What tokens are asked with, and what is known of the tool's own key set.
pub(super) struct TokenChecks<'a> {
    pub(super) probe: &'a Probe,
    pub(super) asker: &'a Asker,
    /// Whether platforms can read the tool's key set; `None` where that is not known.
    pub(super) is_key_set_good: Option<bool>,
    /// The URL of the tool's key set.
    pub(super) key_set: Option<&'a str>,
}

impl TokenChecks<'_> {
    /// Asks for a token, and says what comes of it. Also returns the answer, where there was one.
    pub(super) async fn check(
        &self,
        registration: &Arc<Registration>,
    ) -> (Vec<Finding>, Option<Answer>) {
        let trial = match self.asker.try_out(registration, None, &SCOPES).await {
            Ok(trial) => trial,
            Err(why) => return (vec![unanswered(registration, why)], None),
        };
        let answer = self.probe.received(trial.response().clone());
        let findings = match trial.is_token() {
            true => vec![granted(&trial)],
            false => self.refused(registration, &trial, &answer).await,
        };
        (findings, Some(answer))
    }

    async fn refused(
        &self,
        registration: &Arc<Registration>,
        trial: &Trial,
        answer: &Answer,
    ) -> Vec<Finding> {
        let url = registration.token_endpoint().unwrap_or_default();
        let refusal = refusal(trial, answer);
        let seen = match said(trial) {
            Some(text) if !answer.status().is_success() => {
                format!("{}: {text}", answer.words(url))
            }
            _ => answer.words(url),
        };
        if refusal == TokenRefusal::Scope {
            return self.scopes_one_by_one(registration, seen).await;
        }
        let is_off = |offset: i64| offset.unsigned_abs() >= ERROR_SECS;
        if refusal.may_be_of_clock() && answer.clock_offset().is_some_and(is_off) {
            return vec![TokenRefusal::Clock.finding(seen, self)];
        }
        if refusal.may_be_of_audience() {
            let others = other_audiences(registration);
            for audience in &others {
                let again = self
                    .asker
                    .try_out(registration, Some(audience), &SCOPES)
                    .await;
                let Ok(again) = again else { break };
                let answer = self.probe.received(again.response().clone());
                // A platform that takes the audience may still not give all scopes.
                if again.is_token() || self::refusal(&again, &answer) == TokenRefusal::Scope {
                    return vec![wrong_audience(registration, audience, seen)];
                }
            }
        }
        vec![refusal.finding(seen, self)]
    }

    /// Which scopes are given by themselves, where all together are not.
    async fn scopes_one_by_one(
        &self,
        registration: &Arc<Registration>,
        seen: String,
    ) -> Vec<Finding> {
        let mut refused = Vec::new();
        for scope in SCOPES {
            let trial = self.asker.try_out(registration, None, &[scope]).await;
            if !trial.is_ok_and(|trial| trial.is_token()) {
                refused.push(short(scope));
            }
        }
        let seen = match refused.len() {
            0 => format!("{seen}; each scope is given by itself"),
            _ => format!("{seen}; not given by themselves: {}", refused.join(", ")),
        };
        let finding = match refused.len() == SCOPES.len() {
            true => Finding::error(SCOPE, seen),
            false => Finding::warning(SCOPE, seen),
        };
        vec![scopes_off(finding)]
    }
}

fn refusal(trial: &Trial, answer: &Answer) -> TokenRefusal {
    let said = trial.said();
    TokenRefusal::of(answer, said.text().or(said.code()))
}

/// What the platform says, in one line, unless anything in it begins like a token.
fn said(trial: &Trial) -> Option<String> {
    let said = trial.said();
    let text = said.text().filter(|text| !text.contains("eyJ"));
    text.or(said.code())
        .map(|text| redact::line(&redact::without_queries(text), MAX_SAID_CHARS))
}

fn granted(trial: &Trial) -> Finding {
    let missing = trial.missing_scopes(&SCOPES);
    if missing.is_empty() {
        return Finding::note(GRANTED, "the platform gives a token for grades and rosters");
    }
    let missing: Vec<&str> = missing.into_iter().map(short).collect();
    let seen = format!("the platform gives a token without {}", missing.join(", "));
    scopes_off(Finding::warning(SCOPE, seen))
}

/// The end of a scope's URL.
fn short(scope: &str) -> &str {
    scope.rsplit('/').next().unwrap_or(scope)
}

fn wrong_audience(registration: &Registration, audience: &str, seen: String) -> Finding {
    let given = registration.token_audience().unwrap_or_default();
    let is_endpoint = registration.token_endpoint() == Some(audience);
    let remedy = match is_endpoint {
        true => "remove `token_audience` from the registration: the token endpoint itself is taken"
            .to_owned(),
        false => format!("add `\"token_audience\": \"{audience}\"` to the registration"),
    };
    Finding::error(
        AUDIENCE,
        format!(
            "{seen}; for the audience {:?}, while it gives a token for {:?}",
            redact::url(given),
            redact::url(audience)
        ),
    )
    .wanted("the audience that this platform checks")
    .remedy(remedy)
}

fn unanswered(registration: &Registration, why: Unanswered) -> Finding {
    let url = registration.token_endpoint().unwrap_or_default();
    match why {
        Unanswered::NoAnswer(error) => {
            unreachable("the token endpoint", url, &error, Whose::Platform)
        }
        Unanswered::NotSent(error) => Finding::error(KEY, error.to_string())
            .wanted("a key of the tool that signs for this registration")
            .remedy(error.remedy()),
    }
}
