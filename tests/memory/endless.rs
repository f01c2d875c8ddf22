//! Servers that never come to an end.

use std::{
    io::{Read, Write},
    net::TcpListener,
    sync::Arc,
    thread,
};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::{ServerConfig, ServerConnection, StreamOwned, pki_types::PrivateKeyDer};
use tower_lti::outbound::CertificateAuthorities;

/// A certificate authority of the tests' own.
pub(crate) struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut about = CertificateParams::default();
        about.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = about.self_signed(&key).unwrap().pem();
        let issuer = Issuer::new(about, key);
        Self { pem, issuer }
    }

    pub(crate) fn certificate(&self) -> CertificateAuthorities {
        CertificateAuthorities::from_pem(&self.pem).unwrap()
    }

    /// What a server on loopback needs.
    fn server(&self) -> ServerConfig {
        let key = KeyPair::generate().unwrap();
        let about = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
        let certificate = about.signed_by(&key, &self.issuer).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
            )
            .unwrap()
    }
}

/// Answers every request with a head, and after it with the same bytes for as long as somebody reads; over TLS
/// where there is an authority.
pub(crate) fn endless(
    authority: Option<&Authority>,
    head: &'static str,
    more: &'static [u8],
) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let tls = authority.map(|authority| Arc::new(authority.server()));
    let url = match tls {
        Some(_) => format!("https://{address}/"),
        None => format!("http://{address}/"),
    };
    thread::spawn(move || {
        for stream in listener.incoming() {
            let stream = stream.unwrap();
            match &tls {
                Some(tls) => {
                    let connection = ServerConnection::new(Arc::clone(tls)).unwrap();
                    answer(StreamOwned::new(connection, stream), head, more);
                }
                None => answer(stream, head, more),
            }
        }
    });
    url
}

fn answer(mut stream: impl Read + Write, head: &str, more: &[u8]) {
    let _ = stream.read(&mut [0; 4_096]);
    let many = more.repeat((64 * 1024_usize).div_ceil(more.len()));
    let mut next = head.as_bytes();
    while stream.write_all(next).is_ok() {
        next = &many;
    }
}
