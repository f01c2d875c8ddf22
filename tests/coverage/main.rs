//! The conformance matrix: each row of `conformance.txt`, and the tests that show it.
//!
//! ```text
//! cargo test --test coverage [-- log of a test run [where to write the matrix]]
//! ```
//!
//! A test bears the ids that stand in the comment right above it or in its body. Given the log of a run, only tests count that
//! ran and passed in it. The matrix is written to `target/conformance.md` unless told otherwise. Rows without a test are named;
//! the run fails where one of them is a MUST.

mod source;

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
};

use self::source::Test;

const ROWS: &str = include_str!("conformance.txt");

fn main() -> io::Result<ExitCode> {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let mut arguments = env::args().skip(1);
    let log = arguments.next().filter(|path| Path::new(path).is_file());
    let log = log.map(fs::read_to_string).transpose()?;
    let written = arguments
        .next()
        .map_or_else(|| root.join("target/conformance.md"), PathBuf::from);
    let passed = log.as_deref().map(passed_in);
    let tests = tests_by_id(root, passed.as_ref())?;
    let differences = fs::read_to_string(root.join("SECURITY.md"))?;

    let mut matrix = "# Conformance\n".to_owned();
    let (mut gaps, mut seen) = (Vec::new(), BTreeSet::new());
    for line in ROWS.lines() {
        if let Some(section) = line.strip_prefix("## ") {
            matrix += &format!(
                "\n## {section}\n\n| id | level | what holds | shown by |\n|---|---|---|---|\n"
            );
        } else if let Some(row) = Row::read(line) {
            assert!(seen.insert(row.id), "{} stands twice", row.id);
            let shown_by = match tests.get(row.id) {
                Some(names) => names
                    .iter()
                    .map(|name| format!("`{name}`"))
                    .collect::<Vec<_>>()
                    .join(", "),
                None if row.needs_no_test(&differences) => row.instead.to_owned(),
                None => {
                    gaps.push(row);
                    "nothing".to_owned()
                }
            };
            matrix += &format!(
                "| {} | {} | {} | {shown_by} |\n",
                row.id, row.level, row.text
            );
        }
    }
    if let Some(folder) = written.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(&written, matrix)?;
    for row in &gaps {
        println!("no test shows {} ({}): {}", row.id, row.level, row.text);
    }
    println!(
        "{} rows, {} without a test: {}",
        seen.len(),
        gaps.len(),
        written.display()
    );
    let fails = gaps.iter().any(|row| row.level == "MUST");
    Ok(if fails {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// One row of the matrix.
#[derive(Clone, Copy)]
struct Row<'a> {
    id: &'a str,
    level: &'a str,
    text: &'a str,
    /// Why no test has to show it.
    instead: &'a str,
}

impl<'a> Row<'a> {
    fn read(line: &'a str) -> Option<Self> {
        let mut cells = line.split(" | ");
        let id = cells
            .next()
            .filter(|id| !id.is_empty() && !id.starts_with('#'))?;
        let (Some(level), Some(text)) = (cells.next(), cells.next()) else {
            panic!("a row has an id, a level and a text: {line}");
        };
        let instead = cells.next().unwrap_or_default();
        Some(Self {
            id,
            level,
            text,
            instead,
        })
    }

    fn needs_no_test(&self, differences: &str) -> bool {
        self.instead.starts_with("elsewhere: ")
            || (self.instead.starts_with("differs: ") && differences.contains(self.id))
    }
}

/// The names of the tests that passed, without their modules.
fn passed_in(log: &str) -> BTreeSet<&str> {
    let ends = log.match_indices(" ... ok").map(|(at, _)| at);
    ends.filter_map(|end| {
        log[..end]
            .trim_end_matches(" - should panic")
            .rsplit([' ', ':', '\n'])
            .next()
    })
    .collect()
}

/// The names of all tests that bear an id, and passed if it is known which did.
fn tests_by_id(
    root: &Path,
    passed: Option<&BTreeSet<&str>>,
) -> io::Result<BTreeMap<&'static str, BTreeSet<String>>> {
    let ids: BTreeSet<&str> = ROWS
        .lines()
        .filter_map(Row::read)
        .map(|row| row.id)
        .collect();
    let mut tests = BTreeMap::<_, BTreeSet<String>>::new();
    for file in rust_files(&root.join("src"))?
        .iter()
        .chain(&rust_files(&root.join("tests"))?)
    {
        for test in Test::all_in(&fs::read_to_string(file)?) {
            if passed.is_some_and(|passed| !passed.contains(test.name.as_str())) {
                continue;
            }
            let words = test
                .text
                .split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
            for id in words.filter_map(|word| ids.get(word)) {
                tests.entry(*id).or_default().insert(test.name.clone());
            }
        }
    }
    Ok(tests)
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
    Ok(files)
}
