//! The report as a page.

use crate::{
    doctor::{Finding, Report, Severity},
    page_text::PageText,
    pages::{Escaped, PageWriter, PostForm, text, texts},
    timestamp,
    tool::RecentRefusal,
};

/// The page: what was found, the button, and the last refusals.
///
/// Findings and refusals are data, as in the report's JSON: in English on a page in any language.
pub(super) fn page(page: &PageWriter, report: &Report, was_checked: bool) -> String {
    let button = match was_checked {
        true => texts::CHECK_AGAIN,
        false => texts::CHECK_NOW,
    };
    let mut body = String::new();
    if was_checked {
        body += &format!("<p><strong>{}</strong></p>\n", summary(page, report));
        body += &findings(page, report);
    } else {
        body += &format!("<p>{}</p>\n", page.text(texts::DOCTOR_INTRO));
    }
    body += &PostForm::to_this_address([]).with_button("check", &page.text(button));
    body += &refusals(page, report);
    page.document(texts::DOCTOR, None, &body)
}

pub(super) fn refusal(page: &PageWriter, words: PageText) -> String {
    let body = format!("<p class=\"alert bad\">{}</p>\n", page.text(words));
    page.document(texts::DOCTOR, None, &body)
}

fn summary(page: &PageWriter, report: &Report) -> String {
    let counted = |count: usize| Escaped::text(&count.to_string());
    let values = [
        ("registrations", counted(report.registrations())),
        ("errors", counted(report.count(Severity::Error))),
        ("warnings", counted(report.count(Severity::Warning))),
    ];
    page.fill(texts::DOCTOR_SUMMARY, &values)
}

fn findings(page: &PageWriter, report: &Report) -> String {
    let english = page.english_attributes();
    let mut html = String::new();
    for (subject, findings) in report.by_subject() {
        html += &format!("<h2{english}>{}</h2>\n", text(&subject.to_string()));
        html.extend(findings.iter().map(|finding| one(page, finding)));
    }
    html
}

fn one(page: &PageWriter, finding: &Finding) -> String {
    let english = page.english_attributes();
    let (class, severity) = match finding.severity {
        Severity::Error => ("alert bad", texts::SEVERITY_ERROR),
        Severity::Warning => ("alert", texts::SEVERITY_WARNING),
        Severity::Note => ("alert good", texts::SEVERITY_NOTE),
    };
    let mut html = format!(
        "<div class=\"{class}\">\n<h3><span class=\"badge\">{}</span> <code>{}</code></h3>\n<dl>\n",
        page.text(severity),
        finding.check
    );
    let rows = [
        (texts::SEEN, &finding.seen),
        (texts::WANTED, &finding.wanted),
        (texts::REMEDY, &finding.remedy),
    ];
    for (name, value) in rows.iter().filter(|(_, value)| !value.is_empty()) {
        let (name, value) = (page.text(*name), text(value));
        html += &format!("<dt>{name}</dt><dd{english}>{value}</dd>\n");
    }
    if !finding.remedy.is_empty() {
        let (name, who) = (page.text(texts::WHO), page.text(finding.who_text()));
        html += &format!("<dt>{name}</dt><dd>{who}</dd>\n");
    }
    html + "</dl>\n</div>\n"
}

fn refusals(page: &PageWriter, report: &Report) -> String {
    if report.recent_refusals().is_empty() {
        return String::new();
    }
    let english = page.english_attributes();
    let items = report.recent_refusals().iter().map(refused);
    format!(
        "<h2>{}</h2>\n<ul class=\"list\"{english}>\n{}</ul>\n",
        page.text(texts::LAST_REFUSALS),
        items.collect::<String>()
    )
}

/// One that was refused: when, as what, and under which reference; then why.
fn refused(one: &RecentRefusal) -> String {
    // As far as it has a date.
    let at = timestamp::write(one.at()).map_or_else(String::new, |at| {
        format!("<time datetime=\"{at}\">{}</time> ", at.replace('T', " "))
    });
    let mut html = format!(
        "<li><p><small>{at}</small><span class=\"badge\"><code>{}</code></span> <code>{}</code></p>\n<p>{}",
        one.code().as_str(),
        text(one.reference()),
        text(one.kind().reason())
    );
    if let Some(field) = one.field() {
        html += &format!("; <code>{}</code>", text(field));
    }
    if let Some(hint) = one.hint() {
        html += &format!("; {}", text(hint));
    }
    html += "</p>\n";
    if let (Some(issuer), Some(client_id)) = (one.issuer(), one.client_id()) {
        let whose = format!("{client_id} at {issuer}");
        html += &format!("<p><small>{}</small></p>\n", text(&whose));
    }
    html + "</li>\n"
}
