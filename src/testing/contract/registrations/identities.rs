//! Ids and login names: compared byte for byte, and each with one owner.

use super::calls::{add, holds, name, named, noted, record, record_at, remove, replace};
use crate::store::RegistrationRecordStore;

/// Checks that ids and login names are compared byte for byte.
pub(in crate::testing::contract) async fn ids_and_login_names_are_kept_byte_for_byte<
    S: RegistrationRecordStore,
>(
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
pub(in crate::testing::contract) async fn a_login_name_has_one_owner<S: RegistrationRecordStore>(
    store: &S,
) {
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
