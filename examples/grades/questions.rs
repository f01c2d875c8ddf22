//! The quiz: three questions, one point each.

pub(crate) struct Question {
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
    pub(crate) answers: [&'static str; 3],
    pub(crate) right: &'static str,
}

pub(crate) const QUESTIONS: [Question; 3] = [
    Question {
        name: "energy",
        text: "Where does a cell get most of its energy from?",
        answers: ["the mitochondria", "the nucleus", "the membrane"],
        right: "the mitochondria",
    },
    Question {
        name: "plants",
        text: "What do plant cells have that animal cells do not?",
        answers: ["a nucleus", "a cell wall", "ribosomes"],
        right: "a cell wall",
    },
    Question {
        name: "copy",
        text: "Where is most of a cell's DNA?",
        answers: ["in the cell wall", "in the ribosomes", "in the nucleus"],
        right: "in the nucleus",
    },
];

/// How many answers are right.
pub(crate) fn points(answers: &[(String, String)]) -> usize {
    QUESTIONS
        .iter()
        .filter(|question| {
            let given = answers.iter().find(|(name, _)| name == question.name);
            given.is_some_and(|(_, answer)| answer == question.right)
        })
        .count()
}
