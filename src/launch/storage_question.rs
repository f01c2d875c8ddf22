//! The page that asks the platform's storage, where a verified launch comes without its cookie.

use bytes::Bytes;
use http::{HeaderMap, Response};

use crate::{
    error::{LtiError, LtiErrorKind},
    form::Fields,
    launch::{consumption::check_unused, verification::VerifiedLaunch},
    observe::FlowSpan,
    platform_storage::{LaunchPage, StoragePlace, sign_handle},
    tool::LtiTool,
};

/// Asks for the secret of a launch that is verified but for its browser. Nothing is consumed; a launch that was used is
/// told so at once.
pub(super) async fn ask_storage(
    tool: &LtiTool,
    form: &[u8],
    launch: &VerifiedLaunch,
    headers: &HeaderMap,
    visit: &FlowSpan,
) -> Result<Response<Bytes>, LtiError> {
    check_unused(tool, launch, visit).await?;
    let fields = Fields::parse(form)?;
    let (id_token, state) = (fields.require("id_token")?, fields.require("state")?);
    let place =
        StoragePlace::of(&launch.login, &launch.registration).ok_or(LtiErrorKind::CookieMissing)?;
    let handle = sign_handle(tool, id_token, state).ok_or(LtiErrorKind::RandomnessUnavailable)?;
    let page = LaunchPage {
        place: &place,
        redirect_uri: tool.redirect_uri(&launch.registration),
        id_token,
        state,
        handle: &handle,
        timeout: tool.limits().storage_timeout,
    };
    Ok(page.to_response(&tool.pages().writer(headers))?)
}

/// What the platform sent of a launch that was completed: `id_token` and `state`. Its other fields are not posted again.
pub(super) fn without_completion(form: &[u8]) -> Result<Bytes, LtiError> {
    let fields = Fields::parse(form)?;
    let mut launch = form_urlencoded::Serializer::new(String::new());
    for name in ["id_token", "state"] {
        launch.append_pair(name, fields.require(name)?);
    }
    Ok(launch.finish().into())
}
