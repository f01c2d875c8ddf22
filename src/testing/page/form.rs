//! A form on a page, to be filled in and submitted.

use std::fmt;

use http::Method;
use url::Url;

use super::field::Field;

/// A form on a page: [`Browser::submit`](crate::testing::Browser::submit) sends it. `Debug` shows the names of its fields.
///
/// It holds what the page wrote into it, hidden fields included, until something else is filled in. Files are not simulated.
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
    pub(super) is_multipart: bool,
    pub(super) fields: Vec<Field>,
    pub(super) buttons: Vec<Button>,
}

/// A button that submits a form.
#[derive(Clone)]
pub(super) struct Button {
    /// Its name and value, where it has a name.
    pub(super) sends: Option<(String, String)>,
    pub(super) says: String,
    pub(super) is_disabled: bool,
    // What holds in place of the form's own where this button is pressed.
    pub(super) action: Option<Url>,
    pub(super) is_post: Option<bool>,
    pub(super) opens_window: Option<bool>,
    pub(super) is_multipart: Option<bool>,
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

    /// The address that it is sent to, unless a button leads elsewhere.
    #[must_use]
    pub fn action(&self) -> &str {
        self.action.as_str()
    }

    /// `GET` or `POST`.
    #[must_use]
    pub fn method(&self) -> Method {
        method(self.is_post)
    }

    /// What a field sends; `None` where it sends nothing, as a box that is not checked, and where there is no such field.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        let mut fields = self.fields.iter().filter(|field| field.name == name);
        fields.find_map(|field| field.sent().first().copied())
    }

    /// All that is sent, in order, without the button.
    #[must_use]
    pub fn fields(&self) -> Vec<(&str, &str)> {
        let fields = self.fields.iter();
        fields
            .flat_map(|field| {
                let sent = field.sent().into_iter();
                sent.map(|value| (&*field.name, value))
            })
            .collect()
    }

    /// Enters a value: text into a field, a choice from a list, or the check mark of a box or a radio button that has this
    /// value (`on` where the page gives it none). In a list that takes several choices it is one more.
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

    /// Submits by the button that says this, or whose value this is. Otherwise it is the first one that is not disabled.
    ///
    /// # Panics
    ///
    /// Panics when the form has no such button, and when it is disabled.
    pub fn press(mut self, button: &str) -> Self {
        let is_it = |one: &Button| one.is(button) && !one.is_disabled;
        let place = self.buttons.iter().position(is_it);
        assert!(
            place.is_some() || !self.buttons.iter().any(|one| one.is(button)),
            "the button {button:?} is disabled"
        );
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
        let button = self.buttons.iter().find(|button| !button.is_disabled);
        let is_post = button.and_then(|button| button.is_post);
        let is_post = is_post.unwrap_or(self.is_post);
        let is_multipart = button.and_then(|button| button.is_multipart);
        assert!(
            !(is_post && is_multipart.unwrap_or(self.is_multipart)),
            "a form of multipart/form-data is not simulated: send the request to the tool's service by hand"
        );
        let fields = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(self.fields())
            .extend_pairs(button.and_then(|button| button.sends.as_ref()))
            .finish();
        let action = button.and_then(|button| button.action.as_ref());
        let (mut url, mut body) = (action.unwrap_or(&self.action).clone(), String::new());
        url.set_fragment(None);
        match is_post {
            true => body = fields,
            false => url.set_query(Some(&fields)),
        }
        let opens_window = button.and_then(|button| button.opens_window);
        Submission {
            method: method(is_post),
            url,
            body,
            opens_window: opens_window.unwrap_or(self.opens_window),
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

fn method(is_post: bool) -> Method {
    match is_post {
        true => Method::POST,
        false => Method::GET,
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
