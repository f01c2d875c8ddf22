//! The commands that the documentation shows.

use std::{
    fs,
    path::{Path, PathBuf},
};

// N46
#[test]
fn every_cargo_command_in_the_documentation_names_what_there_is() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let manifest = fs::read_to_string(root.join("benches/Cargo.toml")).unwrap();
    let mut commands = 0;
    let files = ["README.md", "SECURITY.md", "src", "examples", "benches"];
    for file in files.iter().flat_map(|one| texts(&root.join(one))) {
        let text = fs::read_to_string(&file).unwrap();
        for (option, word) in text.lines().flat_map(options) {
            let there = match option {
                "--example" => {
                    let folder = root.join("examples");
                    folder.join(format!("{word}.rs")).is_file()
                        || folder.join(word).join("main.rs").is_file()
                }
                "--bench" => manifest.contains(&format!("name = \"{word}\"")),
                _ => root.join(word).is_file(),
            };
            assert!(there, "{}: {option} {word}", file.display());
            commands += 1;
        }
    }
    assert!(commands >= 15, "only {commands} commands were found");
}

/// The options of cargo commands in a line that name a part of this repository.
fn options(line: &str) -> Vec<(&'static str, &str)> {
    let mut words = line
        .split(|c: char| c.is_whitespace() || c == '`')
        .map(|word| word.trim_end_matches([',', '.', ':', ';']))
        .skip_while(|word| *word != "cargo");
    let mut found = Vec::new();
    while let Some(word) = words.next() {
        for option in ["--example", "--bench", "--manifest-path"] {
            if word == option {
                found.extend(words.next().map(|word| (option, word)));
            }
        }
    }
    found
}

/// The texts in a folder, at whatever depth; or the one that this is.
fn texts(path: &Path) -> Vec<PathBuf> {
    if path.is_dir() {
        let entries = fs::read_dir(path).unwrap();
        let inner = entries.map(|entry| entry.unwrap().path());
        return inner
            .filter(|path| !path.ends_with("target"))
            .flat_map(|path| texts(&path))
            .collect();
    }
    let is_text = path
        .extension()
        .is_some_and(|extension| extension == "rs" || extension == "md");
    Vec::from_iter(is_text.then(|| path.to_owned()))
}
