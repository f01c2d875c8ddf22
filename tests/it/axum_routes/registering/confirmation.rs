//! The page that asks whether to go on.

use super::stage::Stage;

// ADV-82
#[tokio::test]
async fn with_any_field_altered_nothing_is_posted_and_the_page_is_still_good_once() {
    let stage = Stage::start_over_file("open", Some("[]")).await;
    let page = stage.begin().await;
    let fields = page.fields();
    assert!(!fields.is_empty());
    let mut altered = Vec::new();
    for place in 0..fields.len() {
        let mut one = fields.clone();
        one[place].1.push('A');
        altered.push(one);
        let mut one = fields.clone();
        let value = &mut one[place].1;
        let middle = value.len() / 2;
        let other = if &value[middle..=middle] == "A" {
            "B"
        } else {
            "A"
        };
        value.replace_range(middle..=middle, other);
        altered.push(one);
        let mut one = fields.clone();
        one[place].1.clear();
        altered.push(one);
        let mut one = fields.clone();
        one[place].0.push('x');
        altered.push(one);
        let mut one = fields.clone();
        one.remove(place);
        altered.push(one);
        let mut one = fields.clone();
        one.push(fields[place].clone());
        altered.push(one);
    }
    let mut one = fields.clone();
    one.push(("client_id".to_owned(), "mine".to_owned()));
    altered.push(one);
    for fields in altered {
        let answer = page.post(&fields).await;
        answer.assert_refused("altered");
        assert!(answer.status < 500, "{answer:?}");
    }
    assert_eq!(stage.posted(), 0);
    assert_eq!(stage.text(), "[]");

    page.confirm().await.assert_done();
    let again = page.confirm().await;
    again.assert_refused("the second time");
    assert_eq!(again.status, 409);
    assert_eq!((stage.posted(), stage.entries().len()), (1, 1));
}

// ADV-82
#[tokio::test]
async fn a_page_that_is_confirmed_several_times_at_once_registers_once() {
    let stage = Stage::start_over_file("open", Some("[]")).await;
    let page = stage.begin().await;
    let answers = futures_util::future::join_all((0..5).map(|_| page.confirm())).await;
    let done = answers.iter().filter(|answer| answer.closes()).count();
    assert_eq!((done, stage.posted(), stage.entries().len()), (1, 1, 1));
}

// REG-04
#[tokio::test]
async fn the_page_says_who_asks_and_for_what() {
    let stage = Stage::start("open").await;
    stage.services.alter_configuration(|json| {
        json["https://purl.imsglobal.org/spec/lti-platform-configuration"]["product_family_code"] =
            "<b>evil</b>".into();
    });
    let page = stage.begin().await;
    assert!(
        page.html.contains(&stage.services.base_url()),
        "{}",
        page.html
    );
    assert!(!page.html.contains("<b>evil"), "{}", page.html);
    for words in ["grades", "who is in a course", "choosing content"] {
        assert!(page.html.contains(words), "{words}: {}", page.html);
    }
}
