//! What is checked once, where it comes in, and is then a type that cannot be made otherwise.

mod addresses;
mod authorized_party;
mod conditions;
mod onboarding_urls;
mod parameters;
mod registrations;
mod secrets;
mod service_settings;
mod stored_launches;

use std::{
    convert::Infallible,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use tower_layer::Layer;
use tower_lti::{
    LaunchContext, LtiLaunchLayer, LtiLogin,
    testing::{Browser, IdToken},
};

use crate::app::{App, NOW};

/// What the handler finds after a launch whose token was changed so.
async fn launched(app: &App, change: impl FnOnce(IdToken) -> IdToken) -> LaunchContext {
    let kept = Arc::new(Mutex::new(None));
    let keep = Arc::clone(&kept);
    let handler = tower::service_fn(move |request: Request<Full<Bytes>>| {
        *keep.lock().unwrap() = request.extensions().get::<LaunchContext>().cloned();
        std::future::ready(Ok::<_, Infallible>(Response::new(Full::<Bytes>::default())))
    });
    let layer = LtiLaunchLayer::new(app.tool.clone()).add_path("/lti/launch");
    let mut browser = Browser::new(LtiLogin::new(app.tool.clone()), layer.layer(handler));
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = change(app.platform.id_token(&request, NOW)).sign();
    let answer = browser.launch(&request, &token).await;
    assert_eq!(answer.status(), 200, "{:?}", answer.body());
    let launch = kept.lock().unwrap().take();
    launch.unwrap()
}
