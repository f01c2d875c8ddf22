use super::*;
use crate::{claims::ContextRole, roster::MemberStatus};

fn read(json: &str) -> Container {
    Container::read(json, None, usize::MAX).unwrap()
}

fn with_members(members: &str) -> String {
    format!("{{\"id\":\"u\",\"context\":{{\"id\":\"c\"}},\"members\":[{members}]}}")
}

fn ids(container: &Container) -> Vec<&str> {
    container.members.iter().map(Member::user_id).collect()
}

// NRPS-F1, NRPS-F2, NRPS-F3, NRPS-F4, NRPS-02, NRPS-03, ADV-63
#[test]
fn every_field_of_a_member_is_read_and_unknown_ones_are_kept() {
    let full = r#"{"status":"Inactive","user_id":"u-1","roles":["Instructor","http://purl.imsglobal.org/vocab/lis/v2/membership#Mentor"],
        "name":"Jane \"Q\" Public","given_name":"Jane","family_name":"Public","middle_name":"Q","email":"j@x.test",
        "picture":"https://x.test/p","lis_person_sourcedid":"s","lti11_legacy_user_id":"l",
        "group_enrollments":[{"group_id":"g"}],"vendor":{"a":[1,{"b":null}]},"big":1e999}"#;
    let container = read(&with_members(&format!(
        "{full},{{\"user_id\":\"u-2\",\"roles\":[]}}"
    )));

    assert_eq!(container.context.id(), Some("c"));
    assert_eq!((container.context.label(), container.left_out), (None, 0));
    let [member, bare] = &container.members[..] else {
        panic!("two members");
    };
    assert_eq!(member.user_id(), "u-1");
    assert!(member.is_instructor() && member.roles().has(ContextRole::Mentor));
    assert_eq!(member.status(), &MemberStatus::Inactive);
    assert_eq!(member.name(), Some("Jane \"Q\" Public"));
    assert_eq!(member.given_name(), Some("Jane"));
    assert_eq!(member.family_name(), Some("Public"));
    assert_eq!(member.middle_name(), Some("Q"));
    assert_eq!(member.email(), Some("j@x.test"));
    assert_eq!(member.picture(), Some("https://x.test/p"));
    assert_eq!(member.lis_person_sourcedid(), Some("s"));
    assert_eq!(member.lti11_legacy_user_id(), Some("l"));
    assert_eq!(member.group_enrollments().unwrap()[0]["group_id"], "g");
    assert_eq!(member.field("vendor").unwrap()["a"][0], 1);
    assert_eq!(member.field_text("big"), Some("1e999"));
    let names: Vec<&str> = member.field_names().collect();
    assert_eq!(names, ["group_enrollments", "vendor", "big"]);
    let shown = format!("{member:?} {container:?}", container = container.context);
    assert_eq!(
        shown,
        "Member { roles: Roles(2), status: Inactive, .. } RosterContext { .. }"
    );

    assert!(bare.is_active() && bare.roles().is_empty());
    assert_eq!(
        (bare.name(), bare.email(), bare.field("vendor")),
        (None, None, None)
    );
}

// NRPS-F4
#[test]
fn a_status_is_one_of_three_or_the_platform_s_own() {
    for (status, expected) in [
        ("\"Active\"", "Active"),
        ("\"Inactive\"", "Inactive"),
        ("\"Deleted\"", "Deleted"),
        ("\"\"", "Active"),
        ("null", "Active"),
        ("{}", "Active"),
        (
            "\"http://purl.imsglobal.org/vocab/lis/v2/status#Active\"",
            "http://purl.imsglobal.org/vocab/lis/v2/status#Active",
        ),
    ] {
        let json = with_members(&format!("{{\"user_id\":\"1\",\"status\":{status}}}"));
        assert_eq!(read(&json).members[0].status().as_str(), expected);
    }
}

// NRPS-02, ADV-63
#[test]
fn an_optional_field_of_another_type_reads_as_absent() {
    let json = with_members(
        r#"{"user_id":17,"roles":"Learner","name":null,"email":["x"],"picture":{"a":{}},"given_name":true,
            "family_name":"","middle_name":1.5},{"user_id":"2","roles":["Learner",null,{"x":1}]},
            {"user_id":"3","roles":null}"#,
    );
    let container = read(&json);
    assert_eq!(ids(&container), ["17", "2", "3"]);
    let member = &container.members[0];
    assert!(member.is_learner() && container.members[1].is_learner());
    assert_eq!(
        (member.name(), member.email(), member.picture()),
        (None, None, None)
    );
    assert_eq!((member.given_name(), member.middle_name()), (None, None));
    assert_eq!(member.family_name(), None);
}

