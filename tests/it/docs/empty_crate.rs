//! A crate that begins in an empty folder, by the commands that a page of the documentation shows.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

use fs4::FileExt;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// A crate with nothing of this repository's in it but the library and the versions of its lock file.
pub(super) struct EmptyCrate {
    /// The folder in which the commands began.
    beginning: PathBuf,
    name: String,
}

impl EmptyCrate {
    /// Runs the commands of a page, each as it stands there. The library is taken from here in place of the registry.
    pub(super) fn begin(commands: &str) -> Self {
        let new = commands
            .lines()
            .next()
            .and_then(|first| first.strip_prefix("cargo new "));
        let name = new.expect("the first command begins a crate").to_owned();
        // Outside of this repository: `cargo new` adds a crate to the workspace around it.
        let here = ROOT.replace(|c: char| !c.is_alphanumeric(), "-");
        let beginning = std::env::temp_dir().join(format!("tower-lti{here}-{name}"));
        LazyLock::force(&ALONE);
        drop(fs::remove_dir_all(&beginning));
        // Fails where somebody else made it.
        fs::create_dir(&beginning).unwrap();
        let begun = Self { beginning, name };
        let mut lines = commands.lines();
        begun.run(&begun.beginning, lines.by_ref().take(1));
        assert_eq!(lines.next(), Some(&*format!("cd {}", begun.name)));
        // The versions that are there, and the profile of the tests: nothing is fetched, and little is built anew.
        let manifest = begun.folder().join("Cargo.toml");
        fs::copy(
            Path::new(ROOT).join("Cargo.lock"),
            begun.folder().join("Cargo.lock"),
        )
        .unwrap();
        begun.run(&begun.folder(), lines);
        let ours = fs::read_to_string(Path::new(ROOT).join("Cargo.toml")).unwrap();
        let (_, profile) = ours.split_once("\n[profile.dev]\n").expect("a profile");
        let made = fs::read_to_string(&manifest).unwrap();
        fs::write(&manifest, format!("{made}\n[profile.dev]\n{profile}")).unwrap();
        begun
    }

    /// Writes a file of it.
    pub(super) fn write(&self, file: &str, text: &str) {
        let file = self.folder().join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    /// Runs cargo there, which has to go well.
    pub(super) fn cargo(&self, arguments: &str) {
        self.run(&self.folder(), [&*format!("cargo {arguments}")]);
    }

    /// An example of the crate, as a program.
    pub(super) fn example(&self, name: &str) -> PathBuf {
        self.cargo(&format!("build --quiet --example {name}"));
        target().join("debug/examples").join(name)
    }

    fn folder(&self) -> PathBuf {
        self.beginning.join(&self.name)
    }

    fn run<'a>(&self, folder: &Path, commands: impl IntoIterator<Item = &'a str>) {
        for command in commands {
            let ours = format!("cargo add tower-lti --path '{ROOT}'");
            let run = command.replace("cargo add tower-lti", &ours);
            let ran = Command::new("sh")
                .args(["-c", &run])
                .env("CARGO_NET_OFFLINE", "true")
                .env("CARGO_TARGET_DIR", target())
                .current_dir(folder)
                .output()
                .expect("there is a shell");
            let said = String::from_utf8_lossy(&ran.stderr);
            assert!(ran.status.success(), "{command}: {said}");
        }
    }
}

impl Drop for EmptyCrate {
    fn drop(&mut self) {
        // What is left in the system's temporary folder is no reason to fail.
        drop(fs::remove_dir_all(&self.beginning));
    }
}

/// The lock of these crates, kept until this program ends: for another run of the tests of this checkout, folders and
/// programs are the same ones. One lock for all: two runs that have one of two would wait for each other.
static ALONE: LazyLock<File> = LazyLock::new(|| {
    let lock = Path::new(env!("CARGO_TARGET_TMPDIR")).join("empty-crates.lock");
    let lock = File::create(lock).unwrap();
    FileExt::lock(&lock).unwrap();
    lock
});

/// Where the tests are built.
fn target() -> PathBuf {
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
    temporary
        .parent()
        .expect("it is in the target's folder")
        .to_owned()
}
