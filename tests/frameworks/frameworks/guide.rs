//! The guide shows what is compiled here.

const GUIDE: &str = include_str!("../../../src/guide/frameworks.md");

const SOURCES: [&str; 7] = [
    include_str!("axum.rs"),
    include_str!("hyper.rs"),
    include_str!("lambda.rs"),
    include_str!("poem.rs"),
    include_str!("salvo.rs"),
    include_str!("tonic.rs"),
    include_str!("tower.rs"),
];

#[test]
fn each_snippet_of_the_guide_stands_in_these_tests() {
    let mut shown = 0;
    for source in SOURCES {
        for marked in source.split("// guide: ").skip(1) {
            let (name, snippet) = marked.split_once('\n').unwrap();
            let (snippet, _) = snippet.split_once("// end").unwrap();
            let indent = snippet.len() - snippet.trim_start_matches(' ').len();
            let lines = snippet.trim_end().lines();
            let lines: Vec<&str> = lines.map(|line| line.get(indent..).unwrap_or("")).collect();
            assert!(GUIDE.contains(&lines.join("\n")), "{name}");
            shown += 1;
        }
    }
    assert_eq!(shown, GUIDE.matches("```ignore").count());
}
