//! The grades example before a real browser: a quiz, the platform's grade book, and the roster.

use std::time::{Duration, Instant};

use fantoccini::Client;

use super::{
    course,
    session::{assert_shows, visit},
};

/// Until when a grade that is sent in ten seconds has to be there.
const LATER: Duration = Duration::from_secs(20);

// AGS-13, AGS-16, ADV-49, N43
#[tokio::test]
async fn a_quiz_is_graded_at_once_and_later_and_a_teacher_sees_the_roster() {
    visit("grades", "grades", |browser, base_url| async move {
        Person { browser, base_url }.try_everything().await;
    })
    .await;
}

/// Somebody at the browser.
struct Person {
    browser: Client,
    base_url: String,
}

impl Person {
    async fn try_everything(&self) {
        self.open("/platform/grades").await;
        let empty = self.text("main").await;
        assert_shows(&empty, &["Week 1: Cells", "Lea Lerner", "no grade"]);

        self.launch("learner", "fieldset").await;
        self.look("grades-1-quiz").await;
        let handed_in = self.hand_in("now", 2).await;
        assert_shows(
            &handed_in,
            &["2 of 3 answers are right", "The platform has the grade"],
        );
        self.look("grades-1-handed-in").await;
        self.open("/platform/grades").await;
        let graded = self.text("main").await;
        assert_shows(&graded, &["66.67", "2 of 3 answers are right."]);

        // One after the other, four would take forty seconds.
        for right in [0, 1, 2, 3] {
            self.launch("learner", "fieldset").await;
            let handed_in = self.hand_in("later", right).await;
            assert_shows(&handed_in, &["The grade is sent in ten seconds"]);
        }
        let asked = Instant::now();
        self.open("/platform/grades").await;
        while !self
            .text("main")
            .await
            .contains("3 of 3 answers are right.")
        {
            assert!(asked.elapsed() < LATER, "the worker sends in time");
            tokio::time::sleep(Duration::from_millis(500)).await;
            self.open("/platform/grades").await;
        }
        self.look("grades-2-grade-book").await;

        self.launch("instructor", "#roster").await;
        self.look("grades-3-teacher").await;
        self.click("#roster").await;
        let roster = self.text("table").await;
        assert_shows(
            &roster,
            &[
                "Lea Lerner",
                "Zoë Zimmer",
                "Learner",
                "Ines Lehrer",
                "Instructor",
            ],
        );
        assert_eq!(roster.matches("Ines Lehrer").count(), 1, "{roster}");
        self.look("grades-3-roster").await;

        self.launch("learner", "fieldset").await;
        let quiz = self
            .browser
            .current_url()
            .await
            .expect("there is an address");
        let session = quiz.query().unwrap_or_default();
        self.open(&format!("/tool/roster?{session}")).await;
        assert_shows(&self.text("#message").await, &["Only teachers"]);
    }

    async fn launch(&self, who: &str, then: &str) {
        self.open("/").await;
        self.click(&format!("#{who}")).await;
        self.text(then).await;
    }

    /// Answers so many questions right and the rest wrong, hands in, and returns what the tool says to it: whoever
    /// opens another page before would take the form back.
    async fn hand_in(&self, when: &str, right: usize) -> String {
        let answers = ["the mitochondria", "a cell wall", "in the nucleus"];
        let wrong = ["the nucleus", "ribosomes", "in the ribosomes"];
        for number in 0..3 {
            let answer = if number < right {
                answers[number]
            } else {
                wrong[number]
            };
            self.click(&format!("input[value='{answer}']")).await;
        }
        self.click(&format!("button[value='{when}']")).await;
        self.text("#message").await
    }

    async fn open(&self, path: &str) {
        let url = format!("{}{path}", self.base_url);
        self.browser.goto(&url).await.expect("the page opens");
    }

    async fn click(&self, selector: &str) {
        self.somebody().click(selector).await;
    }

    async fn text(&self, selector: &str) -> String {
        self.somebody().text(selector).await
    }

    async fn look(&self, name: &str) {
        self.somebody().look(name).await;
    }

    fn somebody(&self) -> course::Person {
        let (browser, base_url) = (self.browser.clone(), self.base_url.clone());
        course::Person { browser, base_url }
    }
}
