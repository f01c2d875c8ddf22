//! Who may register.

use tower_lti::{
    LoginSecret, MemoryStore,
    dynamic_registration::{IssuerPolicy, RegistrationAccess, RegistrationTerms},
};

use super::{
    platform::Reply,
    world::{DAY, REGISTER, World, confirm, get},
};

// REG-04, S25, S30
#[tokio::test]
async fn without_an_invite_nothing_is_fetched() {
    let world = World::start().await;
    let service = world.service(RegistrationAccess::Invited);
    let query = world.platform.query(Some("t"));
    get(&service, &query)
        .await
        .assert_refused(403, "not_invited");
    let made_up = format!("{query}&invite=AAAA");
    get(&service, &made_up)
        .await
        .assert_refused(403, "invite_invalid");
    assert!(world.platform.heard().is_empty());
}

// REG-04, S27
#[tokio::test]
async fn an_invite_registers_one_platform_and_says_its_name() {
    let world = World::start().await;
    let service = world.service(RegistrationAccess::Invited);
    let query = world.invited(&service, RegistrationTerms::new().name("Hill Road"));

    let one = get(&service, &query).await;
    let two = get(&service, &query).await;
    assert_eq!(
        (one.status, two.status),
        (200.try_into().unwrap(), one.status)
    );
    assert_eq!(confirm(&service, &query, &one).await.status, 200);
    confirm(&service, &query, &two)
        .await
        .assert_refused(409, "invite_used");
    get(&service, &query)
        .await
        .assert_refused(409, "invite_used");
    assert_eq!(world.platform.posted().len(), 1);
    let records = world.records().await;
    assert_eq!(records[0].registration().name(), Some("Hill Road"));

    let late = world.invited(&service, RegistrationTerms::new());
    world.clock.advance(DAY);
    get(&service, &late)
        .await
        .assert_refused(403, "invite_expired");
}

// REG-04
#[tokio::test]
async fn the_application_s_own_check_is_asked_on_each_step() {
    let world = World::start().await;
    let service = world.service(RegistrationAccess::checked(|request| async move {
        let query = request.uri.query()?;
        query
            .contains("key=right")
            .then(|| RegistrationTerms::new().name("by key"))
    }));
    let query = world.platform.query(None);
    get(&service, &query)
        .await
        .assert_refused(403, "not_invited");
    assert!(world.platform.heard().is_empty());
    let right = format!("{query}&key=right");
    let shown = get(&service, &right).await;
    confirm(&service, &query, &shown)
        .await
        .assert_refused(403, "not_invited");
    assert!(world.platform.posted().is_empty());
    assert_eq!(confirm(&service, &right, &shown).await.status, 200);
    let records = world.records().await;
    assert_eq!(records[0].registration().name(), Some("by key"));
}

// REG-04: what could not be kept is told to whoever invites, and not to the platform.
#[tokio::test]
async fn an_invite_promises_nothing_that_a_registration_cannot_have() {
    let world = World::start().await;
    let service = world.service(RegistrationAccess::Invited);
    let long = "x".repeat(256);
    let new = RegistrationTerms::new;
    for (wrong, terms) in [
        ("no name", new().name("")),
        ("a long name", new().name(&long)),
        ("a name of two lines", new().name("a\nb")),
        ("spaces", new().login_name("Hill Road")),
        ("two segments", new().login_name("a/b")),
        ("the same place", new().login_name(".")),
        ("a query", new().login_name("a?b")),
        ("no login name", new().discriminator("a")),
        (
            "a space in front",
            new().login_name("a").discriminator(" a"),
        ),
        ("a long one", new().login_name("a").discriminator(&long)),
    ] {
        let invite = service.invite(REGISTER, DAY, terms.clone());
        assert!(invite.is_err(), "{wrong}");
        let checked = RegistrationAccess::checked(move |_| {
            let terms = terms.clone();
            async move { Some(terms) }
        });
        get(&world.service(checked), &world.platform.query(None))
            .await
            .assert_refused(503, "terms_invalid");
    }
    assert!(world.platform.heard().is_empty());

    // One that is known to be taken.
    let query = world.invited(&service, new().login_name("hill-road"));
    let shown = get(&service, &query).await;
    assert_eq!(confirm(&service, &query, &shown).await.status, 200);
    let taken = service.invite(REGISTER, DAY, new().login_name("hill-road"));
    assert!(taken.unwrap_err().to_string().contains("taken"));
}

// REG-04, S30
#[tokio::test]
async fn what_was_shown_to_one_is_not_confirmed_by_another() {
    let world = World::start().await;
    let service = world.service(RegistrationAccess::checked(|request| async move {
        let (_, tenant) = request.uri.query()?.rsplit_once("tenant=")?;
        Some(RegistrationTerms::new().login_name(tenant))
    }));
    let [one, other] = ["one", "other"].map(|tenant| {
        let query = world.platform.query(None);
        format!("{query}&tenant={tenant}")
    });
    let shown = get(&service, &one).await;
    confirm(&service, &other, &shown)
        .await
        .assert_refused(403, "not_invited");
    assert!(world.platform.posted().is_empty());
    assert_eq!(confirm(&service, &one, &shown).await.status, 200);
}

