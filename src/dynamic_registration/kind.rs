//! What exactly went wrong with a registration, and what its page says.

use std::error::Error;

use crate::{dynamic_registration::DynamicRegistrationError, service_error::failure_kinds};

failure_kinds! {
    /// What exactly went wrong with a registration.
    RegistrationFailure "not_registered" {
        MethodNotAllowed "method_not_allowed" METHOD_NOT_ALLOWED PlatformAdministrator "Dynamic Registration 1.0 §3.3"
            "This address cannot be opened this way."
            "Enter the address in your learning platform, where it asks for a registration URL.";
        NoConfigurationUrl "configuration_url_missing" BAD_REQUEST PlatformAdministrator "Dynamic Registration 1.0 §3.3"
            "This address registers the tool with a learning platform, and has to be opened by one."
            "Enter it in your learning platform, where it asks for a registration URL or tool initiation URL.";
        RequestMalformed "request_malformed" BAD_REQUEST PlatformAdministrator "Dynamic Registration 1.0 §3.3"
            "The learning platform opened this address with parameters that cannot be read."
            "Begin the registration again in your learning platform; if it happens again, tell the tool's operator.";
        ConfigurationUrlRefused "configuration_url_refused" BAD_REQUEST PlatformAdministrator "Dynamic Registration 1.0 §3.4"
            "The address of the platform's configuration is not one that this tool fetches."
            "It has to be an https address on the public internet; check the site address that your learning platform is set up with.";
        NotInvited "not_invited" FORBIDDEN ToolOperator "Dynamic Registration 1.0 §3.3"
            "Registering with this tool needs an invitation or a sign-in."
            "Ask the tool's operator for a registration address that is meant for you.";
        InviteInvalid "invite_invalid" FORBIDDEN ToolOperator "Dynamic Registration 1.0 §3.3"
            "The invitation in this address is not one of this tool, or was cut short."
            "Copy the whole address once more; if it happens again, ask the tool's operator for a new one.";
        InviteExpired "invite_expired" FORBIDDEN ToolOperator "Dynamic Registration 1.0 §3.3"
            "The invitation in this address has expired."
            "Ask the tool's operator for a new one.";
        InviteUsed "invite_used" CONFLICT ToolOperator "Dynamic Registration 1.0 §3.3"
            "The invitation in this address has been used already."
            "Ask the tool's operator for a new one; an invitation registers one platform.";
        TooManyRequests "too_many_registrations" TOO_MANY_REQUESTS TryLater "RFC 6585 §4"
            "Too many registrations were begun within a minute."
            "Wait a minute, and begin the registration again in your learning platform.";
        Busy "busy" SERVICE_UNAVAILABLE TryLater "RFC 9110 §15.6.4"
            "Other registrations are under way, and this one has waited too long."
            "Wait a moment, and begin the registration again in your learning platform.";
        ConfigurationUnreachable "configuration_unreachable" BAD_GATEWAY PlatformAdministrator "Dynamic Registration 1.0 §3.4"
            "The platform's configuration cannot be reached from this tool."
            "Check that your learning platform can be reached from the internet, with a valid certificate.";
        ConfigurationTimedOut "configuration_timed_out" GATEWAY_TIMEOUT PlatformAdministrator "Dynamic Registration 1.0 §3.4"
            "The learning platform took too long to send its configuration."
            "Begin the registration again; if it happens again, check that your learning platform can be reached from the internet.";
        ConfigurationRedirected "configuration_redirected" BAD_GATEWAY PlatformAdministrator "Dynamic Registration 1.0 §3.4"
            "The address of the platform's configuration leads on to another one, which this tool does not follow."
            "Set your learning platform's site address to the one that users end up at.";
        ConfigurationRefused "configuration_rejected" BAD_GATEWAY PlatformAdministrator "Dynamic Registration 1.0 §3.4"
            "The learning platform did not give its configuration to this tool."
            "Begin the registration again in your learning platform; its link may be good for a short time, or once.";
        ConfigurationFailed "configuration_failed" BAD_GATEWAY PlatformAdministrator "Dynamic Registration 1.0 §3.4"
            "The learning platform failed to give its configuration to this tool."
            "Begin the registration again in a moment; if it happens again, look at the learning platform's own log.";
        ConfigurationNotJson "configuration_not_json" BAD_GATEWAY PlatformAdministrator "Dynamic Registration 1.0 §3.4"
            "What the learning platform sent is not a configuration."
            "The address may lead to a page for people, such as a sign-in; check that it can be opened without signing in.";
        ConfigurationInvalid "configuration_invalid" BAD_GATEWAY PlatformAdministrator "Dynamic Registration 1.0 §3.4"
            "The platform's configuration lacks something, or holds something that cannot be used."
            "Tell whoever runs the learning platform what is named above.";
        ConfigurationUnsupported "configuration_unsupported" BAD_GATEWAY PlatformAdministrator "Security Framework 1.0 §4.1.1"
            "The learning platform does not offer what LTI asks for."
            "Tell whoever runs the learning platform what is named above.";
        IssuerMismatch "issuer_mismatch" FORBIDDEN PlatformAdministrator "Dynamic Registration 1.0 §3.5.1"
            "The configuration speaks for another platform than the one that it came from."
            "Check the site address that your learning platform is set up with; if both names are yours, ask the tool's operator to allow them.";
        EndpointRefused "endpoint_refused" FORBIDDEN PlatformAdministrator "Dynamic Registration 1.0 §3.4"
            "An address in the platform's configuration is not one that this tool uses."
            "It has to be an https address on the public internet; check the site address that your learning platform is set up with.";
        IssuerKnownElsewhere "issuer_known_elsewhere" CONFLICT ToolOperator "Dynamic Registration 1.0 §3.5.1"
            "This tool knows a platform of that name already, and it is at other addresses."
            "If it is the same platform, ask the tool's operator to change its registration; if it is another one, ask for an invitation that keeps the two apart.";
        ClientKnownElsewhere "client_known_elsewhere" CONFLICT ToolOperator "RFC 7523 §3"
            "The learning platform gave the tool the client id that it has at another one, and names that one's addresses for access tokens."
            "Remove the tool in your learning platform, and tell the tool's operator, with the reference below.";
        FormAltered "form_altered" BAD_REQUEST PlatformAdministrator "Dynamic Registration 1.0 §3.6"
            "What was sent is not what this tool's page had in it."
            "Begin the registration again in your learning platform.";
        FormTooLarge "form_too_large" PAYLOAD_TOO_LARGE PlatformAdministrator "RFC 9110 §15.5.14"
            "What was sent is larger than what this tool's page had in it."
            "Begin the registration again in your learning platform.";
        FormTooSlow "form_too_slow" REQUEST_TIMEOUT TryLater "RFC 9110 §15.5.9"
            "What was sent took too long to arrive."
            "Check your connection, and begin the registration again in your learning platform.";
        MediaType "unsupported_media_type" UNSUPPORTED_MEDIA_TYPE PlatformAdministrator "RFC 9110 §15.5.16"
            "What was sent is not a form."
            "Begin the registration again in your learning platform.";
        HandleForged "handle_invalid" BAD_REQUEST PlatformAdministrator "Dynamic Registration 1.0 §3.6"
            "This tool does not recognise the registration. It may have been restarted since it began."
            "Begin the registration again in your learning platform.";
        HandleExpired "handle_expired" GONE PlatformAdministrator "Dynamic Registration 1.0 §3.6"
            "The registration was begun too long ago, or before the tool was restarted."
            "Begin it again in your learning platform.";
        HandleUsed "handle_used" CONFLICT PlatformAdministrator "Dynamic Registration 1.0 §3.6"
            "This registration was confirmed before."
            "Look in your learning platform whether the tool is there; if it is not, begin the registration again.";
        PlatformUnreachable "platform_unreachable" BAD_GATEWAY PlatformAdministrator "Dynamic Registration 1.0 §3.6"
            "The platform's registration address cannot be reached from this tool."
            "Check that your learning platform can be reached from the internet, and begin the registration again.";
        PlatformTimedOut "platform_timed_out" GATEWAY_TIMEOUT PlatformAdministrator "Dynamic Registration 1.0 §3.6"
            "The learning platform took too long to register the tool."
            "Look in your learning platform whether the tool is there; if it is, remove it, and begin the registration again.";
        PlatformRedirected "platform_redirected" BAD_GATEWAY PlatformAdministrator "Dynamic Registration 1.0 §3.6"
            "The platform's registration address leads on to another one, which this tool does not follow."
            "Set your learning platform's site address to the one that users end up at.";
        PlatformRefused "platform_refused" BAD_GATEWAY PlatformAdministrator "RFC 7591 §3.2.2"
            "The learning platform refused to register the tool."
            "Begin the registration again in your learning platform: its link is often good once. If it happens again, send what the platform says to the tool's operator.";
        PlatformFailed "platform_failed" BAD_GATEWAY PlatformAdministrator "RFC 7591 §3.2.2"
            "The learning platform failed to register the tool."
            "Begin the registration again in a moment; if it happens again, look at the learning platform's own log.";
        ReplyNotJson "reply_not_json" BAD_GATEWAY PlatformAdministrator "RFC 7591 §3.2.1"
            "What the learning platform answered is not a registration."
            "Look in your learning platform whether the tool is there; if it is, remove it, and begin the registration again.";
        ReplyInvalid "reply_invalid" BAD_GATEWAY PlatformAdministrator "RFC 7591 §3.2.1"
            "The learning platform's registration of the tool lacks something, or holds something that cannot be used."
            "Remove the tool in your learning platform, and tell whoever runs it what is named above.";
        ReplyDiffers "reply_differs" BAD_GATEWAY PlatformAdministrator "RFC 7591 §3.2.1"
            "The learning platform registered the tool with other addresses than the tool's own."
            "Remove the tool in your learning platform, and tell whoever runs it what is named above.";
        AlreadyRegistered "already_registered" CONFLICT ToolOperator "Dynamic Registration 1.0 §3.6"
            "This tool has a registration with that issuer and client id already, and keeps it as it is."
            "Remove the new one in your learning platform, or ask the tool's operator to remove the old one first.";
        NotStored "not_stored" SERVICE_UNAVAILABLE ToolOperator "Dynamic Registration 1.0 §3.6"
            "The learning platform registered the tool, and the tool could not keep the registration."
            "Remove the tool in your learning platform, and begin the registration again in a moment.";
        NotWritable "not_writable" SERVICE_UNAVAILABLE ToolOperator "Dynamic Registration 1.0 §3.6"
            "The tool could not keep a registration at the moment, and has not asked the learning platform for one."
            "The tool's operator looks into its log, with the reference below, and lets it write its registrations. Then begin the registration again.";
        StoreUnavailable "store_unavailable" SERVICE_UNAVAILABLE TryLater "Dynamic Registration 1.0 §3.6"
            "The tool cannot take a registration at the moment."
            "Wait a moment, and begin the registration again in your learning platform.";
        TooLong "step_timed_out" GATEWAY_TIMEOUT TryLater "Dynamic Registration 1.0 §3.6"
            "The registration took too long."
            "Look in your learning platform whether the tool is there, and begin the registration again.";
        ProfileTooLarge "profile_too_large" SERVICE_UNAVAILABLE ToolOperator "Dynamic Registration 1.0 §3.5"
            "The tool says more of itself than a registration takes."
            "Tell the tool's operator, with the reference below.";
        TermsInvalid "terms_invalid" SERVICE_UNAVAILABLE ToolOperator "Dynamic Registration 1.0 §3.3"
            "What this tool wants to keep of the registration cannot be kept."
            "Tell the tool's operator what is named above, with the reference below.";
        TooManyPending "too_many_pending" SERVICE_UNAVAILABLE ToolOperator "Dynamic Registration 1.0 §3.6"
            "As many registrations wait for approval as this tool keeps."
            "Approve some of them, or remove them; then the registration can begin again.";
        Unmanaged "not_managed" NOT_FOUND ToolOperator "RFC 7592 §2"
            "The platform gave no address to read, change or remove this registration by."
            "Change it in the learning platform.";
        TokenUnreadable "management_token_unreadable" CONFLICT ToolOperator "RFC 7592 §2"
            "The platform's token for this registration was sealed by a secret that the tool does not have any more, or for another address."
            "Give the tool the login secret that it had then as a previous one; otherwise change the registration in the learning platform.";
        TokenNotKept "management_token_not_kept" SERVICE_UNAVAILABLE ToolOperator "RFC 7592 §3"
            "The learning platform gave another token for this registration, and the tool could not keep it."
            "Change this registration in the learning platform from now on, or register the tool anew.";
        NotRemoved "not_removed" SERVICE_UNAVAILABLE ToolOperator "RFC 7592 §2.3"
            "The learning platform removed the registration, and the tool could not remove its own."
            "Remove it from the tool's list of registrations.";
        UnknownRegistration "unknown_registration" NOT_FOUND ToolOperator "RFC 7592 §2"
            "There is no such registration."
            "Look at the list of registrations.";
    }
}

impl RegistrationFailure {
    /// Where the specification asks for the check that failed.
    #[must_use]
    pub fn spec_ref(self) -> &'static str {
        self.spec()
    }

    pub(super) fn caused_by(
        self,
        source: impl Error + Send + Sync + 'static,
    ) -> DynamicRegistrationError {
        DynamicRegistrationError::new(self).with_source(source)
    }
}
