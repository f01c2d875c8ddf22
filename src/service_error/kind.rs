//! What went wrong, with the texts for each.

use crate::service_error::failure_kinds;

failure_kinds! {
    /// What exactly went wrong with a call to a service.
    ServiceErrorKind "service" {
        NotOffered "service_not_offered" FORBIDDEN PlatformAdministrator "LTI Core 1.3 §6.1"
            "The platform does not offer this service for this launch."
            "Allow the service for the tool in the platform, and open the tool again from the course.";
        ScopeNotGranted "scope_not_granted" FORBIDDEN PlatformAdministrator "Security Framework 1.0 §7.1.4"
            "The platform does not let this tool do that."
            "Grant the tool the scope that is named, and open the tool again from the course.";
        RegistrationUnknown "registration_unknown" FORBIDDEN ToolOperator "LTI Core 1.3 §4.1.3"
            "The tool has no registration of this issuer and client id."
            "Register the platform, or forget what was kept for it.";
        RegistrationDisabled "registration_disabled" FORBIDDEN ToolOperator "LTI Core 1.3 §3.1.3"
            "The registration is disabled."
            "Enable the registration; launches are refused, too.";
        RegistrationPending "registration_pending" FORBIDDEN ToolOperator "LTI Core 1.3 §3.1.3"
            "The registration waits for approval."
            "Approve the registration; launches are refused, too.";
        DeploymentClosed "deployment_closed" FORBIDDEN ToolOperator "LTI Core 1.3 §3.1.3"
            "The deployment is not known, pending or disabled."
            "Activate the deployment; launches are refused, too.";
        OtherDeployment "other_deployment" FORBIDDEN Developer "LTI Core 1.3 §6.2.1"
            "What was kept belongs to another registration or deployment than the one that was named."
            "Keep the endpoints with the deployment that they came from, and use them for that one alone.";
        TokenEndpointMissing "token_endpoint_missing" FORBIDDEN ToolOperator "Security Framework 1.0 §4.1"
            "The registration has no token endpoint."
            "Set `token_endpoint` of the registration.";
        UrlRefused "service_url_refused" BAD_GATEWAY PlatformAdministrator "LTI Core 1.3 §3.5"
            "The platform named an address that no request is sent to."
            "Service URLs have to be https and lead to public addresses; a private network is allowed for one registration by its settings.";
        UrlElsewhere "url_elsewhere" UNPROCESSABLE_ENTITY Developer "Security Framework 1.0 §4.1"
            "The address is not on the service's origin, so that no access token is sent there."
            "Use addresses that the platform gave for this deployment.";
        NextPageElsewhere "next_page_elsewhere" BAD_GATEWAY PlatformAdministrator "AGS 2.0 §3.2.4"
            "The next page of the list is not on the service's origin, so that no access token is sent there."
            "Report it to the platform: its lists have to stay on one origin.";
        PagesRepeat "pages_repeat" BAD_GATEWAY PlatformAdministrator "AGS 2.0 §3.2.4"
            "The platform's list leads back to a page that was read already."
            "Report it to the platform; another page size may help.";
        ListIncomplete "list_incomplete" BAD_GATEWAY Developer "AGS 2.0 §3.2.4"
            "The list went beyond its bound and was not read to its end."
            "Raise the bound of pages, entries or time, or read the list page by page.";
        ValueInvalid "value_invalid" UNPROCESSABLE_ENTITY Developer "AGS 2.0 §3.4"
            "A value cannot be sent."
            "Correct the value that is named.";
        NotGradable "not_gradable" UNPROCESSABLE_ENTITY PlatformAdministrator "AGS 2.0 §3.4.5"
            "The platform takes no grade for this user."
            "Only learners who are enrolled in the course can be graded.";
        OutOfOrder "out_of_order" CONFLICT Developer "AGS 2.0 §3.4.9"
            "The platform has a later score for this user already."
            "Send scores of one user in order, each with a later time.";
        LineItemMissing "line_item_missing" UNPROCESSABLE_ENTITY Developer "AGS 2.0 §3.1"
            "The launch has no line item of its own, and none was named."
            "Name a line item, or find or create one.";
        LineItemGone "line_item_gone" BAD_GATEWAY Developer "AGS 2.0 §3.2.3"
            "The platform has no such line item any more."
            "Open the tool once more from the course, or look for the line item again.";
        LineItemCoupled "line_item_coupled" UNPROCESSABLE_ENTITY Developer "AGS 2.0 §3.2"
            "The line item belongs to the resource link, which would lose its grades."
            "Delete it by `delete_coupled` if that is meant.";
        ResourceLinkRefused "resource_link_refused" BAD_GATEWAY Developer "AGS 2.0 §3.2.9"
            "The platform creates no line item for this resource link."
            "Create the line item without a resource link.";
        TokenRefused "token_refused" BAD_GATEWAY PlatformAdministrator "Security Framework 1.0 §4.1"
            "The platform refused to give an access token."
            "Check client id, key set URL, audience and clock of both sides; a code that the platform gave is in the log, as `platform_error`.";
        TokenInvalid "token_invalid" BAD_GATEWAY PlatformAdministrator "Security Framework 1.0 §4.1"
            "The platform's answer to the token request cannot be used."
            "Check the token endpoint of the registration.";
        Refused "service_refused" BAD_GATEWAY PlatformAdministrator "LTI Core 1.3 §6.1"
            "The platform refused the call."
            "Check in the platform whether the tool may use the service in this course.";
        PlatformFailed "platform_failed" BAD_GATEWAY TryLater "LTI Core 1.3 §6.1"
            "The platform failed at the call."
            "Try again in a moment; if it goes on, report it to the platform.";
        Redirected "service_redirected" BAD_GATEWAY PlatformAdministrator "Security Framework 1.0 §4.1"
            "The platform answered with a redirect, which is not followed."
            "Check the endpoints of the registration; the platform may have moved.";
        AnswerInvalid "answer_invalid" BAD_GATEWAY PlatformAdministrator "LTI Core 1.3 §6.1"
            "The platform's answer cannot be used."
            "Report it to the platform.";
        NotAMembershipContainer "not_a_membership_container" BAD_GATEWAY PlatformAdministrator "NRPS 2.0 §2.2"
            "The platform's answer is no list of members."
            "Check in the platform whether the tool uses Names and Role Provisioning Services 2.0; what came is in the log.";
        AnswerTooLarge "answer_too_large" BAD_GATEWAY Developer "NRPS 2.0 §2.4.2"
            "The platform's answer is larger than the bound."
            "Ask for smaller pages, or raise the bound of bytes.";
        ListTooLarge "list_too_large" BAD_GATEWAY Developer "NRPS 2.0 §2.4.2"
            "The platform refuses to send a list of that size."
            "Ask for smaller pages or for one role.";
        RateLimited "rate_limited" SERVICE_UNAVAILABLE TryLater ""
            "The platform asks to send fewer requests."
            "Try again after the time that is named.";
        Unavailable "platform_unavailable" SERVICE_UNAVAILABLE TryLater ""
            "The platform is out of reach or out of order."
            "Try again in a moment.";
        TimedOut "platform_timeout" GATEWAY_TIMEOUT TryLater ""
            "The platform took too long to answer."
            "Try again in a moment.";
        KeyMissing "signing_key_missing" FORBIDDEN ToolOperator "Security Framework 1.0 §6.3"
            "The tool has no key of the algorithm that this registration asks for."
            "Add a key for the algorithm that is named to the tool's keys, or change `tool_key_algorithm` of the registration.";
        KeyUnavailable "signing_key_unavailable" SERVICE_UNAVAILABLE ToolOperator "Security Framework 1.0 §6.3"
            "The tool has no key to sign with at the moment."
            "Look at the store of the tool's keys.";
        StoreUnavailable "store_unavailable" SERVICE_UNAVAILABLE ToolOperator ""
            "The tool's own store does not answer."
            "Look at the store.";
    }
}
