//! Items against what a request takes: refused before anything is signed, by item, member and setting.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use tower_lti::{
    deep_linking::{
        ContentItem, DeepLinkingResponse, FileItem, HtmlItem, ItemError, ItemType, ItemWarning,
        LinkItem, LinkLineItem, LinkWindow, OtherItem, ResourceLinkItem,
    },
    error::LtiErrorKind,
};

use super::settings::launched;
use crate::{app::App, connected::tool_key};

const CONTENT_ITEMS: &str = "https://purl.imsglobal.org/spec/lti-dl/claim/content_items";

fn app() -> App {
    App::with(|builder| builder.tool_keys(tool_key()))
}

/// Offers items to a platform with these settings.
async fn offer_by(
    app: &App,
    settings: Value,
    items: Vec<ContentItem>,
) -> Result<DeepLinkingResponse, ItemError> {
    let launch = launched(app, settings).await;
    let request = launch.deep_linking_request().unwrap();
    let signed = request.respond(&app.tool).items(items).sign().await;
    signed.map_err(|error| {
        assert_eq!(error.kind(), LtiErrorKind::ContentItemRefused);
        assert_eq!(error.status(), 422);
        error.item_error().expect("it says which item").clone()
    })
}

async fn offer(settings: Value, items: Vec<ContentItem>) -> Result<DeepLinkingResponse, ItemError> {
    offer_by(&app(), settings, items).await
}

/// The items in a response.
fn items_in(response: &DeepLinkingResponse) -> Value {
    let payload = response.jwt().split('.').nth(1).unwrap();
    let payload = URL_SAFE_NO_PAD.decode(payload).unwrap();
    let mut payload: Value = serde_json::from_slice(&payload).unwrap();
    payload[CONTENT_ITEMS].take()
}

/// Asserts that an item is refused, where and for which setting.
async fn refused(settings: Value, item: ContentItem, member: Option<&str>, setting: Option<&str>) {
    let shown = format!("{settings} {item:?}");
    let item_type = item.item_type();
    let error = offer(settings, vec![item]).await.expect_err(&shown);
    assert_eq!(
        (error.member(), error.setting()),
        (member, setting),
        "{shown}"
    );
    assert_eq!(
        (error.position(), error.item_type()),
        (Some(0), Some(&item_type))
    );
    let text = error.to_string();
    assert!(
        setting.is_none_or(|setting| text.ends_with(&format!(" (`{setting}`)"))),
        "{text}"
    );
}

fn page() -> LinkItem {
    LinkItem::new("https://x.test/page").unwrap()
}

fn link() -> ResourceLinkItem {
    ResourceLinkItem::new()
        .url("https://elsewhere.test/launch")
        .unwrap()
}

// DL-22, DLI-60, ADV-72, ADV-77
#[tokio::test]
async fn what_fits_is_sent_as_it_was_given() {
    let items = [
        json!({
            "type": "ltiResourceLink", "url": "https://elsewhere.test/launch", "available": {"startDateTime": "2027-01-01T00:00:00+01:00"},
            "lineItem": {"scoreMaximum": 50.0}, "custom": {"a": "", "b": "$User.id"}, "https://x.test/e": {"deep": [1.50, null]},
        }),
        json!({"type": "html", "html": "</script><b>ž</b>"}),
        json!({"type": "file", "url": "http://x.test/f", "mediaType": "image/PNG", "expiresAt": "2027-01-01T00:00Z"}),
        json!({"type": "https://x.test/type", "anything": {"goes": true}}),
        json!({"type": "ltiAssetProcessor", "report": {}}),
    ];
    let settings = json!({
        "accept_multiple": true, "accept_lineitem": true, "accept_media_types": "image/*",
        "accept_types": ["ltiResourceLink", "html", "file", "https://x.test/type", "ltiAssetProcessor"],
    });
    let read = ContentItem::list_from_json(items.clone()).unwrap();
    let response = offer(settings, read).await.unwrap();
    assert_eq!(items_in(&response), json!(items));
    assert_eq!(response.warnings(), []);
}