// REG-04, S26: two services of one tool, for customers and for its own staff.
#[tokio::test]
async fn what_one_service_gave_out_is_not_good_at_another() {
    let world = World::start().await;
    let customers = world.service(RegistrationAccess::Invited);
    let customers = customers.approval_required(true).name("customers");
    let staff = world.service(RegistrationAccess::Invited).name("staff");
    let query = world.invited(&customers, RegistrationTerms::new());
    get(&staff, &query)
        .await
        .assert_refused(403, "invite_invalid");
    let shown = get(&customers, &query).await;
    confirm(&staff, &query, &shown)
        .await
        .assert_refused(400, "handle_invalid");
    assert!(world.platform.posted().is_empty());
    assert_eq!(confirm(&customers, &query, &shown).await.status, 200);
}

// REG-03, REG-11, S26: without names, too.
#[tokio::test]
async fn the_stricter_of_two_services_counts() {
    let world = World::start().await;
    let (lax, strict) = (
        world.service(RegistrationAccess::Invited),
        world
            .service(RegistrationAccess::Invited)
            .approval_required(true),
    );
    // Shown or invited by the strict one, and confirmed at the other.
    for invited_at in [&strict, &lax] {
        let query = world.invited(invited_at, RegistrationTerms::new());
        let shown = get(&strict, &query).await;
        let done = confirm(&lax, &query, &shown).await;
        assert_eq!(done.status, 200, "{}", done.body);
        assert!(done.body.contains("waits for approval"), "{}", done.body);
        let id = world.records().await[0].id().clone();
        world.registrations.remove(&id).await.unwrap();
    }
    let query = world.invited(&strict, RegistrationTerms::new());
    let shown = get(&lax, &query).await;
    let done = confirm(&lax, &query, &shown).await;
    assert!(done.body.contains("waits for approval"), "{}", done.body);
    let id = world.records().await[0].id().clone();
    world.registrations.remove(&id).await.unwrap();

    // Shown under a policy that lets another speak for an issuer.
    let mut configuration = world.platform.configuration();
    configuration["issuer"] = "https://school.example".into();
    world.platform.has(configuration);
    let trusting = world
        .service(RegistrationAccess::Invited)
        .issuer_policy(IssuerPolicy::default().allow_if(|_, _| true));
    let query = world.invited(&lax, RegistrationTerms::new());
    let shown = get(&trusting, &query).await;
    let posted = world.platform.posted().len();
    confirm(&lax, &query, &shown)
        .await
        .assert_refused(403, "issuer_mismatch");
    assert_eq!(world.platform.posted().len(), posted);
}

// REG-04: a store that forgets, at a restart.
#[tokio::test]
async fn an_invite_is_good_once_whatever_the_store_forgets() {
    let world = World::start().await;
    let secret = || LoginSecret::from_bytes(*b"a secret that only tests may know").unwrap();
    let start = |store: MemoryStore| {
        let tool = world.other_tool(|builder| {
            builder
                .store(store)
                .login_secret(secret())
                .insecure_allow_volatile_store()
        });
        world.service_of(&tool, RegistrationAccess::Invited)
    };
    let before = start(world.store.clone());
    let [used, open] = [(); 2].map(|()| world.invited(&before, RegistrationTerms::new()));
    let shown = get(&before, &used).await;
    let late = get(&before, &open).await;
    assert_eq!(confirm(&before, &used, &shown).await.status, 200);
    let restarted = start(MemoryStore::default().with_clock(world.clock.clone()));
    for query in [&used, &open] {
        get(&restarted, query)
            .await
            .assert_refused(403, "invite_expired");
    }
    let page = confirm(&restarted, &open, &late).await;
    assert_eq!(page.status, 410, "{}", page.body);
    // Another tool of the same process, over the same store.
    let beside = start(world.store.clone());
    assert_eq!(get(&beside, &open).await.status, 200);
}

// REG-10
#[tokio::test]
async fn an_attempt_that_fails_says_that_it_used_up_the_invite() {
    let world = World::start().await;
    let service = world.service(RegistrationAccess::Invited);
    let used_up = "The invitation in this address is used up.";
    let fits = world.platform.configuration();
    for reply in [
        Reply::Raw(422, "text/plain", "no".to_owned()),
        Reply::Raw(500, "text/plain", "no".to_owned()),
        Reply::Json(200, serde_json::json!({})),
        Reply::Raw(200, "text/html", "<p>no".to_owned()),
    ] {
        let query = world.invited(&service, RegistrationTerms::new());
        let configuration = fits.clone();
        world.platform.answers(move |heard| match &*heard.method {
            "GET" => Reply::Json(200, configuration.clone()),
            _ => reply.clone(),
        });
        let shown = get(&service, &query).await;
        let failed = confirm(&service, &query, &shown).await;
        assert!(failed.body.contains(used_up), "{}", failed.body);
        get(&service, &query)
            .await
            .assert_refused(409, "invite_used");
    }
    // Nothing was used up by a page that was not shown.
    let query = world.invited(&service, RegistrationTerms::new());
    world
        .platform
        .answers(|_| Reply::Raw(500, "text/plain", String::new()));
    let failed = get(&service, &query).await;
    assert!(!failed.body.contains(used_up), "{}", failed.body);
    // Without invites there is nothing to say of them.
    world
        .platform
        .replies(Reply::Raw(422, "text/plain", "no".to_owned()));
    let open = world.open();
    let shown = get(&open, &query).await;
    let failed = confirm(&open, &query, &shown).await;
    failed.assert_refused(502, "platform_refused");
    assert!(!failed.body.contains(used_up), "{}", failed.body);
}
