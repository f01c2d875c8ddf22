//! What goes back to the platform.

use serde_json::{Value, json};
use tower::Service;
use tower_lti::{
    claims::names,
    deep_linking::{ContentItem, ItemWarning, ResourceLinkItem},
    deployment::DeploymentStatus,
    error::LtiErrorKind::{ContentItemRefused, DeepLinkingHandleUsed, DeploymentDisabled},
    store::DeploymentStore,
    testing::{DeepLinkingOptions, Dialect, ReceivedResponse, UrlService},
};

use super::picker::{
    self, Picker, RETURN_URL, claims, decoded, item, request, request_of, settings,
};
use crate::{
    app::NOW,
    connected::tool_key,
    onboarding::key,
    services::world::{SCORE, World},
};

// CONF-05, DL-11, DL-12, DL-13, DL-14, DL-15, DL-16, DL-17, DL-18, DL-19, DL-20, DL-21, DL-22, ADV-70, CERT-DL-4,
// CERT-DL-6, CERT-DL-7
#[tokio::test]
async fn a_response_says_who_answers_whom_and_no_more_than_was_set() {
    let app = picker::app();
    let picker = Picker::open(&app).await;

    let response = picker
        .opened(&app.tool)
        .unwrap()
        .respond()
        .item(item())
        .sign()
        .await
        .unwrap();

    assert_eq!(response.return_url(), RETURN_URL);
    let [header, mut said] = decoded(response.jwt());
    assert_eq!(
        header,
        json!({"alg": "RS256", "typ": "JWT", "kid": tool_key().id()})
    );
    let nonce = said["nonce"].take();
    assert!(nonce.as_str().unwrap().len() >= 22, "128 bits: {nonce}");
    let expected = json!({
        "iss": "tool-1",
        "aud": "https://lms.test",
        "sub": "tool-1",
        "iat": NOW - 10,
        "exp": NOW + 290,
        "nonce": null,
        names::MESSAGE_TYPE: "LtiDeepLinkingResponse",
        names::VERSION: "1.3.0",
        names::DEPLOYMENT_ID: "dep-1",
        "https://purl.imsglobal.org/spec/lti-dl/claim/data": settings()["data"],
        "https://purl.imsglobal.org/spec/lti-dl/claim/content_items": [
            {"type": "link", "title": "A page", "url": "https://tool.test/pages/1"},
        ],
    });
    assert_eq!(said, expected);
}

/// What a platform that reads strictly makes of the response to this request.
pub(super) async fn taken(world: &World, options: &DeepLinkingOptions) -> ReceivedResponse {
    let launch = world.services.deep_linking_context(options).build();
    let draft = launch.deep_linking_request().unwrap().respond(&world.tool);
    let response = draft.item(item()).sign().await.unwrap();
    let taken = world.services.receive_deep_linking_response(response.jwt());
    taken.await.unwrap()
}

// DL-10, DL-11, DL-12, DL-13, DL-14, DL-15, DL-16, DL-17, DL-18, DL-19, DL-20, DL-21, DL-22, ADV-70, ADV-71, CONF-06,
// TRAP-24, CERT-DL-3, CERT-DL-4, CERT-DL-5, CERT-DL-6, CERT-DL-7
#[tokio::test]
async fn a_platform_that_reads_strictly_takes_every_response_and_each_is_signed_afresh() {
    let world = World::start().await;
    let mut nonces = std::collections::HashSet::new();

    for _ in 0..20 {
        let taken = taken(&world, &DeepLinkingOptions::new()).await;
        assert_eq!(taken.items(), [json!(item())]);
        let nonce = taken.claims()["nonce"].as_str().unwrap().to_owned();
        assert!(nonces.insert(nonce));
    }
}

// DL-21, DLS-09, TRAP-24, TRAP-16
#[tokio::test]
async fn data_comes_back_to_the_letter_and_only_where_there_was_some() {
    let world = World::start().await;
    let long = "x".repeat(50_000);
    for data in [
        "",
        " ",
        "null",
        "{\"a\": 1.0, \"a\": \"\\u00e9\"}",
        "é\u{2028}\u{1F600}\0\"<>&",
        &long,
    ] {
        let taken = taken(&world, &DeepLinkingOptions::new().data(data)).await;
        assert_eq!(taken.data(), Some(data));
    }
    let taken = taken(&world, &DeepLinkingOptions::new().without_data()).await;
    assert_eq!(taken.claims().get(names::DEEP_LINKING_DATA), None);
}

// DL-17
#[tokio::test]
async fn the_subject_is_left_out_where_the_registration_says_so() {
    for has_subject in [true, false] {
        let world = World::with_registration(|registration| {
            registration.deep_linking_response_has_subject(has_subject)
        })
        .await;
        let taken = taken(&world, &DeepLinkingOptions::new()).await;
        assert_eq!(taken.claims().get("sub").is_some(), has_subject);
    }
}