// S08
#[test]
fn a_member_that_cannot_be_read_is_left_out_and_counted() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for bad in [
        "null",
        "5",
        "-5",
        "true",
        "1.5",
        "\"u\"",
        "[]",
        "[[{}]]",
        "{}",
        "{\"user_id\":\"\"}",
        "{\"user_id\":null}",
        "{\"roles\":[\"Learner\"]}",
        "{\"user_id\":\"x\",\"user_id\":\"y\"}",
        "{\"user_id\":\"x\",\"name\":\"a\",\"name\":\"b\"}",
        "{\"user_id\":\"x\",\"own\":1,\"own\":2}",
        "{\"user_id\":\"x\",\"name\":1e999}",
        "{\"user_id\":\"x\",\"name\":\"\\ud800\"}",
        "{\"user_id\":\"\\udc00\\ud800\"}",
        "1e999",
        "\"\\ud800\"",
    ] {
        let json = with_members(&format!(
            "{{\"user_id\":\"1\"}},{bad},{{\"user_id\":\"2\"}}"
        ));
        let container = read(&json);
        assert_eq!(ids(&container), ["1", "2"], "{bad}");
        assert_eq!(container.left_out, 1, "{bad}");
        assert_eq!(container.fingerprint.entries(), 3, "{bad}");
    }
    // Depth costs nothing where nobody looks.
    for name in ["name", "own", "message", "roles"] {
        let json = with_members(&format!("{{\"user_id\":\"1\",\"{name}\":{deep}}}"));
        let container = read(&json);
        assert_eq!(ids(&container), ["1"], "{name}");
        assert_eq!(container.members[0].field(name), None, "{name}");
    }
    let many = vec!["{}"; 1_000_000].join(",");
    let container = read(&with_members(&many));
    assert_eq!(
        (container.members.len(), container.left_out),
        (0, 1_000_000)
    );
}

// S08, ADV-66
#[test]
fn what_is_no_container_is_an_error_however_deep() {
    let deep = "[".repeat(100_000);
    for json in [
        "",
        "[]",
        "{}",
        "{\"members\":null}",
        "{\"members\":{}}",
        "{\"members\":[],\"members\":[]}",
        "{\"members\":[{\"user_id\":\"1\"}",
        "{\"members\":[{\"user_id\":\"1\"}]}x",
        "{\"members\":[{\"user_id\":\"1\"} {\"user_id\":\"2\"}]}",
        &deep,
        &format!("{{\"members\":{deep}"),
        &format!("{{\"members\":[{{\"user_id\":{deep}"),
    ] {
        assert!(Container::read(json, None, 9).is_err(), "{:.40}", json);
    }
}

// ADV-59, NRPS-10
#[test]
fn a_role_is_matched_in_each_spelling_and_a_sub_role_is_no_principal() {
    let lis = "http://purl.imsglobal.org/vocab/lis/v2/membership";
    let json = with_members(&format!(
        r#"{{"user_id":"short","roles":["Instructor"]}},{{"user_id":"uri","roles":["{lis}#Instructor"]}},
           {{"user_id":"both","roles":["Learner","{lis}#Instructor"]}},
           {{"user_id":"assistant","roles":["{lis}/Instructor#TeachingAssistant"]}},
           {{"user_id":"learner","roles":["Learner"]}},{{"user_id":"own","roles":["x:y"]}},{{"user_id":"none"}}"#
    ));
    let assistant = format!("{lis}/Instructor#TeachingAssistant");
    for (filter, expected) in [
        ("Instructor".into(), &["short", "uri", "both"][..]),
        (ContextRole::Instructor.into(), &["short", "uri", "both"]),
        (
            RoleFilter::from("Instructor").or_implied(),
            &["short", "uri", "both", "assistant"],
        ),
        (ContextRole::Learner.into(), &["both", "learner"]),
        (assistant.into(), &["assistant"]),
        ("x:y".into(), &["own"]),
        ("instructor".into(), &[]),
    ] {
        let container = Container::read(&json, Some(&filter), 7).unwrap();
        assert_eq!(ids(&container), expected, "{filter:?}");
        assert_eq!(container.fingerprint.entries(), 7);
    }
}

