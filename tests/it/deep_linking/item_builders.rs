//! Items as the builders make them: each is one that reads as valid, and what is forbidden cannot be made.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use tower_lti::{
    deep_linking::{
        ContentItem, FileItem, HtmlItem, IconImage, ImageItem, ItemError, LinkItem, LinkLineItem,
        LinkWindow, OtherItem, ResourceLinkItem,
    },
    grades::{ActivityProgress, ReviewSettings},
};

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_800_000_000 + seconds)
}

/// What is sent; it reads as an item again.
fn json_of(item: impl Into<ContentItem>) -> Value {
    let item = item.into();
    let json = serde_json::to_value(&item).unwrap();
    assert_eq!(ContentItem::from_json(json.clone()).unwrap(), item);
    json
}

fn icon() -> IconImage {
    IconImage::new("https://x.test/i.png").unwrap().size(50, 40)
}

// DLI-01, DLI-02, DLI-03, DLI-20, DLI-21, DLI-22, DLI-23, DLI-24, DLI-25, DLI-60, ADV-77, DL-28
#[test]
fn a_resource_link_is_made_with_all_that_it_may_have() {
    let review = ReviewSettings::new([ActivityProgress::Submitted])
        .url("https://x.test/review")
        .custom("a", "b");
    let line_item = LinkLineItem::new(50.0)
        .unwrap()
        .label("Quiz")
        .resource_id("quiz-1")
        .tag("grade")
        .grades_released(false)
        .submission_review(review)
        .unwrap()
        .extension(
            "https://canvas.instructure.com/lti/submission_type",
            json!({"type": "none"}),
        )
        .unwrap();
    let link = ResourceLinkItem::new()
        .title("Quiz <1> ž")
        .text("Text")
        .icon(icon())
        .thumbnail(IconImage::new("http://x.test/t.png").unwrap())
        .url("https://elsewhere.test/launch?quiz=1")
        .unwrap()
        .custom("quiz", "1")
        .custom("due", "$Resource.submission.endDateTime")
        .custom("empty", "")
        .line_item(line_item)
        .available(at(0)..at(60))
        .unwrap()
        .submission(..=at(30))
        .unwrap()
        .iframe(800, 600)
        .window(
            LinkWindow::new()
                .target_name("w")
                .size(1, 2)
                .features("menubar=no"),
        )
        .extension("https://x.test/ext", json!([null]))
        .unwrap();
    let expected = json!({
        "type": "ltiResourceLink", "title": "Quiz <1> ž", "text": "Text",
        "icon": {"url": "https://x.test/i.png", "width": 50, "height": 40}, "thumbnail": {"url": "http://x.test/t.png"},
        "url": "https://elsewhere.test/launch?quiz=1",
        "custom": {"quiz": "1", "due": "$Resource.submission.endDateTime", "empty": ""},
        "lineItem": {
            "scoreMaximum": 50, "label": "Quiz", "resourceId": "quiz-1", "tag": "grade", "gradesReleased": false,
            "submissionReview": {"reviewableStatus": ["Submitted"], "url": "https://x.test/review", "custom": {"a": "b"}},
            "https://canvas.instructure.com/lti/submission_type": {"type": "none"},
        },
        "available": {"startDateTime": "2027-01-15T08:00:00.000Z", "endDateTime": "2027-01-15T08:01:00.000Z"},
        "submission": {"endDateTime": "2027-01-15T08:00:30.000Z"},
        "iframe": {"width": 800, "height": 600},
        "window": {"targetName": "w", "width": 1, "height": 2, "windowFeatures": "menubar=no"},
        "https://x.test/ext": [null],
    });
    assert_eq!(json_of(link), expected);
    assert_eq!(
        json_of(ResourceLinkItem::default()),
        json!({"type": "ltiResourceLink"})
    );
}

// DLI-10, DLI-11, DLI-12, DLI-13, DLI-30, DLI-31, DLI-32, DLI-40, DLI-50, DLI-51, DLI-61, DLI-02, DLI-03, DL-28
#[test]
fn the_other_types_are_made_with_all_that_they_may_have() {
    let link = LinkItem::new("https://x.test/page")
        .unwrap()
        .title("t")
        .text("u")
        .icon(icon())
        .thumbnail(icon())
        .embed("<b>x</b>")
        .iframe("https://x.test/frame", 10, 20)
        .unwrap()
        .window(LinkWindow::new().target_name("w"));
    let image = json!({"url": "https://x.test/i.png", "width": 50, "height": 40});
    assert_eq!(
        json_of(link),
        json!({
            "type": "link", "url": "https://x.test/page", "title": "t", "text": "u", "icon": image, "thumbnail": image,
            "embed": {"html": "<b>x</b>"}, "iframe": {"src": "https://x.test/frame", "width": 10, "height": 20},
            "window": {"targetName": "w"},
        }),
        "every presentation, for the platform to choose"
    );
    let file = FileItem::new("https://x.test/f.pdf")
        .unwrap()
        .title("t")
        .icon(icon())
        .media_type("application/pdf")
        .unwrap()
        .expires_at(at(0))
        .unwrap();
    assert_eq!(
        json_of(file),
        json!({
            "type": "file", "url": "https://x.test/f.pdf", "title": "t", "icon": image, "mediaType": "application/pdf",
            "expiresAt": "2027-01-15T08:00:00.000Z",
        })
    );
    let html = HtmlItem::new("<p>")
        .title("t")
        .extension("https://x.test/e", 1)
        .unwrap();
    assert_eq!(
        json_of(html),
        json!({"type": "html", "html": "<p>", "title": "t", "https://x.test/e": 1})
    );
    let picture = ImageItem::new("https://x.test/p.png")
        .unwrap()
        .size(1, 2)
        .thumbnail(icon());
    assert_eq!(
        json_of(picture),
        json!({"type": "image", "url": "https://x.test/p.png", "width": 1, "height": 2, "thumbnail": image})
    );
    let other = OtherItem::new("https://x.test/type")
        .unwrap()
        .member("data", "d")
        .unwrap();
    assert_eq!(
        json_of(other),
        json!({"type": "https://x.test/type", "data": "d"})
    );
}

