//! The changes that `tests/mutations` makes.

use std::{fs, path::Path};

const CUTS: &str = include_str!("../../mutations/cuts.txt");

/// The library's code, as the script looks through it: without tests, and without the testing kit.
fn sources(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() && name != "testing" {
            sources(&path, found);
        } else if name.ends_with(".rs") && name != "tests.rs" {
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("\n#[cfg(test)]\nmod ").next().unwrap();
            found.push(code.to_owned());
        }
    }
}

#[test]
fn each_change_has_one_place_in_the_code_where_it_is_made() {
    let mut code = Vec::new();
    sources(Path::new("../src"), &mut code);
    let mut astray = Vec::new();
    for cut in CUTS.split("\n= ").skip(1) {
        let (name, rest) = cut.split_once('\n').unwrap();
        let lines: Vec<&str> = rest
            .lines()
            .filter_map(|line| line.strip_prefix("- "))
            .collect();
        let text = lines.join("\n").replace(['«', '»'], "");
        let places: usize = code.iter().map(|code| code.matches(&text).count()).sum();
        if places != 1 {
            astray.push((name, places));
        }
    }
    assert_eq!(astray, []);
}
