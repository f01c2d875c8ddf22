//! Registration tokens: each is good for one registration, within an hour.

/// How long a token is good for, in seconds.
const LIFETIME: i64 = 3_600;

/// The tokens that were issued.
#[derive(Default)]
pub(super) struct RegistrationTokens(Vec<RegistrationToken>);

struct RegistrationToken {
    text: String,
    expires: i64,
    is_used: bool,
}

/// Why a token registers nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenProblem {
    Missing,
    Unknown,
    Expired,
    Used,
}

impl RegistrationTokens {
    pub(super) fn issue(&mut self, now: i64) -> String {
        let text = crate::random::text::<18>().expect("there are random bytes");
        self.0.push(RegistrationToken {
            text: text.clone(),
            expires: now.saturating_add(LIFETIME),
            is_used: false,
        });
        text
    }

    /// The token's place among those that were issued, from 1.
    pub(super) fn number(&self, text: &str) -> Option<usize> {
        let place = self.0.iter().position(|token| token.text == text)?;
        Some(place + 1)
    }

    pub(super) fn check(&self, text: Option<&str>, now: i64) -> Result<(), TokenProblem> {
        let text = text.ok_or(TokenProblem::Missing)?;
        let token = self.0.iter().find(|token| token.text == text);
        match token.ok_or(TokenProblem::Unknown)? {
            token if token.is_used => Err(TokenProblem::Used),
            token if token.expires <= now => Err(TokenProblem::Expired),
            _ => Ok(()),
        }
    }

    pub(super) fn use_up(&mut self, text: Option<&str>) {
        for token in &mut self.0 {
            token.is_used |= Some(token.text.as_str()) == text;
        }
    }
}
