//! The guide's cookbook: twenty recipes, each short enough to copy.

const PAGE: &str = include_str!("../../../src/guide/cookbook.md");

/// A recipe's heading, and how many lines its Rust code shows.
struct Recipe {
    title: &'static str,
    lines: usize,
}

// DOC-04
#[test]
fn the_cookbook_has_twenty_recipes_of_fifteen_lines_at_most() {
    let with_code: Vec<Recipe> = recipes().into_iter().filter(|one| one.lines > 0).collect();

    assert_eq!(with_code.len(), 20);
    for Recipe { title, lines } in with_code {
        assert!(lines <= 15, "{title}: {lines} lines");
    }
}

fn recipes() -> Vec<Recipe> {
    let mut found: Vec<Recipe> = Vec::new();
    let mut language = None;
    for line in PAGE.lines() {
        if let Some(fence) = line.strip_prefix("```") {
            language = language.is_none().then_some(fence);
        } else if language.is_some() {
            let is_shown = !line.is_empty() && !line.starts_with("# ");
            if let Some(recipe) = found.last_mut()
                && is_shown
                && language == Some("")
            {
                recipe.lines += 1;
            }
        } else if let Some(title) = line.strip_prefix("# ") {
            found.push(Recipe { title, lines: 0 });
        }
    }
    found
}
