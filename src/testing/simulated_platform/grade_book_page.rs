//! The grade book, as a teacher sees it.

use bytes::Bytes;
use html_escape::encode_text as text;
use http::Response;
use http_body_util::Full;
use serde_json::Value;

use super::simulated_platform::SimulatedPlatform;
use crate::testing::{CourseMember, Grade};

impl SimulatedPlatform {
    /// Students by line items, with results, comments and progress.
    pub(super) fn grade_book_page(&self) -> Response<Full<Bytes>> {
        let items = self.services.line_items();
        let head: String = items.iter().map(column_head).collect();
        let members = self.services.members();
        let students = members.iter().filter(|member| member.is_gradable());
        let rows: String = students.map(|student| self.row(student, &items)).collect();
        let body = format!(
            "<p>What its teacher sees.</p>\n\
             <div class=\"scroll\" role=\"region\" aria-label=\"Grades\" tabindex=\"0\">\n<table>\n\
             <thead><tr><th scope=\"col\">Student</th>{head}</tr></thead>\n\
             <tbody>\n{rows}</tbody>\n</table>\n</div>\n\
             <p><a href=\"{}/platform/grades\">Look again</a></p>\n",
            self.root()
        );
        self.page_of("/platform/grades", "Grade book", &body)
    }

    fn row(&self, student: &CourseMember, items: &[Value]) -> String {
        let cells: String = items
            .iter()
            .map(|item| {
                let url = item["id"].as_str().unwrap_or("");
                cell(self.services.grade_of(url, student.user_id()).as_ref())
            })
            .collect();
        let name = text(student.name());
        format!("<tr><th scope=\"row\">{name}</th>{cells}</tr>\n")
    }
}

fn column_head(item: &Value) -> String {
    let label = text(item["label"].as_str().unwrap_or(""));
    let maximum = item["scoreMaximum"].as_f64().unwrap_or(1.0);
    format!("<th scope=\"col\">{label} <small>out of {maximum}</small></th>")
}

fn cell(grade: Option<&Grade>) -> String {
    let Some(grade) = grade else {
        return "<td>no grade</td>".to_owned();
    };
    let score = match grade.score() {
        // Two decimals, as grade books show them.
        Some(score) => format!("{}", (score * 100.0).round() / 100.0),
        None => "no grade".to_owned(),
    };
    let comment = grade.comment().map_or_else(String::new, |comment| {
        format!("<p class=\"comment\">{}</p>", text(comment))
    });
    let progress = match (grade.activity_progress(), grade.grading_progress()) {
        ("Completed", "FullyGraded") => String::new(),
        (activity, grading) => format!("<p><small>{activity}, {grading}</small></p>"),
    };
    format!("<td><p class=\"grade\">{score}</p>{comment}{progress}</td>")
}
