//! The blocks of code of a page.

/// The blocks of a language, in their order. `no_run` and the like do not matter, and neither does an indent.
pub(super) fn blocks(page: &str, language: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let Some(fence) = line.strip_prefix("```") else {
            continue;
        };
        let block: String = lines
            .by_ref()
            .take_while(|line| *line != "```")
            .flat_map(|line| [line, "\n"])
            .collect();
        let is_rust = language == "rust" && matches!(fence, "" | "no_run");
        if is_rust || fence.split(',').next() == Some(language) {
            found.push(block);
        }
    }
    assert!(!found.is_empty(), "no block of {language}");
    found
}

/// The first of them that has this in it.
pub(super) fn block_with(page: &str, language: &str, text: &str) -> String {
    let mut blocks = blocks(page, language).into_iter();
    let found = blocks.find(|block| block.contains(text));
    found.unwrap_or_else(|| panic!("no block of {language} has {text:?}"))
}

/// A page as it is shown: without the lines that documentation hides.
pub(super) fn shown(page: &str) -> String {
    let lines = page
        .lines()
        .filter(|line| !line.starts_with("# #") && !line.starts_with("# }"));
    lines.flat_map(|line| [line, "\n"]).collect()
}
