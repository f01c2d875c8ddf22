//! Files of registrations: what is broken is told with its line, and the rest is checked.

use serde_json::json;
use tower_lti::{
    doctor::{Doctor, Finding},
    registration::Registrations,
};

use super::world::{World, good, wrong_checks};

fn place(finding: &Finding) -> (Option<usize>, Option<usize>) {
    (finding.subject.entry(), finding.subject.line())
}

// ADV-93, N24
#[tokio::test]
async fn a_bad_entry_among_good_ones_is_told_with_its_line_and_the_others_are_checked() {
    let world = World::start().await;
    let mut again = good();
    again["client_id"] = "tool-2".into();
    let good = good().to_string();
    let json = format!(
        "[\n{good},\n{{\n  \"issuer\": \"https://a.test\",\n  \"client_id\": 5\n}},\n7,\n{again},\n{again}\n]"
    );

    let report = world.doctor(&json).check().await;

    assert_eq!(
        wrong_checks(&report),
        ["registration_duplicate", "registration_entry"],
        "{report}"
    );
    let wrong: Vec<_> = report
        .findings()
        .iter()
        .filter(|one| !one.wanted.is_empty())
        .collect();
    assert_eq!(place(wrong[0]), (Some(2), Some(5)), "{report}");
    assert!(wrong[0].seen.contains("expected a string"), "{report}");
    assert_eq!(place(wrong[1]), (Some(3), Some(7)), "{report}");
    assert_eq!(place(wrong[2]), (Some(5), Some(9)), "{report}");
    assert_eq!(report.registrations(), 3);
    let text = report.to_string();
    assert!(
        text.starts_with("3 registrations checked: 3 errors, 0 warnings\n"),
        "{text}"
    );
    assert!(
        text.contains("registration tool-2 at https://lms.test (entry 4, line 8)"),
        "{text}"
    );
}

// ADV-93
#[tokio::test]
async fn a_text_that_is_no_list_of_registrations_is_a_finding_with_its_line() {
    for (json, line, seen) in [
        ("", 1, "empty"),
        (
            "[\n{\"issuer\": \"https://secret.example\"\n",
            3,
            "ends early",
        ),
        ("[\n{},\n]", 3, "broken at line 3 column 1"),
        ("{\"issuer\": \"x\"}", 1, "no array"),
        ("{\n// why\n}", 2, "broken at line 2 column 1"),
    ] {
        let report = Doctor::for_json(json).check().await;

        assert_eq!(
            wrong_checks(&report),
            ["registrations_file"],
            "{json}: {report}"
        );
        let finding = &report.findings()[0];
        assert_eq!(finding.subject.line(), Some(line), "{json}: {report}");
        assert!(
            finding.seen.contains(seen) && !finding.seen.contains("secret"),
            "{report}"
        );
        assert_eq!((report.exit_code(), report.registrations()), (2, 0));
    }
    let report = Doctor::for_json("[]").check().await;
    assert_eq!(report.exit_code(), 1);
    let report = Doctor::for_path("/nowhere/registrations.json")
        .check()
        .await;
    assert_eq!(wrong_checks(&report), ["registrations_file"]);
    assert!(
        report.to_string().contains("\nthe registrations\n"),
        "{report}"
    );
}

// ADV-93
#[tokio::test]
async fn one_registration_can_be_checked_alone() {
    let world = World::start().await;
    let mut other = good();
    (other["client_id"], other["jwks_url"]) = ("tool-2".into(), "https://closed.test/jwks".into());
    let json = json!([good(), other]).to_string();

    let alone = world.doctor(&json).only("tool-1").check().await;
    let none = world.doctor(&json).only("tool-9").check().await;
    let both = world.doctor(&json).check().await;

    assert_eq!(
        (alone.registrations(), alone.exit_code()),
        (1, 0),
        "{alone}"
    );
    assert_eq!((none.registrations(), none.exit_code()), (0, 1), "{none}");
    assert_eq!(wrong_checks(&none), ["registrations_file"], "{none}");
    assert_eq!((both.registrations(), both.exit_code()), (2, 2), "{both}");
}

// ADV-93, N24
#[tokio::test]
async fn a_byte_order_mark_is_passed_over_as_the_tool_does() {
    let world = World::start().await;
    let json = format!("\u{feff}{}", json!([good()]));
    assert_eq!(Registrations::from_json(&json).unwrap().len(), 1);

    let report = world.doctor(&json).check().await;

    assert_eq!(
        (report.registrations(), report.exit_code()),
        (1, 0),
        "{report}"
    );
}
