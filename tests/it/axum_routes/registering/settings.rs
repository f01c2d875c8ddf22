//! The variable, and what comes of it.

use super::{page::Page, stage::Stage};
use crate::{
    axum_routes::tool::{Folder, command, output},
    browser::Program,
};

// REG-04
#[tokio::test]
async fn nobody_registers_unless_that_is_asked_for() {
    let (program, base_url) = Program::start(&mut command(), "The tool is at ").await;
    let page = Page::get(&format!("{base_url}/lti/register?openid_configuration=x")).await;
    assert_eq!(page.status, 404);
    let start = Page::get(&format!("{base_url}/")).await;
    assert!(!start.html.contains("/platform/admin"));
    program.end().await;

    let folder = Folder::new();
    let file = folder.file("registrations.json");
    std::fs::write(&file, "[{\"issuer\": \"https://lms.test\"}]").unwrap();
    let file = file.to_str().unwrap();
    // Its lock cannot be opened.
    let locked = folder.file("locked.json");
    std::fs::write(&locked, "[]").unwrap();
    std::fs::create_dir(folder.file("locked.json.lock")).unwrap();
    let locked = locked.to_str().unwrap();
    for (value, file, reason) in [
        ("Open", "", "must be open or approve"),
        ("1", "", "must be open or approve"),
        ("open", file, file),
        ("open", locked, "cannot be written"),
    ] {
        let mut command = command();
        command
            .env("LTI_REGISTER", value)
            .env("LTI_REGISTRATIONS", file);
        let ended = output(command).await;
        let said = String::from_utf8(ended.stderr).unwrap();
        assert!(!ended.status.success(), "LTI_REGISTER={value}");
        assert!(said.contains(reason), "{said}");
    }
}

// REG-01, REG-09
#[tokio::test]
async fn without_a_file_registrations_are_kept_in_memory_beside_the_simulated_platform() {
    let mut stage = Stage::start("open").await;
    let start = Page::get(&format!("{}/", stage.base_url)).await;
    assert!(start.html.contains("/platform/admin"));
    let (tool, _) = stage.register().await;
    stage.assert_launches(&tool).await;

    stage.restart().await;
    stage
        .assert_launches_not(&tool, "registration_unknown")
        .await;
}

// REG-12
#[tokio::test]
async fn a_tool_that_is_not_on_loopback_fetches_nothing_from_there() {
    let stage = Stage::start("open").await;
    let mut command = command();
    command
        .env("LTI_REGISTER", "open")
        .env("LTI_BASE_URL", "https://tool.test");
    // The address that it listens at is another than what it says.
    let port = free_port().await;
    command.env("LTI_LISTEN", format!("127.0.0.1:{port}"));
    let (program, _) = Program::start(&mut command, "The tool is at ").await;
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("openid_configuration", &stage.services.configuration_url())
        .finish();
    let page = Page::get(&format!("http://127.0.0.1:{port}/lti/register?{query}")).await;
    page.assert_refused("loopback");
    assert!(stage.services.requests().is_empty());
    program.end().await;
}

async fn free_port() -> u16 {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap().port()
}
