//! Which troubles have been told of a moment ago, so that an outage is one error in the log and not one
//! for everybody who is turned away.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// A trouble that was told of is no news for this long.
const OLD_NEWS: Duration = Duration::from_secs(10);

/// When each trouble was told of last, by its code.
#[derive(Debug, Default)]
pub(crate) struct Troubles(Mutex<BTreeMap<&'static str, Duration>>);

impl Troubles {
    /// Whether this trouble has not been told of for a while. It counts as told from then on.
    pub(crate) fn is_news(&self, code: &'static str, now: Duration) -> bool {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match told.get(code) {
            Some(before) if now.saturating_sub(*before) < OLD_NEWS => false,
            _ => {
                told.insert(code, now);
                true
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trouble_is_news_once_in_ten_seconds() {
        let troubles = Troubles::default();
        let is_news = |code, secs| troubles.is_news(code, Duration::from_secs(secs));
        assert!(is_news("store_unavailable", 0));
        assert!(!is_news("store_unavailable", 9));
        assert!(is_news("jwks_unavailable", 9), "another trouble");
        assert!(is_news("store_unavailable", 10));
        assert!(!is_news("store_unavailable", 11));
    }
}
