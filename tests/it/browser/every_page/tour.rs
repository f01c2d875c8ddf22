//! All pages, one after the other, in one browser.

use std::{collections::HashMap, sync::Arc};

use axum::{
    Router,
    extract::{Path, State},
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use serde_json::json;

use super::made::{Page, built_differently, refusals};
use crate::browser::{
    axe,
    course::Person,
    devtools::{use_colours, use_screen},
    session::with_browser,
    sites::{listen, serve},
};

/// A page with faults of many kinds, for whoever cannot see it, for whoever sees little, and for whoever types.
const BAD: &str = "<!doctype html><title></title><img src=\"data:,\"><input><h3>Nothing</h3>\
    <p style=\"color:#aaa;background:#fff\">Hardly to be read</p>";

// N43
#[tokio::test]
async fn every_page_is_for_everybody_on_phones_and_desks_in_light_and_dark() {
    let refusals = refusals();
    let built_differently = built_differently().await;
    let bad = ("bad".to_owned(), BAD.to_owned());
    let pages = [&[bad], &refusals[..], &built_differently[..]].concat();
    let base_url = serve_pages(&pages).await;
    with_browser(json!({}), "every-page", |browser| async move {
        let person = Person { browser, base_url };
        faults_are_found(&person).await;
        for (name, _) in &built_differently {
            person.open(&format!("/{name}")).await;
            person.look(&format!("page-{name}")).await;
        }
        // They differ in their sentences alone.
        use_screen(&person.browser, 360).await;
        use_colours(&person.browser, "light").await;
        for (name, _) in &refusals {
            person.open(&format!("/{name}")).await;
            person.assert_fits(name).await;
            axe::assert_accessible(&person.browser, name).await;
        }
    })
    .await;
}

async fn faults_are_found(person: &Person) {
    person.open("/bad").await;
    let found = axe::findings(&person.browser).await.join("\n");
    for rule in [
        "document-title",
        "html-has-lang",
        "image-alt",
        "label",
        "color-contrast",
        "landmark-one-main",
        "page-has-heading-one",
    ] {
        assert!(found.contains(rule), "{rule} in {found}");
    }
}

/// Serves them as they are, but that their own scripts do not run: some of them lead on at once.
async fn serve_pages(pages: &[Page]) -> String {
    let (listener, port) = listen().await;
    let mut by_name = HashMap::new();
    for (name, page) in pages {
        let other = by_name.insert(name.clone(), page.clone());
        assert!(other.is_none(), "two pages are named {name}");
    }
    let app = Router::new()
        .route("/{name}", get(page))
        .with_state(Arc::new(by_name));
    serve(listener, app);
    format!("http://127.0.0.1:{port}")
}

async fn page(
    State(pages): State<Arc<HashMap<String, String>>>,
    Path(name): Path<String>,
) -> Response {
    let no_scripts = [(header::CONTENT_SECURITY_POLICY, "script-src 'none'")];
    match pages.get(&name) {
        Some(page) => (no_scripts, Html(page.clone())).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
