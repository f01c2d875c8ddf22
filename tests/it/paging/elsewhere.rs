//! A next page that is not on the service's origin.

use tower_lti::{services::ServiceErrorKind, testing::PlatformServices};

use crate::roster::{Course, members};

// S03, TRAP-25
#[tokio::test]
async fn no_access_token_is_sent_off_the_service_s_origin() {
    let course = Course::start().await;
    let stranger = PlatformServices::start().await;
    let own = course.platform.base_url();
    let own = own.trim_start_matches("http://");
    let port = own.rsplit(':').next().unwrap();
    let other = stranger.base_url();
    let others = other.trim_start_matches("http://");
    for next in [
        stranger.members_url(),
        format!("//{others}/members"),
        format!("http://localhost:{port}/members"),
        format!("https://{own}/members"),
        format!("http://{own}@{others}/members"),
        format!("http://user@{own}/members"),
        format!("//{own}@{others}/members"),
        "https://evil.test/members".to_owned(),
        "//evil.test".to_owned(),
        "../../members".to_owned(),
        "/a/../members".to_owned(),
        "/%2e%2e/members".to_owned(),
        format!("\\\\{others}\\members"),
        format!("/\\{others}/members"),
        "javascript:alert(1)".to_owned(),
        "file:///etc/passwd".to_owned(),
        "http:///members".to_owned(),
    ] {
        course.answer(&format!("<{next}>; rel=\"next\""), members(&["1"]));
        course.platform.forget_requests();

        let error = course.fails().await;

        assert_eq!(error.kind(), ServiceErrorKind::NextPageElsewhere, "{next}");
        assert_eq!(error.status(), 502);
        assert_eq!(course.asked().len(), 1, "{next}");
        assert!(!error.to_string().contains("evil"), "{error}");
    }
    assert!(stranger.requests().is_empty());
}
