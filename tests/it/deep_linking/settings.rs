//! What a request takes, asked before the picker is shown.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use serde_json::{Value, json};
use tower_layer::Layer;
use tower_lti::{
    LaunchContext, LtiLaunchLayer, LtiLogin,
    claims::{DeepLinkingSettings, MessageType, names},
    testing::Browser,
};

use crate::app::{App, NOW};

/// Launches a deep linking request with these settings beside the required ones, and returns what the handler got.
pub(super) async fn launched(app: &App, more: Value) -> LaunchContext {
    let mut settings = json!({
        "deep_link_return_url": "https://lms.test/return?course=2", "accept_types": [], "accept_presentation_document_targets": [],
    });
    let members = settings.as_object_mut().unwrap();
    members.extend(more.as_object().unwrap().clone());
    members.retain(|_, value| !value.is_null());
    let seen = Arc::new(Mutex::new(None));
    let keep = Arc::clone(&seen);
    let handler = tower::service_fn(move |request: Request<Full<Bytes>>| {
        *keep.lock().unwrap() = request.extensions().get::<LaunchContext>().cloned();
        std::future::ready(Ok::<_, Infallible>(Response::new(Full::<Bytes>::default())))
    });
    let layer = LtiLaunchLayer::new(app.tool.clone()).accept_message_type(MessageType::DeepLinking);
    let mut browser = Browser::new(LtiLogin::new(app.tool.clone()), layer.layer(handler));
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = app.platform.deep_linking_token(&request, NOW);
    let token = token.claim(names::DEEP_LINKING_SETTINGS, settings);
    let answer = browser.launch(&request, &token.sign()).await;
    assert_eq!(answer.status(), 200, "{:?}", answer.body());
    seen.lock().unwrap().take().unwrap()
}

async fn settings(more: Value) -> DeepLinkingSettings {
    let launch = launched(&App::new(), more).await;
    launch.deep_linking_request().unwrap().settings().clone()
}

// DLS-01, DLS-07, DLS-08, DLS-09
#[tokio::test]
async fn settings_are_those_of_the_request_and_data_is_kept_to_the_letter() {
    let data = "csrf:77 \"ž\"\u{0}\n&+%20";
    let all = settings(json!({"data": data, "title": "T", "text": "X", "auto_create": true, "accept_copy_advice": false})).await;
    assert_eq!(
        all.deep_link_return_url(),
        "https://lms.test/return?course=2"
    );
    assert_eq!(
        (all.data(), all.title(), all.text()),
        (Some(data), Some("T"), Some("X"))
    );
    assert_eq!(all.auto_create(), Some(true));
    let none = settings(json!({})).await;
    assert_eq!(
        (none.data(), none.title(), none.text(), none.auto_create()),
        (None, None, None, None)
    );
    assert_eq!(
        settings(json!({"data": ""})).await.data(),
        Some(""),
        "an empty one is there"
    );
    let shown = format!("{all:?}");
    assert!(
        !shown.contains("csrf") && !shown.contains("course"),
        "{shown}"
    );
}

// DLS-02, ADV-76
#[tokio::test]
async fn a_type_is_taken_that_is_named_and_any_where_none_is() {
    let some =
        settings(json!({"accept_types": ["ltiResourceLink", "https://x.test/type", 7]})).await;
    for (item_type, taken) in [
        ("ltiResourceLink", true),
        ("https://x.test/type", true),
        ("link", false),
        ("LtiResourceLink", false),
        ("https://x.test/Type", false),
        ("", false),
        ("*", false),
    ] {
        assert_eq!(some.accepts(item_type), taken, "{item_type}");
    }
    for any in [
        json!({"accept_types": []}),
        json!({"accept_types": null}),
        json!({"accept_types": "link"}),
    ] {
        assert!(settings(any).await.accepts("file"), "nothing is known");
    }
}

// DLS-03
#[tokio::test]
async fn a_presentation_is_taken_that_is_named_and_any_where_none_is() {
    let moodle =
        settings(json!({"accept_presentation_document_targets": ["frame", "iframe", "window"]}))
            .await;
    let taken = ["embed", "iframe", "window"].map(|target| moodle.accepts_presentation(target));
    assert_eq!(taken, [false, true, true]);
    assert!(settings(json!({})).await.accepts_presentation("embed"));
}

// DLS-05, DLS-06
#[tokio::test]
async fn several_items_are_taken_only_where_it_says_so_and_of_line_items_nothing_may_be_said() {
    for (given, several, line_items) in [
        (json!(true), true, Some(true)),
        (json!(false), false, Some(false)),
        (json!(null), false, None),
        (json!("true"), false, None),
    ] {
        let settings = settings(json!({"accept_multiple": given, "accept_lineitem": given})).await;
        assert_eq!(settings.accepts_several(), several, "{given}");
        assert_eq!(settings.accept_lineitem(), line_items, "{given}");
    }
}

// DLS-04
#[tokio::test]
async fn media_types_are_taken_by_ranges_without_regard_to_case_and_parameters() {
    for (accepted, media_type, taken) in [
        ("application/pdf", "application/pdf", true),
        ("application/pdf", "Application/PDF; version=2", true),
        ("text/html;charset=utf-8 , IMAGE/*;q=0.5", "image/png", true),
        ("text/html;charset=utf-8,image/*", "text/html", true),
        ("text/html;charset=utf-8,image/*", "text/plain", false),
        ("image/*", "imagery/png", false),
        ("image/*", "image", false),
        ("*/*", "application/x-anything", true),
        (
            "application/vnd.ims.imsccv1p1",
            "application/vnd.ims.imsccv1p2",
            false,
        ),
        (
            "video/mp4; codecs=\"a, image/png\", text/plain",
            "image/png",
            false,
        ),
        (
            "video/mp4; codecs=\"a, \\\"b\", text/plain",
            "text/plain",
            true,
        ),
        (".pdf, text/plain", "application/pdf", false),
        (", ,", "application/pdf", true),
        (".pdf", "application/pdf", true),
        ("", "application/pdf", true),
        ("", "pdf", false),
        ("text/plain", "text/plain/x", false),
    ] {
        let settings = settings(json!({"accept_media_types": accepted})).await;
        assert_eq!(
            settings.accepts_media_type(media_type),
            taken,
            "{accepted:?} {media_type:?}"
        );
    }
}
