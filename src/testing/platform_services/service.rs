//! From a request to its answer.

use std::{
    convert::Infallible,
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode, Uri};
use http_body::Body;
use http_body_util::BodyExt;
use hyper::ext::ReasonPhrase;
use tower::Service;

use super::{
    answer_body::AnswerBody,
    fault::{Answer, Fault, Pace},
    platform_services::PlatformServices,
    reply::Reply,
    request_log::ReceivedRequest,
    route::Route,
    state::State,
};
use crate::testing::Call;

/// Marks an answer in the place of which the connection is to be cut.
#[derive(Clone, Copy)]
pub(super) struct CutConnection;

impl PlatformServices {
    /// Answers a request as rules and faults have it.
    pub(super) async fn respond(
        &self,
        method: Method,
        uri: Uri,
        headers: HeaderMap,
        body: Bytes,
    ) -> Response<AnswerBody> {
        let route = Route::find(&method, self.path_below_base(&uri));
        let (call, number) = match route {
            Route::Call(call, number) => (call, number.unwrap_or(0)),
            Route::KeySet => {
                let keys = self.lock().platform.jwks_json();
                return finish(
                    Reply::text(StatusCode::OK, "application/json", keys),
                    Pace::AtOnce,
                );
            }
            Route::DeepLinkReturn(number) => {
                let reply = self.answer_form(number, &method, &headers, &body).await;
                return finish(reply, Pace::AtOnce);
            }
            Route::OtherMethod => {
                let reply = Reply::refusal(StatusCode::METHOD_NOT_ALLOWED, "No handler found");
                return finish(reply, Pace::AtOnce);
            }
            Route::Nothing => {
                return finish(
                    Reply::refusal(StatusCode::NOT_FOUND, "Not found"),
                    Pace::AtOnce,
                );
            }
        };
        let fault = {
            let mut state = self.lock();
            let headers = state.redacted(&headers);
            state.requests.push(ReceivedRequest {
                call,
                method: method.as_str().to_owned(),
                path: uri.path().to_owned(),
                query: uri.query().map(str::to_owned),
                headers,
                body: body.clone(),
            });
            state.faults.take(call)
        };
        let fault = fault.unwrap_or_else(Fault::right);
        tokio::time::sleep(fault.delay).await;
        let reply = match (fault.acts, call) {
            (false, _) => Reply::empty(StatusCode::OK),
            (true, Call::Token) => self.token(&method, &headers, &body).await,
            (true, Call::Registration) => self.register(&uri, &headers, &body).await,
            (true, Call::Configuration) => self.lock().show_configuration(&uri, &headers),
            (true, Call::RegistrationManagement) => self
                .lock()
                .manage_registration(&method, number, &headers, &body),
            (true, _) => self.lock().act(call, number, &uri, &headers, &body),
        };
        answer(fault, reply).await
    }
}

impl State {
    fn act(
        &mut self,
        call: Call,
        number: usize,
        uri: &Uri,
        headers: &HeaderMap,
        body: &Bytes,
    ) -> Reply {
        if let Err(reply) = self.admit(call, uri.path(), headers) {
            return reply;
        }
        match call {
            Call::Token
            | Call::Configuration
            | Call::Registration
            | Call::RegistrationManagement => Reply::empty(StatusCode::NOT_FOUND),
            Call::LineItems => self.list_line_items(uri),
            Call::LineItemCreation => self.create_line_item(body),
            Call::LineItem => self.show_line_item(number),
            Call::LineItemUpdate => self.update_line_item(number, body),
            Call::LineItemDeletion => self.delete_line_item(number),
            Call::Score => self.post_score(number, body),
            Call::Results => self.list_results(number, uri),
            Call::Roster => self.list_members(uri),
        }
    }
}

/// What is sent in the end, and what is made of it by the fault.
async fn answer(fault: Fault, reply: Reply) -> Response<AnswerBody> {
    let mut reply = match fault.answer {
        Answer::Right => reply,
        Answer::Body(body) => Reply { body, ..reply },
        Answer::Fixed {
            status,
            reason,
            body,
        } => Reply {
            reason,
            body,
            ..Reply::empty(status)
        },
        Answer::Never => std::future::pending().await,
        Answer::Close => {
            let mut response = finish(Reply::empty(StatusCode::BAD_GATEWAY), Pace::AtOnce);
            response.extensions_mut().insert(CutConnection);
            return response;
        }
    };
    for (name, _) in &fault.headers {
        reply.headers.remove(name);
    }
    for (name, value) in fault.headers {
        if let Some(value) = value {
            reply.headers.append(name, value);
        }
    }
    finish(reply, fault.pace)
}

fn finish(reply: Reply, pace: Pace) -> Response<AnswerBody> {
    let mut response = Response::new(AnswerBody::new(reply.body, pace));
    *response.status_mut() = reply.status;
    *response.headers_mut() = *reply.headers;
    if let Some(reason) = reply
        .reason
        .and_then(|words| ReasonPhrase::try_from(words.to_vec()).ok())
    {
        response.extensions_mut().insert(reason);
    }
    response
}

impl<B> Service<Request<B>> for PlatformServices
where
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: fmt::Debug,
{
    type Response = Response<AnswerBody>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let services = self.clone();
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            // A body that breaks off is as good as none.
            let body = body.collect().await.map(|body| body.to_bytes());
            let body = body.unwrap_or_default();
            Ok(services
                .respond(parts.method, parts.uri, parts.headers, body)
                .await)
        })
    }
}
