//! Whether a response is what the specification says: Deep Linking 2.0 §4.5, Security Framework 1.0 §5.2.2.

use serde_json::Value;

use super::{DeepLinkingOptions, Finding, FindingKind, items::check_items};
use crate::testing::{
    Dialect,
    platform_services::{jwt::Jwt, state::State, tool_key_set::KeyProblem},
};

pub(super) const CONTENT_ITEMS: &str = "https://purl.imsglobal.org/spec/lti-dl/claim/content_items";
pub(super) const DATA: &str = "https://purl.imsglobal.org/spec/lti-dl/claim/data";
/// What is shown and logged, as message and as error.
pub(super) const TEXTS: [&str; 4] = [
    "https://purl.imsglobal.org/spec/lti-dl/claim/msg",
    "https://purl.imsglobal.org/spec/lti-dl/claim/log",
    "https://purl.imsglobal.org/spec/lti-dl/claim/errormsg",
    "https://purl.imsglobal.org/spec/lti-dl/claim/errorlog",
];
const MESSAGE_TYPE: &str = "https://purl.imsglobal.org/spec/lti/claim/message_type";
const VERSION: &str = "https://purl.imsglobal.org/spec/lti/claim/version";
const DEPLOYMENT_ID: &str = "https://purl.imsglobal.org/spec/lti/claim/deployment_id";

/// The longest that a response may be good for, in seconds.
const LONGEST: f64 = 300.0;

/// What was found so far.
#[derive(Default)]
pub(super) struct Judgement(pub(super) Vec<Finding>);

impl Judgement {
    pub(super) fn note(&mut self, kind: FindingKind) {
        self.0.push(Finding {
            kind,
            item: None,
            member: None,
        });
    }

    fn note_if(&mut self, is_wrong: bool, kind: FindingKind) {
        if is_wrong {
            self.note(kind);
        }
    }

    pub(super) fn note_member(&mut self, kind: FindingKind, item: Option<usize>, member: &str) {
        self.0.push(Finding {
            kind,
            item,
            member: Some(member.to_owned()),
        });
    }

    /// The header, and whether the key set has the key that signed.
    pub(super) fn of_header(header: &Value, verified: Result<(), KeyProblem>) -> Self {
        let mut found = Self::default();
        found.note_if(header["typ"] != "JWT", FindingKind::Type);
        let algorithm = header["alg"].as_str().unwrap_or("");
        found.note_if(
            !["RS256", "ES256"].contains(&algorithm),
            FindingKind::Algorithm,
        );
        let brings_key = ["jku", "jwk", "x5u", "x5c"]
            .iter()
            .any(|member| header.get(member).is_some());
        found.note_if(brings_key, FindingKind::KeyInHeader);
        match verified {
            Ok(()) => {}
            Err(KeyProblem::KeyIdMissing) => found.note(FindingKind::KeyIdMissing),
            Err(KeyProblem::KeyIdUnknown) => found.note(FindingKind::KeyIdUnknown),
            Err(KeyProblem::SignatureInvalid) => found.note(FindingKind::Signature),
            Err(
                KeyProblem::NotRegistered
                | KeyProblem::CannotBeFetched(_)
                | KeyProblem::Unusable(_),
            ) => found.note(FindingKind::KeySet),
        }
        found
    }

    /// All claims, by the platform's own memory of the request.
    pub(super) fn add_claims(&mut self, jwt: &Jwt<'_>, number: Option<usize>, state: &mut State) {
        let claims = &jwt.claims;
        self.add_parties(claims, state);
        self.add_times(claims, state);
        match claims["nonce"].as_str() {
            None | Some("") => self.note(FindingKind::NonceMissing),
            Some(nonce) => {
                let is_new = state.receipts.nonces.insert(nonce.to_owned());
                self.note_if(!is_new, FindingKind::NonceUsed);
            }
        }
        let is_response = claims[MESSAGE_TYPE] == "LtiDeepLinkingResponse";
        self.note_if(!is_response, FindingKind::MessageType);
        self.note_if(claims[VERSION] != "1.3.0", FindingKind::Version);
        for name in TEXTS {
            if claims.get(name).is_some_and(|text| !text.is_string()) {
                self.note_member(FindingKind::Text, None, name);
            }
        }
        match state.deep_linking_requests.find(number, &claims[DATA]) {
            Some(request) => self.add_answer(claims, request),
            None => self.note(FindingKind::Request),
        }
    }

    fn add_parties(&mut self, claims: &Value, state: &State) {
        let tool = state.tool(&claims["iss"]);
        let (client_id, issuer) = (tool.client_id.as_str(), tool.issuer.as_str());
        self.note_if(claims["iss"] != client_id, FindingKind::Issuer);
        match &claims["aud"] {
            Value::Array(several) => {
                self.note(FindingKind::AudienceArray);
                let is_named = several.iter().any(|one| *one == issuer);
                self.note_if(!is_named, FindingKind::Audience);
            }
            one => self.note_if(*one != issuer, FindingKind::Audience),
        }
        let is_other = |name: &str, wanted: &str| claims.get(name).is_some_and(|it| *it != wanted);
        self.note_if(is_other("azp", issuer), FindingKind::AuthorizedParty);
        let lacks_subject = state.dialect == Dialect::Blackboard && claims.get("sub").is_none();
        let is_wrong = is_other("sub", client_id) || lacks_subject;
        self.note_if(is_wrong, FindingKind::Subject);
    }

    fn add_times(&mut self, claims: &Value, state: &State) {
        let (issued, expires) = (claims["iat"].as_f64(), claims["exp"].as_f64());
        self.note_if(issued.is_none(), FindingKind::IssuedAtMissing);
        self.note_if(expires.is_none(), FindingKind::ExpiryMissing);
        #[expect(clippy::cast_precision_loss, reason = "seconds are far from 2^53")]
        let (now, ahead, old) = {
            let (ahead, old) = state.dialect.leeway();
            (state.now() as f64, ahead as f64, old as f64)
        };
        if let Some(expires) = expires {
            self.note_if(expires <= now, FindingKind::Expired);
        }
        if let Some(issued) = issued {
            self.note_if(issued > now + ahead, FindingKind::IssuedInFuture);
            self.note_if(now - issued > old, FindingKind::IssuedLongAgo);
        }
        if let (Some(issued), Some(expires)) = (issued, expires) {
            self.note_if(expires - issued > LONGEST, FindingKind::Lifetime);
        }
    }

    /// What depends on the request.
    fn add_answer(&mut self, claims: &Value, request: &DeepLinkingOptions) {
        let is_here = claims[DEPLOYMENT_ID] == request.deployment.as_str();
        self.note_if(!is_here, FindingKind::Deployment);
        let is_same = claims.get(DATA) == request.settings.get("data");
        self.note_if(!is_same, FindingKind::Data);
        match claims.get(CONTENT_ITEMS) {
            // Nothing chosen (§4.5.6).
            None => {}
            Some(Value::Array(items)) => check_items(self, items, &request.settings),
            Some(_) => self.note(FindingKind::ContentItems),
        }
    }
}
