//! Somebody at a browser, in the course of the simulated platform.

use std::time::{Duration, Instant};

use fantoccini::{Client, Locator, elements::Element, error::CmdError, key::Key, wd::WindowHandle};
use serde_json::Value;

use super::{
    axe::assert_accessible,
    devtools::{press, use_colours, use_screen},
    session::{PATIENCE, photograph, photograph_all},
};

/// The course's page.
pub(super) const COURSE: &str = "/platform/course";

/// The grade book.
pub(super) const GRADES: &str = "/platform/grades";

/// When a page began, which tells it from others.
const PAGE_AGE: &str = "return performance.timeOrigin";

/// How often is looked whether something is there.
const INTERVAL: Duration = Duration::from_millis(30);

/// How many elements somebody goes past with the keyboard at most.
const MOST_STEPS: usize = 60;

/// Somebody at a browser.
pub(super) struct Person {
    pub(super) browser: Client,
    pub(super) base_url: String,
}

impl Person {
    pub(super) async fn open(&self, path: &str) {
        let url = format!("{}{path}", self.base_url);
        self.browser.goto(&url).await.expect("the page opens");
    }

    pub(super) async fn reload(&self) {
        self.browser.refresh().await.expect("the page is reloaded");
    }

    pub(super) async fn go_back(&self) {
        self.browser.back().await.expect("there is a page before");
    }

    /// Waits until the page in the frame or window that we are in has such an element.
    ///
    /// While one page goes and another comes, the driver may answer with errors of many kinds.
    pub(super) async fn find(&self, selector: &str) -> Element {
        let until = Instant::now() + PATIENCE;
        loop {
            match self.browser.find(Locator::Css(selector)).await {
                Ok(element) => return element,
                Err(_) if Instant::now() < until => tokio::time::sleep(INTERVAL).await,
                Err(error) => panic!("{selector}: {error} on {}", self.page().await),
            }
        }
    }

    pub(super) async fn click(&self, selector: &str) {
        let click = async |element: Element| element.click().await;
        self.with(selector, click).await;
    }

    pub(super) async fn text(&self, selector: &str) -> String {
        let text = async |element: Element| element.text().await;
        self.with(selector, text).await
    }

    /// Finds an element anew for as long as the page that it was found on has just gone.
    async fn with<T>(
        &self,
        selector: &str,
        act: impl AsyncFn(Element) -> Result<T, CmdError>,
    ) -> T {
        loop {
            match act(self.find(selector).await).await {
                Err(error) if is_gone(&error) => {}
                Err(error) => panic!("{selector}: {error}"),
                Ok(outcome) => return outcome,
            }
        }
    }

    /// Goes from wherever we are in this window into a frame of its page.
    pub(super) async fn enter(&self, frame: &str) {
        self.leave_frames().await;
        let frame = self.find(frame).await;
        frame.enter_frame().await.expect("the frame can be entered");
    }

    /// Goes back to the page of the window.
    pub(super) async fn leave_frames(&self) {
        let window = self.browser.window().await.expect("there is a window");
        self.go_to(&window).await;
    }

    pub(super) async fn go_to(&self, window: &WindowHandle) {
        let switched = self.browser.switch_to_window(window.clone()).await;
        switched.expect("the window is there");
    }

    /// Waits for a window that was not there before, and goes there.
    pub(super) async fn go_to_window_beside(&self, known: &[WindowHandle]) -> WindowHandle {
        let until = Instant::now() + PATIENCE;
        loop {
            let windows = self.browser.windows().await.expect("there are windows");
            if let Some(new) = windows.into_iter().find(|window| !known.contains(window)) {
                self.go_to(&new).await;
                return new;
            }
            assert!(Instant::now() < until, "another window opens");
            tokio::time::sleep(INTERVAL).await;
        }
    }

    /// All that the page in the frame or window shows.
    pub(super) async fn page(&self) -> String {
        loop {
            let body = self.browser.find(Locator::Css("body")).await;
            match body.expect("every page has a body").text().await {
                Err(error) if is_gone(&error) => {}
                text => return text.expect("it has a text"),
            }
        }
    }

    /// How many elements there are.
    pub(super) async fn count(&self, selector: &str) -> usize {
        let found = self.browser.find_all(Locator::Css(selector)).await;
        found.expect("they can be counted").len()
    }

