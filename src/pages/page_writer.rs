//! One page, in one language and with the tool's look.

use crate::{
    page_text::{Language, PageText, Piece, Pieces},
    pages::{Appearance, Escaped, STYLESHEET},
};

/// Keeps what is put into a text of the other direction apart from it (Unicode Standard Annex #9).
const ISOLATE: [&str; 2] = ["\u{2068}", "\u{2069}"];

/// The attributes of what is English on a page in another language (WCAG 2.1, 3.1.2); a space comes first.
const ENGLISH_ATTRIBUTES: &str = " lang=\"en\" dir=\"ltr\"";

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

    /// A text, escaped. Marked as English where it is on a page in another language.
    pub(crate) fn text(&self, text: PageText) -> String {
        self.marked(text, Escaped::ours(self.plain(text)).into_html())
    }

    /// The same, to be put into another text.
    pub(crate) fn escaped(&self, text: PageText) -> Escaped {
        Escaped::html(self.text(text))
    }

    /// A text with its placeholders filled, escaped. Marked as English where it is on a page in another language.
    pub(crate) fn fill(&self, text: PageText, values: &[(&str, Escaped)]) -> String {
        self.marked(text, self.filled(text, values))
    }

    fn marked(&self, text: PageText, html: String) -> String {
        if !self.lacks(text) {
            return html;
        }
        format!("<span{ENGLISH_ATTRIBUTES}>{html}</span>")
    }

    /// Whether the page is in another language than English, which does not have the text.
    fn lacks(&self, text: PageText) -> bool {
        let language = self.language.as_ref();
        language.is_some_and(|language| !language.is_english() && language.get(text).is_none())
    }

    fn filled(&self, text: PageText, values: &[(&str, Escaped)]) -> String {
        let [before, after] = match self.is_right_to_left() && !self.lacks(text) {
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
            Some(_) => ENGLISH_ATTRIBUTES,
            None => "",
        }
    }

    /// A page with this heading and body. The nonce is the one by which the page's content security policy allows the
    /// stylesheet.
    pub(crate) fn document(
        &self,
        heading: PageText,
        style_nonce: Option<&str>,
        body: &str,
    ) -> String {
        self.document_about(heading, &[], style_nonce, body)
    }

    /// The same with the heading's placeholders filled.
    pub(crate) fn document_about(
        &self,
        heading: PageText,
        values: &[(&str, Escaped)],
        style_nonce: Option<&str>,
        body: &str,
    ) -> String {
        let nonce = style_nonce.map_or_else(String::new, |nonce| format!(" nonce=\"{nonce}\""));
        let language = self.language.as_ref().map_or("en", Language::tag);
        let direction = match self.is_right_to_left() {
            true => " dir=\"rtl\"",
            false => "",
        };
        let (stylesheet, title, header) = match &self.appearance {
            Some(appearance) => {
                let name = Escaped::text(appearance.name()).into_html();
                let header = format!("<header>\n<p><bdi>{name}</bdi></p>\n</header>\n");
                (appearance.stylesheet(), format!(" – {name}"), header)
            }
            None => (STYLESHEET, String::new(), String::new()),
        };
        // A title holds no elements.
        let in_title = self.filled(heading, values);
        let title_language = match self.lacks(heading) {
            true => ENGLISH_ATTRIBUTES,
            false => "",
        };
        let heading = self.fill(heading, values);
        format!(
            "<!doctype html>\n<html lang=\"{language}\"{direction}>\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title{title_language}>{in_title}{title}</title>\n<style{nonce}>\n{stylesheet}</style>\n</head>\n\
             <body>\n{header}<main>\n<h1>{heading}</h1>\n{body}</main>\n</body>\n</html>\n"
        )
    }

    fn is_right_to_left(&self) -> bool {
        self.language
            .as_ref()
            .is_some_and(Language::is_right_to_left)
    }
}
