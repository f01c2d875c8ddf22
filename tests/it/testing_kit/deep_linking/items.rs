//! Items: what the specification allows, and what the request takes.

use serde_json::{Value, json};
use tower_lti::{
    deep_linking::{ContentItem, OtherItem},
    testing::DeepLinkingOptions,
};

use super::course::{Course, named};

#[tokio::test]
async fn items_with_everything_that_their_types_allow_are_taken() {
    let mut course = Course::new();
    let icon = json!({"url": "https://tool.test/icon.png", "width": 50, "height": 50});
    let window = json!({
        "targetName": "examWindow", "width": 600, "height": 400, "windowFeatures": "height=570,width=800",
    });
    let items = json!([
        {
            "type": "ltiResourceLink", "title": "A quiz", "text": "Of ten questions", "icon": icon,
            "thumbnail": icon, "url": "https://elsewhere.test/quiz?id=1#part", "window": window,
            "iframe": {"width": 600, "height": 400},
            "custom": {"quiz": "1", "empty": "", "due": "$ResourceLink.submission.endDateTime"},
            "lineItem": {
                "scoreMaximum": 87.5, "label": "Quiz 1", "resourceId": "quiz-1", "tag": "quiz",
                "gradesReleased": true,
                "submissionReview": {"reviewableStatus": ["Submitted"], "custom": {"a": "b"}},
            },
            "available": {"startDateTime": "2023-11-14T22:13:20Z", "endDateTime": "2023-12-14T22:13:20+01:00"},
            "submission": {"endDateTime": "2023-12-14T22:13:20.123Z"},
            "https://tool.test/extension": {"any": ["key", 1, null]},
        },
        {"type": "ltiResourceLink"},
        {
            "type": "link", "url": "http://pages.test/", "embed": {"html": "<b>"}, "window": {},
            "iframe": {"src": "https://pages.test/embed", "width": 1},
        },
        {
            "type": "file", "url": "https://tool.test/once", "expiresAt": "2023-11-14T23:13:20Z",
            "mediaType": "application/pdf",
        },
        {"type": "html", "html": "<script>"},
        {"type": "image", "url": "https://tool.test/image.png", "width": 1, "height": 2, "icon": icon},
        {"type": "https://tool.test/types/map", "anything": {"goes": "here"}},
    ]);
    let options = DeepLinkingOptions::new().with("accept_types", json!([]));

    let response = course.judge(&options, items.clone()).await.unwrap();

    assert_eq!(
        json!(response.items()),
        items,
        "they are as they were given"
    );
    assert_eq!(response.links().len(), 2);
}

