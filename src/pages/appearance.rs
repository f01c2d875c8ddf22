//! The tool's own name and colours on its pages.

use std::{error::Error, fmt, sync::Arc};

use crate::pages::{
    STYLESHEET,
    choices::is_unseen,
    colour::{Colour, Scheme},
};

/// The longest name, in characters.
const MAX_NAME: usize = 100;

/// The tool's own name and colours, for every page that this crate makes. Cheap to clone.
///
/// The name stands at the top of each page and in its title. The accent is the colour of links and buttons: on a light
/// screen one that you give, on a dark screen a lighter one, which is made of it unless you give that, too.
///
/// # Examples
///
/// ```
/// use tower_lti::{pages::{Appearance, AppearanceError}, tool::LtiToolBuilder};
///
/// fn with_our_look(builder: LtiToolBuilder) -> Result<LtiToolBuilder, AppearanceError> {
///     let appearance = Appearance::new("Quiz Workshop")?.accent("#7a1fa2")?;
///     Ok(builder.appearance(appearance))
/// }
/// # with_our_look(tower_lti::LtiTool::builder()).unwrap();
/// ```
///
/// A colour that cannot be read is refused, and the error names the nearest one that can:
///
/// ```
/// use tower_lti::pages::Appearance;
///
/// let refused = Appearance::new("Quiz Workshop")?.accent("#ff9900").unwrap_err();
/// assert!(refused.to_string().contains("take #"));
/// # Ok::<(), tower_lti::pages::AppearanceError>(())
/// ```
#[derive(Clone)]
pub struct Appearance {
    name: Arc<str>,
    accent: Option<Colour>,
    accent_on_dark: Option<Colour>,
    stylesheet: Arc<str>,
}

impl Appearance {
    /// Starts with the tool's name, as its users know it, and the colours of the stylesheet.
    ///
    /// # Errors
    ///
    /// Fails when nothing of the name can be seen, when it is longer than 100 characters, and when it holds characters
    /// that control, that turn the direction of text, or that are invisible; joiners and variation selectors, which some
    /// scripts need, may stand between others.
    pub fn new(name: &str) -> Result<Self, AppearanceError> {
        let name = name.trim();
        let length = name.chars().count();
        let is_blank = name
            .chars()
            .all(|one| one.is_whitespace() || is_unseen(one));
        if is_blank || length > MAX_NAME || name.chars().any(is_refused) {
            return Err(AppearanceError::Name);
        }
        Ok(Self {
            name: name.into(),
            accent: None,
            accent_on_dark: None,
            stylesheet: STYLESHEET.into(),
        })
    }

    /// Sets the colour of links and buttons: `#rgb` or `#rrggbb`, dark enough to be read on white.
    ///
    /// # Errors
    ///
    /// Fails when it is written otherwise, and when its contrast is below 4.5:1 (WCAG 2.1, level AA).
    pub fn accent(mut self, colour: &str) -> Result<Self, AppearanceError> {
        self.accent = Some(readable(colour, Scheme::Light)?);
        Ok(self.styled())
    }

    /// Sets the colour of links and buttons on a dark screen. Default: the [`accent`](Self::accent), made light enough.
    ///
    /// # Errors
    ///
    /// Fails when it is written otherwise than `#rgb` or `#rrggbb`, and when its contrast is below 4.5:1 there.
    pub fn accent_on_dark(mut self, colour: &str) -> Result<Self, AppearanceError> {
        self.accent_on_dark = Some(readable(colour, Scheme::Dark)?);
        Ok(self.styled())
    }

    fn styled(mut self) -> Self {
        let mut stylesheet = STYLESHEET.to_owned();
        if let Some(accent) = self.accent {
            stylesheet += &format!(":root{{--accent:{}}}\n", accent.to_text());
        }
        let lightened = self.accent.map(|accent| accent.made_readable(Scheme::Dark));
        if let Some(accent) = self.accent_on_dark.or(lightened) {
            stylesheet += &format!(
                "@media (prefers-color-scheme:dark){{:root{{--accent:{}}}}}\n",
                accent.to_text()
            );
        }
        self.stylesheet = stylesheet.into();
        self
    }

    /// The name. Escape it in HTML.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// [`STYLESHEET`] with the tool's colours, for pages of your own to look the same.
    #[must_use]
    pub fn stylesheet(&self) -> &str {
        &self.stylesheet
    }
}

/// What a name may not hold. Joiners and variation selectors make letters and emoji what they are.
fn is_refused(character: char) -> bool {
    let is_needed = matches!(character, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}');
    let breaks_lines = matches!(character, '\u{2028}' | '\u{2029}');
    character.is_control() || breaks_lines || (is_unseen(character) && !is_needed)
}

fn readable(given: &str, scheme: Scheme) -> Result<Colour, AppearanceError> {
    let colour = Colour::parse(given).ok_or_else(|| AppearanceError::Colour {
        given: given.to_owned(),
    })?;
    if colour.is_readable(scheme) {
        return Ok(colour);
    }
    Err(AppearanceError::LowContrast {
        given: given.to_owned(),
        contrast: colour.contrast(scheme),
        nearest: colour.made_readable(scheme).to_text(),
    })
}

impl fmt::Debug for Appearance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Appearance")
            .field("name", &self.name)
            .field("accent", &self.accent.map(Colour::to_text))
            .field("accent_on_dark", &self.accent_on_dark.map(Colour::to_text))
            .finish()
    }
}

/// A name or a colour cannot be used.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum AppearanceError {
    /// Nothing of the name can be seen, it is longer than 100 characters, or it holds characters that control, that turn
    /// the direction of text, or that are invisible.
    Name,
    /// A colour is written otherwise than `#rgb` or `#rrggbb`.
    Colour {
        /// What was given.
        given: String,
    },
    /// Links and buttons in this colour could not be read.
    LowContrast {
        /// What was given.
        given: String,
        /// Its contrast with the page, 1 to 21; 4.5 is wanted.
        contrast: f64,
        /// The nearest colour that can be read.
        nearest: String,
    },
}

impl fmt::Display for AppearanceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name => f.write_str(
                "the tool's name must be 1 to 100 characters that can be seen, none of them a control character",
            ),
            Self::Colour { given } => {
                write!(
                    f,
                    "the colour {given:?} is not written as `#rgb` or `#rrggbb`"
                )
            }
            Self::LowContrast {
                given,
                contrast,
                nearest,
            } => write!(
                f,
                "text in the colour {given:?} has a contrast of {contrast:.1}:1, and 4.5:1 is wanted: take {nearest}",
            ),
        }
    }
}

impl Error for AppearanceError {}
