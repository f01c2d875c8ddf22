//! The onboarding example in a frame of another site, before a real browser that blocks third-party
//! cookies: the course is at `http://localhost`, the platform and the tool at `http://127.0.0.1`.
//!
//! Chromium takes both for places that may set `Secure` cookies, and for two sites; an LMS over https
//! does not differ in that.

use axum::{
    Router,
    extract::RawQuery,
    http::HeaderMap,
    response::{Html, IntoResponse, Response},
    routing::get,
};
use fantoccini::{Client, Locator, elements::Element, wd::WindowHandle};

use super::{
    course::Person,
    session::{assert_shows, photograph, visit},
    sites::{listen, serve},
};

#[tokio::test]
async fn a_person_in_a_frame_waits_for_approval_and_gets_into_the_tool_once() {
    visit("onboarding", "onboarding", |browser, tool_url| async move {
        let visit = Visit {
            course: browser.window().await.expect("there is a window"),
            course_url: serve_course(&tool_url).await,
            browser,
            tool_url,
        };
        visit.try_everything().await;
        visit.set_up_in_tabs().await;
        visit.register_by_invitation().await;
    })
    .await;
}

/// Serves a page that frames the platform, on another site; and, to show that the browser blocks what
/// it should, a frame that asks for a cookie which is not partitioned; and a form that is not its own.
async fn serve_course(tool_url: &str) -> String {
    let (listener, port) = listen().await;
    let course = format!(
        "<!doctype html><title>Course</title><h1>A course</h1>\
         <iframe id=\"tool\" src=\"{tool_url}/\" width=\"850\" height=\"480\"></iframe>\
         <iframe id=\"cookie\" src=\"http://127.0.0.1:{port}/cookie\" height=\"60\"></iframe>\
         <form method=\"post\" action=\"{tool_url}/admin/deployments\">\
         <input name=\"deployment\" value=\"dep-1\">\
         <button id=\"forge\" name=\"action\" value=\"remove\">Remove</button></form>"
    );
    let app = Router::new()
        .route("/", get(async || Html(course)))
        .route("/cookie", get(cookie));
    serve(listener, app);
    format!("http://localhost:{port}/")
}

async fn cookie(RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    if query.is_none() {
        let body = Html("<a id=\"back\" href=\"?back\">Come back</a>");
        let cookie = "plain=1; Path=/; Secure; HttpOnly; SameSite=None";
        return ([("set-cookie", cookie)], body).into_response();
    }
    let came = headers.contains_key("cookie");
    Html(format!("<p id=\"came\">{came}</p>")).into_response()
}

/// Somebody who comes from a course, and an administrator beside them.
struct Visit {
    browser: Client,
    course: WindowHandle,
    course_url: String,
    tool_url: String,
}

impl Visit {
    async fn try_everything(&self) {
        self.open_course().await;
        self.click("#forge").await;
        let refused = self.text("#message").await;
        assert_shows(&refused, &["Open the page anew at", &self.tool_url]);

        self.open_course().await;
        self.enter("cookie").await;
        self.click("#back").await;
        let came = self.text("#came").await;
        assert_eq!(came, "false", "the browser blocks third-party cookies");

        self.enter("tool").await;
        self.click("#new").await;
        self.find("#organisation").await;
        self.photograph("onboarding-1-form").await;

        self.fill_in("<b>Canary</b> & \"Sons\"").await;
        self.find("#again").await;
        assert_shows(&self.heading().await, &["Your request waits for approval"]);
        self.look("onboarding-2-waiting").await;

        self.click("#again").await;
        self.find("a[href='']").await;
        assert_shows(&self.heading().await, &["The tool is not open yet"]);
        self.look("onboarding-3-not-yet").await;
        let elsewhere = self.address().await;

        self.approve_in_another_window("<b>Canary</b> & \"Sons\"")
            .await;

        self.enter("tool").await;
        self.click("a[href='']").await;
        let message = self.find("#message").await;
        assert_shows(&text(&message).await, &["<b>Canary</b> & \"Sons\""]);
        assert_shows(&self.heading().await, &["Welcome, Ines Lehrer"]);
        self.photograph("onboarding-5-in-the-tool").await;

        let reload = self.browser.execute("location.reload()", vec![]).await;
        reload.expect("the frame can be reloaded");
        assert_shows(&self.heading().await, &["Welcome, Ines Lehrer"]);
        self.go_on_to(&elsewhere).await;
        self.assert_refused("ticket_used").await;
        self.look("onboarding-6-resumed-again").await;

        // In a window of its own there is no cookie of the frame's.
        self.open_in_another_window(&elsewhere).await;
        self.assert_refused("ticket_invalid").await;
    }

