//! Links in the documentation lead somewhere: files that are there, and headings that are there.
//!
//! Names of the library (`[text](crate::…)`) are rustdoc's to check.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

// DOC-02
#[test]
fn every_relative_link_in_the_documentation_leads_to_a_file_and_to_a_heading() {
    let mut broken = Vec::new();
    let mut looked_at = 0;
    for file in documents() {
        let text = fs::read_to_string(&file).unwrap();
        for link in links(&text) {
            let Some((path, anchor)) = relative(&link) else {
                continue;
            };
            looked_at += 1;
            let target = match path {
                "" => file.clone(),
                path => file.parent().unwrap().join(path),
            };
            let is_there = match anchor {
                _ if !target.exists() => false,
                Some(anchor) => has_heading(&fs::read_to_string(&target).unwrap(), anchor),
                None => true,
            };
            if !is_there {
                broken.push((file.clone(), link));
            }
        }
    }

    assert!(looked_at >= 10, "only {looked_at} links were found");
    assert_eq!(broken, []);
}

// DOC-02
#[test]
fn every_link_to_a_page_of_the_guide_leads_to_a_page_and_to_a_heading() {
    let pages: BTreeMap<String, String> = markdown_in(&root().join("src/guide"))
        .into_iter()
        .map(|file| (name_of(&file), fs::read_to_string(&file).unwrap()))
        .collect();
    let sources = rust_files(&root().join("src"));
    let mut broken = Vec::new();
    let mut looked_at = 0;
    for file in documents().into_iter().chain(sources) {
        let text = fs::read_to_string(&file).unwrap();
        for link in links(&text) {
            let Some((_, page)) = link.split_once("crate::guide::") else {
                continue;
            };
            looked_at += 1;
            let (page, anchor) = match page.split_once('#') {
                Some((page, anchor)) => (page, Some(anchor)),
                None => (page, None),
            };
            let is_there = pages
                .get(page)
                .is_some_and(|text| anchor.is_none_or(|anchor| has_heading(text, anchor)));
            if !is_there {
                broken.push((file.clone(), link));
            }
        }
    }

    assert!(looked_at >= 40, "only {looked_at} links were found");
    assert_eq!(broken, []);
}

// DOC-02
#[test]
fn every_page_of_the_guide_is_in_its_table_of_contents() {
    let contents = fs::read_to_string(root().join("src/guide/mod.rs")).unwrap();
    for file in markdown_in(&root().join("src/guide")) {
        let name = name_of(&file);
        assert!(contents.contains(&format!("//! - [`{name}`]: ")), "{name}");
    }
}

#[test]
fn a_heading_is_found_by_what_browsers_call_it() {
    let text =
        "# One `thing`, and two\n\n```sh\n# no heading\n```\n\n## \"Quoted\"\n## \"Quoted\"\n";
    assert!(has_heading(text, "one-thing-and-two"));
    assert!(has_heading(text, "quoted") && has_heading(text, "quoted-1"));
    assert!(!has_heading(text, "no-heading") && !has_heading(text, "quoted-2"));
}

/// The documents that people read.
fn documents() -> Vec<PathBuf> {
    let root = root();
    let mut found = vec![
        root.join("README.md"),
        root.join("SECURITY.md"),
        root.join("CHANGELOG.md"),
        root.join(".github/CONTRIBUTING.md"),
    ];
    found.extend(markdown_in(&root.join("src")));
    found
}

fn root() -> PathBuf {
    fs::canonicalize(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).unwrap()
}

fn name_of(file: &Path) -> String {
    file.file_stem().unwrap().to_str().unwrap().to_owned()
}

/// The targets of a text's links, written inline or below; code is not looked at.
fn links(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut is_code = false;
    for line in text.lines() {
        let line = line.trim_start();
        let line = ["//!", "///"]
            .iter()
            .find_map(|comment| line.strip_prefix(comment))
            .map_or(line, str::trim_start);
        if line.starts_with("```") {
            is_code = !is_code;
        }
        if is_code {
            continue;
        }
        for (at, _) in line.match_indices("](") {
            let target = &line[at + 2..];
            found.extend(target.split([')', ' ']).next().map(str::to_owned));
        }
        if line.starts_with('[')
            && let Some((_, target)) = line.split_once("]: ")
        {
            found.push(target.trim().to_owned());
        }
    }
    found
}

/// Path and anchor of a link that leads to a file, or to the same one.
fn relative(link: &str) -> Option<(&str, Option<&str>)> {
    if link.contains("://") || link.contains("::") || link.starts_with("mailto:") {
        return None;
    }
    match link.split_once('#') {
        Some((path, anchor)) => Some((path, Some(anchor))),
        // A bare name is one of the library's.
        None => (link.contains('.') || link.contains('/')).then_some((link, None)),
    }
}

/// Whether a text has a heading of this anchor, as rustdoc and GitHub make it.
fn has_heading(text: &str, anchor: &str) -> bool {
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    let mut is_code = false;
    for line in text.lines() {
        if line.starts_with("```") {
            is_code = !is_code;
        }
        let heading = line.trim_start_matches('#');
        if is_code || heading.len() == line.len() || !heading.starts_with(' ') {
            continue;
        }
        let slug: String = heading
            .trim()
            .chars()
            .filter_map(|letter| match letter {
                ' ' => Some('-'),
                '-' | '_' => Some(letter),
                letter if letter.is_alphanumeric() => Some(letter.to_ascii_lowercase()),
                _ => None,
            })
            .collect();
        let times = known.entry(slug.clone()).or_default();
        let slug = match *times {
            0 => slug,
            before => format!("{slug}-{before}"),
        };
        *times += 1;
        if slug == anchor {
            return true;
        }
    }
    false
}

fn markdown_in(folder: &Path) -> Vec<PathBuf> {
    files(folder, "md")
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    files(folder, "rs")
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| match path.is_dir() {
            true => files(&path, extension),
            false => Vec::from_iter(
                path.extension()
                    .is_some_and(|one| one == extension)
                    .then_some(path),
            ),
        })
        .collect()
}
