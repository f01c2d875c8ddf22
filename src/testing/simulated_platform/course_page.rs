//! The course, as people see it: its content, and the way to more.

use bytes::Bytes;
use html_escape::{encode_double_quoted_attribute as attribute, encode_text as text};
use http::Response;
use http_body_util::Full;

use super::{
    asked::{SELECT, SELECT_IN_FRAME},
    cookie_switch::FrameCookies,
    login::{Login, Opening},
    people::TEACHER,
    simulated_platform::SimulatedPlatform,
};

/// A page of the course in a frame of another, where a response or a person came back, takes the place of the outer one.
pub(super) const LEAVE_FRAME: &str =
    "<script>if(window.frameElement)parent.location.replace(location.href)</script>\n";

impl SimulatedPlatform {
    /// The course page. The query may say that a response has come, that the tool is to be shown in a frame, and how the
    /// switch for its cookies stands; they work where it says nothing.
    pub(super) fn course_page(&self, query: &str) -> Response<Full<Bytes>> {
        let parameter = |name: &str| {
            let mut parameters = form_urlencoded::parse(query.as_bytes());
            let found = parameters.find(|(known, _)| known == name);
            found.map(|(_, value)| value.into_owned())
        };
        let arrived = parameter("response").and_then(|number| self.notice(&number));
        let in_frame = parameter("select").is_some_and(|place| place == "frame");
        let opening = match parameter("open").as_deref() {
            Some("frame") => Opening::Frame,
            Some("window") => Opening::Window,
            _ => Opening::Whole,
        };
        let asked = parameter("cookies");
        let cookies = match asked.as_deref() {
            Some("blocked") => FrameCookies::Blocked,
            Some("blocked-no-answer") => FrameCookies::BlockedWithoutAnswer,
            _ => FrameCookies::Work,
        };
        self.cookies.turn_to(cookies);
        let content = self.content(opening);
        let selection = if in_frame {
            self.frame()
        } else {
            self.selection_buttons()
        };
        let storage = if in_frame || opening != Opening::Whole {
            self.storage_in_course()
        } else {
            String::new()
        };
        let body = format!(
            "{LEAVE_FRAME}{storage}{}<p>The course of Ines Lehrer.</p>\n{}<h2>In the course</h2>\n\
             <ul id=\"content\" class=\"list\">\n{content}</ul>\n{}\
             <h2>More content</h2>\n{selection}",
            arrived.unwrap_or_default(),
            self.frame_of_links(opening, asked.is_some()),
            self.place_of_links(opening),
        );
        self.page_of("/platform/course", "Content of the course", &body)
    }

    /// What a response said, and how much it brought.
    fn notice(&self, number: &str) -> Option<String> {
        let number = number.parse::<usize>().ok()?.checked_sub(1)?;
        let responses = self.services.deep_linking_responses();
        let response = responses.get(number)?;
        let brought = match response.items().len() {
            0 => "Nothing was added to the course.".to_owned(),
            1 => "One item was added to the course.".to_owned(),
            several => format!("{several} items were added to the course."),
        };
        let said = response
            .message()
            .map_or_else(String::new, |message| format!("<br>{}", text(message)));
        let mut notice =
            format!("<p id=\"message\" class=\"alert good\" role=\"status\">{brought}{said}</p>\n");
        if let Some(error) = response.error_message() {
            let error = text(error);
            notice += &format!("<p id=\"error-message\" role=\"alert\">{error}</p>\n");
        }
        for (id, log) in [("log", response.log()), ("error-log", response.error_log())] {
            if let Some(log) = log {
                let log = text(log);
                notice +=
                    &format!("<p><small id=\"{id}\">For the platform's log: {log}</small></p>\n");
            }
        }
        Some(notice)
    }

    /// The buttons that open the tool's picker, for the teacher.
    fn selection_buttons(&self) -> String {
        let login = Login {
            login_hint: TEACHER,
            message_hint: SELECT,
            target: None,
            opening: Opening::Whole,
        };
        let in_window = self
            .login_form(&login)
            .with_button(SELECT, "Select content");
        format!(
            "<div class=\"row\">\n{in_window}<form method=\"get\" action=\"{}/platform/course\">\n\
             <input type=\"hidden\" name=\"select\" value=\"frame\">\n\
             <button id=\"{SELECT_IN_FRAME}\">Select content on this page</button>\n</form>\n</div>\n",
            self.root()
        )
    }

    /// The picker in a frame of this page.
    fn frame(&self) -> String {
        let address = self.login_address(&Login {
            login_hint: TEACHER,
            message_hint: SELECT_IN_FRAME,
            target: None,
            opening: Opening::Frame,
        });
        format!(
            "<iframe id=\"picker\" title=\"Content selection\" src=\"{}\"></iframe>\n\
             <p><a href=\"{}/platform/course\">Close</a></p>\n",
            attribute(&address),
            self.root()
        )
    }

    /// The ways to open links elsewhere.
    fn place_of_links(&self, opening: Opening) -> String {
        // With the switch the first link is in the frame at once, as with its other positions.
        let in_frame = match self.cookies.has_switch() {
            true => "?open=frame&amp;cookies=work",
            false => "?open=frame",
        };
        let ways = [
            (Opening::Whole, "", "in place of this page"),
            (Opening::Frame, in_frame, "in a frame of this page"),
            (Opening::Window, "?open=window", "in another window"),
        ];
        let root = self.root();
        let others = ways.iter().filter(|(way, ..)| *way != opening);
        let others: Vec<String> = others
            .map(|(_, query, words)| {
                format!("<a href=\"{root}/platform/course{query}\">{words}</a>")
            })
            .collect();
        format!("<p>Open links {}</p>\n", others.join(", or "))
    }
}
