//! The stable codes, their statuses and their texts.

use http::StatusCode;

use crate::page_text::PageText;

macro_rules! codes {
    ($($variant:ident $slug:literal $status:ident $spec:literal
        $message:literal
        $remedy:literal
        $operator:literal;)*) => {
        /// The stable, machine-readable code of a rejection.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorCode {
            $(#[doc = concat!("`", $slug, "`: ", $message)] $variant,)*
        }

        impl ErrorCode {
            /// Every code there is.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The code as it stands in answers and logs.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $slug,)* }
            }

            /// The HTTP status of an answer with this code.
            #[must_use]
            pub fn status(self) -> StatusCode {
                match self { $(Self::$variant => StatusCode::$status,)* }
            }

            /// Where the specification asks for the check that failed.
            #[must_use]
            pub fn spec_ref(self) -> &'static str {
                match self { $(Self::$variant => $spec,)* }
            }

            /// One plain sentence on what happened.
            #[must_use]
            pub fn message(self) -> &'static str {
                self.message_text().english()
            }

            /// What the user should do next.
            #[must_use]
            pub fn remedy(self) -> &'static str {
                self.remedy_text().english()
            }

            /// What whoever runs the course or the platform should do, where that is something else.
            #[must_use]
            pub fn administrator_remedy(self) -> Option<&'static str> {
                self.administrator_text().map(PageText::english)
            }

            pub(super) fn message_text(self) -> PageText {
                match self {
                    $(Self::$variant => PageText::new(concat!("error.", $slug, ".message"), $message),)*
                }
            }

            pub(super) fn remedy_text(self) -> PageText {
                match self {
                    $(Self::$variant => PageText::new(concat!("error.", $slug, ".remedy"), $remedy),)*
                }
            }

            pub(super) fn administrator_text(self) -> Option<PageText> {
                match self {
                    Self::DeploymentRejected => Some(PageText::new(
                        "error.deployment_rejected.administrator",
                        "send the reference below to the tool's operator, who can open or approve this installation of the tool.",
                    )),
                    Self::RegistrationDisabled => Some(PageText::new(
                        "error.registration_disabled.administrator",
                        "send the reference below to the tool's operator, who can switch the tool on again for this platform.",
                    )),
                    Self::RegistrationPending => Some(PageText::new(
                        "error.registration_pending.administrator",
                        "send the reference below to the tool's operator, who can approve this platform.",
                    )),
                    Self::ContentNotOffered => Some(PageText::new(
                        "error.content_not_offered.administrator",
                        "this tool offers no content to choose from; switch that off for it in the platform, or ask the tool's operator.",
                    )),
                    Self::RegistrationUnknown => Some(PageText::new(
                        "error.registration_unknown.administrator",
                        "the tool and the platform must be registered with each other before its first launch.",
                    )),
                    _ => None,
                }
            }

            /// What the tool's operator should look at.
            #[must_use]
            pub fn operator_hint(self) -> &'static str {
                match self { $(Self::$variant => $operator,)* }
            }
        }
    };
}

