//! The guide shows what is compiled here.

const GUIDES: [(&str, &[&str]); 2] = [
    (
        include_str!("../../../src/guide/frameworks.md"),
        &[
            include_str!("axum.rs"),
            include_str!("hyper.rs"),
            include_str!("lambda.rs"),
            include_str!("poem.rs"),
            include_str!("salvo.rs"),
            include_str!("tonic.rs"),
            include_str!("tower.rs"),
        ],
    ),
    (
        include_str!("../../../src/guide/own_sessions.md"),
        &[
            include_str!("axum_extra.rs"),
            include_str!("tower_sessions.rs"),
        ],
    ),
];

#[test]
fn each_snippet_of_the_guide_stands_in_these_tests() {
    for (guide, sources) in GUIDES {
        let mut shown = 0;
        for source in sources {
            for marked in source.split("// guide: ").skip(1) {
                let (name, snippet) = marked.split_once('\n').unwrap();
                let (snippet, _) = snippet.split_once("// end").unwrap();
                let indent = snippet.len() - snippet.trim_start_matches(' ').len();
                let lines = snippet.trim_end().lines();
                let lines: Vec<&str> = lines.map(|line| line.get(indent..).unwrap_or("")).collect();
                assert!(guide.contains(&lines.join("\n")), "{name}");
                shown += 1;
            }
        }
        assert_eq!(shown, guide.matches("```ignore").count());
    }
}