    /// Somebody who may speak for the organisation needs nobody's approval. Two tabs that set up a
    /// deployment each do not get into each other's way; of two tabs with one ticket, the first gets in.
    async fn set_up_in_tabs(&self) {
        let mut tabs = Vec::new();
        for _ in 0..3 {
            let tab = self.browser.new_window(true).await;
            tabs.push(tab.expect("another tab opens").handle);
        }
        let [first, second, copy_of_second] = &tabs[..] else {
            panic!("there are three tabs")
        };
        for tab in [first, second] {
            self.go_to_window(tab).await;
            self.open(&self.tool_url).await;
            self.click("#administrator").await;
            self.find("#organisation").await;
        }
        self.look("onboarding-1-form-alone").await;
        let form = self.address().await;
        self.go_to_window(copy_of_second).await;
        self.open(&form).await;

        for (tab, organisation) in [(second, "Second School"), (first, "First School")] {
            self.go_to_window(tab).await;
            self.fill_in(organisation).await;
            let message = self.find("#message").await;
            assert_shows(&text(&message).await, &[organisation]);
            assert_shows(&self.heading().await, &["Welcome, Ada Admin"]);
        }
        self.look("onboarding-5-in-the-tool-alone").await;
        self.go_to_window(copy_of_second).await;
        self.fill_in("Another School").await;
        self.assert_refused("ticket_used").await;
    }

    /// An administrator of the tool invites a platform, which registers, and approves it.
    async fn register_by_invitation(&self) {
        let administration = format!("{}/admin/deployments", self.tool_url);
        self.open(&administration).await;
        let name = self.find("#invited").await;
        name.send_keys("<b>Hill</b> Road School")
            .await
            .expect("a name");
        self.click("#invite").await;
        let address = self.find("#address").await.prop("value").await;
        let address = address.expect("an address").expect("it is not empty");
        self.look("onboarding-7-invitation").await;

        self.register_at(&address).await;
        self.find("#closed:not([hidden])").await;
        self.register_at(&address).await;
        let frame = self.find("#registration").await;
        frame.enter_frame().await.expect("the frame can be entered");
        self.find("main small").await;
        let refused = self.text("body").await;
        assert_shows(&refused, &["invite_used"]);

        self.open(&format!("{}/platform/admin", self.tool_url))
            .await;
        self.click("#registered-1-learner").await;
        self.assert_closed("registration_pending").await;
        self.open(&administration).await;
        let platforms = "table[aria-label=Platforms]";
        let list = self.text(platforms).await;
        assert_shows(&list, &["<b>Hill</b> Road School", "pending", "active"]);
        self.look("onboarding-7-platforms").await;
        self.click("button[aria-label='approve registered-1']")
            .await;
        self.find("button[aria-label='disable registered-1']").await;
        self.open(&format!("{}/platform/admin", self.tool_url))
            .await;
        self.click("#registered-1-instructor").await;
        self.find("#organisation").await;

        self.open(&administration).await;
        self.click("button[aria-label='disable registered-1']")
            .await;
        self.find("button[aria-label='enable registered-1']").await;
        self.open(&format!("{}/platform/admin", self.tool_url))
            .await;
        self.click("#registered-1-instructor").await;
        self.assert_closed("registration_disabled").await;
    }

    async fn assert_closed(&self, code: &str) {
        assert_shows(&self.text("main small").await, &[code]);
        let page = self.text("body").await;
        assert!(!page.contains("Welcome"), "nobody is let in by {page}");
    }

