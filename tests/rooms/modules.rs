//! The modules of a crate, and what each needs of the others.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use crate::{
    circles::Import,
    source::{self, Named},
};

type ModulePath = Vec<String>;

/// How many re-exports are followed, one after the other.
const MOST_STEPS: usize = 20;

#[derive(Debug)]
pub(crate) struct Modules {
    found: BTreeMap<ModulePath, (PathBuf, Vec<Named>)>,
}

impl Modules {
    /// Reads all that `lib.rs` leads to. Names of files are relative to it.
    pub(crate) fn new(files: &BTreeMap<PathBuf, String>) -> Self {
        let mut modules = Self {
            found: BTreeMap::new(),
        };
        modules.read(files, Vec::new(), "lib.rs".into());
        modules
    }

    fn read(&mut self, files: &BTreeMap<PathBuf, String>, module: ModulePath, file: PathBuf) {
        let (below, paths) = source::read(&files[&file]);
        let folder: PathBuf = module.iter().collect();
        self.found.insert(module.clone(), (file, paths));
        for name in below {
            let one_file = folder.join(format!("{name}.rs"));
            let its_folder = folder.join(&name).join("mod.rs");
            let file = [one_file, its_folder]
                .into_iter()
                .find(|file| files.contains_key(file))
                .unwrap_or_else(|| panic!("{name} of {module:?} has no file"));
            let module = module.iter().cloned().chain([name]).collect();
            self.read(files, module, file);
        }
    }

    pub(crate) fn rooms(&self) -> BTreeSet<&str> {
        self.found
            .keys()
            .filter_map(|module| module.first())
            .map(String::as_str)
            .collect()
    }

    pub(crate) fn between_rooms(&self) -> Vec<Import> {
        self.imports(&[])
    }

    /// What the files of a room need of each other. What its `mod.rs` exports stands for itself.
    pub(crate) fn between_files(&self, room: &[&str]) -> Vec<Import> {
        self.imports(room)
    }

    /// What the modules right below this one need of each other.
    fn imports(&self, above: &[&str]) -> Vec<Import> {
        let mut found = BTreeMap::new();
        for (from, (file, paths)) in &self.found {
            for named in paths
                .iter()
                .filter(|named| from.len() != above.len() || !named.is_export)
            {
                let to = self.home(from, &named.path);
                let (Some(from), Some(to)) = (below(from, above), below(&to, above)) else {
                    continue;
                };
                // The crate's root stands above all rooms.
                if from != to && !from.is_empty() && !to.is_empty() {
                    let place = || place(file, &named.path);
                    found.entry((from, to)).or_insert_with(place);
                }
            }
        }
        let imports = found.into_iter();
        imports
            .map(|((from, to), place)| Import { from, to, place })
            .collect()
    }

    /// The module in which something is defined that a module names.
    fn home(&self, module: &[String], path: &[String]) -> ModulePath {
        let mut module = module.to_vec();
        let mut path = path.to_vec();
        for _ in 0..MOST_STEPS {
            let rest = self.descend(&mut module, &path);
            let Some((first, more)) = rest.split_first() else {
                break;
            };
            let named = self.found.get(&module).and_then(|(_, paths)| {
                paths
                    .iter()
                    .find(|named| named.name.as_ref() == Some(first))
            });
            match named {
                // `use super::this;` of a module by its own name leads nowhere else.
                Some(named) if named.path != path => {
                    path = named.path.iter().chain(more).cloned().collect();
                }
                _ => break,
            }
        }
        module
    }

    /// Goes as far down as there are modules, and returns the rest of the path.
    fn descend(&self, module: &mut ModulePath, path: &[String]) -> Vec<String> {
        let mut rest = path;
        while let Some((first, more)) = rest.split_first() {
            match first.as_str() {
                "crate" => module.clear(),
                "self" => {}
                "super" => {
                    module.pop();
                }
                name => {
                    module.push(name.to_owned());
                    if !self.found.contains_key(module) {
                        module.pop();
                        break;
                    }
                }
            }
            rest = more;
        }
        rest.to_vec()
    }
}

/// The name of the module right below this one that holds another; empty for this one itself at the top.
fn below(module: &[String], above: &[&str]) -> Option<String> {
    if !module
        .iter()
        .map(String::as_str)
        .take(above.len())
        .eq(above.iter().copied())
    {
        return None;
    }
    let length = module.len().min(above.len() + 1);
    Some(module[..length].join("::"))
}

fn place(file: &Path, path: &[String]) -> String {
    format!("src/{}: {}", file.display(), path.join("::"))
}