codes! {
    MalformedRequest "malformed_request" BAD_REQUEST "Security Framework 1.0 §5.1.1"
        "The request was incomplete or could not be read."
        "Go back to your course and open the tool again."
        "A field is missing, repeated or badly encoded, or the request is meant for another address; the log says which.";
    Lti11Launch "lti11_launch" BAD_REQUEST "LTI Core 1.3 §4"
        "The course started this tool the old way, as LTI 1.1."
        "Tell the person who added the tool to the course that it must be set up as LTI 1.3."
        "The platform sent an LTI 1.1 launch; register the tool there as LTI 1.3.";
    TokenMalformed "token_malformed" BAD_REQUEST "Security Framework 1.0 §5.1.2"
        "The learning platform sent something that is not a launch token."
        "Go back to your course and open the tool again; if it happens again, tell your administrator."
        "The id_token is not a compact JWS over one strict JSON object.";
    RegistrationUnknown "registration_unknown" BAD_REQUEST "LTI Core 1.3 §4.1.3"
        "This tool does not know the learning platform that sent you."
        "Ask your administrator to finish setting up the tool."
        "No registration has this issuer and client id; the kind says which of the two is unknown, the log says what came and what comes near it.";
    RegistrationDisabled "registration_disabled" FORBIDDEN "LTI Core 1.3 §3.1.3"
        "This tool has been switched off for your learning platform."
        "Ask your administrator whether it will be switched on again."
        "The registration is disabled: its logins, launches and services are refused until it is enabled.";
    RegistrationPending "registration_pending" FORBIDDEN "LTI Core 1.3 §3.1.3"
        "This tool waits for approval for your learning platform."
        "Open it again from your course once it is approved; there is nothing else that you need to do."
        "The registration is pending: its logins, launches and services are refused until an administrator of the tool makes it active.";
    TargetNotAllowed "target_not_allowed" BAD_REQUEST "LTI Core 1.3 §5.3.4"
        "The link leads to a place that is not part of this tool, or its address cannot be used."
        "Tell the person who made the link in your course."
        "target_link_uri lies outside the tool's allowed targets, both of which are in the log (see LtiToolBuilder::allow_target), or is no address that every reader takes for the same; the error's source names what is wrong with it.";
    LaunchInvalid "launch_invalid" BAD_REQUEST "LTI Core 1.3 §5.3"
        "The learning platform's launch lacks something that LTI requires."
        "Tell your administrator, with the reference below."
        "An LTI claim is missing or wrong, or is not what the login named; the log says which, and what is wrong with it.";
    CookieMissing "cookie_missing" UNAUTHORIZED "Security Framework 1.0 §7.3.1"
        "This launch was used already, as after a reload, or your browser blocks cookies for this tool."
        "Open the tool again from your course; if this page comes back, open it in a new window or allow cookies for it."
        "The launch was sent twice, the browser blocked the state cookie, or login and launch are served under different hosts; a forged state is state_invalid.";
    StateInvalid "state_invalid" UNAUTHORIZED "Security Framework 1.0 §5.1.1.4"
        "This launch did not begin in this browser, or the tool no longer recognises it."
        "Go back to your course and open the tool again."
        "The state was forged or altered, signed with a secret this instance does not have (without a login_secret each restart makes a new one), belongs to another browser, or comes from an instance whose clock is ahead; the kind says which.";
    StateExpired "state_expired" UNAUTHORIZED "Security Framework 1.0 §5.1.1.4"
        "This launch took too long, is an old one, or began before the tool was restarted."
        "Go back to your course and open the tool again."
        "The login is older than its lifetime, or than what the store remembers; where it is the lifetime, the log says by how many seconds.";
    TokenRejected "token_rejected" UNAUTHORIZED "Security Framework 1.0 §5.1.3"
        "The learning platform's launch could not be verified."
        "Go back to your course and open the tool again; if it happens again, tell your administrator."
        "Signature, key, issuer, audience, time or nonce is wrong; the kind says which, the log what came and what was expected. Where it is a time, the log says by how many seconds: check clocks first.";
    PlatformError "platform_error" UNAUTHORIZED "Security Framework 1.0 §5.1.1.5"
        "The learning platform refused to start the tool."
        "Go back to your course and open the tool again."
        "The platform answered the authentication request with an error, which is in the log; its registration of the tool may be incomplete.";
    LaunchRequired "launch_required" UNAUTHORIZED "LTI Core 1.3 §3.1"
        "This page can only be opened from a course."
        "Open the tool from your course."
        "A handler asked for a launch on a route that no launch layer covers, or that was not launched.";
    DeploymentRejected "deployment_rejected" FORBIDDEN "LTI Core 1.3 §3.1.3"
        "This tool is not open for the place in the platform that you came from."
        "Ask your administrator to set up or activate the tool for your course."
        "The deployment is unknown and the policy rejects it or the quota is reached, or it is pending or disabled; the kind says which.";
    TicketInvalid "ticket_invalid" UNAUTHORIZED "LTI Core 1.3 §3.1.3"
        "This ticket did not begin in this browser."
        "Open the tool again from your course, in the browser that you set it up with."
        "The ticket was forged or altered, sealed with a secret this instance does not have, or its cookie is missing or another's; the kind says which.";
    TicketExpired "ticket_expired" UNAUTHORIZED "LTI Core 1.3 §3.1.3"
        "Setting up the tool took too long."
        "Open the tool again from your course."
        "The ticket is older than Limits::ticket_lifetime.";
    TicketUsed "ticket_used" CONFLICT "LTI Core 1.3 §3.1.3"
        "This ticket has been used already."
        "Open the tool again from your course; a ticket opens it once."
        "The parked launch was resumed before: a reload, a double submit, or a replay.";
    OnboardingUnfinished "onboarding_unfinished" FORBIDDEN "LTI Core 1.3 §3.1.3"
        "The tool is not ready for your course yet."
        "Finish setting it up, or wait until it is approved, and try again."
        "The deployment is missing or pending; activate it in the store.";
    LaunchAgain "launch_again" CONFLICT "LTI Core 1.3 §3.1.3"
        "The tool is ready, and your visit has to begin anew."
        "Open the tool again from your course."
        "Parking is switched off, the store parks nothing, or it has forgotten the launch.";
    ContentNotOffered "content_not_offered" BAD_REQUEST "Deep Linking 2.0 §2"
        "This tool has no content to choose from here."
        "Go back to your course, and add a link to the tool in another way."
        "A deep linking request came to a layer that was not told to accept it; see LtiLaunchLayer::accept_message_type, and the tool's placements in the platform.";
    ContentItemRefused "content_item_refused" UNPROCESSABLE_ENTITY "Deep Linking 2.0 §3"
        "What was chosen cannot be added to the course."
        "Choose something else, or less of it; your course takes only some kinds of content."
        "An item is none that the specification allows, or does not fit the request's settings; LtiError::item_error and the log say which item, which member and which setting.";
    DeepLinkingHandleInvalid "deep_linking_handle_invalid" BAD_REQUEST "Deep Linking 2.0 §2.3"
        "The tool does not recognise this choice of content. It may have been restarted since it began."
        "Go back to your course, and choose content there once more."
        "The handle of the deep linking request was altered, cut or is of something else, was sealed with a secret this instance does not have (without a login_secret each restart makes a new one), or comes from an instance whose clock is ahead.";
    DeepLinkingHandleForeign "deep_linking_handle_foreign" FORBIDDEN "Deep Linking 2.0 §2.3"
        "This choice of content began in another browser or for somebody else, or your browser blocks cookies for this tool."
        "Go back to your course, and choose content there once more; if this page comes back, allow cookies for the tool."
        "The handle's cookie is missing or another browser's; or the handle is of another registration, deployment, user or session than the one it came back in.";
    DeepLinkingHandleExpired "deep_linking_handle_expired" UNAUTHORIZED "Deep Linking 2.0 §2.3"
        "Choosing content took too long, or began before the tool was restarted."
        "Go back to your course, and choose content there once more."
        "The handle is older than Limits::deep_linking_lifetime, or than what the store remembers; where it is the lifetime, the log says by how many seconds.";
    DeepLinkingHandleUsed "deep_linking_handle_used" CONFLICT "Deep Linking 2.0 §2.3"
        "This choice of content was answered, or refused, before."
        "Look in your course whether it is there; if it is not, choose content there once more."
        "The handle was used before: a reload, a double submit, a deployment that was shut when it was used, or an answer of the store that was lost on the way.";
    SigningKeyMissing "signing_key_missing" FORBIDDEN "Security Framework 1.0 §6.3"
        "The tool is not set up to send content to your course."
        "Tell your administrator, with the reference below."
        "The tool has no key, or none of the algorithm that this registration asks for; see LtiToolBuilder::tool_keys.";
    SigningKeyUnavailable "signing_key_unavailable" SERVICE_UNAVAILABLE "Security Framework 1.0 §6.3"
        "The tool cannot send content to your course at the moment."
        "Wait a moment, and send your choice once more."
        "The tool has no key to sign with at the moment; look at the store of the tool's keys.";
    SessionOver "session_over" UNAUTHORIZED "Security Framework 1.0 §7.3.1"
        "Your visit to this tool is over."
        "Open the tool again from your course."
        "The session was signed out of, is older than Limits::session_lifetime, was not used for Limits::session_idle_timeout, was ended for its user, deployment or registration, or one of those is gone; the kind says which.";
    SessionInvalid "session_invalid" UNAUTHORIZED "Security Framework 1.0 §7.3.1"
        "The tool does not recognise this visit. It may have been restarted since it began."
        "Open the tool again from your course."
        "The session's cookie or handle was altered or cut, is of something else, or was sealed with a secret this instance does not have; without a login_secret each restart makes a new one.";
    SessionForeign "session_foreign" UNAUTHORIZED "Security Framework 1.0 §7.3.1"
        "This page belongs to a visit that is over, or that began in another browser."
        "Open the tool again from your course, in this browser."
        "The address names a session whose cookie did not come with it: it has expired or was cleared, the address was copied to another browser or another frame, or the browser blocks cookies.";
    SessionAmbiguous "session_ambiguous" CONFLICT "Security Framework 1.0 §7.3.1"
        "You have this tool open from several places, and this address does not say which of them you mean."
        "Choose where you want to go on."
        "The browser sent several session cookies and no lti_session: let links and forms carry LtiSession::reference.";
    CrossSiteRequest "cross_site_request" FORBIDDEN "Security Framework 1.0 §7.3.1"
        "This request did not come from a page of this tool."
        "Go back to the tool and try again from there, or open it again from your course."
        "Origin is not the session's and Sec-Fetch-Site is not same-origin, or both are missing; a page with `Referrer-Policy: no-referrer` has its forms send no origin. A handle in an address opens nothing where another site led to it.";
    ReplayDetected "replay_detected" CONFLICT "Security Framework 1.0 §5.1.3 (9)"
        "This launch has been used already."
        "Start again from your course; a launch opens the tool once."
        "The nonce was consumed before: a reload, a double submit, or a replay.";
    MethodNotAllowed "method_not_allowed" METHOD_NOT_ALLOWED "Security Framework 1.0 §5.1.1.3"
        "This address cannot be opened this way."
        "Open the tool from your course."
        "Launches are POST; logins are GET or POST.";
    RequestTimeout "request_timeout" REQUEST_TIMEOUT "RFC 9110 §15.5.9"
        "The request took too long to arrive."
        "Check your connection, and open the tool again from your course."
        "The body did not arrive within Limits::body_timeout, or stalled for Limits::body_stall_timeout.";
    PayloadTooLarge "payload_too_large" PAYLOAD_TOO_LARGE "RFC 9110 §15.5.14"
        "The learning platform sent more than this tool accepts."
        "Tell your administrator, with the reference below."
        "Body, id_token or JOSE header is over its limit; see Limits.";
    UnsupportedMediaType "unsupported_media_type" UNSUPPORTED_MEDIA_TYPE "RFC 9110 §15.5.16"
        "The request was not a form."
        "Open the tool from your course."
        "Launches are application/x-www-form-urlencoded in UTF-8, without content encoding.";
    JwksInvalid "jwks_invalid" BAD_GATEWAY "Security Framework 1.0 §6.3"
        "The learning platform's keys could not be read."
        "Try again in a few minutes; if it happens again, tell your administrator."
        "The JWKS URL answered with something that is not a key set; the error's source says with what.";
    JwksUnavailable "jwks_unavailable" SERVICE_UNAVAILABLE "Security Framework 1.0 §6.3"
        "The learning platform's keys are out of reach at the moment."
        "Wait a moment, and open the tool again from your course."
        "The JWKS URL did not answer in time and nothing is cached, or the token needs a newer key set than may be fetched yet; see the error's source.";
    StoreUnavailable "store_unavailable" SERVICE_UNAVAILABLE "Security Framework 1.0 §5.1.3 (9)"
        "The tool cannot check this launch at the moment."
        "Wait a moment, and open the tool again from your course."
        "The store did not answer in time or answered with an error; see the error's source.";
    Overloaded "overloaded" SERVICE_UNAVAILABLE "RFC 9110 §15.6.4"
        "The tool is busy at the moment."
        "Wait a moment, and open the tool again from your course."
        "The store is full, or too many request bodies are in flight; see Limits and MemoryStore.";
}
