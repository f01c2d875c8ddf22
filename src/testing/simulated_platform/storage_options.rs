//! How the platform's storage behaves.

use serde_json::{Value, json};

/// How the simulated platform stores values for the tool's pages (LTI Client Side postMessages, LTI postMessage Storage).
///
/// By default it stores in a frame of its own beside the tool's, and says so when it is asked for its capabilities.
///
/// # Examples
///
/// ```
/// use tower_lti::testing::{SimulatedPlatform, StorageOptions};
///
/// let platform = SimulatedPlatform::new("http://127.0.0.1:3000");
/// platform.use_storage(StorageOptions::in_parent().hostile());
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct StorageOptions {
    /// `lti_storage_target`; none where the platform stores nothing.
    target: Option<String>,
    /// The name of the frame that stores; none where the course page itself does.
    frame: Option<String>,
    capabilities: bool,
    capabilities_delay_ms: u32,
    /// The frame that stores is loaded so long after it was first asked for; at once where it is 0.
    frame_delay_ms: u32,
    /// What its subjects begin with.
    prefix: &'static str,
    silent: bool,
    error: Option<String>,
    hostile: bool,
}

impl StorageOptions {
    /// Stores in the frame `lti-storage` of the course page.
    pub fn new() -> Self {
        Self::in_frame("lti-storage")
    }

    /// Stores in a frame of the course page that has this name.
    pub fn in_frame(name: &str) -> Self {
        Self {
            target: Some(name.to_owned()),
            frame: Some(name.to_owned()),
            capabilities: true,
            capabilities_delay_ms: 0,
            frame_delay_ms: 0,
            prefix: "",
            silent: false,
            error: None,
            hostile: false,
        }
    }

    /// Stores in the course page itself: the target is `_parent`.
    pub fn in_parent() -> Self {
        Self {
            frame: None,
            ..Self::in_frame("_parent")
        }
    }

    /// Stores nothing: logins carry no `lti_storage_target`, and no message is answered.
    pub fn none() -> Self {
        Self {
            target: None,
            silent: true,
            ..Self::in_parent()
        }
    }

    /// Names this target in logins, whatever does store.
    pub fn with_target(mut self, target: &str) -> Self {
        self.target = Some(target.to_owned());
        self
    }

    /// Never answers `lti.capabilities`.
    pub fn without_capabilities(mut self) -> Self {
        self.capabilities = false;
        self
    }

    /// Answers `lti.capabilities` after so many milliseconds.
    pub fn with_late_capabilities(mut self, milliseconds: u32) -> Self {
        self.capabilities_delay_ms = milliseconds;
        self
    }

    /// Loads the frame that stores so many milliseconds after the tool's page first asks what the platform can do.
    pub fn with_late_frame(mut self, milliseconds: u32) -> Self {
        self.frame_delay_ms = milliseconds;
        self
    }

    /// Knows only the subjects from before the release, such as `org.imsglobal.lti.put_data`.
    pub fn with_old_subjects(mut self) -> Self {
        self.prefix = "org.imsglobal.";
        self
    }

    /// Answers no message, as Canvas's mobile apps do.
    pub fn silent(mut self) -> Self {
        self.silent = true;
        self
    }

    /// Answers each message about a value with an error of this code, such as `storage_exhaustion`.
    pub fn failing(mut self, code: &str) -> Self {
        self.error = Some(code.to_owned());
        self
    }

    /// Before each answer other windows answer, one of them of another origin: with the message's own id and another
    /// value, with errors, and with thousands of messages that mean nothing.
    pub fn hostile(mut self) -> Self {
        self.hostile = true;
        self
    }

    pub(super) fn target(&self) -> Option<&str> {
        self.target.as_deref()
    }

    pub(super) fn frame(&self) -> Option<&str> {
        self.frame.as_deref()
    }

    pub(super) fn is_frame_late(&self) -> bool {
        self.frame_delay_ms > 0
    }

    pub(super) fn is_hostile(&self) -> bool {
        self.hostile
    }

    /// What the script of the course page is told, or that of the frame.
    pub(super) fn script_options(&self, is_frame: bool) -> Value {
        json!({
            "stores": is_frame == self.frame.is_some(),
            "frame": self.frame,
            "capabilities": self.capabilities,
            "capabilities_delay_ms": self.capabilities_delay_ms,
            "frame_delay_ms": self.frame_delay_ms,
            "prefix": self.prefix,
            "silent": self.silent,
            "error": self.error,
            "hostile": self.hostile,
        })
    }
}

impl Default for StorageOptions {
    fn default() -> Self {
        Self::new()
    }
}