// NRPS-F5, NRPS-09
#[test]
fn a_message_is_an_array_or_one_object() {
    let claim = "https://purl.imsglobal.org/spec/lti/claim/message_type";
    for message in [
        format!("[{{\"{claim}\":\"LtiResourceLinkRequest\"}}]"),
        format!("{{\"{claim}\":\"LtiResourceLinkRequest\"}}"),
        format!("[null, {{\"{claim}\":\"LtiResourceLinkRequest\"}}]"),
    ] {
        let json = with_members(&format!("{{\"user_id\":\"1\",\"message\":{message}}}"));
        let messages = read(&json).members[0].messages();
        assert_eq!(messages.len(), 1);
        assert_eq!(messages[0][claim], "LtiResourceLinkRequest");
    }
    let json = with_members("{\"user_id\":\"1\",\"message\":\"x\"},{\"user_id\":\"2\"}");
    assert!(read(&json).members.iter().all(|m| m.messages().is_empty()));
}

// ADV-65
#[test]
fn a_teacher_who_learns_and_a_test_user_are_both_seen() {
    let json = with_members(
        r#"{"user_id":"1","roles":["Learner","Instructor"]},
           {"user_id":"2","roles":["http://purl.imsglobal.org/vocab/lti/system/person#TestUser"]},
           {"user_id":"3","roles":["Learner"]}"#,
    );
    let container = read(&json);
    let [both, test, learner] = &container.members[..] else {
        panic!("three members");
    };
    assert!(both.teaches_and_learns() && both.is_instructor() && both.is_learner());
    assert!(test.is_test_user() && !test.is_learner());
    assert!(!learner.teaches_and_learns() && !learner.is_test_user());
}

// NRPS-F3
#[test]
fn a_member_is_serialized_with_what_is_there() {
    let json = with_members(
        r#"{"user_id":"1","roles":["Learner"],"email":"a@x.test","lis_person_sourcedid":"","own":1}"#,
    );
    let member = serde_json::to_value(&read(&json).members[0]).unwrap();
    assert_eq!(
        member,
        serde_json::json!({"user_id":"1","roles":["Learner"],"status":"Active","email":"a@x.test"})
    );
}

// S05, S08
#[test]
fn no_more_members_are_read_than_there_is_room_for() {
    let json = with_members(r#"{"user_id":"1"},{"user_id":"2"},{"user_id":"3"},{"user_id":"4"}"#);
    let one_by_one = with_members(r#"{"user_id":"1"},{"user_id":"2"},{"user_id":"\ud800"},5"#);
    for json in [&json, &one_by_one] {
        let container = Container::read(json, None, 1).unwrap();
        assert_eq!(ids(&container), ["1", "2"]);
        assert_eq!(container.fingerprint.entries(), 2);
    }
    assert_eq!(Container::read(&json, None, 4).unwrap().members.len(), 4);
}

// S08
#[test]
fn a_member_has_up_to_256_roles_and_unknown_fields() {
    let member = |roles: usize, fields: usize| {
        let roles: Vec<String> = (0..roles).map(|n| format!("\"r{n}\"")).collect();
        let fields: String = (0..fields).map(|n| format!(",\"f{n}\":{n}")).collect();
        format!(
            "{{\"user_id\":\"{}\",\"roles\":[{}]{fields}}}",
            fields.len(),
            roles.join(",")
        )
    };
    for (roles, fields, left_out) in [(256, 256, 0), (257, 0, 1), (0, 257, 1)] {
        let json = with_members(&member(roles, fields));
        let container = read(&json);
        assert_eq!(container.left_out, left_out, "{roles} {fields}");
        assert_eq!(container.members.len() + left_out, 1);
    }
    let fields: String = (0..200).map(|n| format!(",\"f{n}\":{n}")).collect();
    let twice = with_members(&format!("{{\"user_id\":\"1\"{fields},\"f7\":0}}"));
    assert_eq!(read(&twice).left_out, 1);
}

// S08
#[test]
fn an_unknown_field_has_up_to_256_kibibytes() {
    for (bytes, left_out) in [(256 * 1024, 0), (256 * 1024 + 1, 1)] {
        let text = "x".repeat(bytes - 2);
        let json = with_members(&format!("{{\"user_id\":\"1\",\"own\":\"{text}\"}}"));
        assert_eq!(read(&json).left_out, left_out, "{bytes}");
    }
}
