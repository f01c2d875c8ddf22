//! Getting, creating, changing and deleting one line item.

use bytes::Bytes;
use http::{Method, StatusCode};
use serde_json::{Map, Value};

use crate::{
    grades::{
        Grades, LineItem, LineItemDraft, media_type,
        refusal::{kind_of, refused, refused_line_item, unusable},
        weight::weight_of,
    },
    registration::ProductFamily,
    service_client::{Answer, Repeat, ServiceCall},
    service_error::{ServiceError, ServiceErrorKind},
    service_url::ServiceUrl,
};

/// About how much memory a line item may take, in bytes.
const MAX_LINE_ITEM_WEIGHT: usize = 16 * 1024 * 1024;

impl Grades {
    /// The line item that scores and results are of, as the platform has it.
    ///
    /// # Errors
    ///
    /// Fails with [`LineItemMissing`](ServiceErrorKind::LineItemMissing) when the launch has none and none was
    /// named, with [`LineItemGone`](ServiceErrorKind::LineItemGone) when the platform has it no more, and as each
    /// call does.
    pub async fn get_line_item(&self) -> Result<LineItem, ServiceError> {
        let url = self.line_item()?.clone();
        let call = ServiceCall {
            method: Method::GET,
            scopes: self.offer.scopes.to_read_line_items()?,
            accept: Some(media_type::LINE_ITEM),
            content_type: None,
            body: Bytes::new(),
            repeat: Repeat::Safe,
            max_bytes: None,
            time: None,
            url: url.clone(),
        };
        let answer = self.offer.client.call(call).await?;
        self.read_line_item(&answer, &url, None)
    }

    /// Creates a line item, and returns what the platform made of it, which may differ from what was sent.
    ///
    /// It creates one each time: [`find_or_create`](Self::find_or_create) does not. Where the platform makes the
    /// line item itself, from the link, leave it to the platform.
    ///
    /// # Errors
    ///
    /// Fails with [`NotOffered`](ServiceErrorKind::NotOffered) when the launch names no list of line items, with
    /// [`ResourceLinkRefused`](ServiceErrorKind::ResourceLinkRefused) when the platform does not take the
    /// resource link, and as each call does.
    pub async fn create_line_item(&self, draft: &LineItemDraft) -> Result<LineItem, ServiceError> {
        let url = self.offer.line_items()?.clone();
        let family = self.platform().await?.family;
        let call = self.write(Method::POST, url, draft.to_json(&family))?;
        let answer = self.offer.client.call(call).await?;
        if !answer.status.is_success() {
            return Err(self.logged(refused_creation(&answer, draft, &family)));
        }
        let item = members_of(&answer).and_then(|members| {
            LineItem::read(members).ok_or_else(|| unusable(&answer, "a line item without an id"))
        });
        item.map_err(|error| self.logged(error))
    }

    /// Changes the line item that scores and results are of: gets what the platform has, changes it, and sends
    /// all of it back, members included that this crate does not know (AGS 2.0 §3.2.6). Returns what the
    /// platform made of it.
    ///
    /// # Errors
    ///
    /// Fails as [`get_line_item`](Self::get_line_item) does, as `change` does, with
    /// [`ValueInvalid`](ServiceErrorKind::ValueInvalid) when the resource link was changed, and as each call does.
    ///
    /// # Examples
    ///
    /// ```
    /// # use tower_lti::{grades::{Grades, LineItem}, services::ServiceError};
    /// # async fn rename(grades: Grades) -> Result<LineItem, ServiceError> {
    /// grades.update_line_item(|item| item.label("Quiz 1, second try")).await
    /// # }
    /// ```
    pub async fn update_line_item<F>(&self, change: F) -> Result<LineItem, ServiceError>
    where
        F: FnOnce(LineItemDraft) -> Result<LineItemDraft, ServiceError> + Send,
    {
        let url = self.line_item()?.clone();
        let mut call = self.write(Method::PUT, url.clone(), Value::Null)?;
        let before = self.get_line_item().await?;
        let draft = change(LineItemDraft::of(&before))?;
        if draft.text("resourceLinkId") != before.resource_link_id() {
            return Err(ServiceError::new(ServiceErrorKind::ValueInvalid)
                .with_detail("`resourceLinkId` cannot be changed"));
        }
        let family = self.platform().await?.family;
        call.body = draft.to_json(&family).to_string().into();
        call.repeat = Repeat::Safe;
        let answer = self.offer.client.call(call).await?;
        self.read_line_item(&answer, &url, Some(draft))
    }

