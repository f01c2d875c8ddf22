//! The contract of [`RegistrationRecordStore`].

use tokio::task::JoinSet;

use super::fixtures::{RACERS, answered, attempt, done};
use crate::{
    registration::RegistrationRecord,
    store::{RegistrationRecordStore, RegistrationsRevision},
};

/// A name that is new to every store.
fn name() -> String {
    format!("contract-{}", attempt().as_str())
}

/// The record of a client id, with further members.
fn record_at(issuer: &str, client_id: &str, members: &str) -> RegistrationRecord {
    let json = format!(
        "{{\"issuer\": \"{issuer}\", \"client_id\": \"{client_id}\",\n  \"authorization_endpoint\": \
         \"https://contract.example/auth\", \"jwks_url\": \"https://contract.example/jwks\"{members}}}",
    );
    done(
        RegistrationRecord::from_json(&json),
        "making a registration",
    )
}

fn record(client_id: &str, members: &str) -> RegistrationRecord {
    record_at("https://contract.example", client_id, members)
}

fn noted(client_id: &str, note: &str) -> RegistrationRecord {
    record(client_id, &format!(", \"notes\": \"{note}\""))
}

fn named(client_id: &str, login_name: &str) -> RegistrationRecord {
    record(client_id, &format!(", \"login_name\": \"{login_name}\""))
}

async fn add<S: RegistrationRecordStore>(store: &S, record: &RegistrationRecord) -> bool {
    answered(store.add_registration(record).await, "add_registration")
}

async fn replace<S: RegistrationRecordStore>(
    store: &S,
    old: &RegistrationRecord,
    new: &RegistrationRecord,
) -> bool {
    let replaced = store.replace_registration(old, new).await;
    answered(replaced, "replace_registration")
}

async fn remove<S: RegistrationRecordStore>(store: &S, record: &RegistrationRecord) -> bool {
    let removed = store.remove_registration(record).await;
    answered(removed, "remove_registration")
}

async fn revision<S: RegistrationRecordStore>(store: &S) -> RegistrationsRevision {
    let revision = store.registrations_revision().await;
    answered(revision, "registrations_revision")
}

/// Whether the store holds this very text, once.
async fn holds<S: RegistrationRecordStore>(store: &S, record: &RegistrationRecord) -> bool {
    let loaded = answered(store.load_registrations().await, "load_registrations");
    let texts = loaded.records.iter();
    let times = texts.filter(|text| *text == record.json()).count();
    assert!(times < 2, "a record must be listed once");
    times == 1
}

/// Checks that a store which can be written says so, and changes nothing by that.
pub(super) async fn what_can_be_written_says_so_and_stays<S: RegistrationRecordStore>(store: &S) {
    let before = revision(store).await;
    let checked = store.check_registrations_writable().await;
    answered(checked, "check_registrations_writable");
    let after = revision(store).await;
    assert_eq!(before, after, "the check must not count as a change");
}

/// Checks that of many records with one id, or one login name, exactly one is added.
pub(super) async fn one_of_many_is_added<S: RegistrationRecordStore + Clone>(store: &S) {
    let (client_id, login_name) = (name(), name());
    let of_one_id = |racer: usize| noted(&client_id, &racer.to_string());
    let of_one_name = |racer: usize| named(&format!("{client_id}-{racer}"), &login_name);
    let races: [(&str, &(dyn Fn(usize) -> RegistrationRecord + Sync)); 2] =
        [("id", &of_one_id), ("login name", &of_one_name)];
    for (what, record) in races {
        let mut racers = JoinSet::new();
        for racer in 0..RACERS {
            let (store, record) = (store.clone(), record(racer));
            racers.spawn(async move {
                let is_first = add(&store, &record).await;
                (is_first, holds(&store, &record).await, record)
            });
        }

        let answers = racers.join_all().await;

        let added: Vec<_> = answers.iter().filter(|(first, ..)| *first).collect();
        assert_eq!(
            added.len(),
            1,
            "of {RACERS} concurrent records with one {what}, exactly one must be added"
        );
        let agree = answers.iter().all(|(first, held, _)| first == held);
        assert!(agree, "what was added, and nothing else, must be listed");
        assert!(remove(store, &added[0].2).await, "what is there must go");
    }
}