    /// Gives an address to the platform, and confirms what its page asks.
    async fn register_at(&self, address: &str) {
        self.open(&format!("{}/platform/admin", self.tool_url))
            .await;
        let field = self.find("input[name=url]").await;
        field.clear().await.expect("the field can be emptied");
        field.send_keys(address).await.expect("an address");
        self.click("#in-frame").await;
        let page = self.browser.window().await.expect("there is a window");
        let frame = self.find("#registration").await;
        frame.enter_frame().await.expect("the frame can be entered");
        if self.is_there("form button").await {
            self.click("form button").await;
        }
        self.go_to_window(&page).await;
    }

    /// Whether the page that is there in the end has such an element, or a refusal.
    async fn is_there(&self, selector: &str) -> bool {
        self.find(&format!("{selector}, main small")).await;
        self.browser.find(Locator::Css(selector)).await.is_ok()
    }

    async fn assert_refused(&self, code: &str) {
        self.find("main small").await;
        let refused = self.text("body").await;
        assert_shows(&refused, &["The tool could not be opened", code]);
        assert!(
            !refused.contains("Welcome"),
            "nobody is let in by {refused}"
        );
    }

    async fn address(&self) -> String {
        let address = self.browser.execute("return location.href", vec![]).await;
        let address = address.expect("the frame has an address");
        address.as_str().expect("it is a text").to_owned()
    }

    async fn go_to_window(&self, window: &WindowHandle) {
        let switched = self.browser.switch_to_window(window.clone()).await;
        switched.expect("the window is there");
    }

    async fn open_in_another_window(&self, address: &str) {
        let window = self.browser.new_window(false).await;
        self.go_to_window(&window.expect("another window opens").handle)
            .await;
        self.open(address).await;
    }

    async fn open(&self, address: &str) {
        let opened = self.browser.goto(address).await;
        opened.expect("the page opens");
    }

    /// Goes on in the frame that we are in.
    async fn go_on_to(&self, address: &str) {
        let script = "location.assign(arguments[0])";
        let gone = self.browser.execute(script, vec![address.into()]).await;
        gone.expect("the frame goes on");
    }

    async fn open_course(&self) {
        self.open(&self.course_url).await;
    }

    /// Goes from the course's page into one of its frames.
    async fn enter(&self, frame: &str) {
        self.go_to_window(&self.course).await;
        let frame = self.find(&format!("#{frame}")).await;
        frame.enter_frame().await.expect("the frame can be entered");
    }

    async fn approve_in_another_window(&self, organisation: &str) {
        let address = format!("{}/admin/deployments", self.tool_url);
        self.open_in_another_window(&address).await;
        let list = self.text("table").await;
        assert_shows(&list, &[organisation, "pending"]);
        self.look("onboarding-4-administrator").await;

        self.click("button[value=approve]").await;
        self.find("input + button[value=disable]").await;
        assert_shows(&self.text("table").await, &["active"]);
    }

    async fn fill_in(&self, organisation: &str) {
        let name = self.find("#organisation").await;
        name.send_keys(organisation)
            .await
            .expect("a name can be given");
        self.click("#terms").await;
        self.click("#submit").await;
    }

    async fn click(&self, selector: &str) {
        self.somebody().click(selector).await;
    }

    async fn text(&self, selector: &str) -> String {
        self.somebody().text(selector).await
    }

    async fn heading(&self) -> String {
        self.text("h1").await
    }

    /// Waits until the page in the frame or window that we are in has such an element.
    async fn find(&self, selector: &str) -> Element {
        self.somebody().find(selector).await
    }

    async fn look(&self, name: &str) {
        self.somebody().look(name).await;
    }

    fn somebody(&self) -> Person {
        let (browser, base_url) = (self.browser.clone(), self.tool_url.clone());
        Person { browser, base_url }
    }

    async fn photograph(&self, name: &str) {
        photograph(&self.browser, name).await;
    }
}

async fn text(element: &Element) -> String {
    element.text().await.expect("it has a text")
}
