//! What pages say around the sentences of errors.

use crate::page_text::PageText;

macro_rules! texts {
    ($($name:ident $id:literal $english:literal;)*) => {
        $(pub(crate) const $name: PageText = PageText::new($id, $english);)*

        /// All of them.
        pub(crate) const ALL: &[PageText] = &[$($name,)*];
    };
}

// The page of a rejection.
texts! {
    BACK "page.back" "Back to your course";
    CONTINUE "page.continue" "Continue";
    TRY_AGAIN "page.try_again" "Try again";
    IN_NEW_WINDOW "page.in_new_window" "If the tool was shown inside a page of your course, choose “open in new window” there; if there is no such choice, allow cookies for the tool in your browser.";
    ADMINISTRATOR "page.administrator" "If you run the course or the platform: {remedy}";
    REFERENCE "page.reference" "Code {code}, reference {reference}";

    UNTITLED "session.untitled" "A course without a title";
    OPENED_NOW "session.opened_now" "opened just now";
    OPENED_A_MINUTE_AGO "session.opened_a_minute_ago" "opened a minute ago";
    OPENED_MINUTES_AGO "session.opened_minutes_ago" "opened {minutes} minutes ago";
    OPENED_HOURS_AGO "session.opened_hours_ago" "opened {hours} hours ago";

    OPENING "opening.heading" "Opening the tool";
    TO_PLATFORM "opening.to_platform" "You are being taken back to your learning platform.";
    ONE_MOMENT "opening.one_moment" "One moment, please.";
    CONTINUE_HERE "opening.continue_here" "Continue here";
    NEW_WINDOW "opening.new_window" "Open in a new window";
    COOKIES_BLOCKED "opening.cookies_blocked" "Your browser blocks cookies for this tool while it is shown inside a page of your course. In a window of its own the tool opens all the same.";
    NO_WINDOW "opening.no_window" "If no window opens, choose “open in new window” in your course, or allow cookies for this tool in your browser and open it again.";
    NO_SCRIPTS "opening.no_scripts" "Scripts are switched off in your browser, so that the tool cannot see whether it keeps cookies here. In a window of its own the tool opens in any case.";
    COOKIES_BLOCKED_NO_SCRIPTS "opening.cookies_blocked_no_scripts" "Your browser blocks cookies for this tool while it is shown inside a page of your course, and scripts are switched off.";
    AGAIN_IN_NEW_WINDOW "opening.again_in_new_window" "Open the tool again from your course, in a new window.";

    SENDING "deep_linking.heading" "Back to your course";
    CHOICE_SENT "deep_linking.choice_sent" "Your choice is sent to your course.";
    NOTHING_CHOSEN "deep_linking.nothing_chosen" "Nothing was chosen, and nothing is added to your course.";
    NOTHING_ADDED "deep_linking.nothing_added" "Nothing could be added to your course.";

    REGISTER "registration.heading" "Register {tool}?";
    REGISTER_WITH "registration.button" "Register with {platform}";
    REGISTER_INTRO "registration.introduction" "A learning platform asks this tool to register with it. Go on if it is yours.";
    REGISTER_PLATFORM "registration.platform" "Platform: {platform}";
    REGISTER_ADDRESS "registration.address" "Its address: {address}";
    REGISTER_MESSAGES "registration.messages" "The platform will open the tool for:";
    REGISTER_CLAIMS "registration.claims" "The tool will learn of each user:";
    REGISTER_SCOPES "registration.scopes" "The tool will be allowed to:";
    REGISTER_WITHHELD "registration.withheld" "The platform does not offer the tool to:";
    REGISTER_TOKEN_ELSEWHERE "registration.token_elsewhere" "The registration, with the platform's one-time token, goes to another address: {address}";
    REGISTER_ELSEWHERE "registration.elsewhere" "The registration goes to another address: {address}";
    REGISTER_MORE_ADDRESSES "registration.more_addresses" "The platform names addresses elsewhere, too:";
    USERS_SIGN_IN_AT "registration.users_sign_in_at" "users sign in at {address}";
    TOKENS_COME_FROM "registration.tokens_come_from" "access tokens come from {address}";
    TOKENS_ARE_FOR "registration.tokens_are_for" "access tokens are asked for in the name of {address}";
    KEYS_ARE_AT "registration.keys_are_at" "the platform's keys are at {address}";
    REGISTER_NEEDS_APPROVAL "registration.needs_approval" "The tool's operator has to approve the registration before it counts.";

    REGISTERED "registered.heading" "The tool is registered";
    REGISTERED_PENDING "registered.heading_pending" "The tool is registered, and waits for approval";
    REGISTERED_WITH "registered.with" "It is registered with {platform} under the client id {client_id}.";
    REGISTERED_NEEDS_APPROVAL "registered.needs_approval" "The tool's operator has to approve it before it can be opened.";
    ON_IN_MOODLE "registered.in_moodle" "In Moodle, an administrator activates it: Site administration, Plugins, External tool, Manage tools, Activate.";
    ON_IN_BRIGHTSPACE "registered.in_brightspace" "In Brightspace, an administrator enables it and adds a deployment: Admin Tools, Manage Extensibility, LTI Advantage.";
    ON_IN_CANVAS "registered.in_canvas" "In Canvas, an administrator switches it on: Admin, Apps or Developer Keys.";
    ON_ELSEWHERE "registered.elsewhere" "If the platform does not show it yet, an administrator of the platform has to switch it on there.";
    SCOPES_LEFT_OUT "registered.scopes_left_out" "The platform does not let the tool:";
    CLAIMS_LEFT_OUT "registered.claims_left_out" "The platform does not tell the tool:";
    MESSAGES_LEFT_OUT "registered.messages_left_out" "The platform does not open the tool for:";
    CAN_BE_CLOSED "registered.can_be_closed" "This page can be closed.";

    NOT_REGISTERED "not_registered.heading" "The tool was not registered";
    PLATFORM_STATUS "not_registered.platform_status" "The platform answered with status {status}.";
    PLATFORM_SAYS "not_registered.platform_says" "The platform answered with status {status}, and says:";
    FOR_PLATFORM "not_registered.for_platform" "For whoever runs the learning platform: {remedy}";
    FOR_OPERATOR "not_registered.for_operator" "For the tool's operator: {remedy}";
    FOR_ANYBODY "not_registered.for_anybody" "What to do: {remedy}";
    INVITATION_USED "not_registered.invitation_used" "The invitation in this address is used up. Ask the tool's operator for a new one before you begin again.";
    SPEC_REFERENCE "not_registered.reference" "Code {code}, {spec}, reference {reference}";

    USER_ID "word.id" "an id, which the platform gives";
    USER_NAME "word.name" "the name";
    GIVEN_NAME "word.given_name" "the given name";
    FAMILY_NAME "word.family_name" "the family name";
    MIDDLE_NAME "word.middle_name" "the middle name";
    EMAIL "word.email" "the e-mail address";
    PICTURE "word.picture" "a picture";
    LOCALE "word.locale" "the language";
    CHANGE_COLUMNS "word.change_columns" "create and change columns of the grade book";
    READ_COLUMNS "word.read_columns" "read columns of the grade book";
    READ_RESULTS "word.read_results" "read its results in the grade book";
    WRITE_GRADES "word.write_grades" "write grades";
    READ_MEMBERS "word.read_members" "read who is in a course";
    LINKS "word.links" "links in courses";
    CHOOSING_CONTENT "word.choosing_content" "choosing content for a course";
    SUBMISSION_REVIEW "word.submission_review" "looking at what somebody handed in";

    DOCTOR "doctor.heading" "LTI doctor";
    DOCTOR_INTRO "doctor.introduction" "Asks all platforms and the tool itself, and changes nothing. It may take some minutes.";
    CHECK_NOW "doctor.check_now" "Check now";
    CHECK_AGAIN "doctor.check_again" "Check again";
    DOCTOR_SUMMARY "doctor.summary" "Registrations checked: {registrations}. Errors: {errors}. Warnings: {warnings}.";
    SEVERITY_NOTE "doctor.note" "note";
    SEVERITY_WARNING "doctor.warning" "warning";
    SEVERITY_ERROR "doctor.error" "error";
    SEEN "doctor.seen" "Seen";
    WANTED "doctor.wanted" "Wanted";
    REMEDY "doctor.remedy" "Remedy";
    WHO "doctor.who" "Who";
    WHO_PLATFORM "doctor.who_platform" "whoever administers the platform";
    WHO_OPERATOR "doctor.who_operator" "whoever operates the tool";
    WHO_DEVELOPER "doctor.who_developer" "whoever develops the tool";
    WHO_NOBODY "doctor.who_nobody" "nobody: check again later";
    LAST_REFUSALS "doctor.last_refusals" "The last refusals";
    FOR_ADMINISTRATORS "doctor.for_administrators" "This page is for administrators of the tool.";
    OF_ANOTHER_ORIGIN "doctor.of_another_origin" "The request came from a page of another origin.";
    CHECK_RUNS "doctor.check_runs" "A check is running. Wait for its end.";
    GET_OR_POST "doctor.get_or_post" "GET or POST is wanted.";
}
