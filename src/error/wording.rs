//! What the page says, where the kind of an error can say more than its code.

use crate::{
    error::{ErrorCode, LtiErrorKind},
    page_text::PageText,
};

/// The sentences of one page.
#[derive(Clone, Copy)]
pub(super) struct Wording {
    pub(super) heading: PageText,
    /// What happened.
    pub(super) message: PageText,
    /// The one thing to do first.
    pub(super) remedy: PageText,
    /// What whoever runs the course or the platform does, where that is something else.
    pub(super) administrator: Option<PageText>,
}

/// Open it again first: whoever opens it again may never have to ask.
const AGAIN_FIRST: PageText = PageText::new(
    "error.open_again_first",
    "Open the tool again from your course; if this page comes back, tell your administrator, with the reference below.",
);

/// The heading where there is nothing to wait for.
const REFUSED: PageText = PageText::new("error.heading.refused", "The tool could not be opened");

/// The heading where the tool will open here later.
const NOT_YET: PageText = PageText::new("error.heading.not_yet", "The tool is not open yet");

/// The heading where there is nothing to choose.
const NOTHING_OFFERED: PageText = PageText::new(
    "error.heading.nothing_offered",
    "There is nothing to choose here",
);

/// The heading where content was chosen and does not get to the course.
const NOT_SENT: PageText = PageText::new(
    "error.heading.not_sent",
    "Your choice was not sent to your course",
);

/// The heading where a choice was dealt with before.
const CHOICE_OVER: PageText = PageText::new("error.heading.choice_over", "This choice is over");

/// The heading where a browser has several sessions.
const WHICH: PageText = PageText::new("error.heading.which", "Where do you want to go on?");

/// The heading where a session is over.
const VISIT_OVER: PageText = PageText::new("error.heading.visit_over", "Your visit is over");

/// The heading where nothing was changed.
const NOT_DONE: PageText = PageText::new("error.heading.not_done", "Nothing was changed");

impl Wording {
    fn heading(self, heading: PageText) -> Self {
        Self { heading, ..self }
    }

    fn message(self, message: PageText) -> Self {
        Self { message, ..self }
    }

    fn remedy(self, remedy: PageText) -> Self {
        Self { remedy, ..self }
    }

    fn administrator(self, remedy: PageText) -> Self {
        Self {
            administrator: Some(remedy),
            ..self
        }
    }
}

impl ErrorCode {
    fn wording(self) -> Wording {
        Wording {
            heading: match self {
                Self::OnboardingUnfinished => NOT_YET,
                Self::ContentNotOffered => NOTHING_OFFERED,
                Self::ContentItemRefused
                | Self::DeepLinkingHandleExpired
                | Self::DeepLinkingHandleForeign
                | Self::DeepLinkingHandleInvalid
                | Self::SigningKeyMissing
                | Self::SigningKeyUnavailable => NOT_SENT,
                Self::DeepLinkingHandleUsed => CHOICE_OVER,
                Self::SessionAmbiguous => WHICH,
                Self::SessionForeign | Self::SessionOver => VISIT_OVER,
                Self::CrossSiteRequest => NOT_DONE,
                _ => REFUSED,
            },
            message: self.message_text(),
            remedy: self.remedy_text(),
            administrator: self.administrator_text(),
        }
    }
}

