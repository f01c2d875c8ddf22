//! Results: AGS 2.0 §3.3.

use http::{StatusCode, Uri};
use serde_json::{Value, json};

use super::{
    line_items::gone,
    list_page::{LinkStyle, ListPage, parameter, with_kept},
    reply::Reply,
    state::State,
    timestamp,
};
use crate::testing::{Call, Dialect};

impl State {
    pub(super) fn list_results(&self, number: usize, uri: &Uri) -> Reply {
        let Some(column) = self.grade_book.column(number) else {
            return gone(number);
        };
        if self.dialect == Dialect::Moodle && parameter(uri, "limit").is_some() {
            let page = "<!DOCTYPE html>\n<html><head><title>Error</title></head></html>\n";
            return Reply::text(StatusCode::NOT_FOUND, "text/html; charset=utf-8", page);
        }
        let wanted = parameter(uri, "user_id");
        let item = self.line_item_url(number);
        let (path, query) = item.split_once('?').unwrap_or((&item, ""));
        let url = match query {
            "" => format!("{path}/results"),
            query => format!("{path}/results?{query}"),
        };
        let graded = column.grades.iter().filter(|(user, grade)| {
            let is_wanted = wanted.as_ref().is_none_or(|wanted| wanted == *user);
            is_wanted && (grade.score.is_some() || grade.comment.is_some())
        });
        let results: Vec<Value> = graded
            .map(|(user, grade)| {
                let separator = if url.contains('?') { '&' } else { '?' };
                let mut result = json!({
                    "id": format!("{url}{separator}user_id={user}"),
                    "scoreOf": item,
                    "userId": user,
                    "resultMaximum": grade.maximum,
                    "timestamp": timestamp::write(grade.timestamp),
                });
                if let Some(score) = grade.score {
                    result["resultScore"] = score.into();
                }
                // Blackboard leaves it out where one user was asked for.
                let hides = self.dialect == Dialect::Blackboard && wanted.is_some();
                if let Some(comment) = grade.comment.as_deref().filter(|_| !hides) {
                    result["comment"] = comment.into();
                }
                result
            })
            .collect();
        let page = ListPage::read(uri, self.page_size);
        let total = results.len();
        let shown: Vec<Value> = results
            .into_iter()
            .skip(page.from)
            .take(page.size)
            .collect();
        let reply = Reply::json(StatusCode::OK, Call::Results.media_type(), &shown.into());
        let kept = with_kept(&url, uri, &["user_id"]);
        page.link(reply, &kept, total, LinkStyle::of_grades(self.dialect))
    }
}
