//! Items that the specification allows: read, and sent as they were given.

use serde_json::{Value, json};
use tower_lti::deep_linking::{ContentItem, ItemType};

/// Reads an item, and says how it is sent.
fn sent(item: &str) -> String {
    serde_json::to_string(&ContentItem::from_json_text(item).unwrap()).unwrap()
}

// DLI-01, DLI-02, DLI-03, DLI-10, DLI-11, DLI-12, DLI-13, DLI-20, DLI-21, DLI-22, DLI-23, DLI-24, DLI-25, DLI-30, DLI-31,
// DLI-32, DLI-40, DLI-50, DLI-51, DLI-60, DLI-61
#[test]
fn every_type_is_sent_with_all_of_its_members_as_they_were_given() {
    let icon = json!({"url": "https://lti.example.com/image.jpg", "width": 100, "height": 100});
    let thumbnail = json!({"url": "http://lti.example.com/thumb.jpg", "width": 90});
    let items = [
        json!({
            "type": "link", "title": "My \"home\" page ž", "text": "", "url": "https://something.example.com/page.html#part",
            "icon": icon, "thumbnail": thumbnail,
            "embed": {"html": "<iframe src=\"https://video.example.com/embed/1\" allowfullscreen></iframe>"},
            "window": {"targetName": "video", "width": 0, "height": 315, "windowFeatures": "height=560,width=315,menubar=no"},
            "iframe": {"width": 560, "height": 315, "src": "https://video.example.com/embed/1"},
        }),
        json!({
            "type": "ltiResourceLink", "title": "A title", "text": "This is graded",
            "url": "https://elsewhere.example.com/launch?chapter=1", "icon": icon, "thumbnail": thumbnail,
            "lineItem": {
                "scoreMaximum": 87, "label": "Chapter 12 quiz", "resourceId": "xyzpdq1234", "tag": "originality",
                "gradesReleased": true,
                "submissionReview": {
                    "reviewableStatus": ["InProgress", "Submitted"], "label": "Open", "url": "https://lti.example.com/review",
                    "custom": {"a": ""},
                },
                "https://canvas.instructure.com/lti/submission_type": {"type": "external_tool"},
            },
            "available": {"startDateTime": "2018-02-06T20:05:02Z", "endDateTime": "2018-03-07T20:05:02+01:00"},
            "submission": {"endDateTime": "2018-03-06T20:05:02.5-0800"},
            "custom": {"quiz_id": "az-123", "duedate": "$Resource.submission.endDateTime", "empty": "", "Odd Name": "x=y"},
            "window": {"targetName": "examplePublisherContent"}, "iframe": {"height": 890},
        }),
        json!({"type": "ltiResourceLink"}),
        json!({
            "type": "file", "title": "Work sheet", "text": "t", "url": "https://my.example.com/assignment1.pdf", "icon": icon,
            "thumbnail": thumbnail, "mediaType": "application/pdf", "expiresAt": "2018-03-06T20:05:02Z",
        }),
        json!({"type": "html", "title": "t", "text": "t", "html": "<h1>A Custom Title</h1><script>alert(1)</script>"}),
        json!({
            "type": "image", "title": "t", "text": "t", "url": "https://www.example.com/image.png", "icon": icon,
            "thumbnail": thumbnail, "width": 640, "height": 480,
            "https://www.example.com/resourceMetadata": {"license": "CCBY4.0", "deep": [{"er": [null, 1.50, {"": false}]}]},
        }),
        json!({"type": "https://www.example.com/custom_type", "data": "somedata", "more": {"url": 7}}),
    ];
    for item in items {
        let read = ContentItem::from_json(item.clone()).unwrap();
        assert_eq!(Value::Object(read.members().clone()), item);
        assert_eq!(serde_json::to_value(&read).unwrap(), item);
        assert_eq!(read.item_type().as_str(), item["type"]);
    }
}

// DLI-24, DLI-25, DLI-60, ADV-77
#[test]
fn numbers_and_dates_are_not_written_anew() {
    for item in [
        r#"{"lineItem":{"scoreMaximum":50.0},"type":"ltiResourceLink"}"#,
        r#"{"lineItem":{"scoreMaximum":50},"type":"ltiResourceLink"}"#,
        r#"{"lineItem":{"scoreMaximum":1e-7},"type":"ltiResourceLink"}"#,
        r#"{"available":{"startDateTime":"2027-01-01T00:00:00.123456+05:30"},"type":"ltiResourceLink"}"#,
        r#"{"submission":{},"type":"ltiResourceLink","window":{}}"#,
        r#"{"expiresAt":"2027-01-01T00:00Z","type":"file","url":"HTTPS://Files.Example.com:443/a/../b?c=%zz"}"#,
        r#"{"https://x.test/":[1.0,-0.0,18446744073709551615,null,"é\u00e9\/"],"type":"html","html":""}"#,
        r#"{"type":"https://x.test/t","url":1.10}"#,
        r#"{"type":"html","https://x.test/":{"big":12345678901234567890123,"e":1e2,"a":2.50,"tiny":1E-400},"html":""}"#,
        "{ \"type\" :\t\"html\",\n\"html\": \"\"}",
    ] {
        assert_eq!(sent(item), item);
        let by_serde: ContentItem = serde_json::from_str(item).unwrap();
        assert_eq!(
            serde_json::to_string(&[by_serde]).unwrap(),
            format!("[{item}]")
        );
    }
    let whole = r#"{"lineItem":{"scoreMaximum":50.0},"type":"ltiResourceLink"}"#;
    let value = ContentItem::from_json(serde_json::from_str(whole).unwrap()).unwrap();
    assert_eq!(serde_json::to_string(&value).unwrap(), whole);
}

