//! Prints which test shows which row, and fails where a row has lost its test.
//!
//! A test bears the ids that stand in the comment right above it or in its body. Given the log of a
//! test run as its argument, it counts only tests that ran and passed.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
};

const IDS: &str = include_str!("ids.txt");

/// One row of the list.
struct Row<'a> {
    id: &'a str,
    level: &'a str,
    note: &'a str,
}

impl<'a> Row<'a> {
    fn read(line: &'a str) -> Option<Self> {
        if line.is_empty() || line.starts_with('#') {
            return None;
        }
        let (id, rest) = line.split_once(' ')?;
        let (level, note) = rest.split_once(' ').unwrap_or((rest, ""));
        Some(Self { id, level, note })
    }
}

fn main() -> io::Result<ExitCode> {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let rows: Vec<Row<'_>> = IDS.lines().filter_map(Row::read).collect();
    let ids: BTreeSet<&str> = rows.iter().map(|row| row.id).collect();
    let passed = match env::args().nth(1).filter(|path| Path::new(path).is_file()) {
        Some(log) => Some(fs::read_to_string(log)?),
        None => None,
    };
    let mut tests: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for folder in ["src", "tests"] {
        for file in rust_files(&root.join(folder))? {
            for test in Test::all_in(&fs::read_to_string(&file)?) {
                let ran = format!("{} ... ok", test.name);
                if passed.as_ref().is_some_and(|log| !log.contains(&ran)) {
                    continue;
                }
                for id in test.ids(&ids) {
                    tests.entry(id).or_default().push(test.name.clone());
                }
            }
        }
    }
    let differences = fs::read_to_string(root.join("SECURITY.md"))?;
    let (mut gaps, mut shown) = (0, 0);
    println!("{:<12} {:<7} shown by", "id", "level");
    for Row { id, level, note } in &rows {
        let by = match tests.get(*id) {
            Some(names) if names.len() > 2 => {
                format!("{}, {} and {} more", names[0], names[1], names.len() - 2)
            }
            Some(names) => names.join(", "),
            None if note.starts_with("elsewhere: ") => format!("({note})"),
            None if *note == "differs" && differences.contains(id) => {
                "(differs, see SECURITY.md)".to_owned()
            }
            None => {
                gaps += 1;
                "NOTHING".to_owned()
            }
        };
        shown += usize::from(tests.contains_key(*id));
        println!("{id:<12} {level:<7} {by}");
    }
    println!("{} rows, {shown} shown by tests, {gaps} gaps", rows.len());
    Ok(if gaps == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn rust_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != "target") {
            files.extend(rust_files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// A test function: its name, the comment above it and its body.
struct Test {
    name: String,
    text: String,
}

impl Test {
    /// Finds the tests of a file that `cargo fmt` has laid out.
    fn all_in(source: &str) -> Vec<Self> {
        let mut found = Vec::new();
        let mut comment = String::new();
        let mut is_test = false;
        let mut lines = source.lines();
        while let Some(line) = lines.next() {
            let code = line.trim_start();
            if code.starts_with("// ") {
                comment += code;
                comment.push('\n');
            } else if code.starts_with("#[test]") || code.starts_with("#[tokio::test") {
                is_test = true;
            } else if is_test && let Some((_, rest)) = code.split_once("fn ") {
                let name = rest.split('(').next().unwrap_or_default().to_owned();
                let end = format!("{}}}", &line[..line.len() - code.len()]);
                let mut text = std::mem::take(&mut comment);
                for body in lines.by_ref().take_while(|body| *body != end) {
                    text += body;
                    text.push('\n');
                }
                found.push(Self { name, text });
                is_test = false;
            } else if !code.starts_with("#[") {
                comment.clear();
            }
        }
        found
    }

    fn ids(&self, known: &BTreeSet<&str>) -> BTreeSet<String> {
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-';
        self.text
            .split(|c| !is_part(c))
            .filter(|word| known.contains(word))
            .map(str::to_owned)
            .collect()
    }
}
