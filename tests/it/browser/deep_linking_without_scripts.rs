//! The deep linking example in a browser that runs no scripts.

use super::{
    course::{COURSE, Person},
    session::{assert_shows, visit_without_scripts},
};

// DL-10, ADV-71
#[tokio::test]
async fn without_scripts_every_form_has_a_button() {
    visit_without_scripts(
        "deep_linking",
        "deep-linking-plain",
        |browser, base_url| async move {
            let person = Person { browser, base_url };
            person.open(COURSE).await;
            person.click("#select-content").await;
            person.click("form[action$='/lti/launch'] button").await;
            person.click("input[value=reading]").await;
            person.click("button[value=add]").await;

            let question = person.text("form[action*='/platform/'] button").await;
            assert_shows(&question, &["Continue"]);
            person.photograph("deep-linking-plain-1-continue").await;
            person.click("form[action*='/platform/'] button").await;

            let message = person.text("#message").await;
            assert_shows(&message, &["One item was added"]);
            assert_shows(&person.text("#content").await, &["What a cell is"]);
            person.photograph("deep-linking-plain-2-course").await;

            // Back at the page with the button, and made to load it once more, the browser gets no second response.
            person.go_back().await;
            person.reload().await;
            let refused = person.text("main small").await;
            assert_shows(&refused, &["deep_linking_handle_used"]);
        },
    )
    .await;
}
