//! What exactly went wrong, for the operator.

use crate::error::ErrorCode;

macro_rules! kinds {
    ($($variant:ident $code:ident $reason:literal;)*) => {
        /// What exactly went wrong.
        ///
        /// Finer than the [`ErrorCode`], and never shown to the user: it is for logs, metrics and
        /// tests.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum LtiErrorKind {
            $(#[doc = concat!($reason, ".")] $variant,)*
        }

        impl LtiErrorKind {
            /// Every kind there is.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The code that an answer of this kind carries.
            #[must_use]
            pub fn code(self) -> ErrorCode {
                match self { $(Self::$variant => ErrorCode::$code,)* }
            }

            /// The kind in words, one lower-case clause.
            #[must_use]
            pub fn reason(self) -> &'static str {
                match self { $(Self::$variant => $reason,)* }
            }
        }
    };
}

kinds! {
    FormMalformed MalformedRequest "the form or query is badly encoded or has too many fields";
    FieldRepeated MalformedRequest "a field occurs twice";
    FieldMissing MalformedRequest "a required field is missing or empty";
    FieldTooLong MalformedRequest "a field is longer than it may be";
    BodyBroken MalformedRequest "the body ended early or could not be read";
    ErrorBesideToken MalformedRequest "the platform sent both an error and a token";
    StateMissing MalformedRequest "the platform's answer came without the state that it was sent";
    LoginAtLaunchUrl MalformedRequest "a login initiation came to the launch URL";
    AnswerAtLoginUrl MalformedRequest "the platform's answer to a login came to the login URL";
    OwnAuthenticationRequest MalformedRequest "the tool's own authentication request came to the tool";
    DeepLinkingResponse MalformedRequest "a deep linking response came to the tool, which is for the platform";
    AccessTokenRequest MalformedRequest "a request for an access token came to the tool, which is for the platform";
    RegistrationRequest MalformedRequest "a dynamic registration came to an address for launches or logins";
    Lti11Launch Lti11Launch "the platform sent an LTI 1.1 launch";
    TokenMalformed TokenMalformed "the id_token is not a compact JWS with a JSON header";
    PayloadMalformed TokenMalformed "the id_token's payload is not one strict JSON object";
    IssuerUnknown RegistrationUnknown "no registration has this issuer";
    ClientIdUnknown RegistrationUnknown "the issuer is known, this client id is not";
    ClientIdNeeded RegistrationUnknown "the issuer has several registrations and the login names no client id";
    RegistrationUnusable RegistrationUnknown "the registration uses plain http, which this tool does not allow";
    RegistrationDisabled RegistrationDisabled "the registration is disabled";
    RegistrationPending RegistrationPending "the registration waits for approval";
    TargetNotAllowed TargetNotAllowed "target_link_uri is outside the allowed targets";
    ClaimInvalid LaunchInvalid "an LTI claim is missing or wrong";
    MessageTypeNotAccepted LaunchInvalid "the message type is not one that this layer accepts";
    TargetMismatch LaunchInvalid "target_link_uri is not the one that the login named";
    DeploymentHintMismatch LaunchInvalid "the deployment id is not the one that the login named";
    CookieMissing CookieMissing "the state cookie is missing";
    StorageSilent CookieMissing "the state cookie is missing, and the platform's storage did not give the secret in its place";
    CookiesNeeded CookieMissing "what the tool asked for needs a cookie, and the launch came without";
    StorageSecretWrong StateInvalid "the secret from the platform's storage belongs to another browser or login";
    StorageHandleForged StateInvalid "the handle of a launch without cookies was not signed by this tool, or was altered";
    StorageHandleForeign StateInvalid "the handle of a launch without cookies is of another launch";
    StorageOriginMismatch StateInvalid "a launch without cookies was not completed by a page of this tool";
    StorageHandleExpired StateExpired "the handle of a launch without cookies is older than two minutes";
    CookieMismatch StateInvalid "the state cookie belongs to another browser or login";
    StateForged StateInvalid "the state was not signed by this tool, or was altered";
    StateFromTheFuture StateInvalid "the state was issued in the future, so the clocks differ";
    RedirectUriMismatch StateInvalid "the state was issued for another launch URL";
    StateExpired StateExpired "the state is older than its lifetime";
    StateBeforeMemory StateExpired "the state was issued before the store's memory began";
    AlgorithmNotAllowed TokenRejected "the algorithm is not one that the registration allows";
    KeyIdMissing TokenRejected "the token names no key";
    CriticalHeader TokenRejected "the token has a critical header extension";
    TokenType TokenRejected "the token's typ is not JWT";
    KeyUnknown TokenRejected "the platform publishes no key of that id";
    KeyUnfit TokenRejected "the key of that id does not fit the algorithm, or is too weak";
    SignatureWrong TokenRejected "the signature is wrong";
    IssuerMismatch TokenRejected "the issuer is not the registration's";
    AudienceMismatch TokenRejected "the audience is not exactly the client id and what is trusted beside it";
    AuthorizedPartyMismatch TokenRejected "azp is missing or not the client id";
    TimeMalformed TokenRejected "exp, iat or nbf is missing or not a time";
    TokenExpired TokenRejected "the token has expired";
    TokenStale TokenRejected "the token was issued too long ago";
    TokenFromTheFuture TokenRejected "the token was issued in the future, so the clocks differ";
    TokenNotYetValid TokenRejected "the token is not valid yet";
    NonceMismatch TokenRejected "the nonce is not the one issued with this state";
    SubjectMissing TokenRejected "the launch is anonymous, or names no user beside other identity claims";
    PlatformError PlatformError "the platform answered with an error";
    PlatformLoginRequired PlatformError "the platform has no session for the person";
    LaunchRequired LaunchRequired "a handler asked for a launch where there was none";
    DeploymentUnknown DeploymentRejected "the deployment is unknown, and unknown ones are rejected";
    DeploymentAwaitsTeacher DeploymentRejected "the deployment is unknown, and this person, who does not teach, may not create it";
    DeploymentConditionUnmet DeploymentRejected "the deployment is unknown, and this launch, though a teacher's, may not create it";
    DeploymentPending DeploymentRejected "the deployment has not been approved yet";
    DeploymentDisabled DeploymentRejected "the deployment is disabled";
    DeploymentQuotaReached DeploymentRejected "the registration has as many deployments as it may";
    TicketForged TicketInvalid "the ticket was not sealed by this tool, or was altered";
    TicketFromAnotherBrowser TicketInvalid "the ticket's cookie is missing or belongs to another browser";
    TicketExpired TicketExpired "the ticket is older than its lifetime";
    TicketUsed TicketUsed "the ticket was used before";
    OnboardingUnfinished OnboardingUnfinished "the deployment is not active yet";
    LaunchNotParked LaunchAgain "no launch waits under the ticket";
    DeepLinkingNotOffered ContentNotOffered "a deep linking request came to a layer that does not accept it";
    ContentItemRefused ContentItemRefused "an item of content is not lawful, or does not fit the request's settings";
    DeepLinkingHandleForged DeepLinkingHandleInvalid "the handle was not sealed by this tool for a deep linking request, or was altered";
    DeepLinkingHandleForeign DeepLinkingHandleForeign "the handle is of another browser, session, deployment or user";
    DeepLinkingHandleExpired DeepLinkingHandleExpired "the handle is older than its lifetime or than the store's memory";
    DeepLinkingHandleUsed DeepLinkingHandleUsed "the deep linking request was answered or refused before";
    SigningKeyMissing SigningKeyMissing "the tool has no key that signs for this registration";
    SigningKeyUnavailable SigningKeyUnavailable "the tool has no key to sign with at the moment";
    SessionOver SessionOver "the session was ended, was not used for too long, or has reached its age limit";
    SessionRevoked SessionOver "the session was ended by the tool, or its registration or deployment is gone";
    SessionForged SessionInvalid "what came for a session was not sealed by this tool, or was altered";
    SessionCookieMissing SessionForeign "the cookie of the session that the request names is missing, or came more than once";
    SessionReferencesDiffer MalformedRequest "the request names two sessions";
    SessionAmbiguous SessionAmbiguous "the browser has several sessions, and the request does not say which";
    CrossSiteRequest CrossSiteRequest "a request that changes something, or an address with a handle, came from another site, or it does not say from where";
    SessionTooLarge PayloadTooLarge "the launch is larger than a session may be";
    SessionDataTooLarge PayloadTooLarge "the application's data is larger than a session takes";
    SessionQuotaReached Overloaded "the registration has started as many sessions as it may for now";
    NonceReplayed ReplayDetected "the nonce was used before";
    PrefetchRejected MalformedRequest "a browser fetched the page before anybody asked for it";
    MethodNotAllowed MethodNotAllowed "the method is not allowed here";
    BodyTimeout RequestTimeout "the body took too long";
    BodyTooLarge PayloadTooLarge "the body is over its limit";
    TokenTooLarge PayloadTooLarge "the id_token is over its limit";
    MediaType UnsupportedMediaType "the body is not a plain UTF-8 form";
    KeySetInvalid JwksInvalid "the platform's key set cannot be used";
    KeySetUnavailable JwksUnavailable "the platform's keys are out of reach, or cannot be asked for again yet";
    StoreUnavailable StoreUnavailable "the store could not answer";
    DeadlinePassed StoreUnavailable "the login or launch was not decided in time";
    RandomnessUnavailable StoreUnavailable "the operating system gave no random bytes";
    StoreFull Overloaded "the store may not hold more";
    BodiesInFlight Overloaded "too many request bodies are in flight";
}
