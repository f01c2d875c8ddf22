//! Links to choose from.

use html_escape::encode_double_quoted_attribute as attribute;

use crate::{pages::escaped::text, redact};

/// The longest title on a page, in characters.
const MAX_TITLE: usize = 100;

/// A link to choose: its address and title, and what stands behind it. None of them is escaped yet.
pub(crate) struct Choice<'a> {
    pub(crate) address: &'a str,
    pub(crate) title: &'a str,
    pub(crate) note: String,
}

/// A list of them; nothing where there is none.
pub(crate) fn list(choices: &[Choice<'_>]) -> String {
    if choices.is_empty() {
        return String::new();
    }
    let items = choices.iter().map(|choice| {
        format!(
            "<li><a href=\"{}\"><bdi>{}</bdi></a><br><small><bdi>{}</bdi></small></li>\n",
            attribute(choice.address),
            text(&line(choice.title)),
            text(&line(&choice.note)),
        )
    });
    format!("<ul class=\"list\">\n{}</ul>\n", items.collect::<String>())
}

/// Whether nothing of a title is seen: its link could not be chosen.
#[cfg(feature = "sessions")]
pub(crate) fn is_blank(title: &str) -> bool {
    let is_blank = |character: char| character.is_whitespace() || is_unseen(character);
    line(title).chars().all(is_blank)
}

/// A title as one line: nothing in it breaks lines or turns the direction of what follows.
fn line(title: &str) -> String {
    let shown = redact::shown(title);
    shown.trim_start().chars().take(MAX_TITLE).collect()
}

/// Characters without a width, and blank letters.
pub(super) fn is_unseen(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}