    /// Deletes the line item that was named by [`at_line_item`](Self::at_line_item), with all its grades.
    ///
    /// # Errors
    ///
    /// Fails with [`LineItemCoupled`](ServiceErrorKind::LineItemCoupled), before any request, when it is the one
    /// of the launch's own resource link; with [`LineItemGone`](ServiceErrorKind::LineItemGone) when the platform
    /// has it no more, and as each call does.
    pub async fn delete_line_item(&self) -> Result<(), ServiceError> {
        match self.is_coupled(self.line_item()?) {
            true => Err(ServiceErrorKind::LineItemCoupled.into()),
            false => self.delete_coupled().await,
        }
    }

    /// Deletes the line item even if it is the one of the launch's own resource link, which then has no grades.
    ///
    /// # Errors
    ///
    /// Fails as [`delete_line_item`](Self::delete_line_item) does, but for
    /// [`LineItemCoupled`](ServiceErrorKind::LineItemCoupled); Canvas refuses it.
    pub async fn delete_coupled(&self) -> Result<(), ServiceError> {
        let call = ServiceCall {
            method: Method::DELETE,
            url: self.line_item()?.clone(),
            scopes: self.offer.scopes.to_change_line_items()?,
            accept: None,
            content_type: None,
            body: Bytes::new(),
            repeat: Repeat::Safe,
            max_bytes: None,
            time: None,
        };
        let answer = self.offer.client.call(call).await?;
        let is_gone = answer.status == StatusCode::NOT_FOUND && answer.may_have_acted_before;
        match answer.status.is_success() || is_gone {
            true => Ok(()),
            false => Err(self.logged(refused_line_item(&answer))),
        }
    }

    /// The line item of an answer. One to what was `sent` may be empty: it is as it was sent then.
    fn read_line_item(
        &self,
        answer: &Answer,
        url: &ServiceUrl,
        sent: Option<LineItemDraft>,
    ) -> Result<LineItem, ServiceError> {
        let members = match sent {
            _ if !answer.status.is_success() => Err(refused_line_item(answer)),
            Some(sent) if answer.body.is_empty() => Ok(sent.into_members()),
            _ => members_of(answer),
        };
        let item = members.and_then(|mut members| {
            members.entry("id").or_insert_with(|| url.as_str().into());
            LineItem::read(members).ok_or_else(|| unusable(answer, "a line item without an id"))
        });
        item.map_err(|error| self.logged(error))
    }

    fn write(
        &self,
        method: Method,
        url: ServiceUrl,
        item: Value,
    ) -> Result<ServiceCall, ServiceError> {
        Ok(ServiceCall {
            method,
            url,
            scopes: self.offer.scopes.to_change_line_items()?,
            accept: Some(media_type::LINE_ITEM),
            content_type: Some(media_type::LINE_ITEM),
            body: item.to_string().into(),
            repeat: Repeat::Unsafe,
            max_bytes: None,
            time: None,
        })
    }
}

/// A body that is an object, whatever its media type.
fn members_of(answer: &Answer) -> Result<Map<String, Value>, ServiceError> {
    if weight_of(&answer.body) > MAX_LINE_ITEM_WEIGHT {
        return Err(answer.error(ServiceErrorKind::AnswerTooLarge));
    }
    match serde_json::from_slice(&answer.body) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(unusable(answer, "JSON that is no line item")),
        Err(error) => {
            let error = error.classify();
            Err(unusable(answer, &format!("no JSON: {error:?}")))
        }
    }
}

/// Canvas has 404 for a resource link that it does not take, Moodle 403, and Blackboard takes none.
fn refused_creation(
    answer: &Answer,
    draft: &LineItemDraft,
    family: &ProductFamily,
) -> ServiceError {
    let said = String::from_utf8_lossy(&answer.body).to_ascii_lowercase();
    let speaks_of_link = said.contains("resourcelink") || said.contains("resource link");
    let may_be_link = match answer.status {
        StatusCode::NOT_FOUND | StatusCode::FORBIDDEN => true,
        StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY => {
            *family == ProductFamily::Blackboard || speaks_of_link
        }
        _ => false,
    };
    let kind = match draft.text("resourceLinkId") {
        Some(_) if may_be_link => ServiceErrorKind::ResourceLinkRefused,
        _ => kind_of(answer.status),
    };
    refused(answer, kind)
}
