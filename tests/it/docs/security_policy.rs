//! SECURITY.md says what the code does: each promise names its tests, and every setting is accounted for.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

const POLICY: &str = include_str!("../../../SECURITY.md");

/// Where settings are made.
const BUILDERS: [(&str, &str); 12] = [
    ("LtiToolBuilder", "src/tool/builder.rs"),
    ("Limits", "src/limits.rs"),
    ("LtiLaunchLayer", "src/launch/layer.rs"),
    ("LtiLogin", "src/login/service.rs"),
    ("LtiSessionLayer", "src/session/layer.rs"),
    ("RegistrationBuilder", "src/registration/builder.rs"),
    ("LtiRegistration", "src/dynamic_registration/service.rs"),
    ("HttpsKeySets", "src/key_set/https.rs"),
    ("HttpsClient", "src/outbound/https_client.rs"),
    ("TowerExchange", "src/outbound/tower_exchange.rs"),
    ("RedisStoreBuilder", "src/store/redis/builder.rs"),
    ("MemoryStore", "src/store/memory/mod.rs"),
];

/// The settings that give nothing up, or make a check stricter.
const LOOSEN_NOTHING: [&str; 36] = [
    "add_language",
    "add_path",
    "appearance",
    "approval_required",
    "assertion_names_deployment",
    "authorization_endpoint",
    "authorized_party_check",
    "build",
    "connect",
    "contact",
    "disabled",
    "discriminator",
    "durable_status_changes",
    "jwks_url",
    "keep_login_parameter",
    "launch_url",
    "lazy",
    "limits",
    "login_name",
    "login_secret",
    "mounted_at",
    "name",
    "on_deployment_created",
    "on_platform",
    "parked_launches",
    "prefix",
    "product_family",
    "redirect_uri",
    "registration_from_path",
    "score_timestamps",
    "status",
    "storage_timeout",
    "token_audience",
    "token_audience_as_array",
    "token_endpoint",
    "tool_key_algorithm",
];

// N47
#[test]
fn every_promise_names_tests_that_there_are() {
    let there = tests_in(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/..")));
    let promised: Vec<&str> = POLICY
        .lines()
        .filter_map(|line| line.strip_prefix("- **P")?.split_once("**"))
        .map(|(number, _)| number)
        .collect();
    let shown: Vec<(&str, Vec<&str>)> = rows("## What shows it")
        .map(|(promise, by)| (promise.trim_start_matches('P'), quoted(by)))
        .collect();

    assert!(promised.len() > 10, "promises are found: {promised:?}");
    let numbers: Vec<&str> = shown.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, promised, "each promise has a row, in its order");
    for (number, by) in shown {
        assert!(!by.is_empty(), "nothing shows P{number}");
        for test in by {
            assert!(there.contains(test), "P{number}: there is no test {test}");
        }
    }
}

// N47
#[test]
fn every_setting_that_loosens_something_is_listed_and_no_other() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let settings: BTreeSet<String> = BUILDERS
        .iter()
        .flat_map(|(builder, file)| {
            let found = settings_in(&fs::read_to_string(root.join(file)).unwrap());
            assert!(!found.is_empty(), "{builder} has settings in {file}");
            found
        })
        .collect();
    let listed: BTreeSet<&str> = rows("## What can be loosened")
        .flat_map(|(options, _)| quoted(options))
        .collect();

    for setting in &settings {
        let is_harmless = LOOSEN_NOTHING.contains(&setting.as_str());
        let is_listed = listed.contains(setting.as_str());
        assert!(
            is_listed != is_harmless,
            "{setting}: does it loosen something? SECURITY.md lists it if it does, and this test if not"
        );
    }
    for option in listed {
        assert!(settings.contains(option), "there is no setting {option}");
    }
}

// N47
#[test]
fn every_limit_and_method_that_the_policy_names_is_there() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let sources: String = rust_files(&root.join("src"))
        .iter()
        .map(|file| fs::read_to_string(file).unwrap())
        .collect();
    let named: Vec<(&str, &str)> = quoted(POLICY)
        .into_iter()
        .filter_map(|name| name.split_once("::"))
        .filter(|(owner, _)| owner.starts_with(|first: char| first.is_ascii_uppercase()))
        .collect();

    assert!(named.len() > 5, "names are found: {named:?}");
    for (owner, method) in named {
        let is_there = sources.contains(&format!("pub fn {method}("))
            || sources.contains(&format!("pub async fn {method}("));
        assert!(is_there, "there is no {owner}::{method}");
    }
}

// DOC-03
#[test]
fn the_guide_s_page_on_security_names_every_promise() {
    const PAGE: &str = include_str!("../../../src/guide/security.md");
    let words: Vec<&str> = PAGE
        .split([' ', ',', '|'])
        .filter(|one| !one.is_empty())
        .collect();
    let number = |word: &str| word.strip_prefix('P')?.parse::<usize>().ok();
    let mut named = BTreeSet::new();
    for (at, word) in words.iter().enumerate() {
        let Some(first) = number(word) else { continue };
        let last = match words.get(at + 1..at + 3) {
            Some(["to", last]) => number(last).unwrap_or(first),
            _ => first,
        };
        named.extend(first..=last);
    }
    let promised: BTreeSet<usize> = POLICY
        .lines()
        .filter_map(|line| line.strip_prefix("- **P")?.split_once("**"))
        .filter_map(|(number, _)| number.parse().ok())
        .collect();

    assert!(promised.len() > 10, "promises are found: {promised:?}");
    assert_eq!(named, promised);
}

/// The first two cells of each row of the table below a heading.
fn rows(heading: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let (_, section) = POLICY.split_once(heading).expect("the heading is there");
    let section = section.split("\n## ").next().unwrap_or_default();
    let rows = section.lines().filter(|line| line.starts_with('|')).skip(2);
    rows.map(|row| {
        let mut cells = row.trim_matches('|').split(" | ").map(str::trim);
        let mut next = || cells.next().expect("a row has two cells");
        (next(), next())
    })
}

/// What stands between backticks.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// The methods of a source that take a builder and give it back.
fn settings_in(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in source
        .match_indices("pub fn ")
        .chain(source.match_indices("pub async fn "))
    {
        let signature = source[at..].split('{').next().unwrap_or_default();
        let (_, after) = signature.split_once("fn ").unwrap_or_default();
        let name = after.split(['(', '<']).next().unwrap_or_default();
        let takes_it = signature.contains("(self") || signature.contains("mut self");
        let takes_it_in_a_line_of_its_own = signature.contains("\n        self,");
        if takes_it || takes_it_in_a_line_of_its_own {
            found.push(name.to_owned());
        }
    }
    found
}

/// The names of all tests below a folder's `src` and `tests`.
fn tests_in(root: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for file in ["src", "tests"]
        .iter()
        .flat_map(|one| rust_files(&root.join(one)))
    {
        let text = fs::read_to_string(&file).unwrap();
        let mut is_test = false;
        for line in text.lines().map(str::trim_start) {
            if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
                is_test = true;
            } else if is_test && let Some((_, rest)) = line.split_once("fn ") {
                found.extend(rest.split('(').next().map(str::to_owned));
                is_test = false;
            }
        }
    }
    found
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| {
            if path.is_dir() && !path.ends_with("target") {
                rust_files(&path)
            } else {
                Vec::from_iter(
                    path.extension()
                        .is_some_and(|one| one == "rs")
                        .then_some(path),
                )
            }
        })
        .collect()
}
