//! Forms of every kind of field, as browsers send them.

use axum::{
    Router,
    response::Html,
    routing::{get, post},
};
use tower_lti::testing::{Browser, Page};

const FORM: &str = "<!-- <form id=no></form> --><form id=all action='/sent?old=1' method=POST>
    <input name=text value='1 &lt; 2'><input type=hidden name=hidden value=h>
    <input type=checkbox name=box value=a checked><input type=checkbox name=box value=b><input type=checkbox name=bare>
    <input type=radio name=one value=x checked><input type=radio name=one value=y>
    <select name=choice><option value=''>None</option><option selected value=2>Two</option><option>Three</option></select>
    <select name=first><option>First</option><option>Second</option></select>
    <textarea name=area>
<b>kept</b></textarea>
    <input name=off disabled value=no><input value=unnamed><input type=file name=file>
    <button type=button name=b value=no>Nothing</button>
    <button name=go value=save>Save <b>it</b></button><input type=submit name=go value=Delete>
    </form><script>'<form id=script></form>'</script>
    <form id=search><input name=q value=cells></form>";

async fn page() -> (Browser<Router, Router>, Page) {
    let app = Router::new()
        .route("/", get(async || Html(FORM)))
        .route("/sent", post(async |body: String| body));
    let mut browser = Browser::for_app(app);
    let page = browser.get("/").await;
    (browser, page)
}

async fn sends(
    change: impl FnOnce(tower_lti::testing::Form) -> tower_lti::testing::Form,
) -> String {
    let (mut browser, page) = page().await;
    let answer = browser.submit(change(page.form_with("all"))).await;
    answer.assert_ok().text()
}

// KIT-03
#[tokio::test]
async fn a_form_sends_what_the_page_wrote_into_it() {
    let sent = sends(|form| form).await;
    assert_eq!(
        sent,
        "text=1+%3C+2&hidden=h&box=a&one=x&choice=2&first=First&area=%3Cb%3Ekept%3C%2Fb%3E&go=save"
    );
}

// KIT-03
#[tokio::test]
async fn what_is_filled_in_chosen_checked_and_pressed_is_sent() {
    let sent = sends(|form| {
        form.fill("text", "new")
            .fill("box", "b")
            .fill("bare", "on")
            .fill("one", "y")
            .fill("choice", "Three")
            .clear("area")
            .press("Delete")
    })
    .await;
    assert_eq!(
        sent,
        "text=new&hidden=h&box=a&box=b&bare=on&one=y&choice=Three&first=First&area=&go=Delete"
    );
    let cleared = sends(|form| form.clear("box").clear("one").press("Save it")).await;
    assert!(
        cleared.starts_with("text=1+%3C+2&hidden=h&choice=2"),
        "{cleared}"
    );
}

// KIT-03
#[tokio::test]
async fn forms_are_found_by_id_and_button_and_lead_where_they_say() {
    let (mut browser, page) = page().await;
    let ids: Vec<_> = page
        .forms()
        .into_iter()
        .map(|form| form.id().map(str::to_owned))
        .collect();
    assert_eq!(ids, [Some("all".to_owned()), Some("search".to_owned())]);
    let all = page.form_with("Save it");
    assert_eq!(
        (all.action(), all.method().as_str()),
        ("https://tool.test/sent?old=1", "POST")
    );
    assert_eq!(all.field("choice"), Some("2"));
    assert_eq!(all.field("bare"), None);

    // Without an action it leads to the page itself, and without a method it is a search.
    let found = browser.submit(page.form_with("search")).await;
    assert_eq!(found.url(), "https://tool.test/?q=cells");
}
