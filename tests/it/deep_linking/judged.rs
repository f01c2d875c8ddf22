//! Responses of the library before a platform that reads the specification for itself.

use std::time::{Duration, UNIX_EPOCH};

use serde_json::json;
use tower_lti::{
    deep_linking::{
        ContentItem, FileItem, HtmlItem, IconImage, ImageItem, LinkItem, LinkLineItem, LinkWindow,
        OtherItem, ResourceLinkItem, ResponseDraft,
    },
    error::LtiErrorKind,
    grades::{ActivityProgress, ReviewSettings},
    testing::{DeepLinkingOptions, Dialect, TestClock},
};

use crate::connected::Connected;

const NOW: u64 = 1_700_000_000;

async fn connected() -> Connected {
    let clock = TestClock::at_unix(NOW);
    Connected::start(Some(&clock), |registration| registration, |tool| tool).await
}

/// The response to a request for what these options take.
fn draft(course: &Connected, options: &DeepLinkingOptions) -> ResponseDraft {
    let launch = course.platform.deep_linking_context(options).build();
    let request = launch.deep_linking_request().expect("it is one");
    request.respond(&course.tool)
}

fn every_item() -> Result<Vec<ContentItem>, Box<dyn std::error::Error>> {
    let time = UNIX_EPOCH + Duration::from_secs(NOW);
    let icon =
        || Ok::<_, Box<dyn std::error::Error>>(IconImage::new("https://x.test/i")?.size(1, 2));
    let review = ReviewSettings::new([ActivityProgress::Submitted]).custom("a", "b");
    let line_item = LinkLineItem::new(7.5)?
        .label("Grade")
        .resource_id("quiz-1")
        .tag("final")
        .grades_released(true)
        .submission_review(review)?
        .extension("https://x.test/ext", json!({"a": null}))?;
    let link = ResourceLinkItem::new()
        .title("Quiz")
        .text("Text")
        .icon(icon()?)
        .thumbnail(icon()?)
        .url("https://elsewhere.test/?quiz=1")?
        .custom("quiz", "1")
        .custom("empty", "")
        .line_item(line_item)
        .available(time..)?
        .submission(..time)?
        .iframe(1, 2)
        .window(
            LinkWindow::new()
                .target_name("w")
                .size(1, 2)
                .features("menubar=no"),
        )
        .extension("https://x.test/ext", json!([null]))?;
    let page = LinkItem::new("http://pages.test/")?
        .icon(icon()?)
        .embed("<b>")
        .iframe("https://pages.test/frame", 1, 2)?
        .window(LinkWindow::new().target_name("w"));
    let file = FileItem::new("https://x.test/f.pdf")?
        .media_type("application/pdf")?
        .expires_at(time)?;
    let dates = json!({
        "type": "ltiResourceLink", "available": {"startDateTime": "2018-03-06T20:05:02.5-0800"},
    });
    Ok(vec![
        link.into(),
        ResourceLinkItem::new().into(),
        page.into(),
        file.into(),
        HtmlItem::new("<p>").title("t").into(),
        ImageItem::new("https://x.test/p.png")?
            .size(1, 2)
            .thumbnail(icon()?)
            .into(),
        OtherItem::new("https://x.test/type")?
            .member("data", json!({"a": 1}))?
            .into(),
        ContentItem::from_json(dates)?,
    ])
}

// CERT-DL-3, CERT-DL-4, CERT-DL-5, CERT-DL-6, CERT-DL-7, DL-11, DL-12, DL-13, DL-14, DL-15, DL-16, DL-17, DL-18, DL-19,
// DL-20, DL-21, DLI-01, DLI-10, DLI-20, DLI-30, DLI-40, DLI-50, DLI-60, DLI-61, ADV-70
#[tokio::test]
async fn every_item_that_can_be_made_arrives_as_it_was_made() {
    let course = connected().await;
    let items = every_item().unwrap();
    let options = DeepLinkingOptions::new().accept_types([]);

    let signed = draft(&course, &options)
        .items(items.clone())
        .sign()
        .await
        .unwrap();
    let received = course
        .platform
        .receive_deep_linking_response(signed.jwt())
        .await;

    let received = received.unwrap();
    assert_eq!(json!(received.items()), json!(items));
    assert_eq!(received.links().len(), 3);
    assert_eq!(
        received.links()[0].url(),
        Some("https://elsewhere.test/?quiz=1")
    );
    assert_eq!(received.header()["alg"], "RS256");
    assert_eq!(received.header()["typ"], "JWT");
    let claims = received.claims();
    assert_eq!(
        (&claims["iss"], &claims["sub"]),
        (&json!("tool-1"), &json!("tool-1"))
    );
    assert_eq!(claims["aud"], "https://lms.test");
    assert_eq!(
        (&claims["iat"], &claims["exp"]),
        (&json!(NOW - 10), &json!(NOW + 290))
    );
    assert_eq!(claims.get("azp"), None);
}

// DLI-24, ADV-50
#[tokio::test]
async fn the_line_item_of_a_link_is_found_by_what_it_was_given() {
    let course = connected().await;
    let items = every_item().unwrap();
    let options = DeepLinkingOptions::new().accept_types([]);
    let signed = draft(&course, &options).items(items).sign().await.unwrap();
    let received = course
        .platform
        .receive_deep_linking_response(signed.jwt())
        .await;
    let received = received.unwrap();
    let link = &received.links()[0];
    let launch = course.platform.link_context(link).build();
    let grades = course.tool.services().grades(&launch).unwrap();

    let found = grades
        .line_items()
        .resource_id("quiz-1")
        .tag("final")
        .collect()
        .await
        .unwrap();

    let [item] = found.as_slice() else {
        panic!("there is one: {found:?}");
    };
    assert_eq!(Some(item.id()), link.line_item());
    assert_eq!(
        Some(item.id()),
        launch.claims().ags_endpoint().unwrap().lineitem()
    );
    assert_eq!(
        (item.label(), item.score_maximum()),
        (Some("Grade"), Some(7.5))
    );
    assert_eq!(item.resource_link_id(), Some(link.id()));
    assert_eq!(item.grades_released(), Some(true));
    let other = grades
        .line_items()
        .resource_id("quiz-2")
        .collect()
        .await
        .unwrap();
    assert!(other.is_empty());
}

