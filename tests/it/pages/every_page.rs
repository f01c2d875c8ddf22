//! Name, colours and language on the pages of rejections, logins and launches.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response, header};
use http_body_util::{BodyExt, Full};
use tower::ServiceExt;
use tower_lti::{
    LtiError, LtiLogin,
    error::LtiErrorKind,
    languages::{Language, texts},
    pages::Appearance,
};

use super::{assert_marked, marked, marked::NAME};
use crate::app::App;

fn text(answer: &Response<Bytes>) -> &str {
    std::str::from_utf8(answer.body()).unwrap()
}

fn asking_for(languages: &'static str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static(languages));
    headers
}

/// A login with these parameters beside the usual ones.
async fn log_in(app: &App, more: &str, languages: &'static str) -> String {
    let login = format!(
        "/lti/login?iss=https://lms.test&client_id=tool-1&target_link_uri=https://tool.test/app{more}"
    );
    let request = Request::get(login).header(header::ACCEPT_LANGUAGE, languages);
    let request = request.body(Full::<Bytes>::default()).unwrap();
    let answer = LtiLogin::new(app.tool.clone()).oneshot(request).await;
    let body = answer.unwrap().into_body().collect().await.unwrap();
    String::from_utf8(body.to_bytes().to_vec()).unwrap()
}

// PG02, PG03
#[test]
fn every_page_of_a_rejection_bears_the_tool_s_name_and_leaves_no_text_untranslated() {
    let app = App::with(marked);
    for kind in LtiErrorKind::ALL {
        let error = LtiError::from(*kind);
        let answer: Response<Bytes> = app.tool.error_response(&error, &HeaderMap::new());
        assert_marked(text(&answer), &[]);

        let german: Response<Bytes> = app.tool.error_response(&error, &asking_for("de-AT"));
        let german = text(&german);
        assert!(german.contains("<html lang=\"de\">"), "{german}");
        assert!(!german.contains("⟦"), "{german}");
        assert!(german.contains(error.code().as_str()) && german.contains(error.reference()));
        assert!(!german.contains(error.message()), "{kind:?}: {german}");
    }
}

// PG02, PG03
#[tokio::test]
async fn the_pages_of_a_login_bear_the_tool_s_name_and_leave_no_text_untranslated() {
    let app = App::with(marked);
    let long = format!("&login_hint={}", "h".repeat(3_000));
    let stored = "&login_hint=x&lti_storage_target=_parent".to_owned();
    let too_long_and_stored = format!("{long}&lti_storage_target=_parent");
    for more in [long, stored, too_long_and_stored, String::new()] {
        let page = log_in(&app, &more, "xx").await;
        assert_marked(&page, &[]);
        let page = log_in(&app, &more, "de").await;
        assert!(page.contains("<html lang=\"de\">") && !page.contains("⟦"));
    }
}

// PG03
#[tokio::test]
async fn json_stays_as_it_is_in_any_language() {
    let app = App::with(marked);
    let mut headers = asking_for("de");
    headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    let error = LtiError::from(LtiErrorKind::LaunchRequired);
    let answer: Response<Bytes> = app.tool.error_response(&error, &headers);
    let json: serde_json::Value = serde_json::from_slice(answer.body()).unwrap();
    assert_eq!(json["message"], error.message());
    assert_eq!(json["remedy"], error.remedy());
}

// PG02, PG03
#[test]
fn an_application_that_answers_by_itself_still_gets_the_tool_s_page() {
    let app = App::with(|builder| {
        marked(builder).error_response(|error, headers| match error.kind() {
            LtiErrorKind::LaunchRequired => Response::new(Bytes::from("mine")),
            _ => error.to_response(headers),
        })
    });
    let of = |kind| {
        app.tool
            .error_response(&LtiError::from(kind), &HeaderMap::new())
    };

    let own: Response<Bytes> = of(LtiErrorKind::LaunchRequired);
    assert_eq!(text(&own), "mine");
    let page: Response<Bytes> = of(LtiErrorKind::StateExpired);
    assert_marked(text(&page), &[]);
}

// PG02
#[tokio::test]
async fn a_handler_s_refusal_inside_of_a_launch_layer_looks_like_the_tool() {
    use tower_layer::Layer;
    let app = App::with(marked);
    let handler = tower::service_fn(async |_: Request<Full<Bytes>>| {
        let error = LtiError::from(LtiErrorKind::LaunchRequired);
        Ok::<_, std::convert::Infallible>(error.to_response::<Full<Bytes>>(&HeaderMap::new()))
    });
    let layer = tower_lti::LtiLaunchLayer::new(app.tool.clone()).add_path("/lti/launch");
    let request = Request::get("/elsewhere").body(Full::default()).unwrap();
    let answer = layer.layer(handler).oneshot(request).await.unwrap();
    let page = answer.into_body().collect().await.unwrap().to_bytes();
    assert_marked(std::str::from_utf8(&page).unwrap(), &[]);
}

// PG02, PG03
#[test]
fn what_is_set_cannot_break_out_of_the_page() {
    let hostile = "</style><script>alert(1)</script>&amp;\"'";
    let texts = texts().into_iter().map(|text| {
        let names = text.placeholders().map(|name| format!("{{{name}}}"));
        (text.id(), hostile.to_owned() + &names.collect::<String>())
    });
    let language = Language::new("en", texts).unwrap();
    let appearance = Appearance::new(hostile).unwrap();
    let app = App::with(|builder| builder.appearance(appearance).add_language(language));
    for kind in LtiErrorKind::ALL {
        let error = LtiError::from(*kind);
        let answer: Response<Bytes> = app.tool.error_response(&error, &HeaderMap::new());
        assert!(!text(&answer).contains("<script"));
        assert_eq!(text(&answer).matches("</style>").count(), 1);
    }
}

// PG02
#[test]
fn a_tool_without_a_name_has_the_pages_of_the_library() {
    let error = LtiError::from(LtiErrorKind::StateExpired);
    let of_tool: Response<Bytes> = App::new().tool.error_response(&error, &asking_for("de"));
    let of_library: Response<Bytes> = error.to_response(&HeaderMap::new());
    assert_eq!(of_tool.body(), of_library.body());
    assert!(!text(&of_tool).contains(NAME) && !text(&of_tool).contains("<header>"));
}

// PG04
#[test]
fn where_a_rejection_is_read_aloud_reading_begins_with_it() {
    for kind in LtiErrorKind::ALL {
        let answer: Response<Bytes> = LtiError::from(*kind).to_response(&HeaderMap::new());
        let page = text(&answer);
        assert!(page.contains("<div class=\"alert bad\" tabindex=\"-1\" autofocus>\n<p>"));
        assert_eq!(page.matches("autofocus").count(), 1);
    }
}
