//! What Chromium is told of cookies.

use serde_json::{Value, json};

/// Blocks all cookies of the tool, partitioned ones too, in frames and in windows of its own.
pub(super) fn block_all_of_the_tool() -> Value {
    json!({"profile.content_settings.exceptions.cookies": {"127.0.0.1,*": {"setting": 2}}})
}

/// Blocks all cookies of the tool in frames of the platform's pages, partitioned ones too, as browsers do that keep
/// none for a site within another; in a window of its own the tool has cookies.
pub(super) fn block_the_tool_in_frames() -> Value {
    json!({
        "profile.content_settings.exceptions.cookies": {"127.0.0.1,http://localhost": {"setting": 2}},
    })
}

/// Lets cookies through, also those of a site within another that are not partitioned.
pub(super) fn allow_all() -> Value {
    json!({
        "profile.cookie_controls_mode": 0,
        "profile.block_third_party_cookies": false,
    })
}

/// Blocks third-party cookies, but for those that are partitioned.
pub(super) fn block_third_party() -> Value {
    json!({})
}
