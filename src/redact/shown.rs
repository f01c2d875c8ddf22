//! What others wrote, fit to be shown to people.

/// A text of one line, without characters that turn the direction of what follows or break the line. Control characters
/// become spaces. It is not escaped.
pub(crate) fn shown(text: &str) -> String {
    let shown = text.chars().filter(|character| !turns(*character));
    shown
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

/// Whether a character turns the direction of writing (Unicode Bidirectional Algorithm §2) or separates lines.
fn turns(character: char) -> bool {
    matches!(
        character,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    // ADV-83
    #[test]
    fn nothing_turns_what_follows_and_letters_stay() {
        assert_eq!(
            shown("caf\u{e9}\u{202e}\u{1b}[31m\u{2067}\u{61c}\u{2028}\r\nx\u{200e}"),
            "caf\u{e9} [31m  x"
        );
        let persian = "\u{645}\u{6cc}\u{200c}\u{634}\u{648}\u{62f}";
        assert_eq!(shown(persian), persian);
    }
}
