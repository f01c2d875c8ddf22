//! Random values from the operating system (CSPRNG).

use std::{error::Error, fmt};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// `N` random bytes.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], RandomnessError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(RandomnessError)?;
    Ok(bytes)
}

/// `N` random bytes as unpadded base64url.
pub(crate) fn text<const N: usize>() -> Result<String, RandomnessError> {
    Ok(URL_SAFE_NO_PAD.encode(bytes::<N>()?))
}

/// Random jitter below `max`; zero if the operating system has no random bytes.
#[cfg(any(feature = "redis", feature = "services"))]
pub(crate) fn below(max: std::time::Duration) -> std::time::Duration {
    let mut byte = [0];
    match getrandom::fill(&mut byte) {
        Ok(()) => max * u32::from(byte[0]) / 256,
        Err(_) => std::time::Duration::ZERO,
    }
}

/// The operating system gave no random bytes.
#[derive(Debug)]
pub struct RandomnessError(getrandom::Error);

impl fmt::Display for RandomnessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the operating system gave no random bytes")
    }
}

impl Error for RandomnessError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}