// DL-26, DLS-05
#[tokio::test]
async fn more_than_one_item_is_sent_only_where_several_are_taken() {
    let items = |count| vec![ContentItem::from(page()); count];
    for settings in [
        json!({"accept_multiple": false}),
        json!({}),
        json!({"accept_multiple": "true"}),
    ] {
        let error = offer(settings.clone(), items(3))
            .await
            .expect_err("one is taken");
        assert_eq!(
            (error.position(), error.setting()),
            (Some(1), Some("accept_multiple"))
        );
        assert_eq!(
            (error.member(), error.item_type()),
            (None, Some(&ItemType::Link))
        );
        assert_eq!(
            error.to_string(),
            "item 2 (`link`) is one more than the platform accepts (`accept_multiple`)"
        );
        let _ = offer(settings.clone(), items(1)).await.unwrap();
        let _ = offer(settings, Vec::new()).await.unwrap();
    }
    let many = offer(json!({"accept_multiple": true}), items(1_000))
        .await
        .unwrap();
    assert_eq!(items_in(&many).as_array().unwrap().len(), 1_000);
}

// DL-26, DLS-02, DLI-01, DLI-61, ADV-72
#[tokio::test]
async fn an_item_is_of_a_type_that_is_taken() {
    let settings = json!({"accept_types": ["ltiResourceLink", "ltiAssetProcessor"]});
    for item in [
        page().into(),
        HtmlItem::new("").into(),
        OtherItem::new("https://x.test/t").unwrap().into(),
    ] {
        refused(settings.clone(), item, Some("type"), Some("accept_types")).await;
    }
    let _ = offer(settings.clone(), vec![link().into()]).await.unwrap();
    let unknown = json!({"accept_types": []});
    for item in [
        page().into(),
        HtmlItem::new("").into(),
        OtherItem::new("https://x.test/t").unwrap().into(),
    ] {
        let _ = offer(unknown.clone(), vec![item]).await.unwrap();
    }
    for name in ["LtiResourceLink", "ltiAssetProcessor", "Link", "x.test/t"] {
        let item = ContentItem::from_json(json!({"type": name})).unwrap();
        refused(unknown.clone(), item, Some("type"), None).await;
    }
    let launch = launched(&app(), settings).await;
    let request = launch.deep_linking_request().unwrap();
    let short = OtherItem::of_accepted("ltiAssetProcessor", request.settings()).unwrap();
    assert_eq!(
        ContentItem::from(short).item_type().as_str(),
        "ltiAssetProcessor"
    );
    for name in ["ltiResourceLink", "link", "", "other"] {
        let error = OtherItem::of_accepted(name, request.settings()).unwrap_err();
        assert_eq!(error.member(), Some("type"), "{name}");
    }
}

// DL-26, DLS-04, DLI-32
#[tokio::test]
async fn a_file_is_of_a_media_type_that_is_taken_or_of_none() {
    let file = || FileItem::new("https://x.test/f").unwrap();
    let pdf = || file().media_type("Application/PDF; version=1.7").unwrap();
    for accepted in ["image/*, text/plain", "application/json"] {
        let settings = json!({"accept_media_types": accepted});
        refused(
            settings.clone(),
            pdf().into(),
            Some("mediaType"),
            Some("accept_media_types"),
        )
        .await;
        let _ = offer(settings.clone(), vec![file().into()])
            .await
            .expect("it says nothing");
        let _ = offer(settings, vec![link().into()])
            .await
            .expect("it is no file");
    }
    for accepted in [
        json!("application/pdf"),
        json!("*/*"),
        json!("x/y, application/*;q=1"),
        json!(""),
        json!(null),
    ] {
        let _ = offer(json!({"accept_media_types": accepted}), vec![pdf().into()])
            .await
            .unwrap();
    }
}

// DL-27, DLS-06, DLI-24
#[tokio::test]
async fn a_line_item_is_refused_where_the_platform_says_that_it_takes_none() {
    let graded = || link().line_item(LinkLineItem::new(10.0).unwrap());
    refused(
        json!({"accept_lineitem": false}),
        graded().into(),
        Some("lineItem"),
        Some("accept_lineitem"),
    )
    .await;
    let _ = offer(json!({"accept_lineitem": false}), vec![link().into()])
        .await
        .unwrap();
    for accepted in [json!(true), json!(null)] {
        let _ = offer(json!({"accept_lineitem": accepted}), vec![graded().into()])
            .await
            .unwrap();
    }
}

