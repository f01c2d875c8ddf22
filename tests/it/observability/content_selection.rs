//! What is seen of content selection, and what is not.

use bytes::Bytes;
use http::{HeaderMap, Request, Response, header};
use http_body_util::Full;
use serde_json::json;
use tower_layer::Layer;
use tower_lti::{
    LtiLaunchLayer, LtiLogin, MemoryStore,
    claims::{MessageType, names},
    deep_linking::{ContentItem, DeepLinkingRequest, ResourceLinkItem},
    error::LtiErrorKind as Kind,
    testing::{Browser, LaunchContextBuilder},
};

use super::{
    refusals::Walk,
    watch::{Seen, watch},
};
use crate::{
    app::{App, NOW},
    connected::tool_key,
    tool_keys::faults::none_at_the_moment,
};

const SIGNED: &str = "deep linking response signed";
const RESPONSES: &str = "lti_deep_linking_responses_total";
const WHOSE: [&str; 3] = ["https://lms.test", "tool-1", "dep-1"];

/// A deep linking request whose deployment is known, full of what must not be seen.
async fn request(store: &MemoryStore) -> DeepLinkingRequest {
    let settings = json!({
        "deep_link_return_url": "https://lms.test/canary-return?SECRET",
        "data": "canary data",
        "accept_types": ["link", "ltiResourceLink"],
        "accept_multiple": true,
    });
    let launch = LaunchContextBuilder::new("https://lms.test", "tool-1")
        .claim("sub", "canary-user")
        .claim(names::MESSAGE_TYPE, "LtiDeepLinkingRequest")
        .claim(names::DEEP_LINKING_SETTINGS, settings)
        .build_in(store)
        .await;
    launch.deep_linking_request().unwrap()
}

fn item(item_type: &str) -> ContentItem {
    let url = "https://tool.test/canary?SECRET";
    ContentItem::from_json(json!({"type": item_type, "url": url, "title": "Canary"})).unwrap()
}

fn app() -> App {
    App::with(|builder| builder.tool_keys(tool_key()))
}

/// A picker's form: the handle, and the headers of the browser that it was made for.
async fn picker(app: &App) -> (String, HeaderMap) {
    let handle = request(&app.store)
        .await
        .handle(&app.tool, &HeaderMap::new())
        .unwrap();
    let text = handle.text().to_owned();
    let page = handle.with_cookie(Response::new(()));
    let (cookie, _) = page.headers()[header::SET_COOKIE]
        .to_str()
        .unwrap()
        .split_once(';')
        .unwrap();
    let mut headers = HeaderMap::new();
    headers.insert(header::COOKIE, cookie.parse().unwrap());
    (text, headers)
}

/// A response is signed.
pub(super) async fn signed() {
    let app = app();
    let draft = request(&app.store).await.respond(&app.tool);
    let _ = draft.item(item("link")).sign().await.unwrap();
}

/// Provokes each refusal of content selection.
pub(super) async fn refusals(walk: &mut Walk) {
    let app = app();
    let (handle, headers) = picker(&app).await;
    let secrets = [
        handle.clone(),
        headers[header::COOKIE].to_str().unwrap().to_owned(),
    ];
    let open = async |handle: &str, headers: &HeaderMap| {
        let opened = watch(async { app.tool.open_deep_linking(handle, headers).map(drop) }).await;
        let code = opened.0.unwrap_err().code().as_str();
        assert_eq!(opened.1.count(RESPONSES, &[("outcome", code)]), 1);
        opened.1
    };
    let sign = async |item_type: &str| {
        let opened = app.tool.open_deep_linking(&handle, &headers).unwrap();
        let draft = opened.respond().item(item(item_type)).message("canary");
        watch(draft.sign()).await
    };

    walk.met(
        Kind::DeepLinkingHandleForged,
        &open("canary", &headers).await,
        &secrets,
        &[],
    );
    let seen = open(&handle, &HeaderMap::new()).await;
    walk.met(Kind::DeepLinkingHandleForeign, &seen, &secrets, &WHOSE);
    let (refused, seen) = sign("image").await;
    assert_eq!(refused.unwrap_err().kind(), Kind::ContentItemRefused);
    assert_eq!(
        seen.count(RESPONSES, &[("outcome", "content_item_refused")]),
        1
    );
    let says = ["accept_types", "member `type` of item 1 (`image`)"];
    walk.met(Kind::ContentItemRefused, &seen, &secrets, &says);
    let (response, seen) = sign("link").await;
    let told = seen.event(SIGNED);
    assert_eq!((told.level, &*told.fields["items"]), ("INFO", "1"));
    seen.assert_free_of(&[response.unwrap().jwt().to_owned(), "canary".to_owned()]);
    let (_, seen) = sign("link").await;
    assert!(seen.events(SIGNED).is_empty());
    walk.met(Kind::DeepLinkingHandleUsed, &seen, &secrets, &WHOSE);
    app.clock.advance(std::time::Duration::from_secs(3_600));
    let seen = open(&handle, &headers).await;
    walk.met(
        Kind::DeepLinkingHandleExpired,
        &seen,
        &secrets,
        &["behind this machine's clock"],
    );

    let unavailable = none_at_the_moment().await;
    for (kind, app) in [
        (Kind::SigningKeyMissing, App::new()),
        (
            Kind::SigningKeyUnavailable,
            App::with(|builder| builder.tool_keys(unavailable)),
        ),
    ] {
        let draft = request(&app.store).await.respond(&app.tool);
        let (_, seen) = watch(draft.sign()).await;
        walk.met(kind, &seen, &[], &WHOSE);
    }
    not_offered(walk).await;
}

