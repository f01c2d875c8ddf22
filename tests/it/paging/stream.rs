//! Pages as a stream.

use std::time::Duration;

use futures_util::{FutureExt, StreamExt, stream::FusedStream};
use tower_lti::{
    roster::Page,
    services::Pages,
    testing::{Call, Fault},
};

use crate::roster::{Course, members};

fn first_id(page: &Page) -> &str {
    page.members()[0].user_id()
}

// ADV-54
#[tokio::test]
async fn a_page_is_asked_for_when_it_is_wanted_and_not_before() {
    let course = Course::start().await;
    course.answer("<?p=2>; rel=next", members(&["1"]));
    course.answer("", members(&["2"]));

    let mut pages = course.roster().pages().unwrap();
    assert_eq!(course.asked().len(), 0);
    let first = pages.next().await.unwrap().unwrap();
    assert_eq!((first.number(), first_id(&first)), (1, "1"));
    assert_eq!(course.asked().len(), 1);
    let second = pages.next_page().await.unwrap().unwrap();
    assert_eq!((second.number(), first_id(&second)), (2, "2"));
    assert_eq!(second.into_iter().count(), 1);
    assert!(pages.next().await.is_none() && pages.next_page().await.is_none());
    assert!(pages.is_terminated());
    assert_eq!(course.asked().len(), 2);
}

// ADV-55
#[tokio::test]
async fn an_error_is_the_last_item() {
    let course = Course::start().await;
    course.answer("<?p=2>; rel=next", members(&["1"]));
    course.answer("", "<html>");

    let pages: Vec<_> = course.roster().pages().unwrap().collect().await;
    let mut again = course.roster().pages().unwrap();
    course.answer("", "<html>");
    assert!(again.next().await.unwrap().is_err());

    assert!(matches!(&pages[..], [Ok(_), Err(_)]));
    assert!(again.is_terminated() && again.next().await.is_none());
}

// ADV-54: whoever gives up waiting, and comes back, waits for the same page.
#[tokio::test]
async fn a_dropped_wait_loses_no_page() {
    let course = Course::start().await;
    let slow = Fault::right().after(Duration::from_millis(300));
    course.platform.fail_next(Call::Roster, 1, slow);
    let mut pages = course.roster().page_size(3).pages().unwrap();

    assert!(pages.next_page().now_or_never().is_none());
    let wait = tokio::time::timeout(Duration::from_millis(100), pages.next_page());
    assert!(wait.await.is_err());
    let first = pages.next_page().await.unwrap().unwrap();
    let second = pages.next_page().await.unwrap().unwrap();

    assert_eq!((first.number(), second.number()), (1, 2));
    assert!(pages.next_page().await.is_none());
    assert_eq!(course.asked().len(), 2);
}

// ADV-54
#[test]
fn pages_can_be_sent_to_another_task() {
    fn is_send<T: Send + Unpin + 'static>() {}
    is_send::<Pages<Page>>();
}
