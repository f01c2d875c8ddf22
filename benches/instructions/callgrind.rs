//! Runs this program under callgrind, and reads what it counted.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process::{self, Command, Stdio},
};

/// The function that is counted.
const COUNTED: &str = "instructions::meter::counted*";

/// The function that is called once something has been counted.
const NOTE: &str = "instructions::meter::note*";

/// The instructions of one call of each subject.
pub(crate) struct Counts(BTreeMap<String, f64>);

impl Counts {
    /// Counts the subjects that have one of the words in their names, or all.
    pub(crate) fn of(words: &[String]) -> Result<Self, String> {
        let folder = Folder::new()?;
        let program = env::current_exe().map_err(|error| error.to_string())?;
        let output = Command::new("valgrind")
            .args(["--quiet", "--tool=callgrind", "--collect-atstart=no"])
            .arg(format!("--toggle-collect={COUNTED}"))
            .arg(format!("--dump-before={NOTE}"))
            .arg(format!("--callgrind-out-file={}", folder.file().display()))
            .arg(program)
            .arg("count")
            .args(words)
            .stderr(Stdio::inherit())
            .output()
            .map_err(|error| {
                format!(
                    "valgrind cannot be started ({error}); on Debian: sudo apt-get install valgrind"
                )
            })?;
        if !output.status.success() {
            return Err(format!(
                "the count under valgrind ended with {}",
                output.status
            ));
        }
        let lines = String::from_utf8_lossy(&output.stdout);
        let mut counts = BTreeMap::new();
        for (part, line) in lines.lines().enumerate() {
            let (name, times) = line.split_once('\t').ok_or("a line without a number")?;
            let times: f64 = times.parse().map_err(|_| "a line without a number")?;
            counts.insert(name.to_owned(), folder.total(part + 1)? / times);
        }
        Ok(Self(counts))
    }

    /// How many instructions a call of it took, if it was counted.
    pub(crate) fn get(&self, name: &str) -> Option<f64> {
        self.0.get(name).copied()
    }
}

/// What callgrind writes, until it is read.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self, String> {
        let folder = env::temp_dir().join(format!("tower-lti-instructions-{}", process::id()));
        fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        Ok(Self(folder))
    }

    fn file(&self) -> PathBuf {
        self.0.join("out")
    }

    /// The instructions of one part: each ends where one thing has been counted.
    fn total(&self, part: usize) -> Result<f64, String> {
        let file = self.0.join(format!("out.{part}"));
        let text =
            fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        let total = text.lines().find_map(|line| line.strip_prefix("totals: "));
        total
            .and_then(|total| total.trim().parse().ok())
            .ok_or_else(|| format!("{} has no total", file.display()))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(Path::new(&self.0));
    }
}
