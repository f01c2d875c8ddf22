//! What a running Moodle asks, and the responses that it was seen to take.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use tower_lti::{
    LaunchContext, LtiTool,
    claims::{MessageType, names},
    deep_linking::{
        DeepLinkingRequest, ItemError, LinkItem, LinkLineItem, LinkWindow, ResourceLinkItem,
        ResponseDraft,
    },
    registration::Registration,
};

use crate::{
    app::NOW,
    connected::tool_key,
    platforms::lms::{Lms, TARGET},
};

const ISSUER: &str = "https://school.test";
const RETURN_URL: &str =
    "https://school.test/mod/lti/contentitem_return.php?course=7&id=3&sesskey=aXq1";
const DL: &str = "https://purl.imsglobal.org/spec/lti-dl/claim/";

fn token() -> Value {
    json!({
        "iat": NOW,
        "exp": NOW + 60,
        "iss": ISSUER,
        "aud": "embedtool000002",
        names::DEPLOYMENT_ID: "3",
        names::TARGET_LINK_URI: TARGET,
        "sub": "11",
        names::LIS: {"person_sourcedid": "", "course_section_sourcedid": "SIS-CHEM-2"},
        names::ROLES: ["http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"],
        names::CONTEXT: {
            "id": "7", "label": "CHEM201", "title": "Chemistry 201", "type": ["CourseSection"],
        },
        "given_name": "Max",
        "family_name": "Muster",
        "name": "Max Muster",
        "https://purl.imsglobal.org/spec/lti/claim/ext": {
            "user_username": "mmuster", "lms": "moodle-2",
        },
        "email": "max@example.invalid",
        names::LAUNCH_PRESENTATION: {"locale": "en"},
        names::TOOL_PLATFORM: {
            "product_family_code": "moodle", "version": "2022062400", "guid": "5d41402abc4b2a76",
            "name": "school", "description": "A school",
        },
        names::VERSION: "1.3.0",
        names::MESSAGE_TYPE: "LtiDeepLinkingRequest",
        names::CUSTOM: {
            "plain": "value", "begin": "0", "link": null, "unknown": "$No.such.variable", "empty": "",
            "quoted": "\"a\" & <b>", "mixedcase_key_": "x", "MixedCase Key!": "x",
        },
        names::AGS_ENDPOINT: {
            "scope": ["https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"],
            "lineitems": "https://school.test/mod/lti/services.php/7/lineitems?type_id=3",
        },
        names::DEEP_LINKING_SETTINGS: {
            "accept_types": ["ltiResourceLink"],
            "accept_presentation_document_targets": ["frame", "iframe", "window"],
            "accept_copy_advice": false,
            "accept_multiple": true,
            "accept_unsigned": false,
            "auto_create": false,
            "can_confirm": false,
            "deep_link_return_url": RETURN_URL,
            "title": "EmbedTool",
            "text": "",
        },
    })
}

/// A tool with a key, and a launch of it from this Moodle by this token.
async fn launched(token: &Value) -> (LtiTool, LaunchContext) {
    let registration = Registration::builder(ISSUER, "embedtool000002")
        .authorization_endpoint(format!("{ISSUER}/mod/lti/auth.php"))
        .jwks_url(format!("{ISSUER}/mod/lti/certs.php"));
    let mut moodle = Lms::with(registration.build().unwrap(), |tool| {
        tool.tool_keys(tool_key())
    });
    moodle.layer = moodle.layer.accept_message_type(MessageType::DeepLinking);
    let launch = moodle.launch(token).await.unwrap();
    (moodle.app.tool, launch)
}

async fn asked() -> (LtiTool, DeepLinkingRequest) {
    let (tool, launch) = launched(&token()).await;
    (tool, launch.deep_linking_request().unwrap())
}