impl LtiErrorKind {
    /// Kinds of the code `token_rejected` have one wording: whoever probes learns nothing from it.
    pub(super) fn wording(self) -> Wording {
        let general = self.code().wording();
        match self {
            Self::PlatformLoginRequired => general
                .remedy(PageText::new("error.kind.platform_login_required.remedy", "Sign in to your learning platform again, or open the tool in a new window, and launch again.")),
            // Moodle keeps one hint for a session: of two links that are opened together, both come
            // back as the second.
            Self::TargetMismatch | Self::DeploymentHintMismatch => general
                .message(PageText::new("error.kind.target_mismatch.message", "The launch that arrived is not for the link that you opened, as happens when two links are opened at the same time."))
                .remedy(PageText::new("error.kind.target_mismatch.remedy", "Open it again from your course, one link at a time."))
                .administrator(PageText::new("error.kind.target_mismatch.administrator", "if this happens with one link alone, send the reference below to the tool's operator, who can see what differed.")),
            Self::MessageTypeNotAccepted => general
                .message(PageText::new("error.kind.message_type_not_accepted.message", "The learning platform asked this tool for something that it does not offer."))
                .remedy(PageText::new("error.kind.message_type_not_accepted.remedy", "Go back to your course, and open the tool by a link there."))
                .administrator(PageText::new("error.kind.message_type_not_accepted.administrator", "this tool takes no messages of this kind; add a link to it in another way, or ask the tool's operator, with the reference below.")),
            Self::DeploymentPending => general
                .heading(NOT_YET)
                .message(PageText::new("error.kind.deployment_pending.message", "The tool waits for approval in the place that you came from."))
                .remedy(PageText::new("error.kind.deployment_pending.remedy", "Open it again from your course once it is approved; there is nothing else that you need to do."))
                .administrator(PageText::new("error.kind.deployment_pending.administrator", "send the reference below to the tool's operator, who can approve this installation of the tool.")),
            Self::DeploymentAwaitsTeacher => general
                .heading(NOT_YET)
                .message(PageText::new("error.kind.deployment_awaits_teacher.message", "Nobody who may set the tool up has opened it here yet."))
                .remedy(PageText::new("error.kind.deployment_awaits_teacher.remedy", "Ask your teacher to open it once; then open it again from your course."))
                .administrator(PageText::new("error.kind.deployment_awaits_teacher.administrator", "the tool is set up when somebody who teaches in the course opens it for the first time.")),
            Self::DeploymentDisabled => general
                .message(PageText::new("error.kind.deployment_disabled.message", "The tool has been switched off for the place in the platform that you came from."))
                .remedy(PageText::new("error.kind.deployment_disabled.remedy", "Ask your administrator whether it will be switched on again."))
                .administrator(PageText::new("error.kind.deployment_disabled.administrator", "send the reference below to the tool's operator, who can switch this installation of the tool on again.")),
            Self::DeploymentQuotaReached => general
                .message(PageText::new("error.kind.deployment_quota_reached.message", "The tool cannot be opened in any more places of your learning platform."))
                .remedy(PageText::new("error.kind.deployment_quota_reached.remedy", "Tell your administrator, with the reference below."))
                .administrator(PageText::new("error.kind.deployment_quota_reached.administrator", "the tool's operator has set how many installations there may be, and can allow more.")),
            Self::CookiesNeeded => CookieLoss::Blocked.wording(),
            Self::StateMissing => general
                .message(PageText::new("error.kind.state_missing.message", "The learning platform's answer was incomplete."))
                .remedy(AGAIN_FIRST),
            Self::LoginAtLaunchUrl
            | Self::AnswerAtLoginUrl
            | Self::OwnAuthenticationRequest
            | Self::DeepLinkingResponse
            | Self::AccessTokenRequest
            | Self::RegistrationRequest => general
                .message(PageText::new("error.kind.login_at_launch_url.message", "The tool and the learning platform are not connected in the right way."))
                .remedy(PageText::new("error.kind.login_at_launch_url.remedy", "Tell the person who added the tool to your learning platform, with the reference below.")),
            Self::ClientIdNeeded => general
                .message(PageText::new("error.kind.client_id_needed.message", "The learning platform did not say which of its connections with this tool it means."))
                .remedy(AGAIN_FIRST)
                .administrator(PageText::new("error.kind.client_id_needed.administrator", "let the platform send its client id with each login, or ask the tool's operator for a login address of your own.")),
            Self::RegistrationPending => general.heading(NOT_YET),
            Self::RegistrationUnusable => general
                .message(PageText::new("error.kind.registration_unusable.message", "This tool is not set up in the right way for the learning platform that sent you."))
                .administrator(PageText::new("error.kind.registration_unusable.administrator", "send the reference below to the tool's operator.")),
            Self::StateForged | Self::StorageHandleForged => general
                .message(PageText::new("error.kind.state_forged.message", "The tool does not recognise this launch. It may have been restarted since the launch began."))
                .remedy(AGAIN_FIRST),
            Self::StateFromTheFuture => general
                .message(PageText::new("error.kind.state_from_the_future.message", "The tool cannot tell when this launch began."))
                .remedy(AGAIN_FIRST),
            Self::RedirectUriMismatch => general
                .message(PageText::new("error.kind.redirect_uri_mismatch.message", "The tool's own address was changed after this launch began.")),
            Self::CookieMismatch | Self::StorageSecretWrong => general
                .message(PageText::new("error.kind.cookie_mismatch.message", "This launch did not begin in this browser.")),
            Self::StateExpired | Self::StorageHandleExpired => general
                .message(PageText::new("error.kind.state_expired.message", "This launch took too long, or is an old one.")),
            Self::StateBeforeMemory => general
                .message(PageText::new("error.kind.state_before_memory.message", "The tool no longer knows which launches were used when this one began. It may have been restarted.")),
            Self::SessionReferencesDiffer => general
                .message(PageText::new("error.kind.session_references_differ.message", "This address names two visits to the tool at once.")),
            Self::SessionDataTooLarge => general
                .message(PageText::new("error.kind.session_data_too_large.message", "The tool cannot keep so much of your work between two pages."))
                .remedy(PageText::new("error.kind.session_data_too_large.remedy", "Tell the people who run the tool, with the reference below.")),
            Self::TicketForged => general
                .message(PageText::new("error.kind.ticket_forged.message", "The tool does not recognise this ticket. It may have been restarted since the ticket was made.")),
            _ => general,
        }
    }
}

