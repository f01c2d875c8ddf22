//! What the tool says of itself.

use serde_json::json;
use tower_lti::{
    LtiTool, MemoryStore,
    dynamic_registration::{LtiRegistration, RegistrationAccess, ToolMessage, ToolProfile},
    live_registrations::LiveRegistrations,
    registration::{ProductFamily, Registrations},
};

use super::{
    platform::TOOL,
    world::{JWKS, LAUNCH, LOGIN, World, profile},
};

fn service(world: &World, profile: ToolProfile) -> LtiRegistration {
    let (tool, registrations) = (world.tool.clone(), world.registrations.clone());
    let access = RegistrationAccess::InsecureAnybody;
    LtiRegistration::new(tool, registrations, profile, access).unwrap()
}

// ADV-79, ADV-80
#[tokio::test]
async fn the_whole_profile_is_sent_as_the_product_has_it() {
    let world = World::start().await;
    let profile = ToolProfile::new("Tool", LOGIN, JWKS)
        .client_name_in("fr", "Outil")
        .description_in("fr", "Un outil")
        .client_uri("https://tool.example/")
        .logo_uri("https://tool.example/logo.png")
        .policy_uri("https://tool.example/policy")
        .tos_uri("https://tool.example/terms")
        .add_contact("admin@tool.example")
        .target_link_uri("https://tool.example:8443/start")
        .add_secondary_domain("cdn.tool.example")
        .messages([ToolMessage::deep_linking()
            .label("Pick")
            .target_link_uri("https://tool.example:8443/pick")
            .icon_uri("https://tool.example/icon.png")
            .placements(["ContentArea"])
            .placements_on(ProductFamily::Moodle, ["RichTextEditor"])
            .roles(["http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"])
            .add_custom_parameter("a", "$Context.id")
            .add_member("label#fr", json!("Choisir"))])
        .uses_rosters();
    let service = service(&world, profile).on_platform(|platform, profile| {
        assert_eq!(platform.product_family(), Some(&ProductFamily::Moodle));
        assert_eq!(platform.version(), Some("4.5"));
        assert_eq!(platform.placements(), ["ContentArea"]);
        assert_eq!(platform.variables(), ["User.id"]);
        profile
            .add_tool_member("https://lms.example/x", json!(true))
            .add_custom_parameter("site", platform.issuer())
    });
    let done = world.register(&service, None).await;
    assert_eq!(done.status, 200, "{}", done.body);
    let sent = world.platform.posted()[0].json();
    for (member, value) in [
        ("client_name", json!("Tool")),
        ("client_name#fr", json!("Outil")),
        ("client_uri", json!("https://tool.example/")),
        ("logo_uri", json!("https://tool.example/logo.png")),
        ("policy_uri", json!("https://tool.example/policy")),
        ("tos_uri", json!("https://tool.example/terms")),
        ("contacts", json!(["admin@tool.example"])),
        (
            "scope",
            json!("https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"),
        ),
        (
            TOOL,
            json!({
                "domain": "tool.example:8443",
                "secondary_domains": ["cdn.tool.example"],
                "target_link_uri": "https://tool.example:8443/start",
                "description#fr": "Un outil",
                "claims": ["iss", "sub"],
                "custom_parameters": {"site": world.platform.url},
                "https://lms.example/x": true,
                "messages": [{
                    "type": "LtiDeepLinkingRequest",
                    "label": "Pick",
                    "label#fr": "Choisir",
                    "target_link_uri": "https://tool.example:8443/pick",
                    "icon_uri": "https://tool.example/icon.png",
                    "placements": ["RichTextEditor"],
                    "roles": ["http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"],
                    "custom_parameters": {"a": "$Context.id"},
                }],
            }),
        ),
    ] {
        assert_eq!(sent[member], value, "{member}");
    }
}

// ADV-79: nothing is asked for, and still all members are there.
#[tokio::test]
async fn claims_and_scope_are_there_where_little_is_asked_for() {
    let world = World::start().await;
    let nothing: [&str; 0] = [];
    let profile = ToolProfile::new("Tool", LOGIN, JWKS).claims(nothing);
    assert_eq!(
        world.register(&service(&world, profile), None).await.status,
        200
    );
    let sent = world.platform.posted()[0].json();
    assert_eq!(sent["scope"], "");
    assert_eq!(sent["application_type"], "web");
    assert_eq!(sent[TOOL]["claims"], json!([]));
    assert_eq!(
        sent[TOOL]["messages"],
        json!([{"type": "LtiResourceLinkRequest"}])
    );
}

// ADV-79
#[tokio::test]
async fn a_profile_that_no_platform_could_use_is_refused_when_it_is_built() {
    let world = World::start().await;
    for (wrong, profile) in [
        ("no name", ToolProfile::new(" ", LOGIN, JWKS)),
        (
            "a login without a host",
            ToolProfile::new("Tool", "/lti/login", JWKS),
        ),
        (
            "keys over http",
            ToolProfile::new("Tool", LOGIN, "http://tool.example/jwks"),
        ),
        (
            "a target over http",
            profile().target_link_uri("http://tool.example/"),
        ),
        ("a logo that is none", profile().logo_uri("logo.png")),
        ("no message", profile().messages([])),
        (
            "a message's target",
            profile().add_message(ToolMessage::resource_link().target_link_uri("x")),
        ),
    ] {
        let (tool, registrations) = (world.tool.clone(), world.registrations.clone());
        let access = RegistrationAccess::InsecureAnybody;
        let built = LtiRegistration::new(tool, registrations, profile, access);
        assert!(built.is_err(), "{wrong}");
    }
}

// REG-01: who registers can launch.
#[tokio::test]
async fn a_tool_that_looks_in_other_registrations_is_refused() {
    let world = World::start().await;
    let others = LiveRegistrations::new(MemoryStore::default());
    for (wrong, tool) in [
        (
            "others that live",
            world.other_tool(|builder| builder.registrations(others)),
        ),
        (
            "a fixed list",
            world.other_tool(|builder| builder.registrations(Registrations::default())),
        ),
    ] {
        let access = RegistrationAccess::InsecureAnybody;
        let built = LtiRegistration::new(tool, world.registrations.clone(), profile(), access);
        let error = built.map(drop).unwrap_err().to_string();
        assert!(error.contains("the tool looks in"), "{wrong}: {error}");
    }
}

// ADV-79
#[tokio::test]
async fn a_tool_without_keys_asks_for_no_scopes() {
    let world = World::start().await;
    let registrations = LiveRegistrations::new(world.store.clone());
    let build = |profile| {
        let tool = LtiTool::builder()
            .launch_url(LAUNCH)
            .insecure_allow_loopback_http()
            .registrations(registrations.clone())
            .build()
            .unwrap();
        let access = RegistrationAccess::InsecureAnybody;
        LtiRegistration::new(tool, registrations.clone(), profile, access).map(drop)
    };
    let error = build(profile()).unwrap_err().to_string();
    assert!(error.contains("no keys"), "{error}");
    build(ToolProfile::new("Tool", LOGIN, JWKS)).unwrap();
}
