//! The forms of a page (HTML, 4.10: forms).

use url::Url;

use super::{
    field::{Field, Value},
    form::{Button, Form},
    markup::{Piece, Tag, one_spaced, pieces},
};

/// The forms of a page at this address, in order.
pub(super) fn forms(html: &str, at: &Url) -> Vec<Form> {
    let mut reader = FormReader {
        at,
        read: Vec::new(),
        open: None,
        inside: Inside::Nothing,
    };
    for piece in pieces(html) {
        match piece {
            Piece::Open(tag) => reader.open(&tag),
            Piece::Close(name) => reader.close(&name),
            Piece::Text(text) => reader.text(&text),
        }
    }
    reader.read.extend(reader.open);
    reader.read
}

struct FormReader<'a> {
    at: &'a Url,
    read: Vec<Form>,
    open: Option<Form>,
    inside: Inside,
}

/// What text belongs to.
enum Inside {
    Nothing,
    Button,
    TextArea,
    /// An option; whether it has its value by an attribute, and whether it is selected.
    Option {
        has_value: bool,
        is_selected: bool,
    },
}

impl FormReader<'_> {
    fn open(&mut self, tag: &Tag) {
        if tag.name == "form" {
            self.read.extend(self.open.take());
            self.open = Some(self.form(tag));
            return;
        }
        let Some(form) = &mut self.open else { return };
        let value = tag.attribute("value");
        let name = tag.attribute("name").filter(|_| !tag.has("disabled"));
        let text = |value: &str| Value::Text(value.to_owned());
        match &*tag.name {
            "input" => {
                let kind = tag.attribute("type").unwrap_or("text");
                let kind = kind.to_ascii_lowercase();
                let value = match &*kind {
                    "submit" | "image" => {
                        form.buttons.push(button(tag, value.unwrap_or("Submit")));
                        return;
                    }
                    "button" | "reset" | "file" => return,
                    "checkbox" | "radio" => Value::Box {
                        value: value.unwrap_or("on").to_owned(),
                        is_checked: tag.has("checked"),
                        is_radio: kind == "radio",
                    },
                    _ => text(value.unwrap_or_default()),
                };
                form.fields.extend(field(name, value));
            }
            "textarea" => {
                form.fields.extend(field(name, text("")));
                self.inside = Inside::of(name, Inside::TextArea);
            }
            "select" => {
                let value = Value::Choice {
                    options: Vec::new(),
                    chosen: None,
                };
                form.fields.extend(field(name, value));
            }
            "option" => {
                self.inside = Inside::Option {
                    has_value: value.is_some(),
                    is_selected: tag.has("selected"),
                };
                self.option(value.unwrap_or_default());
            }
            "button" if !matches!(tag.attribute("type"), Some("button" | "reset")) => {
                form.buttons.push(button(tag, ""));
                self.inside = Inside::Button;
            }
            _ => {}
        }
    }

    fn form(&self, tag: &Tag) -> Form {
        let action = tag.attribute("action").filter(|action| !action.is_empty());
        let action = action.and_then(|action| self.at.join(action).ok());
        let method = tag.attribute("method").unwrap_or_default();
        Form {
            id: tag.attribute("id").map(str::to_owned),
            action: action.unwrap_or_else(|| self.at.clone()),
            is_post: method.eq_ignore_ascii_case("post"),
            opens_window: matches!(tag.attribute("target"), Some("_blank" | "_top")),
            fields: Vec::new(),
            buttons: Vec::new(),
        }
    }

    fn text(&mut self, text: &str) {
        let Some(form) = &mut self.open else { return };
        match self.inside {
            Inside::Nothing => {}
            Inside::Button => {
                if let Some(button) = form.buttons.last_mut() {
                    button.says.push_str(text);
                }
            }
            Inside::TextArea => {
                if let Some(Value::Text(written)) = form.fields.last_mut().map(|one| &mut one.value)
                {
                    // The first line break is no part of it.
                    let begins = written.is_empty();
                    let text = text.strip_prefix('\n').filter(|_| begins).unwrap_or(text);
                    written.push_str(text);
                }
            }
            Inside::Option {
                has_value: false, ..
            } => self.option(&one_spaced(text)),
            Inside::Option { .. } => {}
        }
    }

    /// Adds a choice to the list that stands last, or names the one that was added.
    fn option(&mut self, value: &str) {
        let Inside::Option {
            has_value,
            is_selected,
        } = self.inside
        else {
            return;
        };
        let last = self.open.as_mut().and_then(|form| form.fields.last_mut());
        let Some(Value::Choice { options, chosen }) = last.map(|field| &mut field.value) else {
            return;
        };
        if !has_value && value.is_empty() {
            return;
        }
        options.push(value.to_owned());
        // A list begins with its first choice.
        if is_selected || chosen.is_none() {
            *chosen = Some(value.to_owned());
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "form" => {
                self.read.extend(self.open.take());
                self.inside = Inside::Nothing;
            }
            "button" | "textarea" | "option" | "select" => {
                self.inside = Inside::Nothing;
                let buttons = self.open.iter_mut().flat_map(|form| &mut form.buttons);
                buttons.for_each(|button| button.says = one_spaced(&button.says));
            }
            _ => {}
        }
    }
}

impl Inside {
    fn of(name: Option<&str>, inside: Self) -> Self {
        name.map_or(Self::Nothing, |_| inside)
    }
}

fn field(name: Option<&str>, value: Value) -> Option<Field> {
    let name = name.filter(|name| !name.is_empty())?;
    Some(Field {
        name: name.to_owned(),
        value,
    })
}

fn button(tag: &Tag, says: &str) -> Button {
    let value = tag.attribute("value").unwrap_or_default();
    let name = tag.attribute("name").filter(|name| !name.is_empty());
    Button {
        sends: name.map(|name| (name.to_owned(), value.to_owned())),
        says: says.to_owned(),
    }
}