/// Checks that a record which many add at once, or again after others have changed theirs, is added for all and kept once.
pub(super) async fn a_record_is_added_again_with_success<S: RegistrationRecordStore + Clone>(
    store: &S,
) {
    let (one, other) = (named(&name(), &name()), noted(&name(), "other"));
    let mut racers = JoinSet::new();
    for _ in 0..RACERS {
        let (store, one) = (store.clone(), one.clone());
        racers.spawn(async move { add(&store, &one).await });
    }
    let added = racers.join_all().await;
    assert!(
        added.iter().all(|added| *added),
        "one record, to the byte, must be added for all who add it"
    );
    assert!(holds(store, &one).await, "it must be kept once");
    assert!(add(store, &other).await, "a free id must be added");
    assert!(
        add(store, &one).await,
        "what is there to the byte must be added again"
    );
    let changed = record(one.id().client_id().as_str(), "");
    assert!(
        replace(store, &one, &changed).await,
        "a record must be replaced"
    );
    assert!(
        !add(store, &one).await,
        "what was changed since must not be added again"
    );
    assert!(holds(store, &changed).await, "a change must stay");
    for record in [&changed, &other] {
        assert!(remove(store, record).await, "what is there must go");
    }
}

/// Checks that of many changes to one record exactly one is made.
pub(super) async fn one_of_many_changes_is_made<S: RegistrationRecordStore + Clone>(store: &S) {
    let client_id = name();
    let old = noted(&client_id, "old");
    assert!(add(store, &old).await, "a free id must be added");
    let mut racers = JoinSet::new();
    for racer in 0..RACERS {
        let (store, old) = (store.clone(), old.clone());
        let new = noted(&client_id, &racer.to_string());
        racers.spawn(async move { replace(&store, &old, &new).await.then_some(new) });
    }

    let answers = racers.join_all().await;

    let made: Vec<_> = answers.into_iter().flatten().collect();
    assert_eq!(
        made.len(),
        1,
        "of {RACERS} concurrent changes of one record, exactly one must be made"
    );
    assert!(
        holds(store, &made[0]).await,
        "it must be the one that says so"
    );
    assert!(remove(store, &made[0]).await, "what is there must go");
}

/// Checks that a record is kept to the byte until it is replaced or removed, and leaves others alone.
pub(super) async fn a_record_is_kept_until_it_is_replaced_or_removed<S: RegistrationRecordStore>(
    store: &S,
) {
    let client_id = name();
    let odd = ",\n\t\"notes\":  {\"b\": [1.50, \"\\u00fc \u{fc} '\\\\ %s\"], \"a\":null} ";
    let (one, other) = (record(&client_id, odd), noted(&name(), "other"));
    let long = "\u{fc}".repeat(30_000);
    let (two, three) = (noted(&client_id, &long), noted(&client_id, "three"));

    assert!(!holds(store, &one).await, "a new id must be free");
    for record in [&one, &other] {
        let before = revision(store).await;
        assert!(add(store, record).await, "a free id must be added");
        assert_ne!(
            revision(store).await,
            before,
            "adding must change the revision"
        );
        assert!(
            holds(store, record).await,
            "a record must be kept to the byte"
        );
    }
    assert!(
        add(store, &one).await,
        "what is there to the byte must be added again"
    );
    assert!(
        !add(store, &two).await,
        "a taken id must not be overwritten"
    );
    assert!(holds(store, &one).await, "what is there must stay");

    let before = revision(store).await;
    assert!(
        replace(store, &one, &two).await,
        "a record must be replaced"
    );
    assert_ne!(
        revision(store).await,
        before,
        "a change must change the revision"
    );
    assert!(holds(store, &two).await, "what replaces it must be kept");
    assert!(!holds(store, &one).await, "what was replaced must be gone");
    assert!(
        !replace(store, &one, &three).await,
        "what is not kept any more must not be replaced"
    );
    assert!(
        !remove(store, &one).await,
        "what is not kept any more must not be removed"
    );
    assert!(
        holds(store, &two).await,
        "what was refused must change nothing"
    );

    let before = revision(store).await;
    assert!(remove(store, &two).await, "a record must be removed");
    assert_ne!(
        revision(store).await,
        before,
        "removal must change the revision"
    );
    assert!(!holds(store, &two).await, "what was removed must be gone");
    assert!(!remove(store, &two).await, "what is gone is not removed");
    assert!(
        !replace(store, &two, &three).await,
        "what is gone is not replaced"
    );
    assert!(
        !holds(store, &three).await,
        "what is gone must not come back"
    );
    assert!(holds(store, &other).await, "the others must stay");

    assert!(add(store, &three).await, "a free id must be added");
    for record in [&three, &other] {
        assert!(remove(store, record).await, "what is there must go");
    }
}

