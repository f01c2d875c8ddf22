//! What somebody does in a course, and what they see of the tool.

use std::time::{Duration, Instant};

use fantoccini::{Locator, wd::WindowHandle};
use serde_json::Value;
use tower_lti::testing::StorageOptions;

use super::stage::Stage;
use crate::browser::{
    course::Person,
    session::{PATIENCE, assert_shows},
};

/// The longest that a person waits for a platform that never answers: two seconds, and what a busy machine takes.
const FALLS_BACK_WITHIN: Duration = Duration::from_secs(20);

/// The button that opens the tool in a window of its own, once it is offered.
pub(super) const WINDOW_BUTTON: &str = "#lti-offer:not([hidden]) button";

impl Person {
    /// Opens the course's link in its frame, and goes into the frame.
    pub(super) async fn launch_as(&self, who: &str) {
        self.leave_frames().await;
        self.click(&format!("#link-1-{who}")).await;
        self.enter("#tool").await;
    }

    /// Waits until the tool's page has such an element. While the frame goes from site to site, the driver at times falls
    /// back to the page around it.
    async fn find_in_tool(&self, selector: &str) {
        let until = Instant::now() + PATIENCE;
        loop {
            if self.browser.find(Locator::Css(selector)).await.is_ok() {
                return;
            }
            if let Ok(frame) = self.browser.find(Locator::Css("iframe#tool")).await {
                // A frame that is gone by now is looked for again.
                let _ = frame.enter_frame().await;
            }
            assert!(
                Instant::now() < until,
                "{selector} in {}",
                self.page().await
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Asserts that the tool is open, and how the session is proven: `with cookies` or `without cookies`.
    pub(super) async fn is_in_tool(&self, name: &str, proof: &str) {
        // A refusal has a reference.
        self.find_in_tool("#proof, main small").await;
        self.is_loaded().await;
        let page = self.page().await;
        assert_shows(&page, &[&format!("Welcome {name}"), "Week 1: Cells", proof]);
    }

    pub(super) async fn is_refused(&self, code: &str) {
        let refused = self.text("main small").await;
        assert_shows(&refused, &[code]);
        let page = self.page().await;
        assert!(!page.contains("Welcome"), "nobody is let in by {page}");
    }

    /// Keeps a note in the session of the page.
    pub(super) async fn keep(&self, note: &str) {
        let field = self.find("input[name=note]").await;
        field.send_keys(note).await.expect("a note can be written");
        self.click("#keep").await;
        let until = Instant::now() + FALLS_BACK_WITHIN;
        while !self.text("#notes").await.contains(note) {
            assert!(Instant::now() < until, "the note is kept");
        }
    }

    /// Asserts that the platform does not store, and that the page offers a window in time.
    pub(super) async fn is_offered_a_window(&self, since: Instant) {
        self.find_in_tool(WINDOW_BUTTON).await;
        let button = self.text(WINDOW_BUTTON).await;
        assert_shows(&button, &["Open in a new window"]);
        let waited = since.elapsed();
        assert!(waited < FALLS_BACK_WITHIN, "after {waited:?}");
        let page = self.page().await;
        assert!(!page.contains("Welcome"), "nobody is let in by {page}");
    }

    /// A click on the next page, a note, a reload, and the way back and forth.
    pub(super) async fn goes_on(&self, name: &str, proof: &str) {
        self.open_next().await;
        self.is_in_tool(name, proof).await;
        self.keep("first").await;
        self.move_on("location.reload()").await;
        self.is_in_tool(name, proof).await;
        assert_eq!(self.text("#notes").await, "first");
        self.move_on("history.back()").await;
        self.is_in_tool(name, proof).await;
    }

    /// Opens the next page of the tool, by its link.
    pub(super) async fn open_next(&self) {
        self.move_on_by("#next").await;
    }
}

impl Stage {
    /// Launches as learner and as instructor, each in a tab of its own, and keeps a note in each.
    pub(super) async fn two_tabs(&self, person: &Person, proof: &str) -> Vec<WindowHandle> {
        let mut tabs = Vec::new();
        for (who, name) in [("learner", "Lea Lerner"), ("instructor", "Ines Lehrer")] {
            let tab = person.browser.new_window(true).await;
            tabs.push(tab.expect("another tab opens").handle);
            person.go_to(&tabs[tabs.len() - 1]).await;
            self.open_course(person, StorageOptions::new()).await;
            person.launch_as(who).await;
            person.is_in_tool(name, proof).await;
            person.keep(who).await;
        }
        tabs
    }

    /// Chooses content by the picker in a frame of the course.
    pub(super) async fn picker_answers(&self, person: &Person) {
        self.platform.use_storage(StorageOptions::new());
        person.open("/platform/course?select=frame").await;
        person.enter("#picker").await;
        person.click("#add").await;
        person.leave_frames().await;
        assert_shows(&person.text("#message").await, &["One item was added"]);
        assert_shows(&person.text("#content").await, &["From the picker"]);
    }

    /// Launches from the course in its frame, and asserts that the tool opened without a cookie; and that exactly one
    /// value was stored, for this login, and is gone.
    pub(super) async fn opens_without_cookies(&self, person: &Person, storage: StorageOptions) {
        let what = format!("{storage:?}");
        self.open_course(person, storage).await;
        person.launch_as("learner").await;
        person.is_in_tool("Lea Lerner", "without cookies").await;
        let seen = self.seen.take();
        assert!(
            seen.iter().all(|one| one.cookies.is_empty()),
            "{what}: {seen:?}"
        );
        let posts = seen.iter().filter(|one| one.is_launch()).count();
        assert_eq!(
            posts, 2,
            "{what}: the launch, and what completes it: {seen:?}"
        );
        person.leave_frames().await;
        let messages = person.storage_is_empty(&what).await;
        assert_one_value(&messages, &what);
        person.enter("#tool").await;
    }
}

/// That the platform was asked what it can do; and that one value was stored under one key of a login, read, and deleted,
/// each message with an id of its own.
fn assert_one_value(messages: &[Value], what: &str) {
    let about = |name: &str| {
        let named = messages.iter().filter(move |message| {
            message["subject"]
                .as_str()
                .is_some_and(|subject| subject.ends_with(name))
        });
        named.collect::<Vec<_>>()
    };
    assert!(
        !about("lti.capabilities").is_empty(),
        "{what}: {messages:?}"
    );
    let puts = about("lti.put_data");
    let (deleted, stored): (Vec<&Value>, Vec<&Value>) =
        puts.into_iter().partition(|put| put["value"].is_null());
    assert!(
        !stored.is_empty() && !deleted.is_empty(),
        "{what}: {messages:?}"
    );
    let (key, value) = (&stored[0]["key"], &stored[0]["value"]);
    let text = key.as_str().expect("a key is text");
    assert!(text.starts_with("lti_login_"), "{what}: {text}");
    assert!(
        value.as_str().is_some_and(|value| value.len() >= 43),
        "{what}: {value}"
    );
    for put in &stored {
        assert_eq!((&put["key"], &put["value"]), (key, value), "{what}");
    }
    let gets = about("lti.get_data");
    assert!(!gets.is_empty(), "{what}: {messages:?}");
    for message in gets.iter().chain(&deleted) {
        assert_eq!(&message["key"], key, "{what}");
    }
    let ids: Vec<&Value> = messages
        .iter()
        .map(|message| &message["message_id"])
        .collect();
    for (place, id) in ids.iter().enumerate() {
        assert!(id.as_str().is_some_and(|id| id.len() >= 22), "{what}: {id}");
        assert!(!ids[..place].contains(id), "{what}: {id} came twice");
    }
}
