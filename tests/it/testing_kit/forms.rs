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

/// What a form sends that stands on a page by itself, and to where.
async fn sent_by(
    html: &'static str,
    change: impl FnOnce(tower_lti::testing::Form) -> tower_lti::testing::Form,
) -> String {
    let asked = async |request: axum::extract::Request| {
        let (parts, body) = request.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        let body = String::from_utf8(body.to_vec()).unwrap();
        format!("{} {} {body}", parts.method, parts.uri)
    };
    let app = Router::new()
        .route("/", get(async move || Html(html)))
        .fallback(asked);
    let mut browser = Browser::for_app(app);
    let page = browser.get("/").await;
    let form = change(page.form_with("all"));
    browser.submit(form).await.text().trim_end().to_owned()
}

// KIT-03
#[tokio::test]
async fn a_list_that_sends_nothing_adds_nothing_to_the_list_before_it() {
    const LISTS: &str = "<form id=all action=/sent method=post><select name=s><option>1<option>2</select>
        <select><option selected>8</select><select name=off disabled><option selected>9</select></form>";
    assert_eq!(sent_by(LISTS, |form| form).await, "POST /sent s=1");
}

// KIT-03
#[tokio::test]
async fn a_list_of_several_choices_begins_with_those_selected_and_takes_more() {
    const LIST: &str = "<form id=all action=/sent method=post><select name=s multiple>
        <option>1</option><option>2</option><option>3</option></select></form>";
    assert_eq!(sent_by(LIST, |form| form).await, "POST /sent");
    let two = sent_by(LIST, |form| form.fill("s", "3").fill("s", "1")).await;
    assert_eq!(two, "POST /sent s=1&s=3");
}

const BUTTONS: &str = "<form id=all action=/sent method=post><input name=a value=1>
    <button name=no value=1 disabled>Off</button><button name=yes value=1>On</button>
    <button name=b value=2 formaction='/other?old=1' formmethod=get>Other</button></form>";

// KIT-03
#[tokio::test]
async fn a_button_that_is_disabled_is_not_pressed_and_one_with_an_address_leads_there() {
    assert_eq!(sent_by(BUTTONS, |form| form).await, "POST /sent a=1&yes=1");
    assert_eq!(
        sent_by(BUTTONS, |form| form.press("Other")).await,
        "GET /other?a=1&b=2"
    );
}

// KIT-03
#[tokio::test]
#[should_panic(expected = "the button \"Off\" is disabled")]
async fn whoever_presses_a_disabled_button_is_told() {
    sent_by(BUTTONS, |form| form.press("Off")).await;
}

// KIT-03
#[tokio::test]
async fn what_names_its_form_belongs_to_that_form() {
    const PARTS: &str = "<input form=all name=before value=1><form id=search>
        <button form=all name=go value=all>Go</button><input name=q></form>
        <form id=all action=/sent method=post><input name=within value=2></form>";
    let sent = sent_by(PARTS, |form| form).await;
    assert_eq!(sent, "POST /sent before=1&within=2&go=all");
}

// KIT-03
#[tokio::test]
#[should_panic(expected = "multipart/form-data is not simulated")]
async fn a_form_with_parts_is_said_not_to_be_simulated() {
    const FILES: &str = "<form id=all action=/sent method=post enctype=multipart/form-data><input type=file name=f></form>";
    sent_by(FILES, |form| form).await;
}
