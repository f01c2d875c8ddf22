//! Certificates that do not hold.

use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair};
use serde_json::json;
use tokio::net::TcpListener;
use tokio_rustls::{TlsAcceptor, rustls};
use tower_lti::{doctor::Doctor, services::ActionBy};

use super::world::{good, wrong_checks};

/// A server on loopback with a certificate that nobody vouches for.
async fn self_signed_server() -> String {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let certificate = certificate.self_signed(&key).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let private = rustls::pki_types::PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], private)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // The client ends it.
            let _ = acceptor.accept(stream).await;
        }
    });
    format!("https://localhost:{port}")
}

// ADV-95
#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_told_as_such() {
    let url = self_signed_server().await;
    let mut entry = good();
    entry["issuer"] = url.clone().into();
    for (setting, path) in [("authorization_endpoint", "auth"), ("jwks_url", "jwks")] {
        entry[setting] = format!("{url}/{path}").into();
    }
    entry.as_object_mut().unwrap().remove("token_endpoint");
    entry["insecure_allow_private_network"] = true.into();

    let report = Doctor::for_json(&json!([entry]).to_string()).check().await;

    assert_eq!(wrong_checks(&report), ["certificate"], "{report}");
    let finding = report
        .findings()
        .iter()
        .find(|one| one.check == "certificate")
        .unwrap();
    assert_eq!(finding.who, ActionBy::PlatformAdministrator);
    assert!(
        finding.remedy.contains("certificate_authorities"),
        "{report}"
    );
}