// DL-21, DLS-09, DL-22, DL-23
#[tokio::test]
async fn data_and_texts_come_back_byte_for_byte() {
    let course = connected().await;
    let hard = "\u{0}  \"'<>&%2B+\\/\r\n\u{e9}e\u{301}\u{2028}\u{1f980} \u{7f}";
    for (options, data) in [
        (DeepLinkingOptions::new().data(hard), Some(hard)),
        (DeepLinkingOptions::new().data(""), Some("")),
        (DeepLinkingOptions::new().without_data(), None),
    ] {
        let signed = draft(&course, &options)
            .message(hard)
            .error_log("<b>")
            .sign()
            .await
            .unwrap();
        let received = course
            .platform
            .receive_deep_linking_response(signed.jwt())
            .await;
        let received = received.unwrap();
        assert_eq!(received.data(), data);
        assert_eq!(
            (received.message(), received.error_log()),
            (Some(hard), Some("<b>"))
        );
        assert_eq!((received.log(), received.error_message()), (None, None));
        assert_eq!(
            received.claims()["https://purl.imsglobal.org/spec/lti-dl/claim/content_items"],
            json!([])
        );
    }
}

// DLS-02, DLS-03, DLS-04, DLS-05, DLS-06, DL-26, DL-27, ADV-72
#[tokio::test]
async fn what_the_library_refuses_is_what_a_platform_would_refuse() {
    let course = connected().await;
    let options = DeepLinkingOptions::new;
    let link = || json!({"type": "ltiResourceLink"});
    let file = json!({"type": "file", "url": "https://x.test/f", "mediaType": "a/b"});
    let graded = json!({"type": "ltiResourceLink", "lineItem": {"scoreMaximum": 1}});
    let framed = json!({"type": "ltiResourceLink", "iframe": {}});
    for (taken, items, setting) in [
        (
            options().accept_multiple(false),
            vec![link(), link()],
            Some("accept_multiple"),
        ),
        (
            options().without("accept_multiple"),
            vec![link(), link()],
            Some("accept_multiple"),
        ),
        (
            options().accept_types(["html"]),
            vec![link()],
            Some("accept_types"),
        ),
        (
            options().accept_media_types("b/*"),
            vec![file.clone()],
            Some("accept_media_types"),
        ),
        (
            options().accept_lineitem(false),
            vec![graded.clone()],
            Some("accept_lineitem"),
        ),
        (
            options().accept_presentation_document_targets(["window"]),
            vec![framed.clone()],
            Some("accept_presentation_document_targets"),
        ),
        (options().without("accept_lineitem"), vec![graded], None),
        (options().accept_media_types("A/*"), vec![file], None),
        (
            options().accept_presentation_document_targets([]),
            vec![framed],
            None,
        ),
        (options().accept_types([]), vec![link(), link()], None),
    ] {
        let items: Vec<_> = items
            .into_iter()
            .map(|item| ContentItem::from_json(item).unwrap())
            .collect();
        let signed = draft(&course, &taken).items(items).sign().await;
        match (signed, setting) {
            (Ok(signed), None) => {
                let taken = course
                    .platform
                    .receive_deep_linking_response(signed.jwt())
                    .await;
                assert!(taken.is_ok(), "{taken:?}");
            }
            (Err(error), Some(setting)) => {
                assert_eq!(error.kind(), LtiErrorKind::ContentItemRefused);
                assert_eq!(error.item_error().unwrap().setting(), Some(setting));
            }
            (signed, setting) => panic!("{setting:?}: {signed:?}"),
        }
    }
}

// DL-17
#[tokio::test]
async fn blackboard_takes_the_response_with_its_subject() {
    let course = connected().await;
    course.platform.speak(Dialect::Blackboard);
    let signed = draft(&course, &DeepLinkingOptions::new())
        .sign()
        .await
        .unwrap();
    let received = course
        .platform
        .receive_deep_linking_response(signed.jwt())
        .await;
    assert_eq!(received.unwrap().claims()["sub"], "tool-1");
}

// ADV-71, DL-15, S21
#[tokio::test]
async fn two_answers_have_two_nonces_and_one_that_came_before_or_too_late_is_refused() {
    let clock = TestClock::at_unix(NOW);
    let course = Connected::start(Some(&clock), |registration| registration, |tool| tool).await;
    let options = DeepLinkingOptions::new();
    let first = draft(&course, &options).sign().await.unwrap();
    let second = draft(&course, &options).sign().await.unwrap();
    let platform = &course.platform;
    assert!(
        platform
            .receive_deep_linking_response(second.jwt())
            .await
            .is_ok()
    );
    let again = platform.receive_deep_linking_response(second.jwt()).await;
    assert_eq!(again.unwrap_err().names(), ["nonce_used"]);

    clock.advance(Duration::from_secs(290));
    let late = platform
        .receive_deep_linking_response(first.jwt())
        .await
        .unwrap_err();
    assert!(late.names().contains(&"expired"), "{late}");
}
