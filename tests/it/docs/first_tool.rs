//! The first tool of the guide: built in an empty folder, tested by its own tests, and launched.

use super::{
    blocks::{block_with, blocks},
    empty_crate::EmptyCrate,
    running::{Running, elsewhere},
};

const PAGE: &str = include_str!("../../../src/guide/first_tool.md");
const README: &str = include_str!("../../../README.md");

// N46
#[tokio::test(flavor = "multi_thread")]
async fn the_guide_s_first_tool_is_made_in_an_empty_folder_and_tests_itself() {
    let begun = EmptyCrate::begin(&block_with(PAGE, "sh", "cargo new"));
    let program = block_with(PAGE, "rust", "fn main()");
    let tests = block_with(PAGE, "rust", "mod tests");
    begun.write("src/main.rs", &format!("{program}\n{tests}"));
    begun.write("examples/first_tool.rs", &elsewhere(&program));
    begun.write("src/lib.rs", &steps_of_the_readme());
    begun.cargo("test --quiet --bins");
    let tool = Running::start(&begun.example("first_tool")).await;

    let learner = tool.launched_by("Launch as learner").await;
    let instructor = tool.launched_by("Launch as instructor").await;

    learner.assert_ok().assert_text("6 × 7");
    instructor
        .assert_ok()
        .assert_text("Learners find a question here");
}

/// The README's steps, each as a module, but for what needs more than a first tool has.
fn steps_of_the_readme() -> String {
    let steps = blocks(README, "rust").into_iter();
    let steps = steps.filter(|step| !step.contains("fn main()") && !step.contains("RedisStore"));
    let modules: Vec<String> = steps
        .enumerate()
        .map(|(number, step)| format!("mod step_{number} {{\n{step}}}\n"))
        .collect();
    assert_eq!(modules.len(), 4, "the README's steps are found");
    format!("#![allow(dead_code)]\n\n{}", modules.join("\n"))
}
