//! What the doctor found.

/// Who has to act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Actor {
    /// Whoever administers the platform.
    PlatformAdministrator,
    /// Whoever operates the tool.
    ToolOperator,
    /// Whoever develops the tool.
    ToolDeveloper,
}

/// One thing that is wrong.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Finding {
    /// A stable name of what was checked.
    pub check: &'static str,
    /// What was seen.
    pub seen: String,
    /// What was wanted.
    pub wanted: String,
    /// What to do.
    pub remedy: String,
    /// Who has to do it.
    pub who: Actor,
}
