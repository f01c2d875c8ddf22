//! Certificate authorities of one registration's own.

use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use serde_json::json;
use tokio::net::TcpListener;
use tokio_rustls::{TlsAcceptor, rustls};
use tower_lti::{
    LtiError,
    error::LtiErrorKind,
    outbound::{
        AddressPolicy, CertificateAuthorities, Exchange as _, ExchangeErrorKind, ExchangeLimits,
        HttpsClient,
    },
    registration::{Registration, RegistrationBuilder, Registrations},
    testing::{Platform, SigningKey},
};

use super::{
    chain, get, limits,
    server::{Answer, serve},
};
use crate::{app::NOW, attacks::World};

/// A server on loopback whose certificate an authority of its own has signed.
struct TlsServer {
    url: String,
    authority: String,
    heard: Arc<Mutex<Vec<String>>>,
}

impl TlsServer {
    async fn start(answer: Answer) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut about = CertificateParams::default();
        about.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = about.self_signed(&key).unwrap().pem();
        let issuer = Issuer::new(about, key);
        let key = KeyPair::generate().unwrap();
        let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
        let about = CertificateParams::new(names).unwrap();
        let certificate = about.signed_by(&key, &issuer).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                rustls::pki_types::PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
            )
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let keep = Arc::clone(&heard);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, answer) = (acceptor.clone(), answer.clone());
                let keep = Arc::clone(&keep);
                tokio::spawn(async move {
                    if let Ok(stream) = acceptor.accept(stream).await {
                        serve(stream, answer, keep).await;
                    }
                });
            }
        });
        Self {
            url: format!("https://localhost:{port}"),
            authority,
            heard,
        }
    }

    fn heard(&self) -> usize {
        self.heard.lock().unwrap().len()
    }
}

fn trusting(pem: &[&str]) -> AddressPolicy {
    let mut addresses = AddressPolicy::default();
    addresses.private_networks = true;
    addresses.certificate_authorities =
        CertificateAuthorities::from_pem(&pem.concat()).unwrap_or_default();
    addresses
}

#[tokio::test]
async fn an_authority_counts_for_calls_that_name_it_and_no_other() {
    let server = TlsServer::start(Answer::new("200 OK", "", "over TLS")).await;
    let stranger = TlsServer::start(Answer::Nothing).await;
    let client = HttpsClient::new();
    let exchange = async |addresses: &AddressPolicy| {
        let limits = ExchangeLimits::new(limits().deadline, 1_024, addresses.clone());
        client.send(get(&server.url), limits).await
    };
    let (none, own) = (trusting(&[]), trusting(&[&server.authority]));
    let other = trusting(&[&stranger.authority]);
    let both = trusting(&[&stranger.authority, &server.authority]);
    // The connection of the one that is trusted stays open, and is nobody else's.
    for (addresses, trusted) in [
        (&none, false),
        (&own, true),
        (&none, false),
        (&other, false),
        (&both, true),
        (&own, true),
        (&none, false),
    ] {
        match exchange(addresses).await {
            Ok(answer) => assert!(trusted && answer.body() == "over TLS"),
            Err(error) => {
                assert!(!trusted, "{}", chain(&error));
                assert_eq!(error.kind(), ExchangeErrorKind::NotConnected);
                assert!(!error.was_sent());
                assert!(
                    chain(&error).contains("peer certificate"),
                    "{}",
                    chain(&error)
                );
            }
        }
    }
    assert_eq!(server.heard(), 3);
}

// S01: who trusts an authority is not thereby in its network
#[tokio::test]
async fn an_authority_opens_no_private_network() {
    let server = TlsServer::start(Answer::new("200 OK", "", "")).await;
    let mut addresses = trusting(&[&server.authority]);
    addresses.private_networks = false;
    let limits = ExchangeLimits::new(limits().deadline, 1_024, addresses);
    let error = HttpsClient::new().send(get(&server.url), limits).await;
    assert_eq!(error.unwrap_err().kind(), ExchangeErrorKind::Forbidden);
    assert_eq!(server.heard(), 0);
}

fn registration(issuer: &str, jwks_url: &str) -> RegistrationBuilder {
    Registration::builder(issuer, "tool-1")
        .authorization_endpoint(format!("{issuer}/auth"))
        .jwks_url(jwks_url)
}

// W20
#[tokio::test]
async fn a_key_set_is_fetched_as_its_own_registration_says() {
    let keys = json!({"keys": [SigningKey::shared(0, "k1").jwk()]}).to_string();
    let server = TlsServer::start(Answer::new("200 OK", "", &keys)).await;
    let url = format!("{}/jwks", server.url);
    let trusting = registration("https://trusting.test", &url)
        .certificate_authorities(&server.authority)
        .insecure_allow_private_network();
    let elsewhere =
        registration("https://elsewhere.test", &url).certificate_authorities(&server.authority);
    let doubting = registration("https://doubting.test", &url).insecure_allow_private_network();
    let all = [trusting, elsewhere, doubting].map(|one| one.build().unwrap());
    let world = World::with(|builder| {
        builder
            .registrations(Registrations::new(all).unwrap())
            .key_sets(tower_lti::key_set::HttpsKeySets::new())
    })
    .await;
    for (issuer, refused) in [
        (
            "https://doubting.test",
            Some(LtiErrorKind::KeySetUnavailable),
        ),
        ("https://trusting.test", None),
        // Neither gets the keys that the other has fetched.
        (
            "https://doubting.test",
            Some(LtiErrorKind::KeySetUnavailable),
        ),
        ("https://elsewhere.test", Some(LtiErrorKind::KeySetInvalid)),
        ("https://trusting.test", None),
    ] {
        let platform = Platform::new(issuer, "tool-1");
        let mut browser = world.app.browser();
        let request = browser.log_in(&platform).await.unwrap();
        let token = platform.id_token(&request, NOW).sign();
        let answer = browser.launch(&request, &token).await;
        let kind = answer.extensions().get::<LtiError>().map(LtiError::kind);
        assert_eq!(kind, refused, "{issuer}");
    }
    assert_eq!(server.heard(), 1);
}
