//! A language in which every text is marked, so that one that is left out is seen.

use tower_lti::{
    languages::{Language, texts},
    pages::Appearance,
    tool::LtiToolBuilder,
};

pub(crate) const NAME: &str = "Quizzes & <Co>";

/// The tool with a name, a colour, every English text in marks, and German.
pub(crate) fn marked(builder: LtiToolBuilder) -> LtiToolBuilder {
    let texts = texts().into_iter();
    let texts = texts.map(|text| (text.id(), format!("⟦{}⟧", text.english())));
    let german = include_str!("../../../examples/languages/de.json");
    let appearance = Appearance::new(NAME).unwrap().accent("#7a1fa2").unwrap();
    builder
        .appearance(appearance)
        .add_language(Language::new("en", texts).unwrap())
        .add_language(Language::from_json("de", german).unwrap())
}

/// The text of a page without scripts, styles, and what is said to be English in any language.
fn visible(page: &str) -> String {
    let mut text = String::new();
    let mut rest = page;
    while let Some((before, tag)) = rest.split_once('<') {
        text += before;
        let skipped = ["script", "style", "code"]
            .into_iter()
            .find(|name| tag.starts_with(*name));
        let (inside, after) = tag.split_once('>').unwrap();
        rest = match skipped {
            Some(name) => tag.split_once(&format!("</{name}>")).unwrap().1,
            None if inside.ends_with(" lang=\"en\" dir=\"ltr\"") => {
                let name = inside.split(' ').next().unwrap();
                tag.split_once(&format!("</{name}>")).unwrap().1
            }
            None => after,
        };
    }
    text + rest
}

/// That a page says nothing outside of the marks but these words, and bears the tool's name and colour.
#[track_caller]
pub(crate) fn assert_marked(page: &str, but: &[&str]) {
    let mut outside = String::new();
    let mut depth = 0_u32;
    for character in visible(page).chars() {
        match character {
            '⟦' => depth += 1,
            '⟧' => depth -= 1,
            _ if depth == 0 => outside.push(character),
            _ => {}
        }
    }
    let name = "Quizzes &amp; &lt;Co&gt;";
    for words in [name, " – "].iter().chain(but) {
        outside = outside.replace(words, "");
    }
    assert_eq!(depth, 0, "{page}");
    assert_eq!(outside.trim(), "", "{page}");
    assert!(page.contains("⟦"), "{page}");
    assert!(page.contains(&format!("<header>\n<p><bdi>{name}</bdi></p>\n</header>")));
    assert!(page.contains(&format!(" – {name}</title>")), "{page}");
    assert!(page.contains(":root{--accent:#7a1fa2}"), "{page}");
    assert!(!page.contains("<Co>"), "{page}");
}
