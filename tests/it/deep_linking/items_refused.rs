//! Items that the specification forbids, each wrong in one thing.

use serde_json::{Value, json};
use tower_lti::deep_linking::{ContentItem, ItemError};

fn refused(item: Value) -> ItemError {
    let shown = item.to_string();
    ContentItem::from_json(item).expect_err(&shown)
}

/// An item of this type that is good but for one member.
fn with(item_type: &str, member: &str, value: Value) -> Value {
    let mut item = match item_type {
        "html" => json!({"type": "html", "html": "<p>x</p>"}),
        "ltiResourceLink" => json!({"type": "ltiResourceLink"}),
        other => json!({"type": other, "url": "https://x.test/"}),
    };
    ContentItem::from_json(item.clone()).expect("it is good");
    item[member] = value;
    item
}

// DLI-01
#[test]
fn an_item_is_an_object_with_a_type() {
    for item in [json!(null), json!([]), json!("link"), json!(7), json!(true)] {
        let error = refused(item);
        assert_eq!(
            (error.member(), error.problem()),
            (None, "is not a JSON object")
        );
        assert_eq!(error.to_string(), "the item is not a JSON object");
    }
    let error = refused(json!({"url": "https://x.test/"}));
    assert_eq!(
        (error.member(), error.problem()),
        (Some("type"), "is missing")
    );
    for name in [
        json!(null),
        json!(""),
        json!(" "),
        json!(1),
        json!(["link"]),
    ] {
        let error = refused(json!({"type": name, "url": "https://x.test/"}));
        assert_eq!(error.member(), Some("type"), "{error}");
        assert_eq!((error.item_type(), error.position()), (None, None));
    }
}

// DLI-10, DLI-11, DLI-13, DLI-24, DLI-30, DLI-40, DLI-50, DLI-03
#[test]
fn a_required_member_that_is_missing_is_named() {
    for (item, member) in [
        (json!({"type": "link"}), "url"),
        (json!({"type": "link", "URL": "https://x.test/"}), "url"),
        (json!({"type": "file", "title": "x"}), "url"),
        (json!({"type": "image"}), "url"),
        (json!({"type": "html"}), "html"),
        (with("link", "embed", json!({})), "embed.html"),
        (with("link", "iframe", json!({"width": 1})), "iframe.src"),
        (with("link", "icon", json!({"width": 1})), "icon.url"),
        (with("file", "thumbnail", json!({})), "thumbnail.url"),
        (
            with("ltiResourceLink", "lineItem", json!({"label": "x"})),
            "lineItem.scoreMaximum",
        ),
        (
            with(
                "ltiResourceLink",
                "lineItem",
                json!({"scoreMaximum": 1, "submissionReview": {}}),
            ),
            "lineItem.submissionReview.reviewableStatus",
        ),
    ] {
        let item_type = item["type"].clone();
        let error = refused(item);
        assert_eq!(
            (error.member(), error.problem()),
            (Some(member), "is missing")
        );
        assert_eq!(error.item_type().unwrap().as_str(), item_type);
        assert_eq!(error.setting(), None);
        let item_type = item_type.as_str().unwrap();
        let shown = format!("member `{member}` of the item (`{item_type}`) is missing");
        assert_eq!(error.to_string(), shown);
    }
}