impl LtiErrorKind {
    /// What the page says where content was chosen: that the choice was not sent, and can be sent again where what is
    /// wrong passes.
    pub(super) fn wording_for_choice(self) -> Wording {
        let general = self.wording();
        let general = match general.heading {
            REFUSED => general.heading(NOT_SENT),
            _ => general,
        };
        match self.code() {
            ErrorCode::StoreUnavailable | ErrorCode::Overloaded => general
                .message(ErrorCode::SigningKeyUnavailable.message_text())
                .remedy(ErrorCode::SigningKeyUnavailable.remedy_text()),
            _ => general,
        }
    }
}

/// Why a state cookie is missing, as far as the request shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CookieLoss {
    /// The launch was used, or its login is over: the browser sends cookies, or its own has expired.
    Over,
    /// The browser keeps cookies back in a frame.
    Blocked,
}

impl CookieLoss {
    pub(super) fn wording(self) -> Wording {
        let general = ErrorCode::CookieMissing.wording();
        match self {
            Self::Over => general
                .message(PageText::new("error.kind.cookie_missing_over.message", "This launch was used already, as after a reload, or it is an old one."))
                .remedy(PageText::new("error.kind.cookie_missing_over.remedy", "Open the tool again from your course.")),
            Self::Blocked => general
                .message(PageText::new("error.kind.cookies_blocked.message", "Your browser blocks cookies for this tool while it is shown inside a page of your course."))
                .remedy(PageText::new("error.kind.cookies_blocked.remedy", "Open the tool again from your course, in a new window.")),
        }
    }
}

/// Every sentence that the page of a rejection may have for its heading, what happened, and what to do, each once.
pub(crate) fn sentences() -> Vec<PageText> {
    let of_kinds = LtiErrorKind::ALL.iter().flat_map(|kind| {
        let of_code = kind.code().wording();
        [of_code, kind.wording(), kind.wording_for_choice()]
    });
    let of_cookies = [CookieLoss::Over, CookieLoss::Blocked].map(CookieLoss::wording);
    let mut sentences: Vec<PageText> = Vec::new();
    for wording in of_kinds.chain(of_cookies) {
        let always = [wording.heading, wording.message, wording.remedy];
        for text in always.into_iter().chain(wording.administrator) {
            if !sentences.contains(&text) {
                sentences.push(text);
            }
        }
    }
    sentences
}
