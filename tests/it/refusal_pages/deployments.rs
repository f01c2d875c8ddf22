//! A deployment that is not open, and a message that is not taken: what the page says of it.

use serde_json::json;
use tower_layer::Layer;
use tower_lti::{
    LtiLaunchLayer, OnMissingDeployment,
    claims::{ContextRole, MessageType, names},
    deployment::DeploymentStatus,
    error::LtiErrorKind::{
        self, DeepLinkingNotOffered, DeploymentAwaitsTeacher, DeploymentConditionUnmet,
        DeploymentDisabled, DeploymentPending, DeploymentQuotaReached, DeploymentUnknown,
    },
    policy::CreateCondition,
    store::DeploymentStore,
    testing::Browser,
    tool::Limits,
};

use super::{LINK, arrive, kind, launch, page};
use crate::{
    app::App,
    onboarding::{Answer, key},
};

async fn launch_as(
    app: &App,
    role: &str,
    layer: impl FnOnce(LtiLaunchLayer) -> LtiLaunchLayer,
) -> Answer {
    let mut person = app.browser_with(layer);
    let (request, token) = arrive(app, &mut person).await;
    let token = token.claim(names::ROLES, json!([role]));
    launch(&mut person, &request, &token).await
}

fn assert_says(answer: &Answer, status: u16, as_kind: LtiErrorKind, sentences: [&str; 3]) {
    assert_eq!((answer.status().as_u16(), kind(answer)), (status, as_kind));
    let page = page(answer);
    for sentence in sentences {
        assert!(page.contains(sentence), "{sentence} in {page}");
    }
    assert!(page.contains(LINK), "{page}");
}

// N36
#[tokio::test]
async fn a_deployment_that_is_not_open_is_said_to_be_what_it_is() {
    let teachers = || CreateCondition::any_role([ContextRole::Instructor]);
    let by_asking =
        || OnMissingDeployment::create_if(async |launch| launch.claims().roles().is_instructor());
    let waits = [
        "<h1>The tool is not open yet</h1>",
        "The tool waits for approval",
        "<strong>Open it again from your course once it is approved",
    ];
    let teacher_first = [
        "<h1>The tool is not open yet</h1>",
        "Nobody who may set the tool up has opened it here yet.",
        "<strong>Ask your teacher to open it once",
    ];
    let closed = [
        "<h1>The tool could not be opened</h1>",
        "This tool is not open for the place in the platform that you came from.",
        "<strong>Ask your administrator to set up or activate the tool",
    ];
    let create_if = OnMissingDeployment::CreateIf;
    for (policy, role, kind, sentences) in [
        (
            OnMissingDeployment::Pending,
            "Learner",
            DeploymentPending,
            waits,
        ),
        (
            OnMissingDeployment::Reject,
            "Learner",
            DeploymentUnknown,
            closed,
        ),
        (
            create_if(teachers()),
            "Learner",
            DeploymentAwaitsTeacher,
            teacher_first,
        ),
        (
            by_asking(),
            "Learner",
            DeploymentAwaitsTeacher,
            teacher_first,
        ),
        (
            OnMissingDeployment::create_if(async |_| false),
            "Instructor",
            DeploymentConditionUnmet,
            closed,
        ),
        (
            OnMissingDeployment::create_if(async |_| panic!("the condition fails")),
            "Learner",
            DeploymentUnknown,
            closed,
        ),
    ] {
        let app = App::new();
        let answer = launch_as(&app, role, |layer| layer.on_missing_deployment(policy)).await;
        assert_says(&answer, 403, kind, sentences);
    }
}

// N36
#[tokio::test]
async fn a_deployment_that_was_shut_and_one_too_many_are_told_apart() {
    let app =
        App::with(|builder| builder.limits(Limits::default().deployments_per_registration(1)));
    assert_eq!(
        launch_as(&app, "Learner", |layer| layer).await.status(),
        200
    );
    let disabled = DeploymentStatus::Disabled;
    app.store.set_status(&key("dep-1"), disabled).await.unwrap();
    let answer = launch_as(&app, "Learner", |layer| layer).await;
    let sentences = [
        "<h1>The tool could not be opened</h1>",
        "The tool has been switched off",
        "<strong>Ask your administrator whether it will be switched on again.",
    ];
    assert_says(&answer, 403, DeploymentDisabled, sentences);

    let mut person = app.browser();
    let (request, token) = arrive(&app, &mut person).await;
    let token = token.claim(names::DEPLOYMENT_ID, "dep-2");
    let answer = launch(&mut person, &request, &token).await;
    let sentences = [
        "<h1>The tool could not be opened</h1>",
        "cannot be opened in any more places",
        "<strong>Tell your administrator",
    ];
    assert_says(&answer, 403, DeploymentQuotaReached, sentences);
}

// N41
#[tokio::test]
async fn a_message_that_the_layer_was_not_told_to_accept_does_not_reach_the_handler() {
    let app = App::new();
    let launches = || LtiLaunchLayer::new(app.tool.clone()).add_path("/lti/launch");
    let login = tower_lti::LtiLogin::new(app.tool.clone());
    for (layer, accepted) in [
        (launches(), false),
        (
            launches().accept_message_type(MessageType::SubmissionReview),
            false,
        ),
        (
            launches().accept_message_type(MessageType::DeepLinking),
            true,
        ),
    ] {
        let handler = tower::service_fn(async |_: http::Request<_>| {
            let body = http_body_util::Full::<bytes::Bytes>::from("picker");
            Ok::<_, std::convert::Infallible>(http::Response::new(body))
        });
        let mut person = Browser::new(login.clone(), layer.layer(handler));
        let request = person.log_in(&app.platform).await.unwrap();
        let token = app
            .platform
            .deep_linking_token(&request, crate::app::NOW)
            .claim(
                names::LAUNCH_PRESENTATION,
                json!({"return_url": super::BACK}),
            );
        let answer = person.send_launch(super::post(&request, &token, &[])).await;
        if accepted {
            assert_eq!(answer.body(), "picker");
        } else {
            let sentences = [
                "<h1>There is nothing to choose here</h1>",
                "This tool has no content to choose from here.",
                "<strong>Go back to your course",
            ];
            assert_says(&answer, 400, DeepLinkingNotOffered, sentences);
        }
    }
}
