//! What is no roster.

use bytes::Bytes;
use tower_lti::{
    services::{ListBounds, ServiceErrorKind},
    testing::{Call, Fault},
    tool::Limits,
};

use super::course::{CONTAINER, Course, container, members};

// ADV-66, ADV-53
#[tokio::test]
async fn what_came_in_place_of_a_container_is_named() {
    let course = Course::start().await;
    for (body, came) in [
        ("", "an empty body came"),
        ("<!doctype html><title>Log in</title>", "HTML or XML came"),
        ("[{\"user_id\":\"1\",\"roles\":[]}]", "a bare array came"),
        (
            r#"{"@context":["http://purl.imsglobal.org/ctx/lis/v2/MembershipContainer"],"@type":"Page",
                "@id":"x","pageOf":{"membershipSubject":{"membership":[]}}}"#,
            "JSON-LD of LIS 1 came",
        ),
        (
            "{\"id\":\"u\",\"context\":{\"id\":\"c\"}}",
            "a JSON object without `members` came",
        ),
        (
            "{\"members\":null}",
            "a JSON object whose `members` is no array came",
        ),
        ("{\"members\":[],}", "invalid JSON came"),
        ("{\"members\":[{\"user_id\":\"1\"}", "invalid JSON came"),
        ("null", "no JSON object came"),
    ] {
        course.answer("", body);
        let error = course.fails().await;
        assert_eq!(
            error.kind(),
            ServiceErrorKind::NotAMembershipContainer,
            "{body}"
        );
        assert_eq!(error.detail(), Some(came));
        assert_eq!(error.status(), 502);
    }
    course.answer(
        "",
        Bytes::from_static(b"{\"members\":[{\"user_id\":\"\xe9\"}]}"),
    );
    assert_eq!(course.fails_as().await, ServiceErrorKind::AnswerInvalid);
    assert_eq!(course.asked().len(), 10, "none is asked for again");
}

// ADV-53, NRPS-11
#[tokio::test]
async fn a_container_of_any_media_type_is_read() {
    let course = Course::start().await;
    for media_type in [
        "text/html",
        "application/json; charset=utf-8",
        "",
        CONTAINER,
    ] {
        let fault = Fault::status(200)
            .with_header("content-type", media_type)
            .with_body(format!("\u{feff} {}", members(&["1"])));
        course.platform.fail_next(Call::Roster, 1, fault);
        assert_eq!(course.roster().collect().await.unwrap().len(), 1);
    }
}

// S08
#[tokio::test]
async fn members_that_cannot_be_read_are_counted_and_none_of_many_is_an_error() {
    let course = Course::start().await;
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let page = container(&format!(
        r#"{{"user_id":"1"}},{{"user_id":"2","user_id":"3"}},{{"user_id":"4","name":"\ud800"}},
           {{"user_id":"5","name":1e999}},{{}},null,{deep},{{"user_id":"6","own":{deep}}}"#
    ));
    course.answer("", page);
    let members = course.roster().collect().await.unwrap();
    assert_eq!((members.len(), members.left_out()), (2, 6));
    assert!(members.get("1").is_some() && members.get("6").is_some());

    course.answer("", container(&vec!["{}"; 150_000].join(",")));
    let error = course.fails().await;
    assert_eq!(error.kind(), ServiceErrorKind::AnswerInvalid);
    assert_eq!(error.detail(), Some("none of 150000 members can be read"));
}

// S07, S08
#[tokio::test]
async fn a_page_beyond_its_bound_is_an_error_with_advice() {
    let course = Course::start().await;
    let long = "x".repeat(9 << 20);
    let page = container(&format!("{{\"user_id\":\"1\",\"name\":\"{long}\"}}"));
    course.answer("", page.clone());
    let error = course.fails().await;
    assert_eq!(error.kind(), ServiceErrorKind::AnswerTooLarge);
    assert!(error.remedy().contains("smaller pages"), "{error}");
    assert_eq!(course.asked().len(), 1);

    course.answer("", page.clone());
    let roster = course.roster();
    let bounds = ListBounds::new().max_page_bytes(10 << 20);
    assert_eq!(roster.bounds(bounds).collect().await.unwrap().len(), 1);

    let limits = Limits::default().service_answer_bytes(10 << 20);
    let course = Course::with_tool(|tool| tool.limits(limits)).await;
    course.answer("", page);
    assert_eq!(course.roster().collect().await.unwrap().len(), 1);
}
