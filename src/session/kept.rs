//! What a store holds of a session, sealed under the session's secret id.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::{
    error::LtiErrorKind,
    launch_context::{LaunchContext, StoredLaunch},
    session_key::SessionMark,
    tool::LtiTool,
};

/// The maximum size of a session without the application's data, in bytes as it is sealed.
const MAX_BYTES: usize = 256 * 1024;

/// What is decided by, beside the launch.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Terms {
    /// The marks of its scopes that it was started under.
    #[serde(rename = "m")]
    marks: Vec<Option<SmolStr>>,
    /// The origin of the launch URL: where its requests come from.
    #[serde(rename = "o")]
    pub(super) origin: String,
    /// Its absolute end, in milliseconds since 1970.
    #[serde(rename = "e")]
    pub(super) ends_at_ms: u64,
    /// Where it is kept, and whose it is: a cookie holds its id alone.
    #[serde(rename = "p")]
    pub(super) pointer: String,
    /// The browser keeps no cookies where it shows the tool.
    #[serde(rename = "w", default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) without_cookies: bool,
}

impl Terms {
    pub(super) fn new(
        origin: String,
        ends_at_ms: u64,
        pointer: String,
        without_cookies: bool,
    ) -> Self {
        Self {
            marks: Vec::new(),
            origin,
            ends_at_ms,
            pointer,
            without_cookies,
        }
    }

    /// The same, started under these marks.
    pub(super) fn under(mut self, marks: &[Option<SessionMark>]) -> Self {
        let texts = marks
            .iter()
            .map(|mark| Some(mark.as_ref()?.as_str().into()));
        self.marks = texts.collect();
        self
    }

    /// Whether one of its scopes was ended since.
    ///
    /// A mark that is gone has expired, and none was set since: marks outlive sessions.
    pub(super) fn is_ended_by(&self, marks: &[Option<SessionMark>]) -> bool {
        marks.iter().enumerate().any(|(scope, mark)| {
            let known = self.marks.get(scope).and_then(Option::as_deref);
            mark.as_ref()
                .is_some_and(|mark| known != Some(mark.as_str()))
        })
    }
}

/// What a store holds of a session.
#[derive(Serialize, Deserialize)]
pub(super) struct Kept {
    #[serde(rename = "l")]
    pub(super) launch: StoredLaunch,
    #[serde(rename = "t")]
    pub(super) terms: Terms,
    /// The application's data, as JSON text.
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    pub(super) data: Option<String>,
}

impl Kept {
    pub(super) fn new(launch: &LaunchContext, terms: Terms, data: Option<String>) -> Self {
        Self {
            launch: launch.to_stored(),
            terms,
            data,
        }
    }

    pub(super) fn seal(&self, id: &str, tool: &LtiTool) -> Result<Vec<u8>, LtiErrorKind> {
        let unavailable = LtiErrorKind::RandomnessUnavailable;
        let bytes = serde_json::to_vec(self).map_err(|_| unavailable)?;
        tool.sessions().seal(id, &bytes).ok_or(unavailable)
    }

    /// Seals a new one, which may be too large.
    pub(super) fn seal_new(&self, id: &str, tool: &LtiTool) -> Result<Vec<u8>, LtiErrorKind> {
        let sealed = self.seal(id, tool)?;
        if sealed.len() > MAX_BYTES {
            return Err(LtiErrorKind::SessionTooLarge);
        }
        Ok(sealed)
    }

    pub(super) fn open(id: &str, sealed: &[u8], tool: &LtiTool) -> Result<Self, LtiErrorKind> {
        let bytes = tool.sessions().open(id, sealed);
        let kept = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        kept.ok_or(LtiErrorKind::SessionForged)
    }
}
