//! The report as a page.

use crate::{
    doctor::{Finding, Report, finding::words},
    pages::{PostForm, document, text},
};

const HEADING: &str = "LTI doctor";

/// The page: what was found, the button, and the last refusals.
pub(super) fn page(report: &Report, was_checked: bool) -> String {
    let button = match was_checked {
        true => "Check again",
        false => "Check now",
    };
    let mut body = String::new();
    if was_checked {
        body += &format!("<p><strong>{}</strong></p>\n", text(&report.summary()));
        body += &findings(report);
    } else {
        body += "<p>Asks all platforms and the tool itself, and changes nothing. It may take some minutes.</p>\n";
    }
    body += &PostForm::to_this_address([]).with_button("check", button);
    body += &refusals(report);
    document(HEADING, None, &body)
}

pub(super) fn refusal(words: &str) -> String {
    document(HEADING, None, &format!("<p>{}</p>\n", text(words)))
}

fn findings(report: &Report) -> String {
    let mut html = String::new();
    for (subject, findings) in report.by_subject() {
        html += &format!("<h2>{}</h2>\n", text(&subject.to_string()));
        html.extend(findings.iter().map(one));
    }
    html
}

fn one(finding: &Finding) -> String {
    let mut html = format!(
        "<h3>{}: <code>{}</code></h3>\n<dl>\n",
        finding.severity.as_str(),
        finding.check
    );
    let who = match finding.remedy.is_empty() {
        true => "",
        false => words(finding.who),
    };
    let rows = [
        ("Seen", finding.seen.as_str()),
        ("Wanted", &finding.wanted),
        ("Remedy", &finding.remedy),
        ("Who", who),
    ];
    for (name, value) in rows.iter().filter(|(_, value)| !value.is_empty()) {
        html += &format!("<dt>{name}</dt><dd>{}</dd>\n", text(value));
    }
    html + "</dl>\n"
}

fn refusals(report: &Report) -> String {
    if report.recent_refusals().is_empty() {
        return String::new();
    }
    let items = report.recent_refusals().iter();
    let items = items.map(|one| format!("<li>{}</li>\n", text(&one.to_string())));
    format!(
        "<h2>The last refusals</h2>\n<ul>\n{}</ul>\n",
        items.collect::<String>()
    )
}