#[tokio::test]
async fn an_item_with_any_one_thing_wrong_is_found_by_its_member() {
    let link = |name: &str, value: Value| {
        let mut link = json!({"type": "ltiResourceLink"});
        link[name] = value;
        link
    };
    let cases = [
        (json!("a link"), "item (item 0) (type)"),
        (json!({"title": "of no type"}), "item (item 0) (type)"),
        (json!({"type": 7}), "item (item 0) (type)"),
        (json!({"type": "quiz"}), "member (item 0) (type)"),
        (link("title", json!(7)), "member (item 0) (title)"),
        (link("text", Value::Null), "member (item 0) (text)"),
        (
            link("icon", json!("https://tool.test/i.png")),
            "member (item 0) (icon)",
        ),
        (
            link("icon", json!({"width": 1})),
            "member_missing (item 0) (icon.url)",
        ),
        (
            link("thumbnail", json!({"url": "/i.png"})),
            "member (item 0) (thumbnail.url)",
        ),
        (link("url", json!("/quiz")), "member (item 0) (url)"),
        (
            link("url", json!("http://tool.test/quiz")),
            "member (item 0) (url)",
        ),
        (
            link("url", json!("javascript:alert(1)")),
            "member (item 0) (url)",
        ),
        (
            link("url", json!("https://me@tool.test/")),
            "member (item 0) (url)",
        ),
        (
            link("window", json!({"width": 1.5})),
            "member (item 0) (window.width)",
        ),
        (
            link("window", json!({"height": "400"})),
            "member (item 0) (window.height)",
        ),
        (
            link("window", json!({"targetname": "a"})),
            "member_unknown (item 0) (window.targetname)",
        ),
        (
            link("iframe", json!({"width": -1})),
            "member (item 0) (iframe.width)",
        ),
        (
            link("iframe", json!({"src": "https://tool.test/"})),
            "member_unknown (item 0) (iframe.src)",
        ),
        (link("custom", json!({"a": 1})), "member (item 0) (custom)"),
        (
            link("custom", json!({"a": null})),
            "member (item 0) (custom)",
        ),
        (link("custom", json!("a=1")), "member (item 0) (custom)"),
        (
            link("lineItem", json!({})),
            "member_missing (item 0) (lineItem.scoreMaximum)",
        ),
        (
            link("lineItem", json!({"scoreMaximum": 0})),
            "member (item 0) (lineItem.scoreMaximum)",
        ),
        (
            link("lineItem", json!({"scoreMaximum": "10"})),
            "member (item 0) (lineItem.scoreMaximum)",
        ),
        (
            link("lineItem", json!({"scoreMaximum": 1, "label": 1})),
            "member (item 0) (lineItem.label)",
        ),
        (
            link(
                "lineItem",
                json!({"scoreMaximum": 1, "gradesReleased": "true"}),
            ),
            "member (item 0) (lineItem.gradesReleased)",
        ),
        (
            link("available", json!({"startDateTime": "tomorrow"})),
            "member (item 0) (available.startDateTime)",
        ),
        (
            link("submission", json!({"endDateTime": 1_700_000_000})),
            "member (item 0) (submission.endDateTime)",
        ),
        (
            link("submission", json!("2023-11-14")),
            "member (item 0) (submission)",
        ),
        (
            link("embed", json!({"html": ""})),
            "member_unknown (item 0) (embed)",
        ),
        (
            link("line_item", json!({})),
            "member_unknown (item 0) (line_item)",
        ),
        (json!({"type": "link"}), "member_missing (item 0) (url)"),
        (
            json!({"type": "link", "url": "pages.test"}),
            "member (item 0) (url)",
        ),
        (
            json!({"type": "link", "url": "https://a.test", "embed": {}}),
            "member_missing (item 0) (embed.html)",
        ),
        (
            json!({"type": "link", "url": "https://a.test", "iframe": {}}),
            "member_missing (item 0) (iframe.src)",
        ),
        (json!({"type": "file"}), "member_missing (item 0) (url)"),
        (
            json!({"type": "file", "url": "https://a.test", "expiresAt": ""}),
            "member (item 0) (expiresAt)",
        ),
        (json!({"type": "html"}), "member_missing (item 0) (html)"),
        (
            json!({"type": "html", "html": "", "icon": {"url": "https://a.test"}}),
            "member_unknown (item 0) (icon)",
        ),
        (json!({"type": "image"}), "member_missing (item 0) (url)"),
        (
            json!({"type": "image", "url": "https://a.test", "width": "50"}),
            "member (item 0) (width)",
        ),
    ];
    let mut course = Course::new();
    let options = DeepLinkingOptions::new().with("accept_types", json!([]));
    for (item, finding) in cases {
        let outcome = course.judge(&options, json!([item])).await;
        assert_eq!(named(outcome), [finding], "{item}");
    }
}

#[tokio::test]
async fn items_that_the_request_does_not_take_are_found_by_the_setting() {
    let all = DeepLinkingOptions::new;
    let html = json!({"type": "html", "html": ""});
    let file = |media_type: &str| json!({"type": "file", "url": "https://a.test", "mediaType": media_type});
    let graded = json!({"type": "ltiResourceLink", "lineItem": {"scoreMaximum": 1}});
    let framed = json!({"type": "ltiResourceLink", "iframe": {}, "window": {}});
    let several = "accept_multiple";
    let media = "accept_media_types (item 0) (mediaType)";
    let presentation = "accept_presentation_document_targets (item 0) (iframe)";
    let cases = [
        (all(), json!([html, html]), None),
        (all().accept_multiple(false), json!([html]), None),
        (
            all().accept_multiple(false),
            json!([html, html]),
            Some(several),
        ),
        (all().without(several), json!([html, html]), Some(several)),
        (
            all().accept_types(["link"]),
            json!([html]),
            Some("accept_types (item 0) (type)"),
        ),
        (all().accept_types(["link", "html"]), json!([html]), None),
        (
            all().accept_types(["quiz"]),
            json!([{"type": "quiz"}]),
            None,
        ),
        (all().accept_types([]), json!([html]), None),
        (
            all().accept_media_types("image/*,text/html"),
            json!([file("image/PNG")]),
            None,
        ),
        (
            all().accept_media_types("image/*, text/html"),
            json!([file("text/html; charset=x")]),
            None,
        ),
        (
            all().accept_media_types("image/*,text/html"),
            json!([file("imagery/png")]),
            Some(media),
        ),
        (
            all().accept_media_types("image/*,text/html"),
            json!([file("text/htmlx")]),
            Some(media),
        ),
        (
            all().accept_media_types("image/*"),
            json!([{"type": "file", "url": "https://a.test"}]),
            None,
        ),
        (
            all().without("accept_media_types"),
            json!([file("a/b")]),
            None,
        ),
        (all().accept_lineitem(true), json!([graded]), None),
        (all().without("accept_lineitem"), json!([graded]), None),
        (
            all().accept_lineitem(false),
            json!([graded]),
            Some("accept_lineitem (item 0) (lineItem)"),
        ),
        (
            all().accept_presentation_document_targets(["window"]),
            json!([framed]),
            None,
        ),
        (
            all().accept_presentation_document_targets([]),
            json!([framed]),
            None,
        ),
        (
            all().accept_presentation_document_targets(["embed"]),
            json!([framed]),
            Some(presentation),
        ),
        (
            all().accept_presentation_document_targets(["embed"]),
            json!([html]),
            None,
        ),
    ];
    let mut course = Course::new();
    for (options, items, finding) in cases {
        let outcome = course.judge(&options, items.clone()).await;
        assert_eq!(named(outcome), Vec::from_iter(finding), "{items}");
    }
}