// DLI-02, DLI-03, DLI-11, DLI-12, DLI-13, DLI-20, DLI-21, DLI-22, DLI-23, DLI-24, DLI-25, DLI-31, DLI-32, DLI-40, DLI-51, ADV-77
#[test]
fn a_member_of_another_type_is_named_with_what_it_has_to_be() {
    let types = ["link", "ltiResourceLink", "file", "html", "image"];
    for other in [
        json!(null),
        json!(1),
        json!(true),
        json!([]),
        json!({"a": "b"}),
    ] {
        for item_type in types {
            for member in ["title", "text"] {
                let error = refused(with(item_type, member, other.clone()));
                assert_eq!(
                    (error.member(), error.problem()),
                    (Some(member), "is not a text")
                );
            }
        }
        for (item_type, member) in [
            ("link", "url"),
            ("file", "url"),
            ("image", "url"),
            ("ltiResourceLink", "url"),
            ("html", "html"),
            ("file", "expiresAt"),
            ("file", "mediaType"),
        ] {
            let error = refused(with(item_type, member, other.clone()));
            assert_eq!(error.member(), Some(member), "{error}");
        }
    }
    for other in [json!(null), json!(1), json!("x"), json!([])] {
        for (item_type, members) in [
            (
                "link",
                &["icon", "thumbnail", "embed", "window", "iframe"][..],
            ),
            (
                "ltiResourceLink",
                &[
                    "icon",
                    "thumbnail",
                    "window",
                    "iframe",
                    "custom",
                    "lineItem",
                    "available",
                    "submission",
                ],
            ),
            ("file", &["icon", "thumbnail"]),
            ("image", &["icon", "thumbnail"]),
        ] {
            for member in members {
                let error = refused(with(item_type, member, other.clone()));
                assert_eq!(
                    (error.member(), error.problem()),
                    (Some(*member), "is not an object")
                );
            }
        }
    }
}

// DLI-03, DLI-12, DLI-13, DLI-22, DLI-51
#[test]
fn pixels_are_whole_numbers() {
    for pixels in [
        json!(null),
        json!("100"),
        json!("100px"),
        json!(-1),
        json!(0.5),
        json!(1e3),
        json!([100]),
        json!(true),
    ] {
        for member in ["width", "height"] {
            for (item_type, object, more) in [
                ("link", "icon", json!({"url": "https://x.test/"})),
                ("image", "thumbnail", json!({"url": "https://x.test/"})),
                ("link", "window", json!({})),
                ("ltiResourceLink", "window", json!({})),
                ("link", "iframe", json!({"src": "https://x.test/"})),
                ("ltiResourceLink", "iframe", json!({})),
            ] {
                let mut value = more;
                value[member] = pixels.clone();
                let error = refused(with(item_type, object, value));
                assert_eq!(error.member().unwrap(), format!("{object}.{member}"));
                assert_eq!(error.problem(), "is not a whole number of pixels");
            }
            let error = refused(with("image", member, pixels.clone()));
            assert_eq!(error.member(), Some(member));
        }
    }
}

// DLI-23, ADV-77
#[test]
fn custom_parameters_are_texts() {
    for value in [json!(null), json!(1), json!(false), json!({}), json!(["a"])] {
        let error = refused(with(
            "ltiResourceLink",
            "custom",
            json!({"a": "b", "quiz": value}),
        ));
        assert_eq!(
            (error.member(), error.problem()),
            (Some("custom.quiz"), "is not a text")
        );
    }
}

// DLI-24, ADV-77
#[test]
fn a_line_item_has_points_above_zero_and_texts() {
    for points in [
        json!(null),
        json!("10"),
        json!(0),
        json!(0.0),
        json!(-0.0),
        json!(-1),
        json!(true),
        json!({}),
    ] {
        let error = refused(with(
            "ltiResourceLink",
            "lineItem",
            json!({"scoreMaximum": points}),
        ));
        assert_eq!(error.member(), Some("lineItem.scoreMaximum"));
        assert_eq!(error.problem(), "is not a number above zero");
    }
    for (member, value) in [
        ("label", json!(1)),
        ("resourceId", json!(1)),
        ("tag", json!(null)),
        ("gradesReleased", json!("true")),
        ("submissionReview", json!(true)),
        ("startDateTime", json!("2027-01-01T00:00:00Z")),
        ("scoremaximum", json!(1)),
        ("id", json!("https://x.test/1")),
        ("resourceLinkId", json!("1")),
    ] {
        let mut line_item = json!({"scoreMaximum": 10});
        line_item[member] = value;
        let error = refused(with("ltiResourceLink", "lineItem", line_item));
        assert_eq!(error.member().unwrap(), format!("lineItem.{member}"));
    }
    for review in [
        json!({"reviewableStatus": "Submitted"}),
        json!({"reviewableStatus": [1]}),
        json!({"reviewableStatus": [], "url": "review"}),
        json!({"reviewableStatus": [], "custom": {"a": 1}}),
        json!({"reviewableStatus": [], "other": 1}),
    ] {
        let error = refused(with(
            "ltiResourceLink",
            "lineItem",
            json!({"scoreMaximum": 1, "submissionReview": review}),
        ));
        assert!(
            error
                .member()
                .unwrap()
                .starts_with("lineItem.submissionReview."),
            "{error}"
        );
    }
}

