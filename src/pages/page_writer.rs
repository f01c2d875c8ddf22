//! One page, in one language and with the tool's look.

use crate::{
    page_text::{Language, PageText, Piece, Pieces},
    pages::{Appearance, Escaped, STYLESHEET},
};

/// Keeps what is put into a text of the other direction apart from it (Unicode Standard Annex #9).
const ISOLATE: [&str; 2] = ["\u{2068}", "\u{2069}"];

/// Writes one page, in one language and with the tool's look. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct PageWriter {
    appearance: Option<Appearance>,
    language: Option<Language>,
}

impl PageWriter {
    pub(super) fn new(appearance: Option<Appearance>, language: Option<Language>) -> Self {
        Self {
            appearance,
            language,
        }
    }

    /// A text, not escaped.
    pub(crate) fn plain(&self, text: PageText) -> &str {
        let translated = self.language.as_ref();
        let translated = translated.and_then(|language| language.get(text));
        translated.unwrap_or(text.english())
    }

    /// A text, escaped.
    pub(crate) fn text(&self, text: PageText) -> String {
        Escaped::ours(self.plain(text)).into_html()
    }

    /// A text with its placeholders filled, escaped.
    pub(crate) fn fill(&self, text: PageText, values: &[(&str, Escaped)]) -> String {
        let [before, after] = match self.is_right_to_left() {
            true => ISOLATE,
            false => ["", ""],
        };
        let mut filled = String::new();
        for piece in Pieces(self.plain(text)) {
            let value = match piece {
                Piece::Words(words) => {
                    filled += Escaped::ours(words).as_html();
                    continue;
                }
                Piece::Placeholder(name) => values.iter().find(|(known, _)| *known == name),
            };
            if let Some((_, value)) = value {
                filled += &format!("{before}{}{after}", value.as_html());
            }
        }
        filled
    }

    /// The attributes of what is English on a page in any language; a space comes first.
    #[cfg(feature = "registration")]
    pub(crate) fn english_attributes(&self) -> &'static str {
        match self.language {
            Some(_) => " lang=\"en\" dir=\"ltr\"",
            None => "",
        }
    }

    /// A page with this heading, which is escaped already, and this body. The nonce is the one by which the page's
    /// content security policy allows the stylesheet.
    pub(crate) fn document(&self, heading: &str, style_nonce: Option<&str>, body: &str) -> String {
        let nonce = style_nonce.map_or_else(String::new, |nonce| format!(" nonce=\"{nonce}\""));
        let language = self.language.as_ref().map_or("en", Language::tag);
        let direction = match self.is_right_to_left() {
            true => " dir=\"rtl\"",
            false => "",
        };
        let (stylesheet, title, header) = match &self.appearance {
            Some(appearance) => {
                let name = Escaped::text(appearance.name()).into_html();
                let header = format!("<header>\n<p>{name}</p>\n</header>\n");
                (appearance.stylesheet(), format!(" – {name}"), header)
            }
            None => (STYLESHEET, String::new(), String::new()),
        };
        format!(
            "<!doctype html>\n<html lang=\"{language}\"{direction}>\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{heading}{title}</title>\n<style{nonce}>\n{stylesheet}</style>\n</head>\n\
             <body>\n{header}<main>\n<h1>{heading}</h1>\n{body}</main>\n</body>\n</html>\n"
        )
    }

    fn is_right_to_left(&self) -> bool {
        self.language
            .as_ref()
            .is_some_and(Language::is_right_to_left)
    }
}
