//! No answer: what may be the reason, and who can see to it.

use crate::{
    doctor::Finding,
    outbound::{ExchangeError, ExchangeErrorKind},
    redact,
    service_error::ActionBy,
};

const CERTIFICATE: &str = "certificate";
const ADDRESS: &str = "address_refused";
const UNREACHABLE: &str = "unreachable";

/// Whose server did not answer.
#[derive(Clone, Copy)]
pub(super) enum Whose {
    Platform,
    Tool,
}

/// The finding where a request for `what` brought no answer.
pub(super) fn unreachable(what: &str, url: &str, error: &ExchangeError, whose: Whose) -> Finding {
    let causes = redact::causes(error);
    let shown = redact::url(url);
    let owner = match whose {
        Whose::Platform => ActionBy::PlatformAdministrator,
        Whose::Tool => ActionBy::ToolOperator,
    };
    let seen = format!("{what} {shown}: {causes}");
    match error.kind() {
        ExchangeErrorKind::Forbidden => refused(seen, whose),
        ExchangeErrorKind::NotConnected if is_of_certificate(&causes) => {
            Finding::error(CERTIFICATE, seen)
                .wanted("a certificate of this very host that is valid now, with its whole chain")
                .remedy(certificate_remedy(&causes))
                .by(owner)
        }
        ExchangeErrorKind::NotConnected if is_of_name(&causes) => Finding::error(UNREACHABLE, seen)
            .wanted("a host whose name leads somewhere")
            .remedy("look for a slip in the host's name; else see to its DNS entry")
            .by(ActionBy::ToolOperator),
        ExchangeErrorKind::TimedOut => Finding::error(UNREACHABLE, seen)
            .wanted("an answer within a few seconds")
            .remedy("see whether a firewall between the two lets requests from this machine through")
            .by(owner),
        ExchangeErrorKind::TooLarge(_) => Finding::error(UNREACHABLE, seen)
            .wanted("an answer of at most 512 KiB, or of 64 KiB to a request for a token")
            .remedy("look for a slip in the URL: what answers there is something else")
            .by(ActionBy::ToolOperator),
        ExchangeErrorKind::Encoded(_) => Finding::error(UNREACHABLE, seen)
            .wanted("an answer that is not compressed, since no compression was asked for")
            .remedy("turn compression off where none is asked for, at the server or its proxy")
            .by(owner),
        ExchangeErrorKind::NotHttp => Finding::error(UNREACHABLE, seen)
            .wanted("an HTTP server")
            .remedy("look for a slip in scheme and port of the URL")
            .by(ActionBy::ToolOperator),
        ExchangeErrorKind::NotConnected | ExchangeErrorKind::Interrupted => {
            Finding::error(UNREACHABLE, seen)
                .wanted("a server that answers this machine")
                .remedy("see whether the host and the port are right, the server is up, and no firewall is between")
                .by(owner)
        }
    }
}

fn refused(seen: String, whose: Whose) -> Finding {
    match whose {
        Whose::Platform => Finding::error(ADDRESS, seen)
            .wanted("a public address, or one that the registration allows")
            .remedy(
                "look for a slip in the URL; only where you know that this platform is in the tool's own network, set \
                 `insecure_allow_private_network` in its registration",
            )
            .by(ActionBy::ToolOperator),
        Whose::Tool => Finding::warning(ADDRESS, seen)
            .wanted("the public address that platforms see")
            .remedy("run the check from outside of the tool's network, where the name leads to its public address")
            .by(ActionBy::ToolOperator),
    }
}

fn certificate_remedy(causes: &str) -> &'static str {
    let causes = causes.to_ascii_lowercase();
    if causes.contains("expired") {
        "renew the certificate"
    } else if causes.contains("not valid for name") || causes.contains("notvalidforname") {
        "use the host that the certificate is for, or get one for this host"
    } else {
        "send the whole chain; a certificate of an authority of one's own needs `certificate_authorities` in the registration"
    }
}

fn is_of_certificate(causes: &str) -> bool {
    let causes = causes.to_ascii_lowercase();
    [
        "certificate",
        "unknownissuer",
        "peer is incompatible",
        "handshake",
    ]
    .iter()
    .any(|word| causes.contains(word))
}

fn is_of_name(causes: &str) -> bool {
    let causes = causes.to_ascii_lowercase();
    ["dns", "lookup", "resolve", "name or service"]
        .iter()
        .any(|word| causes.contains(word))
}