// DLI-25, DLI-31, ADV-77
#[test]
fn dates_are_those_of_iso_8601() {
    for date in [
        json!(null),
        json!(1_795_987_378),
        json!(""),
        json!("tomorrow"),
        json!("2027"),
        json!("2027-02-30"),
        json!("2027-01-01T00:00:00+24:00"),
        json!("2027-01-01T00:00:00+25:00"),
        json!("2027-01-01T12:30:60Z"),
        json!("2027-13-01T00:00:00Z"),
        json!("01/02/2027 10:00"),
        json!(" 2027-01-01T00:00:00Z"),
        json!("2027-01-01 00:00:00Z"),
        json!("2027-01-01T00:00:00Z\n"),
    ] {
        for (item_type, object) in [
            ("ltiResourceLink", "available"),
            ("ltiResourceLink", "submission"),
        ] {
            for member in ["startDateTime", "endDateTime"] {
                let mut period = json!({});
                period[member] = date.clone();
                let error = refused(with(item_type, object, period));
                assert_eq!(error.member().unwrap(), format!("{object}.{member}"));
                assert_eq!(error.problem(), "is not a date of ISO 8601");
            }
        }
        assert_eq!(
            refused(with("file", "expiresAt", date)).member(),
            Some("expiresAt")
        );
    }
}

// DLI-32
#[test]
fn a_media_type_is_one() {
    for media_type in [
        "",
        "pdf",
        ".pdf",
        "application/",
        "/pdf",
        "a b/c",
        "image/*",
        "*/*",
        "a/b/c",
        "a/b,c/d",
        " text/plain",
        "text/plain\t",
        "text/plain;\r\na=b",
    ] {
        let error = refused(with("file", "mediaType", json!(media_type)));
        assert_eq!(
            (error.member(), error.problem()),
            (Some("mediaType"), "is not a media type")
        );
    }
    let good = with(
        "file",
        "mediaType",
        json!("Video/MP4; codecs=\"avc1, mp4a\""),
    );
    ContentItem::from_json(good).unwrap();
}

// DLI-10, DLI-13, DLI-20, DLI-30, DLI-50, DLI-03, DL-31
#[test]
fn a_url_is_fully_qualified_and_leads_to_a_web_page() {
    for url in [
        "",
        "/page",
        "page.html",
        "//x.test/",
        "x.test",
        "javascript:alert(1)",
        "JavaScript://x.test/%0aalert(1)",
        "data:text/html,x",
        "ftp://x.test/",
        "file:///etc/passwd",
        "mailto:a@x.test",
        "https:x.test",
        "https:/x.test",
        "https://",
        "https:///x.test",
        "https://?x",
        "https://user@x.test/",
        "https://user:pass@x.test/",
        "https://@x.test/",
        "https://x.test/a b",
        " https://x.test/",
        "https://x.test/\n",
        "https:\\\\x.test",
        "https://x.test\\@y.test/",
        "https://x.test:port/",
        "ht\ntps://x.test/",
        "https://[::1/",
        "https://x.test/\u{2028}",
        "https://x.test/\u{0}",
    ] {
        for (item, member) in [
            (with("link", "url", json!(url)), "url"),
            (with("file", "url", json!(url)), "url"),
            (with("image", "url", json!(url)), "url"),
            (with("link", "iframe", json!({"src": url})), "iframe.src"),
            (with("file", "icon", json!({"url": url})), "icon.url"),
            (
                with("ltiResourceLink", "thumbnail", json!({"url": url})),
                "thumbnail.url",
            ),
        ] {
            let error = refused(item);
            assert_eq!(error.member(), Some(member), "{url:?}");
            assert!(url.len() < 6 || !error.to_string().contains(url), "{error}");
        }
    }
    for url in [
        "",
        "/launch",
        "javascript:alert(1)",
        "https://u@x.test/",
        "https://x.test/../a",
        "https://x.test/ü",
        "https://x.test/?a=b c",
        "https://x.test/#b c",
    ] {
        let error = refused(with("ltiResourceLink", "url", json!(url)));
        assert_eq!(
            error.member(),
            Some("url"),
            "a launch to {url:?} would be refused"
        );
    }
}

