//! A call of a store.

use std::future::Future;

use crate::observe::{
    ErrorWord,
    metrics::{self, Stopwatch},
    spans,
    trace::Span,
};

/// What a store is asked to do.
#[derive(Clone, Copy)]
pub(crate) enum Operation {
    #[cfg(feature = "registration")]
    Consume,
    ConsumeAndFind,
    WasConsumed,
    Create,
    Find,
    Approve,
    Park,
    Parked,
    Unpark,
    Check,
    #[cfg(feature = "services")]
    ToolKeys,
    #[cfg(feature = "services")]
    AddToolKey,
    #[cfg(feature = "services")]
    ReplaceToolKey,
    #[cfg(feature = "services")]
    RemoveToolKey,
    #[cfg(feature = "sessions")]
    StartSession,
    #[cfg(feature = "sessions")]
    FindSession,
    #[cfg(feature = "sessions")]
    UpdateSession,
    #[cfg(feature = "sessions")]
    RemoveSession,
    #[cfg(feature = "sessions")]
    MarkSessions,
    #[cfg(feature = "registration")]
    RegistrationsRevision,
    #[cfg(feature = "registration")]
    LoadRegistrations,
    #[cfg(feature = "registration")]
    CheckRegistrationsWritable,
    #[cfg(feature = "registration")]
    AddRegistration,
    #[cfg(feature = "registration")]
    ReplaceRegistration,
    #[cfg(feature = "registration")]
    RemoveRegistration,
    FindRegistration,
    FindRegistrationByIssuer,
    FindRegistrationByLoginName,
}

impl Operation {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            #[cfg(feature = "registration")]
            Self::Consume => "consume",
            Self::ConsumeAndFind => "consume_and_find",
            Self::WasConsumed => "was_consumed",
            Self::Create => "create",
            Self::Find => "find",
            Self::Approve => "approve",
            Self::Park => "park",
            Self::Parked => "parked",
            Self::Unpark => "unpark",
            Self::Check => "check",
            #[cfg(feature = "services")]
            Self::ToolKeys => "tool_keys",
            #[cfg(feature = "services")]
            Self::AddToolKey => "add_tool_key",
            #[cfg(feature = "services")]
            Self::ReplaceToolKey => "replace_tool_key",
            #[cfg(feature = "services")]
            Self::RemoveToolKey => "remove_tool_key",
            #[cfg(feature = "sessions")]
            Self::StartSession => "start_session",
            #[cfg(feature = "sessions")]
            Self::FindSession => "find_session",
            #[cfg(feature = "sessions")]
            Self::UpdateSession => "update_session",
            #[cfg(feature = "sessions")]
            Self::RemoveSession => "remove_session",
            #[cfg(feature = "sessions")]
            Self::MarkSessions => "mark_sessions",
            #[cfg(feature = "registration")]
            Self::RegistrationsRevision => "registrations_revision",
            #[cfg(feature = "registration")]
            Self::LoadRegistrations => "load_registrations",
            #[cfg(feature = "registration")]
            Self::CheckRegistrationsWritable => "check_registrations_writable",
            #[cfg(feature = "registration")]
            Self::AddRegistration => "add_registration",
            #[cfg(feature = "registration")]
            Self::ReplaceRegistration => "replace_registration",
            #[cfg(feature = "registration")]
            Self::RemoveRegistration => "remove_registration",
            Self::FindRegistration => "find_registration",
            Self::FindRegistrationByIssuer => "find_registration_by_issuer",
            Self::FindRegistrationByLoginName => "find_registration_by_login_name",
        }
    }
}

/// Calls a store, in a span and with metrics.
pub(crate) async fn store_call<T, E: ErrorWord>(
    operation: Operation,
    call: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    let mut asked = StoreCall {
        operation,
        span: spans::store(operation.as_str()),
        began: Stopwatch::start(),
        outcome: "abandoned",
    };
    let answer = asked.span.clone().instrument(call).await;
    asked.outcome = match &answer {
        Ok(_) => "ok",
        Err(error) => error.word(),
    };
    answer
}

/// A call under way. It is dropped early where the launch's own deadline passes.
struct StoreCall {
    operation: Operation,
    span: Span,
    began: Stopwatch,
    outcome: &'static str,
}

impl Drop for StoreCall {
    fn drop(&mut self) {
        self.span.record("outcome", self.outcome);
        metrics::store_call(self.operation.as_str(), self.outcome, &self.began);
    }
}