#[tokio::test]
async fn no_items_at_all_are_nothing_to_add() {
    let mut course = Course::new();
    let settings = course.ask(&DeepLinkingOptions::new());
    let mut claims = course.claims(&settings, json!([]));
    assert!(course.receive(&claims).await.unwrap().items().is_empty());

    claims = course.claims(&settings, json!([]));
    claims.retain(|name, _| !name.ends_with("content_items"));
    assert!(course.receive(&claims).await.unwrap().items().is_empty());
}

// DLI-03, DLI-25, DLI-31, DLI-32, DLI-60, DLI-61
#[tokio::test]
async fn the_platform_and_the_library_read_the_specification_alike() {
    let dates = [
        "2027-01-01T00:00:00Z",
        "2027-01-01t00:00z",
        "2027-01-01T00:00:00.5-0800",
        "2027-01-01T00:00:00,5+01",
        "2027-01-01T00:00:00+23:59",
        "2027-01-01T00:00:00+24:00",
        "2027-01-01T00:00:00-25:00",
        "2027-01-01T00:00:00",
        "2027-01-01T00:00",
        "2027-01-01",
        "20270101T000000Z",
        "2027-W01-1",
        "2027-02-30",
        "2027-01",
        "2016-12-31T23:59:60Z",
        "2016-12-31T23:59:60",
        "2027-01-01T12:30:60Z",
        "2027-01-01T12:30:60",
        "2027-01-01T24:00:00Z",
        "2027-01-01 00:00:00Z",
        " 2027-01-01",
        "2027-01-01T00:00:00Z\n",
        "+002027-01-01",
        "0000-01-01",
        "0000-01-01T00:00:00Z",
    ]
    .map(|date| json!({"type": "file", "url": "https://a.test", "expiresAt": date}));
    let pixels = [
        json!(0),
        json!(640),
        json!(640.0),
        json!(1e3),
        json!(-1),
        json!(0.5),
        json!(null),
        json!("640"),
    ]
    .map(|pixels| json!({"type": "image", "url": "https://a.test", "width": pixels}));
    let names = [
        "https://a.test/x",
        "https://a.test",
        "ftp://a.test/x",
        "https:///x",
        "https://",
        "https:a.test",
        "https://?x",
        "https:\\\\a.test",
        "https://a.test/x y",
        "urn:x:y",
        "mailto:a@a.test",
        "a.test/x",
        "//a.test/x",
        "",
    ];
    let extensions = names.map(|name| json!({"type": "html", "html": "", name: 1}));
    let types = names.map(|name| json!({"type": name}));
    let urls = names.map(|url| json!({"type": "link", "url": url}));
    let launched = [
        "https://a.test/?a=b",
        "https://a.test/?a=b c",
        "https:///a.test",
    ];
    let launched = launched.map(|url| json!({"type": "ltiResourceLink", "url": url}));
    let media_types = [
        "text/plain",
        "Text/PLAIN; charset=x",
        "text/plain ;a=b",
        " text/plain",
        "text/plain ",
        "text/plain;\r\na=b",
        "text/*",
        "*/*",
        "text",
        "text/",
        "a b/c",
    ]
    .map(|name| json!({"type": "file", "url": "https://a.test", "mediaType": name}));
    let items = dates.into_iter().chain(pixels).chain(extensions);
    let items = items.chain(types).chain(urls).chain(launched);
    let mut course = Course::new();
    let options = DeepLinkingOptions::new()
        .with("accept_types", json!([]))
        .without("accept_media_types");
    for item in items.chain(media_types) {
        let is_taken = match item["type"].as_str().unwrap() {
            "file" | "image" | "html" | "link" | "ltiResourceLink" => {
                ContentItem::from_json(item.clone()).is_ok()
            }
            new => OtherItem::new(new).is_ok(),
        };
        let judged = course.judge(&options, json!([item])).await;
        assert_eq!(judged.is_ok(), is_taken, "{item} {judged:?}");
    }
}
