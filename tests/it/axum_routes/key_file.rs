//! `LTI_TOOL_KEYS`: made where it does not exist, and never changed.

use std::os::unix::fs::PermissionsExt;

use http::Request;
use serde_json::Value;
use tower_lti::{
    keys::ToolKey,
    testing::{SigningKey, UrlService},
};

use super::tool::{Folder, Visitor, command, json_of, output, with_keys};
use crate::browser::Program;

async fn published(base_url: &str) -> Vec<Value> {
    let service = UrlService::new(base_url.strip_prefix("http://").unwrap());
    let browser = tower_lti::testing::Browser::new(service.clone(), service);
    let answer = Visitor(browser)
        .send(Request::get("/lti/jwks.json"), "")
        .await;
    assert_eq!(answer.status(), 200);
    json_of(&answer)["keys"].as_array().unwrap().clone()
}

// ADV-03, ADV-10
#[tokio::test]
async fn a_file_that_does_not_exist_is_made_for_its_owner_alone_and_kept() {
    let folder = Folder::new();
    let file = folder.file("keys.pem");

    let (first, base_url) = Program::start(&mut with_keys(&file), "The tool is at ").await;
    let keys = published(&base_url).await;
    first.end().await;
    let made = std::fs::read(&file).unwrap();
    let (second, base_url) = Program::start(&mut with_keys(&file), "The tool is at ").await;
    let again = published(&base_url).await;
    second.end().await;

    assert_eq!(keys.len(), 1);
    assert_eq!(
        (&keys[0]["kty"], &keys[0]["alg"]),
        (&"RSA".into(), &"RS256".into())
    );
    assert_eq!(keys, again, "the same key after a restart");
    assert_eq!(
        std::fs::read(&file).unwrap(),
        made,
        "the file stays as it was"
    );
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let names = std::fs::read_dir(file.parent().unwrap()).unwrap();
    assert_eq!(names.count(), 1, "nothing is left beside it");
}

// ADV-04
#[tokio::test]
async fn all_keys_of_the_file_are_published() {
    let folder = Folder::new();
    let file = folder.file("keys.pem");
    let pems: Vec<String> = (0..2)
        .map(|_| {
            ToolKey::generate_p256()
                .unwrap()
                .to_pem()
                .unwrap()
                .as_str()
                .to_owned()
        })
        .collect();
    std::fs::write(&file, pems.join("\n")).unwrap();

    let (program, base_url) = Program::start(&mut with_keys(&file), "The tool is at ").await;
    let keys = published(&base_url).await;
    program.end().await;

    let known: Vec<String> = pems
        .iter()
        .map(|pem| ToolKey::from_pem(pem).unwrap().id().to_owned())
        .collect();
    let kids: Vec<&str> = keys
        .iter()
        .map(|key| key["kid"].as_str().unwrap())
        .collect();
    assert_eq!(kids, known);
}

#[tokio::test]
async fn without_a_file_there_is_a_key_for_the_life_of_the_process() {
    let mut kids = Vec::new();
    for _ in 0..2 {
        let (program, base_url) = Program::start(&mut command(), "The tool is at ").await;
        let keys = published(&base_url).await;
        assert_eq!(keys.len(), 1);
        kids.push(keys[0]["kid"].to_string());
        program.end().await;
    }
    assert_ne!(kids[0], kids[1]);
}

/// A PEM block of this label.
fn pem(label: &str, der: &[u8]) -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let text = STANDARD.encode(der);
    let lines: Vec<&str> = (0..text.len())
        .step_by(64)
        .map(|from| &text[from..text.len().min(from + 64)])
        .collect();
    format!(
        "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
        lines.join("\n")
    )
}

// ADV-10
#[tokio::test]
async fn a_file_that_holds_no_good_key_ends_the_start_and_stays_as_it_was() {
    let folder = Folder::new();
    let public = pem("PUBLIC KEY", &SigningKey::shared(0, "k").public_der());
    let short = include_str!("short_key.pem");
    for (name, text, reason) in [
        ("empty", "", "LTI_TOOL_KEYS"),
        ("garbage", "no key at all", "LTI_TOOL_KEYS"),
        ("public", &*public, "public"),
        ("short", short, "2048"),
    ] {
        let file = folder.file(name);
        std::fs::write(&file, text).unwrap();

        let ended = output(with_keys(&file)).await;

        assert!(!ended.status.success(), "{name}");
        let said = String::from_utf8(ended.stderr).unwrap();
        assert!(
            said.contains(reason) && said.contains(name),
            "{name}: {said}"
        );
        assert_eq!(std::fs::read_to_string(&file).unwrap(), text, "{name}");
    }
}