// DLI-01, ADV-72
#[test]
fn a_list_of_texts_is_read_up_to_the_first_that_is_none() {
    let html = r#"{ "type":"html", "html":"" }"#;
    let items = ContentItem::list_from_json_text([html, html]).unwrap();
    assert_eq!(
        serde_json::to_string(&items).unwrap(),
        format!("[{html},{html}]")
    );
    assert_eq!(
        items[0],
        ContentItem::from_json(json!({"type": "html", "html": ""})).unwrap()
    );
    for (second, member, problem) in [
        (r#"{"type":"link"}"#, Some("url"), "is missing"),
        ("[]", None, "is not a JSON object"),
        ("\"link\"", None, "is not a JSON object"),
        ("{", None, "is not JSON"),
        ("", None, "is not JSON"),
        (r#"{"type":"html","html":""} x"#, None, "is not JSON"),
        (r#"{"type":"html","html":"\ud800"}"#, None, "is not JSON"),
        (
            r#"{"type":"html","html":"","https://x.test/":1e400}"#,
            None,
            "holds a number that is too large",
        ),
    ] {
        let error = ContentItem::list_from_json_text([html, second]).unwrap_err();
        assert_eq!(
            (error.position(), error.member(), error.problem()),
            (Some(1), member, problem),
            "{second}"
        );
    }
    let by_serde = serde_json::from_str::<Vec<ContentItem>>(r#"[{"type":"link"}]"#).unwrap_err();
    assert!(
        by_serde.is_data() && by_serde.to_string().contains("is missing"),
        "{by_serde}"
    );
}

// DLI-01, DLI-60
#[test]
fn a_member_that_occurs_twice_is_refused_at_any_depth() {
    for item in [
        r#"{"type":"link","type":"html","html":"b"}"#,
        r#"{"type":"html","html":"a","html":"b"}"#,
        r#"{"type":"html","html":"a","ht\u006dl":"b"}"#,
        r#"{"type":"ltiResourceLink","custom":{"a":"1","a":"2"}}"#,
        r#"{"type":"html","html":"","https://x.test/":[{"a":{"b":1,"b":1}}]}"#,
        r#"{"type":"https://x.test/t","a":1,"a":1}"#,
    ] {
        let error = ContentItem::from_json_text(item).unwrap_err();
        assert_eq!(error.problem(), "has a member that occurs twice", "{item}");
        assert!(serde_json::from_str::<ContentItem>(item).is_err());
    }
    // A name by which serde_json would read another item than the one that is sent.
    let hidden = r#"{"$serde_json::private::RawValue":"{\"type\":\"html\",\"html\":\"\"}"}"#;
    let error = ContentItem::from_json_text(hidden).unwrap_err();
    assert_eq!(
        (error.member(), error.problem()),
        (Some("type"), "is missing")
    );
}

// DLI-10, DLI-30, DLI-50, DL-31
#[test]
fn a_url_may_be_of_any_origin_and_in_any_script() {
    for url in [
        "https://example.com",
        "http://example.com/a?b=c#d",
        "http://10.0.0.1:8080/",
        "https://[2001:db8::1]/x",
        "https://de.example.org/wiki/Köln?q=ß#ü",
        "https://bücher.example/",
        "https://example.com/?to=https://user@elsewhere.test/",
        "https://example.com/@user/a:b",
    ] {
        for item in [
            json!({"type": "link", "url": url, "iframe": {"src": url}, "icon": {"url": url}}),
            json!({"type": "file", "url": url}),
            json!({"type": "image", "url": url}),
        ] {
            ContentItem::from_json(item).expect(url);
        }
    }
}

// DLI-01, DLI-61
#[test]
fn the_type_is_told_as_the_specification_spells_it() {
    for (name, item_type) in [
        ("ltiResourceLink", ItemType::ResourceLink),
        ("link", ItemType::Link),
        ("file", ItemType::File),
        ("html", ItemType::Html),
        ("image", ItemType::Image),
        (
            "https://x.test/t",
            ItemType::Other("https://x.test/t".into()),
        ),
        (
            "ltiAssetProcessor",
            ItemType::Other("ltiAssetProcessor".into()),
        ),
    ] {
        let item = json!({"type": name, "url": "https://x.test", "html": ""});
        let other = matches!(item_type, ItemType::Other(_));
        let item = match name {
            "html" => json!({"type": name, "html": ""}),
            _ if other => item,
            _ => json!({"type": name, "url": "https://x.test"}),
        };
        let read = ContentItem::from_json(item).unwrap();
        assert_eq!(read.item_type(), item_type);
        assert_eq!(read.item_type().to_string(), name);
        let shown = format!("{read:?}");
        assert!(shown.contains(name) && !shown.contains("html:"), "{shown}");
    }
}
