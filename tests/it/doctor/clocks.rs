//! The platform's clock, by the `Date` of its answers.

use serde_json::json;
use tower_lti::{doctor::Severity, outbound::HttpsClient, testing::TestClock};

use super::world::{Reply, World, good};

/// 14 November 2023, 22:13:20.
const NOW: u64 = 1_700_000_000;

// ADV-95
#[tokio::test]
async fn a_clock_is_told_from_half_a_minute_on_and_wrong_from_two_minutes_on() {
    let client = HttpsClient::new();
    for (time, severity) in [
        ("22:13:20", None),
        ("22:13:49", None),
        ("22:13:50", Some(Severity::Warning)),
        ("22:12:50", Some(Severity::Warning)),
        ("22:15:19", Some(Severity::Warning)),
        ("22:15:20", Some(Severity::Error)),
        ("22:11:20", Some(Severity::Error)),
    ] {
        let world = World::over(&client).await;
        let date = format!("Tue, 14 Nov 2023 {time} GMT");
        let of_then = |reply: Reply| reply.with("date", &date);
        world.answers("lms.test/jwks", of_then(Reply::json(&world.keys())));
        world.answers("lms.test/auth", of_then(Reply::page("Sign in")));
        let token = of_then(Reply::token());
        world.tokens(move |_| token.clone());
        let doctor = world.doctor(&json!([good()]).to_string());

        let report = doctor.clock(TestClock::at_unix(NOW)).check().await;

        let told = report.findings().iter();
        let told: Vec<Severity> = told
            .filter(|one| one.check == "platform_clock")
            .map(|one| one.severity)
            .collect();
        assert_eq!(told, Vec::from_iter(severity), "{time}: {report}");
    }
}