    pub(super) async fn script(&self, script: &str) -> Value {
        let outcome = self.browser.execute(script, vec![]).await;
        outcome.unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// Runs a script that leads to another page, in the frame or window, and waits until it is there.
    pub(super) async fn move_on(&self, script: &str) {
        let before = self.script(PAGE_AGE).await;
        // Later, so that the driver is told of the script's end before the page is gone.
        let later = format!("setTimeout(() => {{ {script} }}, 20)");
        self.script(&later).await;
        self.wait_for_page_after(&before).await;
    }

    /// The same by a click.
    pub(super) async fn move_on_by(&self, selector: &str) {
        self.find(selector).await;
        let before = self.script(PAGE_AGE).await;
        self.click(selector).await;
        self.wait_for_page_after(&before).await;
    }

    async fn wait_for_page_after(&self, before: &Value) {
        let until = Instant::now() + PATIENCE;
        while self.browser.execute(PAGE_AGE, vec![]).await.ok().as_ref() == Some(before) {
            assert!(Instant::now() < until, "another page comes");
            tokio::time::sleep(INTERVAL).await;
        }
    }

    /// Waits until the page is loaded: before that, what it leads to takes its place in the history.
    pub(super) async fn is_loaded(&self) {
        let is_loaded = "return document.readyState === 'complete'";
        let until = Instant::now() + PATIENCE;
        while self.script(is_loaded).await != true {
            assert!(Instant::now() < until, "the page is loaded");
            tokio::time::sleep(INTERVAL).await;
        }
    }

    /// Goes to an element by the keyboard, forwards.
    pub(super) async fn tab_to(&self, selector: &str) {
        self.find(selector).await;
        let is_there = format!("return document.activeElement.matches({selector:?})");
        for _ in 0..MOST_STEPS {
            if self.script(&is_there).await == true {
                return;
            }
            press(&self.browser, Key::Tab).await;
        }
        panic!("the keyboard does not lead to {selector}");
    }

    /// Goes to an element by the keyboard, and presses a key there.
    pub(super) async fn press_at(&self, selector: &str, key: Key) {
        self.tab_to(selector).await;
        press(&self.browser, key).await;
    }

    /// Chooses one of several by the keyboard: the first with the space bar, others with the arrows.
    pub(super) async fn choose_at(&self, selector: &str) {
        let name = format!("return document.querySelector({selector:?}).name");
        let name = self.script(&name).await;
        let name = name.as_str().expect("a radio button has a name");
        self.press_at(&format!("input[name={name}]"), Key::Space)
            .await;
        let is_chosen = format!("return document.querySelector({selector:?}).checked");
        for _ in 0..MOST_STEPS {
            if self.script(&is_chosen).await == true {
                return;
            }
            press(&self.browser, Key::Down).await;
        }
        panic!("the keyboard does not choose {selector}");
    }

    /// Asserts that the page in the frame or window needs no scrolling sideways.
    pub(super) async fn assert_fits(&self, what: &str) {
        let widths = "const page = document.documentElement; \
            return [page.scrollWidth, page.clientWidth]";
        let widths = self.script(widths).await;
        assert!(widths[0].as_u64() <= widths[1].as_u64(), "{what}: {widths}");
    }

    /// Keeps how a page looks on phones and desks, in light and dark, and asserts that it fits, that axe-core finds nothing
    /// wrong with it, and that the keyboard reaches all of it.
    pub(super) async fn look(&self, page: &str) {
        for width in [360, 1280] {
            use_screen(&self.browser, width).await;
            for scheme in ["light", "dark"] {
                use_colours(&self.browser, scheme).await;
                let name = format!("{page}-{width}-{scheme}");
                photograph_all(&self.browser, &name).await;
                self.assert_fits(&name).await;
                assert_accessible(&self.browser, &name).await;
            }
        }
        // From within a frame, Tab would lead out of it.
        if self.script("return window === window.top").await == true {
            self.assert_reached_by_keyboard(page).await;
        }
    }

    pub(super) async fn photograph(&self, name: &str) {
        photograph(&self.browser, name).await;
    }
}

/// Whether the page that an element was found on has gone. The driver has two ways to say so.
fn is_gone(error: &CmdError) -> bool {
    error.is_stale_element_reference()
        || error
            .to_string()
            .contains("does not belong to the document")
}
