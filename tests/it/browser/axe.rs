//! What axe-core finds wrong with a page: for people who do not see it well, and for those who use no mouse.

use std::{path::Path, process::Command, sync::LazyLock};

use fantoccini::Client;
use serde_json::Value;

use super::session::profile_directory;

/// The script, which is no part of the repository.
static AXE: LazyLock<Result<String, String>> = LazyLock::new(|| {
    let fetch = Path::new(env!("CARGO_MANIFEST_DIR")).join("axe_core");
    let fetched = Command::new(&fetch)
        .env("CARGO_TARGET_DIR", profile_directory().join(".."))
        .output()
        .map_err(|error| format!("{}: {error}", fetch.display()))?;
    if !fetched.status.success() {
        return Err(String::from_utf8_lossy(&fetched.stderr).into_owned());
    }
    let path = String::from_utf8_lossy(&fetched.stdout);
    std::fs::read_to_string(path.trim_end()).map_err(|error| format!("{path}: {error}"))
});

const IS_THERE: &str = "return typeof axe === 'object'";

/// WCAG 2.2 up to AA, and what axe-core calls good practice. A frame is looked at by itself.
const LOOK: &str = "const done = arguments[arguments.length - 1]; \
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']; \
    const options = {runOnly: tags, iframes: false, preload: false, resultTypes: ['violations', 'incomplete']}; \
    const place = (node) => `${node.target.join(' ')}: ${node.failureSummary}`; \
    const told = (rule) => `${rule.id} (${rule.help})\\n${rule.nodes.map(place).join('\\n')}`; \
    const isHidden = (node) => node.any.every((check) => check.data?.messageKey === 'elmPartiallyObscured'); \
    const unclear = (rule) => ({...rule, nodes: rule.nodes.filter((node) => !isHidden(node))}); \
    axe.run(document, options).then( \
        ({violations, incomplete}) => done([...violations, \
            ...incomplete.filter((rule) => rule.id === 'color-contrast').map(unclear)] \
            .filter((rule) => rule.nodes.length > 0).map(told)), \
        (error) => done([String(error)]))";

/// What axe-core finds on the page in the frame or window, in the colours and the width that it now has: each rule that is
/// broken, and where.
///
/// A contrast that it cannot make out counts, but for what is scrolled out of sight.
pub(super) async fn findings(browser: &Client) -> Vec<String> {
    let is_there = browser.execute(IS_THERE, vec![]).await;
    if is_there.expect("the page runs scripts") != true {
        let axe = AXE.as_ref();
        let axe = axe.unwrap_or_else(|error| panic!("axe-core is needed: {error}"));
        let loaded = browser.execute(axe, vec![]).await;
        loaded.expect("axe-core can be loaded");
    }
    let found = browser.execute_async(LOOK, vec![]).await;
    let found = found.expect("axe-core looks at the page");
    let findings = found.as_array().expect("a list").iter();
    let findings = findings.filter_map(Value::as_str);
    findings.map(str::to_owned).collect()
}

/// Asserts that there is nothing.
pub(super) async fn assert_accessible(browser: &Client, what: &str) {
    let findings = findings(browser).await;
    assert!(findings.is_empty(), "{what}:\n{}", findings.join("\n"));
}