// DL-17, R3
#[tokio::test]
async fn a_response_is_no_client_assertion_for_whoever_carries_it() {
    for dialect in [
        Dialect::Reference,
        Dialect::Moodle,
        Dialect::Sakai,
        Dialect::OpenEdx,
        Dialect::Canvas,
        Dialect::Blackboard,
        Dialect::Brightspace,
        Dialect::Schoology,
    ] {
        let world = World::start().await;
        world.services.speak(dialect);
        let options = DeepLinkingOptions::new();
        let launch = world.services.deep_linking_context(&options).build();
        let draft = launch.deep_linking_request().unwrap().respond(&world.tool);
        let response = draft.item(item()).sign().await.unwrap();
        let has_subject = claims(response.jwt()).get("sub").is_some();
        let checks_no_audience = [Dialect::Moodle, Dialect::Sakai, Dialect::OpenEdx];
        assert_eq!(
            has_subject,
            !checks_no_audience.contains(&dialect),
            "{dialect:?}"
        );

        let assertion_type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "client_credentials")
            .append_pair("client_assertion_type", assertion_type)
            .append_pair("client_assertion", response.jwt())
            .append_pair("scope", SCORE)
            .finish();
        let token_url = world.services.token_url();
        let place = token_url.strip_prefix("http://").unwrap();
        let (authority, path) = place.split_once('/').unwrap();
        let request = http::Request::post(format!("/{path}"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(http_body_util::Full::from(form))
            .unwrap();
        let answer = UrlService::new(authority).call(request).await.unwrap();
        assert!(answer.status().is_client_error(), "{dialect:?}");
    }
}

// ADV-72, DL-24
#[tokio::test]
async fn who_chose_what_is_refused_can_go_back_by_a_response_that_offers_nothing() {
    let app = picker::app();
    let picker = Picker::open(&app).await;
    let respond = || picker.opened(&app.tool).unwrap().respond();
    let unlawful = ContentItem::from_json(json!({"type": "html"}));
    let unfit = json!({"type": "image", "url": "https://tool.test/1.png"});
    let unfit = ContentItem::from_json(unfit).unwrap();
    let long = "x".repeat(64 * 1024 + 1);
    for (what, draft) in [
        ("unlawful", respond().try_items(unlawful.map(|item| [item]))),
        ("unfit", respond().item(unfit)),
        ("too long", respond().message(&long)),
        ("too long", respond().log(&long)),
        ("too long", respond().error_message(&long)),
        ("too long", respond().error_log(&long)),
    ] {
        let refused = draft.sign().await.unwrap_err();
        assert_eq!(refused.kind(), ContentItemRefused, "{what}");
        let (action, jwt) = refused.way_back_form().expect(what);
        let said = claims(jwt);
        assert_eq!(action, RETURN_URL);
        assert_eq!(said[names::CONTENT_ITEMS], json!([]));
        assert_eq!(said[names::DEEP_LINKING_DATA], settings()["data"]);
        assert_eq!(
            said[names::DEEP_LINKING_ERRORMSG],
            "What was chosen cannot be added to the course."
        );
        let page: http::Response<bytes::Bytes> = refused.to_response(&http::HeaderMap::new());
        assert!(std::str::from_utf8(page.body()).unwrap().contains(jwt));
        let policy = page.headers()["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("form-action https://lms.test;"), "{policy}");
        assert_eq!(page.headers()["referrer-policy"], "strict-origin");
        assert!(!format!("{refused:?}").contains(jwt));
    }
    // Nothing was used up.
    assert!(picker.send(&app.tool).await.is_ok());
}

// DL-24
#[tokio::test]
async fn where_nothing_may_be_signed_a_link_leads_back_if_there_is_one() {
    let back = json!({"return_url": "https://lms.test/course/2"});
    let app = picker::app();
    let request = request_of(&app, |token| token.claim(names::LAUNCH_PRESENTATION, back)).await;
    let picker = Picker::of(&request, &app.tool);
    let unlawful = || ContentItem::from_json(json!({"type": "html"})).map(|item| [item]);
    app.store
        .set_status(&key("dep-1"), DeploymentStatus::Disabled)
        .await
        .unwrap();
    for (items, expected) in [
        (unlawful(), ContentItemRefused),
        (Ok([item()]), DeploymentDisabled),
        (Ok([item()]), DeepLinkingHandleUsed),
    ] {
        let draft = picker.opened(&app.tool).unwrap().respond();
        let refused = draft.try_items(items).sign().await.unwrap_err();
        assert_eq!(refused.kind(), expected);
        assert_eq!(refused.way_back_form(), None, "{expected:?}");
        assert_eq!(refused.way_back(), Some("https://lms.test/course/2"));
    }
}

// DL-23, DL-24, DL-25, ADV-75
#[tokio::test]
async fn cancel_and_failure_go_back_too_with_what_is_to_be_said_as_plain_text() {
    let world = World::start().await;
    let respond = || {
        let launch = world
            .services
            .deep_linking_context(&DeepLinkingOptions::new())
            .build();
        launch.deep_linking_request().unwrap().respond(&world.tool)
    };
    let receive = async |jwt: &str| {
        world
            .services
            .receive_deep_linking_response(jwt)
            .await
            .unwrap()
    };

    let cancelled = respond()
        .message("")
        .log("")
        .error_message("")
        .error_log("")
        .sign();
    let cancelled = receive(cancelled.await.unwrap().jwt()).await;
    let failed = respond()
        .error_message("<b>Sorry</b> & \"good\" night")
        .error_log("line 1\nline 2")
        .sign();
    let failed = receive(failed.await.unwrap().jwt()).await;
    let chosen = respond()
        .item(item())
        .message("Added é")
        .log("1 item")
        .sign();
    let chosen = receive(chosen.await.unwrap().jwt()).await;

    assert_eq!(cancelled.claims()[names::CONTENT_ITEMS], json!([]));
    assert_eq!((cancelled.message(), cancelled.log()), (None, None));
    assert_eq!(
        (cancelled.error_message(), cancelled.error_log()),
        (None, None)
    );
    assert_eq!(failed.claims()[names::CONTENT_ITEMS], json!([]));
    assert_eq!(
        failed.error_message(),
        Some("<b>Sorry</b> & \"good\" night")
    );
    assert_eq!(failed.error_log(), Some("line 1\nline 2"));
    assert_eq!(
        (chosen.message(), chosen.log()),
        (Some("Added é"), Some("1 item"))
    );
    assert_eq!(chosen.items().len(), 1);
}

// DL-26, DL-27, ADV-72
#[tokio::test]
async fn items_that_do_not_fit_the_request_are_refused_before_anything_is_signed() {
    let app = picker::app();
    let link = |more: Value| {
        let mut link = json!({"type": "ltiResourceLink", "url": "https://tool.test/app"});
        link.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        ContentItem::from_json(link).unwrap()
    };
    let graded = || link(json!({"lineItem": {"scoreMaximum": 10}}));
    let framed = || link(json!({"iframe": {"width": 1, "height": 1}}));
    let at_http = || link(json!({"url": "http://127.0.0.1/app"}));
    let cases = [
        (
            json!({"accept_multiple": false}),
            vec![item(), item()],
            1,
            None,
            Some("accept_multiple"),
        ),
        (
            json!({"accept_multiple": null}),
            vec![item(), item()],
            1,
            None,
            Some("accept_multiple"),
        ),
        (
            json!({"accept_types": ["file"]}),
            vec![item()],
            0,
            Some("type"),
            Some("accept_types"),
        ),
        (
            json!({"accept_lineitem": false}),
            vec![item(), graded()],
            1,
            Some("lineItem"),
            Some("accept_lineitem"),
        ),
        (
            json!({"accept_presentation_document_targets": ["window"]}),
            vec![framed()],
            0,
            Some("iframe"),
            Some("accept_presentation_document_targets"),
        ),
        (
            json!({}),
            vec![item(), item(), at_http()],
            2,
            Some("url"),
            None,
        ),
    ];
    for (more, items, position, member, setting) in cases {
        let mut settings = settings();
        settings
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let request = picker::request_of(&app, |token| {
            token.claim(names::DEEP_LINKING_SETTINGS, settings)
        })
        .await;
        let refused = request
            .respond(&app.tool)
            .items(items)
            .sign()
            .await
            .unwrap_err();
        assert_eq!(refused.kind(), ContentItemRefused);
        let error = refused.item_error().unwrap();
        assert_eq!(
            (error.position(), error.member(), error.setting()),
            (Some(position), member, setting)
        );
    }
}

// ADV-73
#[tokio::test]
async fn a_resource_link_without_a_url_is_sent_and_warned_of() {
    let app = picker::app();
    let draft = request(&app).await.respond(&app.tool);

    let response = draft
        .item(item())
        .item(ResourceLinkItem::new())
        .sign()
        .await
        .unwrap();

    let expected = ItemWarning::LinkWithoutUrl { position: 1 };
    assert_eq!(response.warnings(), [expected]);
    let items = claims(response.jwt())[names::CONTENT_ITEMS].clone();
    assert_eq!(items[1], json!({"type": "ltiResourceLink"}));
}
