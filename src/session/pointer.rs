//! Where a session is kept, and whose it is: what a handle holds.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    base64url,
    deployment::{DeploymentId, DeploymentKey},
    error::LtiErrorKind,
    identity::RegistrationId,
    launch_context::LaunchContext,
    random::{self, RandomnessError},
    session_key::{SessionKey, SessionScope},
    state::ValueHash,
    tool::LtiTool,
};

/// The name that a handle is sealed under (AEAD associated data).
const HANDLE: &str = "session handle";

/// What every handle begins with, so that those who look for leaked secrets can find one.
pub(super) const HANDLE_PREFIX: &str = "ltis_";

/// How the packed form is laid out.
const VERSION: u8 = 1;

/// The same, and a discriminator at its end.
const VERSION_WITH_DISCRIMINATOR: u8 = 2;

/// Where a session is kept, and whose it is: enough to ask the store for all that decides about it at once.
#[derive(Clone)]
pub(super) struct Pointer {
    pub(super) id: SessionId,
    pub(super) started_at_ms: u64,
    pub(super) deployment: DeploymentKey,
    user: Option<[u8; 32]>,
}

impl Pointer {
    /// Points to a new session.
    pub(super) fn new(launch: &LaunchContext, now_ms: u64) -> Result<Self, RandomnessError> {
        let user = launch.user_key();
        Ok(Self {
            id: SessionId(random::bytes()?),
            started_at_ms: now_ms,
            deployment: launch.deployment().key().clone(),
            user: user.map(|(registration, sub)| *SessionScope::user(registration, sub).digest()),
        })
    }

    /// The secret id.
    pub(super) fn id(&self) -> String {
        self.id.to_text()
    }

    /// What the store knows it by.
    pub(super) fn key(&self) -> SessionKey {
        self.id.key()
    }

    /// The id that an address may carry.
    pub(super) fn public_id(&self) -> String {
        self.id.hash().cookie_id(self.started_at_ms)
    }

    /// All that it can be ended with.
    pub(super) fn scopes(&self) -> Vec<SessionScope> {
        let registration = SessionScope::registration(self.deployment.registration());
        let deployment = SessionScope::deployment(&self.deployment);
        let user = self.user.map(SessionScope::from_digest);
        [registration, deployment].into_iter().chain(user).collect()
    }

    /// The handle, where cookies are blocked.
    pub(super) fn to_handle(&self, tool: &LtiTool) -> Option<String> {
        let sealed = tool.session_handles().seal_text(HANDLE, &self.pack()?)?;
        Some([HANDLE_PREFIX, &sealed].concat())
    }

    /// Opens a handle.
    pub(super) fn of_handle(handle: &str, tool: &LtiTool) -> Result<Self, LtiErrorKind> {
        let open = || {
            let sealed = handle.strip_prefix(HANDLE_PREFIX)?;
            Self::unpack(&tool.session_handles().open_text(HANDLE, sealed)?)
        };
        open().ok_or(LtiErrorKind::SessionForged)
    }

    /// As text, for what is kept of the session itself. `None` only where an identifier is too long.
    pub(super) fn to_text(&self) -> Option<String> {
        Some(URL_SAFE_NO_PAD.encode(self.pack()?))
    }

    /// Reads what [`to_text`](Self::to_text) wrote.
    pub(super) fn from_text(text: &str) -> Option<Self> {
        Self::unpack(&base64url::decode(text)?)
    }

    fn pack(&self) -> Option<Vec<u8>> {
        let registration = self.deployment.registration();
        let discriminator = registration.discriminator();
        let mut packed = vec![match discriminator {
            None => VERSION,
            Some(_) => VERSION_WITH_DISCRIMINATOR,
        }];
        packed.extend(self.id.0);
        packed.extend(self.started_at_ms.to_be_bytes());
        packed.push(u8::from(self.user.is_some()));
        packed.extend(self.user.iter().flatten());
        let always = [
            registration.issuer().as_str(),
            registration.client_id().as_str(),
            self.deployment.id().as_str(),
        ];
        for text in always.into_iter().chain(discriminator) {
            packed.extend(u16::try_from(text.len()).ok()?.to_be_bytes());
            packed.extend(text.as_bytes());
        }
        Some(packed)
    }

