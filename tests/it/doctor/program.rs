//! The program, as a process of its own.

use std::{
    path::Path,
    process::{Output, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tokio::{io::AsyncWriteExt, process::Command};

use super::world::{World, good};
use crate::{browser::program, connected::tool_key};

/// A registration whose platform is this world over plain http.
fn local(world: &World) -> Value {
    let url = world.platform_url();
    let mut entry = good();
    entry["issuer"] = url.clone().into();
    for (setting, path) in [
        ("authorization_endpoint", "auth"),
        ("token_endpoint", "token"),
        ("jwks_url", "jwks"),
    ] {
        entry[setting] = format!("{url}/lms.test/{path}").into();
    }
    entry
}

async fn run(program: &Path, arguments: &[&str], input: &str) -> (i32, String, String) {
    let mut child = Command::new(program)
        .args(arguments)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // It may not read at all.
    let _ = stdin.write_all(input.as_bytes()).await;
    drop(stdin);
    let Output {
        status,
        stdout,
        stderr,
    } = child.wait_with_output().await.unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

// ADV-93, ADV-94, ADV-97
#[tokio::test]
async fn the_program_checks_a_file_and_its_exit_code_says_how_it_went() {
    let program = tokio::task::spawn_blocking(|| program("tower-lti-doctor"))
        .await
        .unwrap();
    let world = World::start().await;
    let folder = std::env::temp_dir().join(format!("tower-lti-doctor-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let keys = folder.join("keys.pem");
    std::fs::write(&keys, tool_key().to_pem().unwrap().as_str()).unwrap();
    let keys = keys.to_str().unwrap();
    let tool = world.tool_url();
    let options = [
        "--insecure-allow-loopback-http",
        "--base-url",
        &tool,
        "--tool-keys",
        keys,
    ];
    let with = |more: &[&'static str]| [&options[..], more].concat();
    let good = json!([local(&world)]).to_string();

    // From a file: all is well.
    let file = folder.join("registrations.json");
    std::fs::write(&file, &good).unwrap();
    let (code, text, _) = run(
        &program,
        &[&options[..], &[file.to_str().unwrap()]].concat(),
        "",
    )
    .await;
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("note: token_granted"), "{text}");

    // A warning, and an error, from standard input.
    let mut disabled = local(&world);
    disabled["disabled"] = true.into();
    let (code, text, _) = run(&program, &with(&["-"]), &json!([disabled]).to_string()).await;
    assert_eq!(code, 1, "{text}");
    let mut misspelt = local(&world);
    misspelt["jwks_ur"] = "https://lms.test/jwks".into();
    let both = json!([misspelt, local(&world)]).to_string();
    let (code, text, _) = run(&program, &with(&["--json", "-"]), &both).await;
    assert_eq!(code, 2, "{text}");
    let report: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        (&report["registrations"], &report["errors"]),
        (&json!(1), &json!(1))
    );
    let finding = &report["findings"][0];
    assert_eq!(finding["check"], "registration_entry");
    assert_eq!(
        (&finding["entry"], &finding["line"]),
        (&json!(1), &json!(1))
    );
    assert!(
        finding["seen"]
            .as_str()
            .unwrap()
            .contains("is `jwks_url` meant?"),
        "{text}"
    );
    assert_eq!(finding["who"], "tool_operator");

    // What cannot be read is a finding; what cannot be understood is usage.
    for (arguments, input, expected) in [
        (&["-"][..], "[{]", 2),
        (&["/nowhere/registrations.json"], "", 2),
        (&["--help"], "", 0),
        (&["--json"], "", 64),
        (&["--timeout=0", "-"], "[]", 64),
        (&["--timeout"], "", 64),
        (&["--total-timeout", "0", "-"], "[]", 64),
        (&["--total-timeout=1", "-"], "[]", 1),
        (&["/"], "", 2),
        (&["/dev/null"], "", 2),
        (&["-"], "", 2),
        (&["-"], "{}", 2),
        (&["-h", "--no-such-option"], "", 64),
        (&["--json=yes", "-"], "[]", 64),
        (&["--no-such-option", "-"], "[]", 64),
        (&["one.json", "two.json"], "", 64),
        (&["--tool-keys", "/nowhere/keys.pem", "-"], "[]", 64),
        (&["--only=tool-9", "-"], "[]", 1),
    ] {
        let (code, text, said) = run(&program, arguments, input).await;
        assert_eq!(code, expected, "{arguments:?}: {text}{said}");
        assert_eq!(said.is_empty(), expected != 64, "{arguments:?}: {said}");
    }

    // As the guide has it where a platform is in one's own network.
    let mut private = local(&world);
    private["insecure_allow_private_network"] = true.into();
    let (code, text, said) = run(&program, &with(&["-"]), &json!([private]).to_string()).await;
    assert_eq!(code, 0, "{text}{said}");

    // Ten thousand entries end in the time that is given.
    let many = (0..10_000).map(|number| {
        let mut entry = local(&world);
        entry["client_id"] = format!("tool-{number}").into();
        entry
    });
    let many = format!("{:#}", Value::from_iter(many));
    let begin = Instant::now();
    let arguments = with(&["--json", "--total-timeout=3", "-"]);
    let (code, text, _) = run(&program, &arguments, &many).await;
    assert!(
        begin.elapsed() < Duration::from_secs(60),
        "{:?}",
        begin.elapsed()
    );
    let report: Value = serde_json::from_str(&text).unwrap();
    let checked = report["registrations"].as_u64().unwrap();
    assert!(
        code == if checked == 10_000 { 0 } else { 2 },
        "{code} {checked}"
    );

    // Nobody reads what it writes.
    for arguments in [&["--help"][..], &["--json", "/dev/null"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut closed = Command::new(&program);
        closed
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(writer)
            .stderr(Stdio::piped());
        let ended = closed.spawn().unwrap().wait_with_output().await.unwrap();
        assert_eq!(ended.status.code(), Some(74), "{arguments:?}");
        assert!(ended.stderr.is_empty(), "{arguments:?}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

// ADV-93
#[test]
fn the_exit_codes_in_the_guide_are_those_of_the_help() {
    let guide = include_str!("../../../src/guide/doctor.md");
    let help = include_str!("../../../src/bin/tower-lti-doctor/help.txt");
    let codes = help.split_once("Exit codes:").unwrap().1.lines();
    let codes: Vec<&str> = codes
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert_eq!(codes, ["0", "1", "2", "64", "74"]);
    for code in codes {
        assert!(guide.contains(&format!("\n| {code} | ")), "{code}");
    }
}
