//! The start page: buttons that launch.

use std::sync::PoisonError;

use super::{
    login::{Login, Opening},
    people::PEOPLE,
    simulated_platform::SimulatedPlatform,
};
use crate::pages::PostForm;

impl SimulatedPlatform {
    pub(super) fn start_page(&self) -> String {
        let launch_url = self.launch_url();
        let buttons: String = PEOPLE
            .iter()
            .map(|(login_hint, label, ..)| {
                let login = Login {
                    login_hint,
                    message_hint: "",
                    target: None,
                    opening: Opening::Whole,
                };
                self.login_form(&login).with_button(login_hint, label)
            })
            .collect();
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let replay = match &*last {
            Some((token, state)) => {
                let fields = [("id_token", &**token), ("state", &**state)];
                PostForm::new(&launch_url, fields).with_button("replay", "Replay the last launch")
            }
            None => {
                "<p>After a launch you can replay it from here, and see it refused.</p>".to_owned()
            }
        };
        let administration = match self.offers_registration {
            true => "<p><a href=\"/platform/admin\">Administration: register a tool</a></p>\n",
            false => "",
        };
        format!(
            "<p>This page stands in for a course in a learning platform.</p>\n{buttons}\
             <p><a href=\"/platform/course\">Course, with its content</a></p>\n\
             <p><a href=\"/platform/grades\">Grade book</a></p>\n\
{administration}<h2>Once more</h2>\n{replay}\n"
        )
    }
}