/// The claims of a signed response.
fn claims(jwt: &str) -> Value {
    let payload = jwt.split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

// DL-01, DL-02, DL-05, DLS-01, DLS-02, DLS-03, DLS-05, DLS-07, DLS-08, CERT-DL-1
#[tokio::test]
async fn the_request_of_moodle_is_accepted_and_says_what_it_takes() {
    let (_, request) = asked().await;
    let settings = request.settings();

    assert!(settings.accepts("ltiResourceLink"));
    assert!(!settings.accepts("link"));
    assert!(settings.accepts_several());
    assert_eq!(settings.accept_lineitem(), None);
    assert_eq!(settings.auto_create(), Some(false));
    assert_eq!(
        settings.accept_presentation_document_targets(),
        ["frame", "iframe", "window"]
    );
    assert_eq!(settings.deep_link_return_url(), RETURN_URL);
    assert_eq!(
        (settings.title(), settings.text()),
        (Some("EmbedTool"), None)
    );
    assert_eq!(settings.data(), None);
    assert!(request.launch().claims().resource_link().is_none());
}

// CONF-05
#[tokio::test]
async fn claims_are_read_by_the_names_of_core_and_no_other() {
    const PLATFORM: &str = "http://purl.imsglobal.org/lti/claim/tool_platform";
    const CUSTOM: &str = "http://imsglobal.org/custom";
    let (_, request) = asked().await;
    let claims = request.launch().claims();
    let product = claims
        .tool_platform()
        .and_then(|one| one.product_family_code());
    assert_eq!(product, Some("moodle"));
    assert_eq!(claims.custom().get("plain"), Some(&json!("value")));

    // As Deep Linking 2.0 prints them in §4.4.7 and §4.4.11.
    let mut token = token();
    for (core, printed) in [(names::TOOL_PLATFORM, PLATFORM), (names::CUSTOM, CUSTOM)] {
        token[printed] = token[core].take();
        token.as_object_mut().unwrap().remove(core);
    }
    let (_, launch) = launched(&token).await;
    assert!(launch.claims().tool_platform().is_none());
    assert_eq!(launch.claims().custom().get("plain"), None);
    assert!(launch.claims().claim(CUSTOM).is_some());
}

fn link(title: &str) -> Result<ResourceLinkItem, ItemError> {
    let line_item = LinkLineItem::new(50.0)?
        .label("Chosen")
        .resource_id("res-1")
        .tag("t");
    Ok(ResourceLinkItem::new()
        .title(title)
        .text("Some text")
        .url("https://tool.test/lti/launch?item=1")?
        .custom("chapter", "3")
        .custom("Mixed Key", "x=y")
        .line_item(line_item)
        .iframe(800, 600)
        .window(LinkWindow::new().target_name("x")))
}

fn link_as_sent(title: &str) -> Value {
    json!({
        "type": "ltiResourceLink",
        "title": title,
        "text": "Some text",
        "url": "https://tool.test/lti/launch?item=1",
        "custom": {"chapter": "3", "Mixed Key": "x=y"},
        "lineItem": {"scoreMaximum": 50, "label": "Chosen", "resourceId": "res-1", "tag": "t"},
        "iframe": {"width": 800, "height": 600},
        "window": {"targetName": "x"},
    })
}

// ADV-70, ADV-77, DL-13, DL-14, DL-15, DL-18, DL-19, DL-20, DL-21, DL-22, DL-23
#[tokio::test]
async fn the_responses_that_moodle_takes_are_made_claim_by_claim() {
    let title = "Chosen <b>one</b> ž";
    type Make = fn(ResponseDraft) -> Result<ResponseDraft, ItemError>;
    let responses: [(&str, Make, Value); 6] = [
        (
            "one link",
            |response| Ok(response.item(link("Chosen <b>one</b> ž")?)),
            json!({"content_items": [link_as_sent(title)]}),
        ),
        (
            "two links",
            |response| {
                Ok(response
                    .item(link("Chosen <b>one</b> ž")?)
                    .item(link("Second")?))
            },
            json!({"content_items": [link_as_sent(title), link_as_sent("Second")]}),
        ),
        ("no items", Ok, json!({"content_items": []})),
        (
            "a link without a URL",
            |response| Ok(response.item(ResourceLinkItem::new().title("No url"))),
            json!({"content_items": [{"type": "ltiResourceLink", "title": "No url"}]}),
        ),
        (
            "a message",
            |response| Ok(response.message("Nothing chosen")),
            json!({"content_items": [], "msg": "Nothing chosen"}),
        ),
        (
            "an error message",
            |response| Ok(response.error_message("It broke")),
            json!({"content_items": [], "errormsg": "It broke"}),
        ),
    ];
    for (what, make, said) in responses {
        let (tool, request) = asked().await;
        let response = make(request.respond(&tool)).unwrap().sign().await.unwrap();

        assert_eq!(response.return_url(), RETURN_URL, "{what}");
        assert_eq!(told(&claims(response.jwt())), expected(&said), "{what}");
    }
}

// DL-26, DLI-10
#[tokio::test]
async fn a_plain_link_goes_only_where_the_request_takes_it() {
    let (tool, request) = asked().await;
    let plain = LinkItem::new("https://example.invalid/")
        .unwrap()
        .title("A plain link");
    let refused = request
        .respond(&tool)
        .item(plain.clone())
        .sign()
        .await
        .unwrap_err();
    let setting = refused.item_error().and_then(ItemError::setting);
    assert_eq!(setting, Some("accept_types"));

    let mut token = token();
    token[names::DEEP_LINKING_SETTINGS]["accept_types"] = json!(["ltiResourceLink", "link"]);
    let (tool, launch) = launched(&token).await;
    let request = launch.deep_linking_request().unwrap();
    let response = request.respond(&tool).item(plain).sign().await.unwrap();
    let item = json!({"type": "link", "url": "https://example.invalid/", "title": "A plain link"});
    let told = told(&claims(response.jwt()));
    assert_eq!(told, expected(&json!({"content_items": [item]})));
}

/// The claims whose values are the same each time.
fn told(claims: &Value) -> Value {
    let mut claims = claims.clone();
    let members = claims.as_object_mut().unwrap();
    let nonce = members.remove("nonce").unwrap();
    assert!(nonce.as_str().unwrap().len() >= 22);
    claims
}

/// The claims of a response with these of its own.
fn expected(said: &Value) -> Value {
    let mut claims = json!({
        "iss": "embedtool000002",
        "aud": ISSUER,
        "iat": NOW - 10,
        "exp": NOW - 10 + 300,
        names::DEPLOYMENT_ID: "3",
        names::MESSAGE_TYPE: "LtiDeepLinkingResponse",
        names::VERSION: "1.3.0",
    });
    for (name, value) in said.as_object().unwrap() {
        claims[format!("{DL}{name}")] = value.clone();
    }
    claims
}
