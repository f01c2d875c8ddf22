//! HTML, piece by piece.

use std::{borrow::Cow, collections::BTreeMap};

use html5gum::{DefaultEmitter, Token, Tokenizer};

/// A piece of a page.
pub(super) enum Piece {
    Open(Tag),
    Close(String),
    Text(String),
}

/// A tag that opens an element.
pub(super) struct Tag {
    pub(super) name: String,
    attributes: BTreeMap<String, String>,
}

impl Tag {
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.attributes.contains_key(name)
    }
}

/// Elements of which nothing is seen.
const UNSEEN: [&str; 6] = ["head", "noscript", "script", "style", "template", "title"];

/// Elements that stand within a line.
const WITHIN_LINES: [&str; 20] = [
    "a", "abbr", "b", "bdi", "cite", "code", "em", "i", "kbd", "mark", "q", "s", "samp", "small",
    "span", "strong", "sub", "sup", "u", "var",
];

pub(super) fn pieces(html: &str) -> Vec<Piece> {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let tokens = Tokenizer::new_with_emitter(html, emitter);
    let pieces = tokens.filter_map(|token| match token {
        Ok(Token::StartTag(tag)) => Some(Piece::Open(Tag {
            name: text(&tag.name).into_owned(),
            attributes: tag
                .attributes
                .iter()
                .map(|(name, value)| (text(name).into_owned(), text(value).into_owned()))
                .collect(),
        })),
        Ok(Token::EndTag(tag)) => Some(Piece::Close(text(&tag.name).into_owned())),
        Ok(Token::String(string)) => Some(Piece::Text(text(&string).into_owned())),
        _ => None,
    });
    pieces.collect()
}

fn text(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

/// What can be read on a page, with one space wherever there is any.
pub(super) fn visible_text(html: &str) -> String {
    let mut seen = String::new();
    let mut unseen: Option<String> = None;
    for piece in pieces(html) {
        match (piece, &unseen) {
            (Piece::Open(tag), None) if UNSEEN.contains(&&*tag.name) => unseen = Some(tag.name),
            (Piece::Close(name), Some(opened)) if name == *opened => unseen = None,
            (Piece::Text(text), None) => seen.push_str(&text),
            (Piece::Open(Tag { name, .. }) | Piece::Close(name), None)
                if !WITHIN_LINES.contains(&&*name) =>
            {
                seen.push(' ');
            }
            _ => {}
        }
    }
    one_spaced(&seen)
}

/// The text inside of the first element of this name.
pub(super) fn text_of_first(html: &str, element: &str) -> Option<String> {
    let mut pieces = pieces(html).into_iter();
    pieces.find(|piece| matches!(piece, Piece::Open(tag) if tag.name == element))?;
    let mut inside = String::new();
    for piece in pieces {
        match piece {
            Piece::Close(name) if name == element => break,
            Piece::Text(text) => inside.push_str(&text),
            _ => {}
        }
    }
    Some(one_spaced(&inside))
}

/// Links: what they say and where they lead.
pub(super) fn links(html: &str) -> Vec<(String, String)> {
    let mut links = Vec::new();
    let mut open: Option<(String, String)> = None;
    for piece in pieces(html) {
        match (piece, &mut open) {
            (Piece::Open(tag), _) if tag.name == "a" => {
                open = tag
                    .attribute("href")
                    .map(|href| (String::new(), href.to_owned()));
            }
            (Piece::Text(text), Some((says, _))) => says.push_str(&text),
            (Piece::Close(name), _) if name == "a" => {
                links.extend(open.take().map(|(says, leads)| (one_spaced(&says), leads)));
            }
            _ => {}
        }
    }
    links
}

pub(super) fn one_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
