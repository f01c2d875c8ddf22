//! All entries of a list.

use crate::{
    grades::{
        Page,
        weight::{MAX_LIST_WEIGHT, too_much_memory},
    },
    paging::Pages,
    service_client::ServiceClient,
    service_error::{ServiceError, ServiceErrorKind},
};

/// All entries of a list that were asked for.
pub(super) struct Collected<T> {
    pub(super) entries: Vec<T>,
    pub(super) unreadable: usize,
    /// How many entries the platform sent.
    sent: usize,
}

impl<T: Send + 'static> Collected<T> {
    /// Reads all pages.
    pub(super) async fn read(
        mut pages: Pages<Page<T>>,
        client: &ServiceClient,
    ) -> Result<Self, ServiceError> {
        let mut all = Self {
            entries: Vec::new(),
            unreadable: 0,
            sent: 0,
        };
        let mut weight = 0;
        while let Some(page) = pages.next_page().await {
            let page = page?;
            weight += page.weight;
            if weight > MAX_LIST_WEIGHT {
                let error = too_much_memory();
                client.log(&error);
                return Err(error);
            }
            all.sent += page.sent;
            all.unreadable += page.unreadable();
            all.entries.append(&mut page.into_entries());
        }
        Ok(all)
    }

    /// The entries, unless not one of all that were sent can be read.
    pub(super) fn unless_unreadable(self, client: &ServiceClient) -> Result<Vec<T>, ServiceError> {
        if self.unreadable > 0 && self.unreadable == self.sent {
            let error = ServiceError::new(ServiceErrorKind::AnswerInvalid);
            let detail = format!("none of {} entries can be read", self.sent);
            let error = error.with_detail(detail);
            client.log(&error);
            return Err(error);
        }
        Ok(self.entries)
    }
}
