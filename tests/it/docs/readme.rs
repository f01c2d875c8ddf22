//! The README's commands and programs: run in an empty folder, and launched.

use std::{path::PathBuf, sync::LazyLock};

use tower_lti::registration::Registrations;

use super::{
    blocks::{block_with, blocks, shown},
    empty_crate::EmptyCrate,
    running::{Running, elsewhere},
};

const README: &str = include_str!("../../../README.md");
const CONCEPTS: &str = include_str!("../../../src/guide/concepts.md");
const CRATE_DOCUMENTATION: &str = include_str!("../../../src/lib.rs");

/// The README's program, built as the README says, and then to listen elsewhere.
static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| {
    let begun = EmptyCrate::begin(&block_with(README, "sh", "cargo new"));
    let program = block_with(README, "rust", "fn main()");
    begun.write("src/main.rs", &program);
    begun.cargo("build --quiet");
    begun.write("examples/readme.rs", &elsewhere(&program));
    begun.example("readme")
});

// N46
#[tokio::test(flavor = "multi_thread")]
async fn the_readme_s_commands_and_program_make_a_tool_in_an_empty_folder() {
    let tool = Running::start(&PROGRAM).await;

    let learner = tool.launched_by("Launch as learner").await;
    let instructor = tool.launched_by("Launch as instructor").await;

    assert_eq!(
        learner.text(),
        "Lea Lerner opened this from Introduction to Biology."
    );
    assert_eq!(
        instructor.text(),
        "Ines Lehrer opened this from Introduction to Biology."
    );
}

// N46
#[test]
fn the_readme_s_registrations_are_a_file_that_is_read() {
    let registrations = Registrations::from_json(&blocks(README, "json")[0]).unwrap();

    assert_eq!(registrations.len(), 1);
}

// N46
#[test]
fn the_guide_shows_the_readme_s_picture_of_a_launch() {
    assert_eq!(blocks(CONCEPTS, "text"), blocks(README, "text"));
}

// N46
#[test]
fn the_crate_s_documentation_shows_the_readme_s_example() {
    let documentation: String = CRATE_DOCUMENTATION
        .lines()
        .filter_map(|line| line.strip_prefix("//!"))
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .flat_map(|line| [line, "\n"])
        .collect();
    let documentation = shown(&documentation);

    for (language, text) in [("sh", "cargo new"), ("rust", "fn main()")] {
        assert_eq!(
            block_with(&documentation, language, text),
            block_with(README, language, text)
        );
    }
}

/// With clicks.
mod in_a_browser {
    use fantoccini::Locator;
    use serde_json::json;

    use super::{PROGRAM, Running};
    use crate::browser::with_browser;

    // N46
    #[tokio::test(flavor = "multi_thread")]
    async fn a_click_launches_the_readme_s_program() {
        let tool = Running::start(&PROGRAM).await;
        let url = tool.url();

        let shown = with_browser(json!({}), "readme", |browser| async move {
            browser.goto(&url).await.unwrap();
            let button = browser.find(Locator::Id("learner")).await.unwrap();
            button.click().await.unwrap();
            let page = browser
                .wait()
                .for_element(Locator::Css("pre"))
                .await
                .unwrap();
            page.text().await.unwrap()
        });

        assert_eq!(
            shown.await,
            "Lea Lerner opened this from Introduction to Biology."
        );
    }
}