/// Checks that the revision stays while nothing changes, and is that of what is loaded.
pub(super) async fn the_revision_is_that_of_what_is_loaded<S: RegistrationRecordStore>(store: &S) {
    let (one, other) = (noted(&name(), "one"), noted(&name(), "other"));
    assert!(add(store, &one).await, "a free id must be added");

    let loaded = answered(store.load_registrations().await, "load_registrations");

    assert_eq!(
        revision(store).await,
        loaded.revision,
        "while nothing changes, the revision must stay"
    );
    assert!(
        add(store, &one).await,
        "what is there to the byte must be added again"
    );
    let another = noted(one.id().client_id().as_str(), "another");
    assert!(!add(store, &another).await, "a taken id must be refused");
    assert!(
        !remove(store, &other).await,
        "what is not there is not removed"
    );
    assert_eq!(
        revision(store).await,
        loaded.revision,
        "what changes nothing must leave the revision"
    );
    // There and back again is a change, too: somebody may have read in between.
    assert!(add(store, &other).await, "a free id must be added");
    let between = revision(store).await;
    assert!(remove(store, &one).await, "what is there must go");
    assert_ne!(
        revision(store).await,
        between,
        "each change must change the revision"
    );
    assert!(remove(store, &other).await, "what is there must go");
}

/// Checks that ids and login names are compared byte for byte.
pub(super) async fn ids_and_login_names_are_kept_byte_for_byte<S: RegistrationRecordStore>(
    store: &S,
) {
    let client_id = name();
    let discriminated = |discriminator: &str| {
        let members = format!(
            ", \"discriminator\": \"{discriminator}\", \"login_name\": \"{client_id}-{discriminator}\""
        );
        record(&client_id, &members)
    };
    let different = [
        noted(&client_id, "0"),
        noted(&client_id.to_uppercase(), "1"),
        noted(&format!("{client_id}."), "2"),
        record_at("https://contract.example/", &client_id, ""),
        record_at("https://CONTRACT.example", &client_id, ""),
        discriminated("a"),
        discriminated("A"),
        named(&format!("{client_id}%"), &client_id),
        named(&format!("{client_id}_"), &client_id.to_uppercase()),
    ];
    for record in &different {
        assert!(
            add(store, record).await,
            "ids and login names that differ in a byte must both be kept"
        );
    }
    for record in &different {
        assert!(holds(store, record).await, "each must be kept");
        assert!(
            remove(store, record).await,
            "each must be removed for itself"
        );
    }
}

/// Checks that a login name belongs to one record, and is free once that has it no more.
pub(super) async fn a_login_name_has_one_owner<S: RegistrationRecordStore>(store: &S) {
    let (one, other, login_name) = (name(), name(), name());
    let owner = named(&one, &login_name);
    let (plain, thief) = (noted(&other, "plain"), named(&other, &login_name));
    assert!(add(store, &owner).await, "a free login name must be taken");
    assert!(add(store, &plain).await, "a free id must be added");

    assert!(
        !replace(store, &plain, &thief).await,
        "a change must not take a login name that another one has"
    );
    assert!(
        holds(store, &plain).await,
        "what was refused must change nothing"
    );
    let noted_owner = record(
        &one,
        &format!(", \"login_name\": \"{login_name}\", \"notes\": 1"),
    );
    assert!(
        replace(store, &owner, &noted_owner).await,
        "a change must keep the login name that the record has"
    );
    let renamed = named(&one, &name());
    assert!(
        replace(store, &noted_owner, &renamed).await,
        "a login name may change"
    );
    assert!(
        replace(store, &plain, &thief).await,
        "a login name that was given up must be free"
    );
    assert!(remove(store, &thief).await, "what is there must go");
    let third = named(&name(), &login_name);
    assert!(
        add(store, &third).await,
        "a login name must be free once its record is removed"
    );
    for record in [&renamed, &third] {
        assert!(remove(store, record).await, "what is there must go");
    }
}
