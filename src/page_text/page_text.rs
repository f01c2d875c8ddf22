//! One text of a page, by its id.

/// One text of a page: a stable id, and what it says in English.
///
/// `{name}` in it is a placeholder, for which the page puts something in. See
/// [`texts`](crate::languages::texts) for all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PageText {
    id: &'static str,
    english: &'static str,
}

impl PageText {
    pub(crate) const fn new(id: &'static str, english: &'static str) -> Self {
        Self { id, english }
    }

    /// The stable id, such as `error.cookie_missing.message`.
    #[must_use]
    pub fn id(self) -> &'static str {
        self.id
    }

    /// What it says in English. It is plain text: pages escape it.
    #[must_use]
    pub fn english(self) -> &'static str {
        self.english
    }

    /// The names of its placeholders, without braces.
    pub fn placeholders(self) -> impl Iterator<Item = &'static str> {
        Self::placeholders_of(self.english)
    }

    pub(crate) fn placeholders_of(text: &str) -> impl Iterator<Item = &str> {
        Pieces(text).filter_map(|piece| match piece {
            Piece::Placeholder(name) => Some(name),
            Piece::Words(_) => None,
        })
    }
}

/// A part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    Words(&'a str),
    Placeholder(&'a str),
}

/// A text, cut at its placeholders.
pub(crate) struct Pieces<'a>(pub(crate) &'a str);

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        if self.0.is_empty() {
            return None;
        }
        if let Some((name, rest)) = leading_placeholder(self.0) {
            self.0 = rest;
            return Some(Piece::Placeholder(name));
        }
        let next = self.0.match_indices('{').map(|(at, _)| at);
        let end = next
            .into_iter()
            .find(|at| *at > 0 && leading_placeholder(&self.0[*at..]).is_some())
            .unwrap_or(self.0.len());
        let (words, rest) = self.0.split_at(end);
        self.0 = rest;
        Some(Piece::Words(words))
    }
}

fn leading_placeholder(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = text.strip_prefix('{')?.split_once('}')?;
    let is_name = |character: char| character.is_ascii_lowercase() || character == '_';
    (!name.is_empty() && name.chars().all(is_name)).then_some((name, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    // PG03
    #[test]
    fn a_text_is_cut_at_its_placeholders_and_nowhere_else() {
        let cut: Vec<_> = Pieces("a {b}{c_d} {} {E} { {f}").collect();
        assert_eq!(
            cut,
            [
                Piece::Words("a "),
                Piece::Placeholder("b"),
                Piece::Placeholder("c_d"),
                Piece::Words(" {} {E} { "),
                Piece::Placeholder("f"),
            ]
        );
    }
}
