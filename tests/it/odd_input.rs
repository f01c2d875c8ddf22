//! Inputs that nobody sends by accident; fuzzing found them.

use http::header;

use crate::app::App;

#[tokio::test]
async fn a_cookie_name_that_no_login_made_is_never_sent_back() {
    for odd in ["aaaaaaaa\u{fffd}", "é", "a b", "a,b", "\"a\""] {
        let app = App::new();
        let mut browser = app.browser();
        for number in 0..18 {
            let name = format!("__Host-lti-s-{number:08x}{odd}");
            browser.cookies().insert(name, "x".to_owned());
        }
        let query = "iss=https%3A%2F%2Flms.test&client_id=tool-1&login_hint=h\
                     &target_link_uri=https%3A%2F%2Ftool.test%2Fapp";

        let response = browser.get_login(query).await;

        assert_eq!(response.status(), 303, "{odd}");
        let cookies = response.headers().get_all(header::SET_COOKIE);
        assert_eq!(cookies.iter().count(), 1, "{odd}: {cookies:?}");
        for cookie in cookies {
            assert!(cookie.to_str().is_ok(), "{cookie:?}");
        }
    }
}
