//! Where nothing is sent.

use tower_lti::outbound::{
    AddressPolicy, Exchange as _, ExchangeErrorKind, ExchangeLimits, HttpsClient,
};

use super::{chain, get, limits};

// S01, CLAIM-51
#[tokio::test]
async fn an_address_that_the_policy_does_not_name_is_refused_before_connecting() {
    let public = AddressPolicy::default();
    let mut private = AddressPolicy::default();
    private.private_networks = true;
    let client = HttpsClient::new();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    for (addresses, url) in [
        (&public, format!("http://127.0.0.1:{port}/")),
        (&public, format!("http://localhost:{port}/")),
        (&public, format!("https://localhost:{port}/")),
        (&public, format!("https://127.0.0.1:{port}/")),
        (&public, format!("https://[::1]:{port}/")),
        (&public, format!("https://[::ffff:127.0.0.1]:{port}/")),
        (&public, format!("https://0x7f.1:{port}/")),
        (&public, format!("https://2130706433:{port}/")),
        (&public, format!("https://127.0.0.1.:{port}/")),
        (&public, format!("https://sub.localhost:{port}/")),
        (&public, "https://10.0.0.1/".to_owned()),
        (&public, "https://[::ffff:10.0.0.1]/".to_owned()),
        (
            &public,
            "https://169.254.169.254/latest/meta-data".to_owned(),
        ),
        (&public, "http://lms.test/".to_owned()),
        (&public, "ftp://lms.test/".to_owned()),
        (&private, "http://10.0.0.1/".to_owned()),
        (&private, "https://169.254.169.254/".to_owned()),
        (&private, "https://metadata.google.internal/".to_owned()),
        (&private, format!("http://127.0.0.1:{port}/")),
    ] {
        let limits = ExchangeLimits::new(limits().deadline, 1_024, addresses.clone());
        let error = client.send(get(&url), limits).await.unwrap_err();
        // A name may also be unknown here; then nothing was sent either.
        let is_name = url.contains("sub.localhost");
        let refused = error.kind() == ExchangeErrorKind::Forbidden;
        assert!(refused || is_name, "{url}: {}", chain(&error));
        assert!(!error.was_sent(), "{url}");
    }
    let came = tokio::time::timeout(std::time::Duration::from_millis(50), listener.accept()).await;
    assert!(came.is_err(), "somebody connected");
}

// S01
#[tokio::test]
async fn an_error_quotes_no_query() {
    for url in [
        "https://127.0.0.1:1/x?token=canary",
        "http://lms.test/x?token=canary",
        "http://127.0.0.1:1/x?token=canary",
    ] {
        let error = HttpsClient::new()
            .send(get(url), limits())
            .await
            .unwrap_err();
        let told = format!("{} {error:?}", chain(&error));
        assert!(!told.contains("canary"), "{told}");
    }
}

// S01
#[test]
fn a_client_of_ones_own_can_ask_the_policy() {
    let public = AddressPolicy::default();
    assert!(
        public
            .check_uri(&"https://lms.test/x".parse().unwrap())
            .is_ok()
    );
    for refused in ["http://lms.test/x", "https://127.0.0.1/", "/x"] {
        let error = public.check_uri(&refused.parse().unwrap()).unwrap_err();
        assert_eq!(error.kind(), ExchangeErrorKind::Forbidden, "{refused}");
    }
    assert!(public.allows_address([93, 184, 216, 34].into()));
    assert!(!public.allows_address([10, 0, 0, 1].into()));
}