// DLI-13, DLI-22, DLI-40, DLI-60, DLI-03, ADV-77
#[test]
fn a_member_that_is_not_known_is_refused_unless_a_qualified_url_names_it() {
    for (item_type, member, value) in [
        ("link", "custom", json!({})),
        ("link", "Title", json!("x")),
        ("link", "lineItem", json!({"scoreMaximum": 1})),
        ("ltiResourceLink", "embed", json!({"html": ""})),
        ("ltiResourceLink", "line_item", json!({"scoreMaximum": 1})),
        ("ltiResourceLink", "lineitem", json!({"scoreMaximum": 1})),
        ("html", "icon", json!({"url": "https://x.test/"})),
        ("html", "thumbnail", json!({"url": "https://x.test/"})),
        ("html", "url", json!("https://x.test/")),
        ("file", "width", json!(1)),
        ("file", "window", json!({})),
        ("image", "iframe", json!({"src": "https://x.test/"})),
        ("image", "", json!(1)),
        ("image", "urn:x:y", json!(1)),
        ("image", "x.test/ext", json!(1)),
        ("image", "//x.test/ext", json!(1)),
        ("image", " https://x.test/ext", json!(1)),
        ("image", "https://", json!(1)),
        ("image", "https:///x", json!(1)),
        ("image", "https://?x.test", json!(1)),
    ] {
        let error = refused(with(item_type, member, value));
        assert_eq!(error.member(), Some(member));
        assert!(error.problem().contains("not a member"), "{error}");
    }
    for (item_type, object, value) in [
        (
            "ltiResourceLink",
            "iframe",
            json!({"src": "https://x.test/"}),
        ),
        ("ltiResourceLink", "window", json!({"name": "x"})),
        (
            "ltiResourceLink",
            "available",
            json!({"from": "2027-01-01T00:00:00Z"}),
        ),
        ("link", "embed", json!({"html": "", "width": 1})),
        (
            "link",
            "icon",
            json!({"url": "https://x.test/", "alt": "x"}),
        ),
    ] {
        let error = refused(with(item_type, object, value));
        assert!(
            error.member().unwrap().starts_with(&format!("{object}.")),
            "{error}"
        );
    }
}

// ADV-72
#[test]
fn of_a_list_the_position_is_told() {
    let good = json!({"type": "html", "html": ""});
    let items = vec![
        good.clone(),
        good.clone(),
        json!({"type": "link"}),
        json!(null),
    ];
    let error = ContentItem::list_from_json(items).unwrap_err();
    assert_eq!((error.position(), error.member()), (Some(2), Some("url")));
    assert_eq!(
        error.to_string(),
        "member `url` of item 3 (`link`) is missing"
    );
    assert_eq!(format!("{error:?}"), format!("ItemError({error})"));
    let items = ContentItem::list_from_json(vec![good; 3]).unwrap();
    assert_eq!(items.len(), 3);
}
