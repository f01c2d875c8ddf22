//! The start page: the course, with a card for each thing that can be tried.

use std::sync::PoisonError;

use super::{
    asked::SELECT,
    course_page::LEAVE_FRAME,
    login::{Login, Opening},
    people::{PEOPLE, TEACHER},
    simulated_platform::{RESOURCE_LINK, SimulatedPlatform},
};
use crate::pages::PostForm;

impl SimulatedPlatform {
    pub(super) fn start_page(&self) -> String {
        format!(
            "{LEAVE_FRAME}<p>This page stands in for a course in a learning platform, such as Canvas or Moodle. The link \
             <strong>{}</strong> in it opens your tool.</p>\n\
             <h2>Open the tool</h2>\n<ul class=\"cards\">\n{}</ul>\n\
             <p><small>A deployment is one place in a platform where the tool is set up: a school, or one course. \
             By default its first launch is enough to make it known to the tool.</small></p>\n\
             <h2>After the launch</h2>\n<ul class=\"cards\">\n{}{}{}</ul>\n\
             <h2>What goes wrong</h2>\n<ul class=\"cards\">\n{}{}</ul>\n{}",
            RESOURCE_LINK.1,
            self.people(),
            card(
                "Content selection",
                "A teacher chooses in the tool what the course gets.",
                &self.selection(),
            ),
            card(
                "Grade book",
                "What the tool has sent.",
                &self.way("/platform/grades", "Open the grade book"),
            ),
            card(
                "Members",
                "Whom the tool can ask for.",
                &self.way("/platform/members", "See the members"),
            ),
            self.replay(),
            self.cookies(),
            self.setting_up(),
        )
    }

    /// A card for each person, with a button for each way in which they launch.
    fn people(&self) -> String {
        let is_first = |place: &usize| *place == 0 || PEOPLE[place - 1].2 != PEOPLE[*place].2;
        let first = (0..PEOPLE.len()).filter(is_first);
        first
            .map(|place| {
                let (_, _, name, role, _) = PEOPLE[place];
                let theirs = PEOPLE.iter().filter(|person| person.2 == name);
                let buttons: String = theirs
                    .map(|(hint, label, ..)| self.launch_form(hint, "").with_button(hint, label))
                    .collect();
                card(name, role, &buttons)
            })
            .collect()
    }

    fn launch_form(&self, login_hint: &str, message_hint: &str) -> PostForm {
        self.login_form(&Login {
            login_hint,
            message_hint,
            target: None,
            opening: Opening::Whole,
        })
    }

    fn selection(&self) -> String {
        let form = self.launch_form(TEACHER, SELECT);
        form.with_button(SELECT, "Select content")
    }

    /// The last launch once more, which the tool has to refuse.
    fn replay(&self) -> String {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let replay = match &*last {
            Some((token, state)) => {
                let fields = [("id_token", &**token), ("state", &**state)];
                PostForm::new(&self.launch_url(), fields)
                    .with_button("replay", "Replay the last launch")
            }
            None => "<p>After a launch you can replay it from here, and see it refused.</p>\n"
                .to_owned(),
        };
        card(
            "A launch that was copied",
            "Somebody sends it a second time.",
            &replay,
        )
    }

    /// The course in a browser that blocks the tool's cookies; nothing where no switch is there.
    fn cookies(&self) -> String {
        if !self.cookies.has_switch() {
            return String::new();
        }
        card(
            "Blocked cookies",
            "The browser blocks them in frames of other sites.",
            &self.way(
                "/platform/course?open=frame&amp;cookies=blocked",
                "Open the tool without cookies",
            ),
        )
    }

    /// A link to a page of the platform, whose address is escaped already.
    fn way(&self, page: &str, words: &str) -> String {
        link(&format!("{}{page}", self.root()), words)
    }

    /// What administrators do; nothing where none of it is there.
    fn setting_up(&self) -> String {
        let mut cards = String::new();
        if self.offers_registration {
            cards += &card(
                "Registration",
                "The tool registers itself with a platform.",
                &self.way("/platform/admin", "Administration: register a tool"),
            );
        }
        if let Some(address) = &self.doctor {
            let address = html_escape::encode_double_quoted_attribute(address);
            cards += &card(
                "Doctor",
                "The tool looks for mistakes in its registrations, and lists its last refusals.",
                &link(&address, "Ask the doctor"),
            );
        }
        match cards.is_empty() {
            true => cards,
            false => format!("<h2>Setting up</h2>\n<ul class=\"cards\">\n{cards}</ul>\n"),
        }
    }
}

fn card(heading: &str, words: &str, inside: &str) -> String {
    format!("<li class=\"card\"><h3>{heading}</h3>\n<p>{words}</p>\n{inside}</li>\n")
}

/// A link to an address that is escaped already.
fn link(address: &str, words: &str) -> String {
    format!("<p><a href=\"{address}\">{words}</a></p>\n")
}