    fn unpack(packed: &[u8]) -> Option<Self> {
        let mut packed = Packed(packed);
        let [version] = packed.take()?;
        let id = SessionId(packed.take()?);
        let started_at_ms = u64::from_be_bytes(packed.take()?);
        let user = match packed.take()? {
            [0] => None,
            [_] => Some(packed.take()?),
        };
        let (issuer, client_id) = (packed.text()?, packed.text()?);
        let deployment = DeploymentId::from(packed.text()?);
        let registration = RegistrationId::new(issuer, client_id);
        let registration = match version {
            VERSION => registration,
            VERSION_WITH_DISCRIMINATOR => registration.with_discriminator(packed.text()?),
            _ => return None,
        };
        Some(Self {
            id,
            started_at_ms,
            deployment: DeploymentKey::new(registration, deployment),
            user,
        })
    }
}

/// The length of a secret id, in bytes.
const ID: usize = 16;

/// The secret id of a session: 128 random bits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct SessionId([u8; ID]);

impl SessionId {
    pub(super) fn to_text(self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// The value of its cookie: the id, and by what this tool knows it without asking the store.
    pub(super) fn to_cookie(self, tool: &LtiTool) -> Option<String> {
        let tag = tool.session_cookies().tag(&self.0)?;
        Some(URL_SAFE_NO_PAD.encode([&self.0[..], &tag].concat()))
    }

    /// Reads the value of the cookie with this public id. The value of another session's cookie is none here.
    pub(super) fn of_cookie(
        public_id: &str,
        value: &str,
        tool: &LtiTool,
    ) -> Result<Self, LtiErrorKind> {
        let read = || {
            let bytes = base64url::decode(value)?;
            let (id, tag) = bytes.split_first_chunk::<ID>()?;
            let is_ours = tool.session_cookies().has_tagged(id, tag);
            let id = is_ours.then_some(Self(*id))?;
            // Of the time before it nobody knows yet.
            let is_of_id = public_id.get(8..) == id.hash().cookie_id(0).get(8..);
            is_of_id.then_some(id)
        };
        read().ok_or(LtiErrorKind::SessionForged)
    }

    /// What the store knows the session by.
    pub(super) fn key(self) -> SessionKey {
        SessionKey::new(&self.to_text())
    }

    fn hash(self) -> ValueHash {
        ValueHash::of("public session id", &self.to_text())
    }
}

/// What is left to unpack.
struct Packed<'a>(&'a [u8]);

impl<'a> Packed<'a> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = usize::from(u16::from_be_bytes(self.take()?));
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        std::str::from_utf8(text).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pointer(registration: RegistrationId) -> Pointer {
        Pointer {
            id: SessionId([7; ID]),
            started_at_ms: 1_700_000_000_000,
            deployment: DeploymentKey::new(registration, "dep-1".into()),
            user: Some([9; 32]),
        }
    }

    #[test]
    fn a_discriminator_is_packed_behind_what_was_there_before() {
        let plain = RegistrationId::new("https://lms.test", "tool-1");
        let told_apart = plain.with_discriminator("north");
        let (without, with) = (
            pointer(plain.clone()).pack().unwrap(),
            pointer(told_apart.clone()).pack().unwrap(),
        );

        assert_eq!((without[0], with[0]), (1, 2));
        assert_eq!(with[1..without.len()], without[1..]);
        for (packed, registration) in [(&without, plain), (&with, told_apart)] {
            let read = Pointer::unpack(packed).unwrap();
            assert_eq!(read.deployment.registration(), &registration);
        }
        let mut unknown = with.clone();
        unknown[0] = 3;
        assert!(Pointer::unpack(&unknown).is_none());
        assert!(Pointer::unpack(&with[..without.len()]).is_none());
    }
}
