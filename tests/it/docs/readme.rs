//! The README's dependencies and program: built in a crate of their own, and launched.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tower_lti::{
    registration::Registrations,
    testing::{Browser, Platform, UrlService},
};

use crate::redis_server::RedisServer;

const README: &str = include_str!("../../../README.md");
const CRATE_DOCUMENTATION: &str = include_str!("../../../src/lib.rs");

/// Where the README's program looks for Redis, and where it listens.
const REDIS: &str = r#""redis://127.0.0.1/""#;
const LISTEN: &str = r#""127.0.0.1:3000""#;

// N46
#[tokio::test(flavor = "multi_thread")]
async fn the_readme_s_dependencies_and_program_make_a_tool_in_an_empty_crate() {
    let program = first(README, "rust");
    assert!(program.contains("fn main()"), "it is a whole program");
    let tool = Tool::start(&build(&first(README, "toml"), &program)).await;
    let mut browser = Browser::new(tool.service.clone(), tool.service.clone())
        .following("https://tool.example/app");

    let request = browser.log_in(&tool.platform).await.unwrap();
    let token = tool.platform.id_token(&request, now()).sign();
    let answer = browser.launch(&request, &token).await;

    assert_eq!(answer.status(), 200);
    assert_eq!(answer.body(), "Hello from deployment dep-1");
}

// N46
#[test]
fn the_crate_s_documentation_shows_the_readme_s_example() {
    let documentation: String = CRATE_DOCUMENTATION
        .lines()
        .filter_map(|line| line.strip_prefix("//!"))
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .filter(|line| !line.starts_with("# #[") && *line != "# }")
        .flat_map(|line| [line, "\n"])
        .collect();

    assert_eq!(first(&documentation, "toml"), first(README, "toml"));
    assert_eq!(first(&documentation, "rust"), first(README, "rust"));
}

/// The README's program, running on a port of its own.
struct Tool {
    _program: tokio::process::Child,
    _redis: RedisServer,
    platform: Platform,
    service: UrlService,
}

impl Tool {
    async fn start(program: &Path) -> Self {
        let redis = RedisServer::start().await;
        let address = free_address().await;
        let platform = Platform::new("https://lms.test", "tool-1");
        let folder = program.with_file_name(format!("readme-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("registrations.json"), registrations(&platform)).unwrap();
        let mut program = tokio::process::Command::new(program)
            .current_dir(&folder)
            .env("LTI_LOGIN_SECRET", "6Xs0UqPz7mC1vR9kTn4wYb2eHj8aLd5g")
            .env("README_REDIS", redis.url())
            .env("README_LISTEN", address.to_string())
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        answers(address, &mut program).await;
        fs::remove_dir_all(folder).unwrap();
        Self {
            _program: program,
            _redis: redis,
            platform,
            service: UrlService::new(&address.to_string()),
        }
    }
}

/// A registration with the members that the README names; the keys themselves in place of their URL, so
/// that nothing is fetched.
fn registrations(platform: &Platform) -> String {
    let (_, after) = README.split_once("is an array of `{").unwrap();
    let (names, _) = after.split_once("}`").unwrap();
    let named: serde_json::Map<_, _> = names
        .split(", ")
        .map(|name| {
            let value = match name {
                "issuer" => platform.issuer(),
                "client_id" => platform.client_id(),
                _ if name.ends_with("_url") || name.ends_with("_endpoint") => {
                    "https://lms.test/somewhere"
                }
                _ => panic!("the README names {name}"),
            };
            (name.to_owned(), json!(value))
        })
        .collect();
    let as_named = json!([&named]).to_string();
    assert_eq!(Registrations::from_json(&as_named).unwrap().len(), 1);

    let mut with_keys = named;
    with_keys.remove("jwks_url").unwrap();
    let keys = serde_json::from_str(&platform.jwks_json()).unwrap();
    with_keys.insert("jwks".to_owned(), keys);
    json!([with_keys]).to_string()
}

/// Builds a crate of its own with these dependencies and this program, and nothing of this crate's but
/// the library and the versions in its lock file. Says where the program is, made to take its two addresses
/// from the environment.
fn build(dependencies: &str, program: &str) -> PathBuf {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readme");
    let target = folder.join("../..");
    // The profile of the tests, or all dependencies would be built once more.
    let ours = fs::read_to_string(Path::new(root).join("Cargo.toml")).unwrap();
    let (_, profile) = ours.split_once("\n[profile.dev]\n").expect("a profile");
    let manifest = format!(
        "[workspace]\n\n[package]\nname = \"readme\"\nedition = \"2024\"\n\n{dependencies}\n\
         [patch.crates-io]\ntower-lti = {{ path = {root:?} }}\n\n[profile.dev]\n{profile}",
    );
    let elsewhere = [(REDIS, "README_REDIS"), (LISTEN, "README_LISTEN")]
        .into_iter()
        .fold(program.to_owned(), |text, (address, variable)| {
            assert!(text.contains(address), "the program says {address}");
            text.replace(address, &format!("&std::env::var({variable:?})?"))
        });
    fs::create_dir_all(folder.join("src/bin")).unwrap();
    keep(&folder.join("Cargo.toml"), &manifest);
    keep(&folder.join("src/main.rs"), program);
    keep(&folder.join("src/bin/readme-elsewhere.rs"), &elsewhere);
    fs::copy(
        Path::new(root).join("Cargo.lock"),
        folder.join("Cargo.lock"),
    )
    .unwrap();

    let status = std::process::Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--offline", "--target-dir"])
        .arg(&target)
        .current_dir(&folder)
        .status()
        .expect("cargo runs");

    assert!(status.success(), "the README's program builds");
    target.join("debug/readme-elsewhere")
}

/// Writes a file unless it says so already, so that nothing is built again for it.
fn keep(file: &Path, text: &str) {
    if !fs::read_to_string(file).is_ok_and(|kept| kept == text) {
        fs::write(file, text).unwrap();
    }
}

/// The first block of a language in a text.
fn first(markdown: &str, language: &str) -> String {
    let mut found = Vec::new();
    let mut lines = markdown.lines();
    while let Some(line) = lines.next() {
        let Some(fence) = line.strip_prefix("```") else {
            continue;
        };
        let block: String = lines
            .by_ref()
            .take_while(|line| *line != "```")
            .flat_map(|line| [line, "\n"])
            .collect();
        if fence.split(',').next() == Some(language)
            || (language == "rust" && matches!(fence, "" | "no_run"))
        {
            found.push(block);
        }
    }
    assert!(!found.is_empty(), "no block of {language}");
    found.remove(0)
}

async fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap()
}

/// Waits until a program listens.
async fn answers(address: SocketAddr, program: &mut tokio::process::Child) {
    for _ in 0..1_000 {
        if TcpStream::connect(address).await.is_ok() {
            return;
        }
        let ended = program.try_wait().unwrap();
        assert!(ended.is_none(), "the README's program ended: {ended:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the README's program does not listen");
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap().as_secs()
}