// ADV-10
#[tokio::test]
async fn what_is_no_regular_file_of_a_key_s_size_ends_the_start_with_the_reason() {
    let folder = Folder::new();
    let pem = ToolKey::generate_p256().unwrap().to_pem().unwrap();
    let (pipe, large) = (folder.file("pipe"), folder.file("large"));
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    // The key comes after what was read of it once.
    let text = format!("{}{}", "\n".repeat(256 * 1_024), pem.as_str());
    std::fs::write(&large, text).unwrap();
    let (to_pipe, dangling) = (folder.file("to-pipe"), folder.file("dangling"));
    std::os::unix::fs::symlink(&pipe, &to_pipe).unwrap();
    std::os::unix::fs::symlink(folder.file("nowhere"), &dangling).unwrap();
    for (file, reason) in [
        (pipe, "neither a regular file nor a link to one"),
        (to_pipe, "neither a regular file nor a link to one"),
        (
            "/dev/null".into(),
            "neither a regular file nor a link to one",
        ),
        (large, "larger than 256 KiB"),
        (dangling, "nowhere, which does not exist"),
    ] {
        let ended = output(with_keys(&file)).await;

        assert!(!ended.status.success(), "{file:?}");
        let said = String::from_utf8(ended.stderr).unwrap();
        assert!(said.contains(reason), "{file:?}: {said}");
    }
    assert!(!folder.file("nowhere").exists());
}

// ADV-10
#[tokio::test]
async fn a_link_to_a_key_file_is_followed() {
    let folder = Folder::new();
    let (file, link) = (folder.file("keys.pem"), folder.file("link"));
    let key = ToolKey::generate_p256().unwrap();
    std::fs::write(&file, key.to_pem().unwrap().as_str()).unwrap();
    std::os::unix::fs::symlink(&file, &link).unwrap();

    let (program, base_url) = Program::start(&mut with_keys(&link), "The tool is at ").await;
    let keys = published(&base_url).await;
    program.end().await;

    assert_eq!(keys[0]["kid"], key.id());
}

// KEY-12
#[tokio::test]
async fn keys_that_cannot_sign_for_a_registration_end_the_start() {
    let folder = Folder::new();
    let (file, registrations) = (folder.file("keys.pem"), folder.file("registrations.json"));
    let key = ToolKey::generate_p256().unwrap();
    std::fs::write(&file, key.to_pem().unwrap().as_str()).unwrap();
    let registration = serde_json::json!([{
        "issuer": "https://lms.test",
        "client_id": "tool-1",
        "authorization_endpoint": "https://lms.test/auth",
        "token_endpoint": "https://lms.test/token",
        "jwks_url": "https://lms.test/jwks",
    }]);
    std::fs::write(&registrations, registration.to_string()).unwrap();
    let mut command = with_keys(&file);
    command.env("LTI_REGISTRATIONS", &registrations);

    let ended = output(command).await;

    assert!(!ended.status.success());
    let said = String::from_utf8(ended.stderr).unwrap();
    for word in ["RS256", "tool-1", "https://lms.test", "tool_key_algorithm"] {
        assert!(said.contains(word), "{said}");
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_made_ends_the_start() {
    let folder = Folder::new();
    let directory = folder.file("directory");
    std::fs::create_dir(&directory).unwrap();
    for file in [folder.file("missing/keys.pem"), directory] {
        let ended = output(with_keys(&file)).await;
        assert!(!ended.status.success());
        let said = String::from_utf8(ended.stderr).unwrap();
        assert!(said.contains("LTI_TOOL_KEYS"), "{said}");
    }
}

// ADV-09
#[tokio::test(flavor = "multi_thread")]
async fn instances_that_start_at_once_end_with_one_key() {
    let folder = Folder::new();
    let file = folder.file("keys.pem");
    let _built = command();
    let starts = (0..6).map(|_| {
        let file = file.clone();
        tokio::spawn(async move {
            let (program, base_url) =
                Program::start(&mut with_keys(&file), "The tool is at ").await;
            let keys = published(&base_url).await;
            program.end().await;
            keys
        })
    });
    let mut keys = Vec::new();
    for start in starts.collect::<Vec<_>>() {
        keys.push(start.await.unwrap());
    }
    assert_eq!(keys[0].len(), 1);
    assert!(keys.iter().all(|one| *one == keys[0]));
    let on_disk = ToolKey::from_pem(&std::fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!(keys[0][0]["kid"], on_disk.id());
}