// DLI-10, DLI-13, DLI-20, DLI-24, DLI-25, DLI-30, DLI-31, DLI-32, DLI-50, DLI-60, DLI-61, DLI-03, DL-31, ADV-77
#[test]
fn what_the_specification_forbids_cannot_be_made() {
    fn member<T>(refused: Result<T, ItemError>) -> String {
        let error = refused.err().expect("it is refused");
        assert_eq!(error.position(), None);
        error.member().unwrap().to_owned()
    }
    let years_10000 = UNIX_EPOCH + Duration::from_secs(253_402_300_800);
    for url in [
        "",
        "/page",
        "javascript:alert(1)",
        "ftp://x.test/",
        "https://u:p@x.test/",
        "https://x.test/ b",
    ] {
        assert_eq!(member(LinkItem::new(url)), "url");
        assert_eq!(member(FileItem::new(url)), "url");
        assert_eq!(member(ImageItem::new(url)), "url");
        assert_eq!(member(IconImage::new(url)), "url");
        assert_eq!(member(ResourceLinkItem::new().url(url)), "url");
        let link = LinkItem::new("https://x.test/").unwrap();
        assert_eq!(member(link.iframe(url, 1, 1)), "iframe.src");
        let review = ReviewSettings::new([]).url(url);
        let line_item = LinkLineItem::new(1.0).unwrap();
        assert_eq!(
            member(line_item.submission_review(review)),
            "lineItem.submissionReview.url"
        );
    }
    for points in [0.0, -0.0, -1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(member(LinkLineItem::new(points)), "lineItem.scoreMaximum");
    }
    for name in ["", "submission_type", "urn:x", "/x", "https://"] {
        assert_eq!(member(ResourceLinkItem::new().extension(name, 1)), name);
        assert_eq!(
            member(LinkLineItem::new(1.0).unwrap().extension(name, 1)),
            name
        );
        assert_eq!(member(OtherItem::new(name)), "type");
    }
    let other = OtherItem::new("https://x.test/t").unwrap();
    assert_eq!(member(other.member("type", "link")), "type");
    let link = ResourceLinkItem::new();
    assert_eq!(
        member(link.clone().available(years_10000..)),
        "available.startDateTime"
    );
    assert_eq!(
        member(link.submission(..years_10000)),
        "submission.endDateTime"
    );
    let file = FileItem::new("https://x.test/f").unwrap();
    assert_eq!(member(file.clone().expires_at(years_10000)), "expiresAt");
    assert_eq!(member(file.media_type("pdf")), "mediaType");
    let error = LinkItem::new("javascript:alert(1)").unwrap_err();
    assert_eq!(
        error.to_string(),
        "member `url` of the item (`link`) is not a fully qualified URL"
    );
}

// DLI-24, ADV-77
#[test]
fn points_are_sent_without_a_fraction_where_they_have_none_and_empty_texts_count_as_none() {
    for (points, text) in [
        (50.0, "50"),
        (0.5, "0.5"),
        (1e21, "1e+21"),
        (66.666_67, "66.66667"),
    ] {
        let line_item = LinkLineItem::new(points)
            .unwrap()
            .label("x")
            .label("")
            .tag("")
            .resource_id("");
        let item = ResourceLinkItem::new().line_item(line_item);
        let text = format!(r#""lineItem":{{"scoreMaximum":{text}}}"#);
        let sent = serde_json::to_string(&ContentItem::from(item)).unwrap();
        assert!(sent.contains(&text), "{sent}");
    }
}

// DLI-02
#[test]
fn no_builder_shows_what_is_in_it() {
    let link = ResourceLinkItem::new()
        .title("secret")
        .custom("secret", "secret");
    let line_item = LinkLineItem::new(1.0).unwrap().label("secret");
    let shown = format!(
        "{link:?} {line_item:?} {:?} {:?}",
        HtmlItem::new("secret"),
        ContentItem::from(link.clone())
    );
    assert!(!shown.contains("secret"), "{shown}");
}
