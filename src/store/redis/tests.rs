use std::time::{Duration, SystemTime};

use redis::Value;

use super::{
    connection::{Owner, SetNx},
    deployments::Record,
    *,
};
use crate::{
    deployment::{Deployment, DeploymentKey, DeploymentOrigin, DeploymentStatus},
    identity::RegistrationId,
};

use DeploymentOrigin::{Administrator, FirstLaunch, Onboarding};
use DeploymentStatus::{Active, Disabled, Pending};

const OURS: SetNx<'static> = SetNx {
    key: "k",
    value: b"ours",
    ttl: Some(Duration::from_micros(1_500)),
};

fn bulk(text: &str) -> Value {
    Value::BulkString(text.into())
}

fn packed(with_get: bool) -> String {
    String::from_utf8(OURS.commands(with_get, 0).get_packed_pipeline())
        .unwrap()
        .replace("\r\n", " ")
}

#[test]
fn the_expiry_is_set_in_the_same_command() {
    assert_eq!(
        packed(true),
        "*7 $3 SET $1 k $4 ours $2 NX $3 GET $2 PX $1 2 "
    );
    assert_eq!(
        packed(false),
        "*6 $3 SET $1 k $4 ours $2 NX $2 PX $1 2 *2 $3 GET $1 k "
    );
}

#[test]
fn only_what_is_understood_is_an_answer() {
    let another = Some(Owner::Other(b"theirs".to_vec()));
    let okay = Value::Okay;
    for (with_get, replies, owner) in [
        (true, vec![Value::Nil], Some(Owner::Us)),
        (true, vec![bulk("ours")], Some(Owner::Us)),
        (true, vec![bulk("theirs")], another),
        (true, vec![okay.clone()], None),
        (true, vec![Value::Int(1)], None),
        (true, vec![], None),
        (false, vec![okay.clone(), bulk("ours")], Some(Owner::Us)),
        (false, vec![Value::Nil, bulk("ours")], Some(Owner::Us)),
        (
            false,
            vec![Value::Nil, bulk("theirs")],
            Some(Owner::Other(b"theirs".to_vec())),
        ),
        (false, vec![Value::Nil, Value::Nil], None),
        (false, vec![okay, Value::Int(1)], None),
    ] {
        let case = format!("{with_get} {replies:?}");
        let read = OURS.owner(&mut replies.into_iter(), with_get);
        assert_eq!(read.ok(), owner, "{case}");
    }
}

#[test]
fn a_record_holds_no_issuer_and_reads_back() {
    let key = DeploymentKey::new(
        RegistrationId::new("https://lms.example", "tool-1"),
        "d".into(),
    );
    let at = SystemTime::UNIX_EPOCH + Duration::from_millis(1_700_000_000_123);
    let deployment = Deployment::new(
        key.clone(),
        DeploymentStatus::Disabled,
        DeploymentOrigin::FirstLaunch,
        at,
    );

    let text = Record::new(&deployment, "me").to_text().unwrap();

    assert_eq!(
        String::from_utf8(text.clone()).unwrap(),
        r#"{"v":1,"id":"d","status":"disabled","origin":"first_launch","created_at_ms":1700000000123,"made_by":"me"}"#
    );
    let unlisted = Record::new(&deployment, "me").unlisted().to_text().unwrap();
    assert!(Record::read(&unlisted, &key).unwrap().is_unlisted());
    let read = Record::read(&text, &key).unwrap();
    assert!(!read.is_unlisted());
    let read = read.into_deployment(key);
    assert_eq!(read.status(), DeploymentStatus::Disabled);
    assert_eq!(read.created_at(), at);
}

#[test]
fn a_record_that_is_odd_is_a_fault_and_never_absent() {
    let key = DeploymentKey::new(
        RegistrationId::new("https://lms.example", "tool-1"),
        "d".into(),
    );
    let good = r#"{"v":1,"id":"d","status":"active","origin":"first_launch","created_at_ms":1,"made_by":"me"}"#;
    assert!(Record::read(good.as_bytes(), &key).is_ok());

    for (good_part, bad_part) in [
        ("\"v\":1", "\"v\":2"),
        ("\"d\"", "\"D\""),
        ("active", "retired"),
        ("{", ""),
        ("}", "}}"),
    ] {
        let bad = good.replacen(good_part, bad_part, 1);
        assert!(Record::read(bad.as_bytes(), &key).is_err(), "{bad}");
    }
}

#[test]
fn a_record_means_the_same_however_it_is_read() {
    let registration = RegistrationId::new("https://lms.example", "tool-1");
    let at = SystemTime::UNIX_EPOCH + Duration::from_millis(1_700_000_000_123);
    let mut read_as_written = 0;
    let mut check = |text: &str| {
        let Some(read) = Record::read_as_written(text) else {
            return;
        };
        read_as_written += 1;
        assert_eq!(Some(read), Record::read_json(text).ok(), "{text}");
    };
    for id in [
        "1:4f1a",
        "",
        "a\"b\\c",
        "line\nline",
        "\u{1f393} Universität",
    ] {
        let key = DeploymentKey::new(registration.clone(), id.into());
        for status in [Active, Pending, Disabled] {
            for origin in [FirstLaunch, Administrator, Onboarding] {
                let deployment = Deployment::new(key.clone(), status, origin, at);
                let new = Record::new(&deployment, "me");
                let changed = Record::new(&deployment, "me").with_status(Disabled, "you");
                let unlisted = new.clone().unlisted();
                let listed = unlisted.clone().listed("you");
                for record in [new, changed, unlisted, listed] {
                    let text = String::from_utf8(record.to_text().unwrap()).unwrap();
                    let is_plain = !text.contains('\\') && !record.is_unlisted();
                    assert_eq!(Record::read_as_written(&text).is_some(), is_plain, "{text}");
                    check(&text);
                }
            }
        }
    }
    // What is nearly a record is one to both, or is left to JSON.
    let text = r#"{"v":1,"id":"d","status":"active","origin":"onboarding","created_at_ms":17,"made_by":"me","changed_by":"you"}"#;
    for at in 0..text.len() {
        let (before, rest) = text.split_at(at);
        check(before);
        for byte in 0..128_u8 {
            let byte = char::from(byte);
            check(&format!("{before}{byte}{}", &rest[1..]));
            check(&format!("{before}{byte}{rest}"));
        }
        check(&format!("{before}{}", &rest[1..]));
    }
    assert!(read_as_written > 1_000, "{read_as_written}");
}

#[test]
fn debug_and_errors_keep_the_password_to_themselves() {
    let store = RedisStore::lazy("redis://user:hunter2@127.0.0.1:6379/").unwrap();
    let refused = RedisStore::lazy("redis://user:hunter2@127.0.0.1:port/").unwrap_err();

    for shown in [
        format!("{store:?}"),
        format!("{refused:?}"),
        format!("{refused}"),
    ] {
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}