async fn not_offered(walk: &mut Walk) {
    let app = app();
    let layer = LtiLaunchLayer::new(app.tool.clone()).add_path("/lti/launch");
    let handler = tower::service_fn(async |_: Request<Full<Bytes>>| {
        Ok::<_, std::convert::Infallible>(Response::new(Full::<Bytes>::default()))
    });
    let mut browser = Browser::new(LtiLogin::new(app.tool.clone()), layer.layer(handler));
    let login = browser.log_in(&app.platform).await.unwrap();
    let token = app.platform.deep_linking_token(&login, NOW).sign();
    let (_, seen) = watch(browser.launch(&login, &token)).await;
    let says = [
        "LtiDeepLinkingRequest",
        "LtiResourceLinkRequest",
        "accept_message_type",
    ];
    walk.met(Kind::DeepLinkingNotOffered, &seen, &[token], &says);
}

// ADV-72
#[tokio::test]
async fn an_item_refused_while_it_is_read_is_logged_under_the_reference_of_the_answer() {
    let unlawful = || ContentItem::list_from_json([json!({"type": "link", "url": "canary"})]);
    let app = app();
    let draft = request(&app.store).await.respond(&app.tool);
    let by_draft = async { draft.try_items(unlawful()).sign().await.unwrap_err() };
    let (of_draft, seen_of_draft) = watch(by_draft).await;
    let by_handler = async { tower_lti::LtiError::from(unlawful().unwrap_err()) };
    let (of_handler, seen_of_handler) = watch(by_handler).await;

    for (refused, seen) in [(of_draft, seen_of_draft), (of_handler, seen_of_handler)] {
        assert_eq!(refused.kind(), Kind::ContentItemRefused);
        let told = seen.event(&refused.to_string());
        assert_eq!(told.level, "WARN");
        assert_eq!(told.fields["reference"], refused.reference());
        assert_eq!(told.fields["field"], "url");
        assert_eq!(told.fields["came"], "content_items[0]");
        assert_eq!(
            seen.count(RESPONSES, &[("outcome", "content_item_refused")]),
            1
        );
        seen.assert_free_of(&["canary".to_owned()]);
    }
}

// ADV-73
#[tokio::test]
async fn what_some_platforms_cannot_open_is_one_line_however_often() {
    let app = app();
    let links = (0..20).map(|_| ResourceLinkItem::new().title("canary").into());
    let draft = request(&app.store)
        .await
        .respond(&app.tool)
        .item(item("link"))
        .items(links);

    let (response, seen): (_, Seen) = watch(draft.sign()).await;

    assert_eq!(response.unwrap().warnings().len(), 20);
    let told = "content was signed that is valid, and that some platforms cannot open or refuse";
    let told = seen.event(told);
    assert_eq!(
        (told.level, &*told.fields["warning"], &*told.fields["times"]),
        ("WARN", "link_without_url", "20")
    );
    assert_eq!(seen.event(SIGNED).fields["items"], "21");
    assert_eq!(seen.count(RESPONSES, &[("outcome", "signed")]), 1);
    assert_eq!(seen.total(RESPONSES), 1);
    seen.assert_free_of(&["canary".to_owned()]);
}

// ADV-73
#[tokio::test]
async fn a_date_without_a_zone_is_told_as_well() {
    let app = app();
    let link = json!({
        "type": "ltiResourceLink", "url": "https://tool.test/lti/launch", "available": {"startDateTime": "2026-12-01"},
    });
    let draft = request(&app.store).await.respond(&app.tool);

    let (response, seen): (_, Seen) =
        watch(draft.item(ContentItem::from_json(link).unwrap()).sign()).await;

    assert_eq!(response.unwrap().warnings().len(), 1);
    let told = "content was signed that is valid, and that some platforms cannot open or refuse";
    let told = seen.event(told);
    assert_eq!(
        (&*told.fields["warning"], &*told.fields["times"]),
        ("date_without_zone", "1")
    );
}

// DL-11
#[tokio::test]
async fn a_layer_that_takes_requests_which_nobody_can_answer_says_so_once_when_it_is_put_on() {
    const TOLD: &str = "a launch layer accepts deep linking requests, and the tool has no keys to sign a response with: see LtiToolBuilder::tool_keys";
    for (app, accepts, times) in [
        (App::new(), true, 1),
        (App::new(), false, 0),
        (app(), true, 0),
    ] {
        let (_, seen) = watch(async {
            let mut layer = LtiLaunchLayer::new(app.tool.clone()).add_path("/lti/launch");
            if accepts {
                layer = layer.accept_message_type(MessageType::DeepLinking);
            }
            for _ in 0..3 {
                let _ = layer.layer(());
            }
        })
        .await;
        assert_eq!(seen.events(TOLD).len(), times);
    }
}
