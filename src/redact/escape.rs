//! Escapes and cuts text that others wrote.

/// Escapes each character, and ends before the result would be longer than `max` characters: an escape is
/// kept whole or left out. Also says whether anything was left out.
pub(super) fn escape<E>(text: &str, max: usize, escape: impl Fn(char) -> E) -> (String, bool)
where
    E: Iterator<Item = char> + Clone,
{
    let mut escaped = String::with_capacity(text.len().min(max));
    let mut room = max;
    for character in text.chars() {
        let one = escape(character);
        let Some(left) = room.checked_sub(one.clone().count()) else {
            return (escaped, true);
        };
        room = left;
        escaped.extend(one);
    }
    (escaped, false)
}