// DL-28, DLS-03, DLI-11, DLI-12, DLI-13, DLI-21, DLI-22
#[tokio::test]
async fn an_item_that_says_how_it_is_shown_says_one_way_that_the_platform_has() {
    const SETTING: Option<&str> = Some("accept_presentation_document_targets");
    let only = |target: &str| json!({"accept_presentation_document_targets": [target, "frame"]});
    let all = || {
        page()
            .embed("")
            .iframe("https://x.test/f", 1, 1)
            .unwrap()
            .window(LinkWindow::new())
    };
    for target in ["embed", "iframe", "window"] {
        let response = offer(only(target), vec![all().into()]).await.unwrap();
        assert_eq!(
            items_in(&response)[0],
            json!(ContentItem::from(all())),
            "all of them are sent"
        );
        let _ = offer(only(target), vec![page().into()])
            .await
            .expect("it names none");
        let _ = offer(only(target), vec![link().into()])
            .await
            .expect("it names none");
    }
    refused(
        only("iframe"),
        page().embed("").into(),
        Some("embed"),
        SETTING,
    )
    .await;
    refused(
        only("embed"),
        link().window(LinkWindow::new()).iframe(1, 1).into(),
        Some("iframe"),
        SETTING,
    )
    .await;
    refused(only("popup"), all().into(), Some("embed"), SETTING).await;
    let other = OtherItem::new("https://x.test/t")
        .unwrap()
        .member("window", 1)
        .unwrap();
    let _ = offer(only("iframe"), vec![other.into()])
        .await
        .expect("its members are its own");
    let _ = offer(json!({}), vec![all().into()])
        .await
        .expect("nothing is known");
}

// DL-31, DLI-20
#[tokio::test]
async fn a_launched_url_is_https_and_others_may_be_http() {
    let link = |url: &str| ContentItem::from(ResourceLinkItem::new().url(url).unwrap());
    for url in [
        "http://tool.test/app",
        "http://127.0.0.1:3000/app",
        "HTTP://localhost/",
    ] {
        refused(json!({}), link(url), Some("url"), None).await;
    }
    let _ = offer(
        json!({}),
        vec![LinkItem::new("http://x.test/").unwrap().into()],
    )
    .await
    .unwrap();
    let local = App::with(|builder| {
        builder
            .tool_keys(tool_key())
            .launch_url("http://127.0.0.1:3000/lti/launch")
            .insecure_allow_loopback_http()
    });
    for (url, is_sent) in [
        ("http://127.0.0.1:3000/app", true),
        ("http://localhost:3000/", true),
        ("https://x.test/", true),
        ("http://tool.test/app", false),
        ("http://10.0.0.1/", false),
    ] {
        let sent = offer_by(&local, json!({}), vec![link(url)]).await;
        assert_eq!(sent.is_ok(), is_sent, "{url}");
    }
}

// ADV-72
#[tokio::test]
async fn the_first_item_that_does_not_fit_is_the_one_that_is_named() {
    let settings = json!({"accept_multiple": true, "accept_types": ["link", "ltiResourceLink"], "accept_lineitem": false});
    let graded = link().line_item(LinkLineItem::new(1.0).unwrap());
    let items: Vec<ContentItem> = vec![
        page().into(),
        link().into(),
        graded.into(),
        HtmlItem::new("").into(),
    ];
    let error = offer(settings, items).await.unwrap_err();
    assert_eq!(error.position(), Some(2));
    assert_eq!(
        error.to_string(),
        "member `lineItem` of item 3 (`ltiResourceLink`) is not accepted by the platform (`accept_lineitem`)"
    );
}

