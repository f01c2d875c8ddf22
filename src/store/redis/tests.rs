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
fn a_record_reads_back_whatever_its_id_holds() {
    let registration = RegistrationId::new("https://lms.example", "tool-1");
    for id in ["", "a\"b\\c", "line\nline", "\u{1f393} Universität"] {
        let key = DeploymentKey::new(registration.clone(), id.into());
        let deployment = Deployment::new(
            key.clone(),
            DeploymentStatus::Active,
            DeploymentOrigin::Onboarding,
            SystemTime::UNIX_EPOCH,
        );
        let new = Record::new(&deployment, "me").unlisted();
        let text = new.listed("you").to_text().unwrap();
        let read = Record::read(&text, &key).unwrap();
        assert!(read.is_created_by("me") && !read.is_unlisted());
        let read = read.into_deployment(key);
        assert_eq!(read.id(), deployment.id());
    }
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
