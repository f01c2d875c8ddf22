//! What a room of `src` uses stands below it: no two rooms need each other, nor two files of a room that is
//! held to it.
//!
//! A room is a module of the crate's root. Imports are read from the sources: every path that begins with
//! `crate::`, `self::` or `super::`, in a `use` or in code, outside tests and comments. A re-export counts as
//! what it re-exports.

mod circles;
mod modules;
mod source;

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use self::{circles::circles, modules::Modules};

const MAP: &str = include_str!("../../src/guide/architecture.md");

/// Rooms whose files are looked at one by one.
const FILE_BY_FILE: [&[&str]; 2] = [&["launch"], &["store", "redis"]];

#[test]
fn no_two_rooms_need_each_other() {
    let found = circles(&sources().between_rooms());

    assert!(found.is_empty(), "rooms in a circle:\n{found}");
}

#[test]
fn no_two_files_of_a_room_need_each_other() {
    let modules = sources();
    let found: String = FILE_BY_FILE
        .iter()
        .map(|room| circles(&modules.between_files(room)))
        .collect();

    assert!(found.is_empty(), "files in a circle:\n{found}");
}

#[test]
fn every_room_and_every_file_is_looked_at() {
    let modules = sources();

    assert!(modules.rooms().len() > 20, "{:?}", modules.rooms());
    assert!(modules.between_rooms().len() > 50);
    for room in FILE_BY_FILE {
        let imports = modules.between_files(room).len();
        assert!(imports > 10, "{room:?} has {imports} imports");
    }
}

#[test]
fn the_map_of_the_rooms_names_each_once_and_above_what_it_uses() {
    let (_, table) = MAP.split_once("# The rooms").expect("the map is there");
    let (table, _) = table.split_once("\n# ").expect("it ends");
    let map: Vec<&str> = table
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .collect();
    let modules = sources();
    let place = |room: &str| map.iter().position(|named| *named == room);
    let upwards: Vec<String> = modules
        .between_rooms()
        .iter()
        .filter(|import| place(&import.from) > place(&import.to))
        .map(|import| format!("{} -> {} ({})", import.from, import.to, import.place))
        .collect();

    let mut named = map.clone();
    named.sort_unstable();
    assert_eq!(named, Vec::from_iter(modules.rooms()));
    assert!(
        upwards.is_empty(),
        "what is used stands above: {upwards:#?}"
    );
}

#[test]
fn a_circle_of_rooms_is_found_however_it_is_written() {
    for (how, upper) in [
        ("use", "use crate::lower::Thing;"),
        (
            "use of several",
            "use crate::{aside, lower::{self, deep::Thing as It}};",
        ),
        ("path in code", "fn f(_: &crate::lower::Thing) {}"),
        ("super", "use super::lower::Thing;"),
        ("path in code with super", "fn f() { super::lower::act() }"),
        ("export of the root", "use crate::Exported;"),
        ("export of an export", "use crate::other::Again;"),
        ("macro", "macro_rules! m { () => { $crate::lower::act() } }"),
        (
            "after a test",
            "#[cfg(test)]\nmod tests { fn f() {} }\nuse crate::lower::Thing;",
        ),
        (
            "after a string",
            r#"const S: &str = "// \" /*"; use crate::lower::Thing;"#,
        ),
        (
            "after a character",
            "const C: char = '\"'; use crate::lower::Thing;",
        ),
    ] {
        let found = circles(&small(upper).between_rooms());

        assert!(found.contains("lower -> upper"), "{how}: {found:?}");
        assert!(found.contains("upper -> lower"), "{how}: {found:?}");
        assert!(
            !found.contains("-> other") && !found.contains("aside"),
            "{how}: {found:?}"
        );
    }
}

#[test]
fn what_only_tests_and_comments_need_is_no_import() {
    for upper in [
        "// use crate::lower::Thing;",
        "/* use crate::lower::Thing; /* and */ crate::lower::act() */",
        "/// [`Thing`](crate::lower::Thing)\nfn f() {}",
        "#[cfg(test)]\nmod tests {\n    use crate::lower::Thing;\n}",
        "#[cfg(all(test, feature = \"x\"))]\nuse crate::lower::Thing;",
        "#[cfg(test)]\nmod tests;",
        "#[test]\nfn f() { crate::lower::act() }",
        "const S: &str = \"crate::lower::Thing\";",
        "const S: &str = r#\"\" crate::lower::Thing\"#;",
    ] {
        let found = circles(&small(upper).between_rooms());

        assert!(found.is_empty(), "{upper}: {found}");
    }
}

#[test]
fn code_that_is_for_more_than_tests_is_looked_at() {
    for cfg in ["not(test)", "feature = \"testing\""] {
        let upper = format!("#[cfg({cfg})]\nuse crate::lower::Thing;");

        assert!(!circles(&small(&upper).between_rooms()).is_empty(), "{cfg}");
    }
}

#[test]
fn a_circle_of_files_is_found_through_their_room() {
    let of = |second: &str| {
        circles(
            &Modules::new(&files(&[
                ("lib.rs", "mod room;"),
                (
                    "room/mod.rs",
                    "mod first; mod second; pub use first::One; use second::Two;",
                ),
                ("room/first.rs", "use super::Two; pub struct One;"),
                ("room/second.rs", second),
            ]))
            .between_files(&["room"]),
        )
    };

    assert!(of("use super::One;").contains("room::second -> room::first"));
    assert!(of("use crate::room::first::One;").contains("room::first -> room::second"));
    assert!(of("pub struct Two;").is_empty());
}

/// Two rooms: `lower` needs `upper`, which holds this.
fn small(upper: &str) -> Modules {
    let lib = "mod aside; mod lower; mod upper; mod other; pub use self::lower::Thing as Exported;";
    let lower = "pub mod deep; use crate::upper::Upper; pub struct Thing; pub fn act() {}";
    Modules::new(&files(&[
        ("lib.rs", lib),
        ("aside.rs", "pub struct Nothing;"),
        ("lower/mod.rs", lower),
        ("lower/deep.rs", "pub struct Thing;"),
        (
            "other.rs",
            "pub(crate) use crate::lower::{Thing as Again, deep};",
        ),
        ("upper/mod.rs", upper),
        ("upper/tests.rs", "use crate::lower::Thing;"),
    ]))
}

fn files(texts: &[(&str, &str)]) -> BTreeMap<PathBuf, String> {
    let owned = texts
        .iter()
        .map(|(path, text)| (path.into(), (*text).to_owned()));
    owned.collect()
}

fn sources() -> Modules {
    let src = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../src"));
    let mut found = BTreeMap::new();
    read(src, src, &mut found).expect("the sources can be read");
    Modules::new(&found)
}

fn read(src: &Path, folder: &Path, into: &mut BTreeMap<PathBuf, String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            read(src, &path, into)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(src).expect("it lies below").to_owned();
            into.insert(name, fs::read_to_string(path)?);
        }
    }
    Ok(())
}