// ADV-72
#[tokio::test]
async fn items_of_more_than_two_mebibytes_together_are_refused() {
    let html = |len| ContentItem::from(HtmlItem::new(&"x".repeat(len)));
    let around = json!(html(0)).to_string().len();
    let settings = json!({"accept_multiple": true});
    let half = 1024 * 1024 - around;
    let _ = offer(settings.clone(), vec![html(half), html(half)])
        .await
        .unwrap();
    let error = offer(settings, vec![html(half), html(half + 1), html(0)])
        .await
        .unwrap_err();
    assert_eq!((error.position(), error.setting()), (Some(1), None));
    assert!(error.problem().contains("2 MiB"));
}

// ADV-73, DLI-20
#[tokio::test]
async fn a_resource_link_without_a_url_is_sent_and_warned_of() {
    let bare = ContentItem::from(ResourceLinkItem::new().title("Chapter 1"));
    let items = vec![link().into(), bare.clone(), page().into(), bare];
    let response = offer(json!({"accept_multiple": true}), items)
        .await
        .unwrap();
    let positions: Vec<_> = response
        .warnings()
        .iter()
        .map(ItemWarning::position)
        .collect();
    assert_eq!(positions, [1, 3]);
    assert!(matches!(
        response.warnings()[0],
        ItemWarning::LinkWithoutUrl { position: 1, .. }
    ));
    let shown = response.warnings()[0].to_string();
    assert!(
        shown.starts_with("item 2 ") && !shown.contains("Chapter"),
        "{shown}"
    );
    assert_eq!(
        items_in(&response)[1],
        json!({"type": "ltiResourceLink", "title": "Chapter 1"})
    );
}

// DLI-25, DLI-31
#[tokio::test]
async fn a_date_without_a_zone_goes_on_as_it_came_and_is_warned_of() {
    let dated = json!([
        {
            "type": "ltiResourceLink", "url": "https://x.test/",
            "available": {"startDateTime": "2027-01-01", "endDateTime": "2027-02-01T10:00:00"},
            "submission": {"startDateTime": "2027-01-01T00:00Z", "endDateTime": "2027-02-01T10:00:00.25"},
        },
        {"type": "file", "url": "https://x.test/", "expiresAt": "2027-01-01T00:00:00+01:00"},
        {"type": "file", "url": "https://x.test/", "expiresAt": "20270101"},
    ]);
    let items = ContentItem::list_from_json(dated.as_array().unwrap().clone()).unwrap();
    let response = offer(json!({"accept_multiple": true}), items)
        .await
        .unwrap();
    assert_eq!(items_in(&response), dated);
    let warned = response.warnings().iter().map(|warning| match warning {
        ItemWarning::DateWithoutZone { position, member } => (*position, *member),
        other => panic!("{other:?}"),
    });
    let warned: Vec<_> = warned.collect();
    assert_eq!(
        warned,
        [
            (0, "available.startDateTime"),
            (0, "available.endDateTime"),
            (0, "submission.endDateTime"),
            (2, "expiresAt"),
        ]
    );
    assert_eq!(
        response.warnings()[3].to_string(),
        "member `expiresAt` of item 3 has no time zone, which some platforms refuse"
    );
}

// DLI-24, DL-31
#[tokio::test]
async fn the_address_of_a_submission_review_is_launched_and_so_https() {
    let review = |url: &str| {
        let review = json!({"reviewableStatus": ["Submitted"], "url": url});
        let line_item = json!({"scoreMaximum": 1, "submissionReview": review});
        ContentItem::from_json(json!({"type": "ltiResourceLink", "lineItem": line_item})).unwrap()
    };
    let member = Some("lineItem.submissionReview.url");
    refused(json!({}), review("http://evil.test/review"), member, None).await;
    let secure = review("https://x.test/review");
    assert!(offer(json!({}), vec![secure]).await.is_ok());
}

// DL-25
#[tokio::test]
async fn that_items_were_sent_is_not_taken_for_links_that_were_made() {
    let app = app();
    let graded = || link().line_item(LinkLineItem::new(10.0).unwrap().resource_id("quiz-1"));
    for _ in 0..3 {
        let again = offer_by(&app, json!({}), vec![graded().into()])
            .await
            .unwrap();
        assert_eq!(items_in(&again), json!([ContentItem::from(graded())]));
    }
}
