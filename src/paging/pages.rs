//! The stream of a list's pages.

use std::{
    fmt,
    future::poll_fn,
    mem,
    pin::Pin,
    task::{Context, Poll, ready},
};

use futures_core::{FusedStream, Stream};

use crate::{
    paging::{List, ReadPage},
    service_error::ServiceError,
};

/// The pages of a list, each asked for when it is wanted: a `Stream`, and [`next_page`](Self::next_page) for those
/// who have no `StreamExt`.
///
/// A page that cannot be had is an error, and the last item: a list that ends without one was read to its end.
#[must_use = "no page is asked for until it is polled"]
pub struct Pages<P>(State<P>);

/// What is left of a list, whatever its pages are read with.
trait Remaining<P>: Send {
    fn read_page(self: Box<Self>) -> Reading<P>;
}

type Item<P> = Result<P, ServiceError>;
type Reading<P> = Pin<Box<dyn Future<Output = (Box<dyn Remaining<P>>, Option<Item<P>>)> + Send>>;

enum State<P> {
    Waiting(Box<dyn Remaining<P>>),
    Reading(Reading<P>),
    Ended,
}

impl<R: ReadPage> Remaining<R::Page> for List<R> {
    fn read_page(mut self: Box<Self>) -> Reading<R::Page> {
        Box::pin(async move {
            let page = Self::read_page(&mut self).await;
            (self as Box<dyn Remaining<R::Page>>, page)
        })
    }
}

impl<P: 'static> Pages<P> {
    pub(crate) fn new<R: ReadPage<Page = P>>(list: List<R>) -> Self {
        Self(State::Waiting(Box::new(list)))
    }

    /// The next page; `None` after the last one, and after an error. Where the future is dropped, the next call
    /// waits for the same page.
    pub async fn next_page(&mut self) -> Option<Result<P, ServiceError>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

impl<P> Unpin for Pages<P> {}

impl<P: 'static> Stream for Pages<P> {
    type Item = Result<P, ServiceError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match &mut self.0 {
                State::Ended => return Poll::Ready(None),
                State::Waiting(_) => {
                    if let State::Waiting(list) = mem::replace(&mut self.0, State::Ended) {
                        self.0 = State::Reading(list.read_page());
                    }
                }
                State::Reading(reading) => {
                    let (list, page) = ready!(reading.as_mut().poll(context));
                    self.0 = match &page {
                        Some(Ok(_)) => State::Waiting(list),
                        Some(Err(_)) | None => State::Ended,
                    };
                    return Poll::Ready(page);
                }
            }
        }
    }
}

impl<P: 'static> FusedStream for Pages<P> {
    fn is_terminated(&self) -> bool {
        matches!(self.0, State::Ended)
    }
}

impl<P> fmt::Debug for Pages<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").finish_non_exhaustive()
    }
}
