//! A Redis over TLS, and what is not what it says it is.

use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use redis::{Client, TlsCertificates};
use tower_lti::{RedisStore, store::redis::RedisConnectError, testing::contract};

use crate::{folder::Folder, login::Login, port::free_port, server::RedisServer, tool_over};

/// An authority whose word a store takes or not.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: String,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap().pem();
        Self {
            issuer: Issuer::new(params, key),
            certificate,
        }
    }

    /// Starts a Redis that shows a certificate of this authority. It listens without TLS as well.
    async fn vouches_for(&self, name: &str, until: i32) -> TlsServer {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.not_after = date_time_ymd(until, 1, 1);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let (folder, port) = (Folder::new(), free_port());
        let files = ["certificate.pem", "key.pem", "authority.pem"].map(|name| folder.file(name));
        let [certificate_file, key_file, authority_file] = &files;
        std::fs::write(certificate_file, certificate.pem()).unwrap();
        std::fs::write(key_file, key.serialize_pem()).unwrap();
        std::fs::write(authority_file, &self.certificate).unwrap();
        let settings = [
            ["--tls-port", &port.to_string()],
            ["--tls-cert-file", certificate_file],
            ["--tls-key-file", key_file],
            ["--tls-ca-cert-file", authority_file],
            ["--tls-auth-clients", "no"],
        ];
        TlsServer {
            server: RedisServer::with(settings.as_flattened()).await,
            port,
            _files: folder,
        }
    }

    /// A client that takes this authority's word.
    fn trusting(&self, port: u16) -> Client {
        let certificates = TlsCertificates {
            client_tls: None,
            root_cert: Some(self.certificate.clone().into_bytes()),
        };
        Client::build_with_tls(url(port), certificates).unwrap()
    }
}

struct TlsServer {
    server: RedisServer,
    port: u16,
    _files: Folder,
}

fn url(port: u16) -> String {
    format!("rediss://127.0.0.1:{port}/")
}

const LONG: i32 = 4000;
const EXPIRED: i32 = 2020;

// X31s
#[tokio::test(flavor = "multi_thread")]
async fn a_redis_whose_certificate_is_good_is_used_over_tls() {
    let authority = Authority::new();
    let redis = authority.vouches_for("127.0.0.1", LONG).await;
    let store = RedisStore::builder(authority.trusting(redis.port));
    let app = tool_over(store.connect().await.unwrap());
    let mut login = Login::at(&app).await;
    assert_eq!(login.launch().await, 200);
    assert_eq!(login.launch().await, 409);
    contract::check_all(&app.store).await;
}

// X31s
#[tokio::test]
async fn a_redis_whose_certificate_is_not_good_is_an_error_and_never_spoken_to_in_the_clear() {
    let (ours, another) = (Authority::new(), Authority::new());
    let good = ours.vouches_for("127.0.0.1", LONG).await;
    let expired = ours.vouches_for("127.0.0.1", EXPIRED).await;
    let of_another_name = ours.vouches_for("redis.test", LONG).await;
    for (what, redis, client) in [
        ("a stranger's", &good, another.trusting(good.port)),
        ("expired", &expired, ours.trusting(expired.port)),
        (
            "another's",
            &of_another_name,
            ours.trusting(of_another_name.port),
        ),
    ] {
        let refused = RedisStore::builder(client.clone()).connect().await;
        assert!(
            matches!(refused, Err(RedisConnectError::Unreachable { .. })),
            "{what}: {refused:?}"
        );
        let lazy = RedisStore::builder(client).lazy().unwrap();
        let (status, took) = Login::at(&tool_over(lazy)).await.timed_launch().await;
        assert_eq!(status, 503, "{what}");
        assert!(took <= Duration::from_secs(2), "{what}: {took:?}");
        assert_eq!(redis.server.calls_of("set").await, 0, "{what}");
    }
}

// X31s: an authority that the machine does not know, and TLS on one side alone
#[tokio::test]
async fn a_url_with_tls_is_held_to_it() {
    let redis = Authority::new().vouches_for("127.0.0.1", LONG).await;
    for url in [
        url(redis.port),
        url(redis.server.port()),
        format!("redis://127.0.0.1:{}/", redis.port),
    ] {
        let refused = RedisStore::connect(&url).await;
        assert!(
            matches!(refused, Err(RedisConnectError::Unreachable { .. })),
            "{url}: {refused:?}"
        );
    }
    assert_eq!(redis.server.calls_of("set").await, 0);
}
