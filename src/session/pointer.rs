//! What a browser holds of a session: where it is kept, and whose it is.

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

/// The name that a cookie's value is sealed under (AEAD associated data).
const COOKIE: &str = "session cookie";

/// The name that a handle is sealed under: a cookie's value is no handle.
const HANDLE: &str = "session handle";

/// What every handle begins with, so that those who look for leaked secrets can find one.
pub(super) const HANDLE_PREFIX: &str = "ltis_";

/// How the packed form is laid out.
const VERSION: u8 = 1;

/// Where a session is kept, and whose it is: enough to ask the store for all that decides about it at once.
#[derive(Clone)]
pub(super) struct Pointer {
    id: [u8; 32],
    pub(super) started_at_ms: u64,
    pub(super) deployment: DeploymentKey,
    user: Option<[u8; 32]>,
}

impl Pointer {
    /// Points to a new session.
    pub(super) fn new(launch: &LaunchContext, now_ms: u64) -> Result<Self, RandomnessError> {
        let user = launch.user_key();
        Ok(Self {
            id: random::bytes()?,
            started_at_ms: now_ms,
            deployment: launch.deployment().key().clone(),
            user: user.map(|(registration, sub)| *SessionScope::user(registration, sub).digest()),
        })
    }

    /// The secret id.
    pub(super) fn id(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.id)
    }

    /// What the store knows it by.
    pub(super) fn key(&self) -> SessionKey {
        SessionKey::new(&self.id())
    }

    /// The id that an address may carry.
    pub(super) fn public_id(&self) -> String {
        ValueHash::of("public session id", &self.id()).cookie_id(self.started_at_ms)
    }

    /// All that it can be ended with.
    pub(super) fn scopes(&self) -> Vec<SessionScope> {
        let registration = SessionScope::registration(self.deployment.registration());
        let deployment = SessionScope::deployment(&self.deployment);
        let user = self.user.map(SessionScope::from_digest);
        [registration, deployment].into_iter().chain(user).collect()
    }

    /// The value of its cookie.
    pub(super) fn to_cookie(&self, tool: &LtiTool) -> Option<String> {
        self.seal(COOKIE, tool)
    }

    /// The handle, where cookies are blocked.
    pub(super) fn to_handle(&self, tool: &LtiTool) -> Option<String> {
        Some([HANDLE_PREFIX, &self.seal(HANDLE, tool)?].concat())
    }

    /// Opens the value of the cookie with this id.
    pub(super) fn of_cookie(id: &str, value: &str, tool: &LtiTool) -> Result<Self, LtiErrorKind> {
        let opened = Self::open(COOKIE, value, tool);
        // The value of another session's cookie is none here.
        let opened = opened.filter(|pointer| pointer.public_id() == id);
        opened.ok_or(LtiErrorKind::SessionForged)
    }

    /// Opens a handle.
    pub(super) fn of_handle(handle: &str, tool: &LtiTool) -> Result<Self, LtiErrorKind> {
        let sealed = handle.strip_prefix(HANDLE_PREFIX);
        let opened = sealed.and_then(|sealed| Self::open(HANDLE, sealed, tool));
        opened.ok_or(LtiErrorKind::SessionForged)
    }

    fn seal(&self, name: &str, tool: &LtiTool) -> Option<String> {
        let sealed = tool.session_pointers().seal(name, &self.pack()?)?;
        Some(URL_SAFE_NO_PAD.encode(sealed))
    }

    fn open(name: &str, text: &str, tool: &LtiTool) -> Option<Self> {
        let sealed = base64url::decode(text)?;
        Self::unpack(&tool.session_pointers().open(name, &sealed)?)
    }

    fn pack(&self) -> Option<Vec<u8>> {
        let registration = self.deployment.registration();
        let mut packed = vec![VERSION];
        packed.extend(self.id);
        packed.extend(self.started_at_ms.to_be_bytes());
        packed.push(u8::from(self.user.is_some()));
        packed.extend(self.user.iter().flatten());
        for text in [
            registration.issuer().as_str(),
            registration.client_id().as_str(),
            self.deployment.id().as_str(),
        ] {
            packed.extend(u16::try_from(text.len()).ok()?.to_be_bytes());
            packed.extend(text.as_bytes());
        }
        Some(packed)
    }

    fn unpack(packed: &[u8]) -> Option<Self> {
        let mut packed = Packed(packed);
        let [VERSION] = packed.take()? else {
            return None;
        };
        let id = packed.take()?;
        let started_at_ms = u64::from_be_bytes(packed.take()?);
        let user = match packed.take()? {
            [0] => None,
            [_] => Some(packed.take()?),
        };
        let (issuer, client_id) = (packed.text()?, packed.text()?);
        let deployment = DeploymentId::from(packed.text()?);
        let registration = RegistrationId::new(issuer, client_id);
        Some(Self {
            id,
            started_at_ms,
            deployment: DeploymentKey::new(registration, deployment),
            user,
        })
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
