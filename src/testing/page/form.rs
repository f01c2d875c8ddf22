//! A form on a page, to be filled in and submitted.

use std::fmt;

use http::Method;
use url::Url;

use super::field::Field;

/// A form on a page: [`Browser::submit`](crate::testing::Browser::submit) sends it. `Debug` shows the names of its fields.
///
/// It holds what the page wrote into it, hidden fields included, until something else is filled in.
///
/// # Examples
///
/// See [`Page::form`](crate::testing::Page::form).
#[derive(Clone)]
#[must_use]
pub struct Form {
    pub(super) id: Option<String>,
    pub(super) action: Url,
    pub(super) is_post: bool,
    /// Whether the answer is shown in a window of its own.
    pub(super) opens_window: bool,
    pub(super) fields: Vec<Field>,
    pub(super) buttons: Vec<Button>,
}

/// A button that submits a form.
#[derive(Clone)]
pub(super) struct Button {
    /// Its name and value, where it has a name.
    pub(super) sends: Option<(String, String)>,
    pub(super) says: String,
}

/// What is sent in the end.
pub(in crate::testing) struct Submission {
    pub(in crate::testing) method: Method,
    pub(in crate::testing) url: Url,
    /// The body of a post.
    pub(in crate::testing) body: String,
    pub(in crate::testing) opens_window: bool,
}

impl Form {
    /// The `id`, if it has one.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The address that it is sent to.
    #[must_use]
    pub fn action(&self) -> &str {
        self.action.as_str()
    }

    /// `GET` or `POST`.
    #[must_use]
    pub fn method(&self) -> Method {
        match self.is_post {
            true => Method::POST,
            false => Method::GET,
        }
    }

    /// What a field sends; `None` where it sends nothing, as a box that is not checked, and where there is no such field.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        let mut fields = self.fields.iter().filter(|field| field.name == name);
        fields.find_map(Field::sent)
    }

    /// All that is sent, in order, without the button.
    #[must_use]
    pub fn fields(&self) -> Vec<(&str, &str)> {
        let fields = self.fields.iter();
        fields
            .filter_map(|field| Some((&*field.name, field.sent()?)))
            .collect()
    }

    /// Enters a value: text into a field, a choice from a list, or the check mark of a box or a radio button that has this
    /// value (`on` where the page gives it none).
    ///
    /// # Panics
    ///
    /// Panics when the form has no such field, and when the field has no such choice.
    pub fn fill(mut self, name: &str, value: &str) -> Self {
        let mut places = self.fields.iter().enumerate();
        let place = places.find(|(_, field)| field.name == name && field.takes(value));
        let Some((place, _)) = place else {
            self.has_no_place(name, value);
        };
        if self.fields[place].is_radio() {
            let others = self.fields.iter_mut().filter(|field| field.name == name);
            others.for_each(Field::clear);
        }
        self.fields[place].enter(value);
        self
    }

    /// Empties a field, takes a choice back, or takes the check mark off.
    ///
    /// # Panics
    ///
    /// Panics when the form has no such field.
    pub fn clear(mut self, name: &str) -> Self {
        if !self.fields.iter().any(|field| field.name == name) {
            self.has_no_place(name, "");
        }
        let fields = self.fields.iter_mut().filter(|field| field.name == name);
        fields.for_each(Field::clear);
        self
    }

    /// Submits by the button that says this, or whose value this is. Otherwise it is the first button.
    ///
    /// # Panics
    ///
    /// Panics when the form has no such button.
    pub fn press(mut self, button: &str) -> Self {
        let place = self.buttons.iter().position(|one| one.is(button));
        let Some(place) = place else {
            let says: Vec<_> = self.buttons.iter().map(|button| &*button.says).collect();
            panic!("the form has no button {button:?}, but {says:?}");
        };
        self.buttons.swap(0, place);
        self
    }

    pub(super) fn is(&self, wanted: &str) -> bool {
        self.id() == Some(wanted) || self.buttons.iter().any(|button| button.is(wanted))
    }

    pub(in crate::testing) fn submission(&self) -> Submission {
        let button = self
            .buttons
            .first()
            .and_then(|button| button.sends.as_ref());
        let fields = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(self.fields())
            .extend_pairs(button)
            .finish();
        let (mut url, mut body) = (self.action.clone(), String::new());
        url.set_fragment(None);
        match self.is_post {
            true => body = fields,
            false => url.set_query(Some(&fields)),
        }
        Submission {
            method: self.method(),
            url,
            body,
            opens_window: self.opens_window,
        }
    }

    fn has_no_place(&self, name: &str, value: &str) -> ! {
        let named = self.fields.iter().filter(|field| field.name == name);
        let choices: Vec<_> = named.flat_map(Field::choices).collect();
        if choices.is_empty() {
            panic!("the form has no field {name:?}, but {self:?}");
        }
        panic!("the field {name:?} has no choice {value:?}, but {choices:?}");
    }
}

impl Button {
    fn is(&self, wanted: &str) -> bool {
        let value = self.sends.as_ref().map(|(_, value)| value);
        self.says == wanted || value.is_some_and(|value| value == wanted)
    }
}

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut names: Vec<_> = self.fields.iter().map(|field| &*field.name).collect();
        names.dedup();
        let buttons: Vec<_> = self.buttons.iter().map(|button| &*button.says).collect();
        f.debug_struct("Form")
            .field("id", &self.id)
            .field("fields", &names)
            .field("buttons", &buttons)
            .finish_non_exhaustive()
    }
}
