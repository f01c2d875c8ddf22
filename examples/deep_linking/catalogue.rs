//! What the tool has: quizzes, pages, and a link to somewhere else.

use tower_lti::claims::DeepLinkingSettings;

pub(crate) struct Content {
    /// Stands in the links of courses, for ever.
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    pub(crate) text: &'static str,
    pub(crate) kind: Kind,
}

pub(crate) enum Kind {
    Quiz(&'static [Question]),
    Page(&'static str),
    /// A page of somebody else's.
    Web(&'static str),
}

pub(crate) struct Question {
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
    /// The first is right. The page shows them in the order of the alphabet.
    pub(crate) answers: [&'static str; 3],
}

pub(crate) const CATALOGUE: [Content; 4] = [
    Content {
        id: "cells",
        title: "Cells",
        text: "A quiz of two questions.",
        kind: Kind::Quiz(&[
            Question {
                name: "energy",
                text: "Where does a cell get most of its energy from?",
                answers: ["the mitochondria", "the nucleus", "the membrane"],
            },
            Question {
                name: "wall",
                text: "What do plant cells have that animal cells do not?",
                answers: ["a cell wall", "a nucleus", "ribosomes"],
            },
        ]),
    },
    Content {
        id: "light",
        title: "Light and leaves",
        text: "A quiz of one question.",
        kind: Kind::Quiz(&[Question {
            name: "gas",
            text: "Which gas do leaves take in by day?",
            answers: ["carbon dioxide", "nitrogen", "oxygen"],
        }]),
    },
    Content {
        id: "reading",
        title: "What a cell is",
        text: "A page to read.",
        kind: Kind::Page(
            "A cell is the smallest unit of life. It takes in food, gets energy from it, and can make another of its kind.",
        ),
    },
    Content {
        id: "web",
        title: "Cell biology in an encyclopedia",
        text: "A link to another site.",
        kind: Kind::Web("https://en.wikipedia.org/wiki/Cell_biology"),
    },
];

impl Content {
    /// The content with this id.
    pub(crate) fn find(id: &str) -> Option<&'static Self> {
        CATALOGUE.iter().find(|content| content.id == id)
    }

    /// What a platform takes of it all.
    pub(crate) fn offered(settings: &DeepLinkingSettings) -> Vec<&'static Self> {
        let is_taken = |content: &&Self| settings.accepts(content.item_type());
        CATALOGUE.iter().filter(is_taken).collect()
    }

    /// The type of the item that it becomes in a course.
    fn item_type(&self) -> &'static str {
        match self.kind {
            Kind::Quiz(_) | Kind::Page(_) => "ltiResourceLink",
            Kind::Web(_) => "link",
        }
    }
}

/// How many answers are right.
pub(crate) fn points(questions: &[Question], answers: &[(String, String)]) -> usize {
    questions
        .iter()
        .filter(|question| {
            let given = answers.iter().find(|(name, _)| name == question.name);
            given.is_some_and(|(_, answer)| answer == question.answers[0])
        })
        .count()
}
