//! The forms of a page (HTML, 4.10: forms).

use url::Url;

use super::{
    field::{Field, Value},
    form::{Button, Form},
    markup::{Piece, Tag, one_spaced, pieces},
};

/// The forms of a page at this address, in order.
pub(super) fn forms(html: &str, at: &Url) -> Vec<Form> {
    let pieces = pieces(html);
    // All of them first: a field may belong to one that stands after it.
    let all = pieces.iter().filter_map(|piece| match piece {
        Piece::Open(tag) if tag.name == "form" => Some(form(tag, at)),
        _ => None,
    });
    let mut reader = FormReader {
        at,
        forms: all.collect(),
        begun: 0,
        open: None,
        select: None,
        inside: Inside::Nothing,
    };
    for piece in pieces {
        match piece {
            Piece::Open(tag) => reader.open(&tag),
            Piece::Close(name) => reader.close(&name),
            Piece::Text(text) => reader.text(&text),
        }
    }
    reader.forms
}

struct FormReader<'a> {
    at: &'a Url,
    forms: Vec<Form>,
    /// How many of them began.
    begun: usize,
    /// The form around what comes next.
    open: Option<usize>,
    /// The form of the list around what comes next.
    select: Option<usize>,
    inside: Inside,
}

/// What text belongs to; with the form of it.
enum Inside {
    Nothing,
    Button(usize),
    TextArea(usize),
    /// An option; whether it has its value by an attribute, and whether it is selected.
    Option {
        has_value: bool,
        is_selected: bool,
    },
}

impl FormReader<'_> {
    fn open(&mut self, tag: &Tag) {
        match &*tag.name {
            "form" => {
                self.open = Some(self.begun);
                self.begun += 1;
            }
            "option" => {
                self.inside = Inside::Option {
                    has_value: tag.has("value"),
                    is_selected: tag.has("selected"),
                };
                self.option(tag.attribute("value").unwrap_or_default());
            }
            "select" => self.select = None,
            _ => {}
        }
        if let Some(owner) = self.owner(tag) {
            self.control(tag, owner);
        }
    }

    /// The form that a field or a button belongs to: the one that it names, or the one around it.
    fn owner(&self, tag: &Tag) -> Option<usize> {
        match tag.attribute("form") {
            Some(id) => self.forms.iter().position(|form| form.id() == Some(id)),
            None => self.open,
        }
    }

    fn control(&mut self, tag: &Tag, owner: usize) {
        let form = &mut self.forms[owner];
        let value = tag.attribute("value");
        let name = tag.attribute("name");
        let name = name.filter(|name| !name.is_empty() && !tag.has("disabled"));
        let text = |value: &str| Value::Text(value.to_owned());
        match &*tag.name {
            "input" => {
                let kind = tag.attribute("type").unwrap_or("text");
                let kind = kind.to_ascii_lowercase();
                let value = match &*kind {
                    "submit" | "image" => {
                        let button = button(tag, value.unwrap_or("Submit"), self.at);
                        form.buttons.push(button);
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
            "textarea" if name.is_some() => {
                form.fields.extend(field(name, text("")));
                self.inside = Inside::TextArea(owner);
            }
            "select" if name.is_some() => {
                let value = Value::Choice {
                    options: Vec::new(),
                    chosen: Vec::new(),
                    is_multiple: tag.has("multiple"),
                };
                form.fields.extend(field(name, value));
                self.select = Some(owner);
            }
            "button" if !matches!(tag.attribute("type"), Some("button" | "reset")) => {
                form.buttons.push(button(tag, "", self.at));
                self.inside = Inside::Button(owner);
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        match self.inside {
            Inside::Nothing => {}
            Inside::Button(owner) => {
                if let Some(button) = self.forms[owner].buttons.last_mut() {
                    button.says.push_str(text);
                }
            }
            Inside::TextArea(owner) => {
                let last = self.forms[owner].fields.last_mut();
                if let Some(Value::Text(written)) = last.map(|field| &mut field.value) {
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

    /// Adds a choice to the list around it, or names the one that was added.
    fn option(&mut self, value: &str) {
        let Inside::Option {
            has_value,
            is_selected,
        } = self.inside
        else {
            return;
        };
        let Some(owner) = self.select else { return };
        let last = self.forms[owner].fields.last_mut();
        let Some(Value::Choice {
            options,
            chosen,
            is_multiple,
        }) = last.map(|field| &mut field.value)
        else {
            return;
        };
        if !has_value && value.is_empty() {
            return;
        }
        options.push(value.to_owned());
        if *is_multiple {
            chosen.extend(is_selected.then(|| value.to_owned()));
        } else if is_selected || chosen.is_empty() {
            // A list begins with its first choice.
            *chosen = vec![value.to_owned()];
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "form" => {
                self.open = None;
                self.inside = Inside::Nothing;
            }
            "select" => {
                self.select = None;
                self.inside = Inside::Nothing;
            }
            "button" | "textarea" | "option" => {
                if let Inside::Button(owner) = self.inside
                    && let Some(button) = self.forms[owner].buttons.last_mut()
                {
                    button.says = one_spaced(&button.says);
                }
                self.inside = Inside::Nothing;
            }
            _ => {}
        }
    }
}

fn form(tag: &Tag, at: &Url) -> Form {
    Form {
        id: tag.attribute("id").map(str::to_owned),
        action: address(tag, "action", at).unwrap_or_else(|| at.clone()),
        is_post: is_post(tag, "method").unwrap_or_default(),
        opens_window: opens_window(tag, "target").unwrap_or_default(),
        is_multipart: is_multipart(tag, "enctype").unwrap_or_default(),
        fields: Vec::new(),
        buttons: Vec::new(),
    }
}

fn field(name: Option<&str>, value: Value) -> Option<Field> {
    let name = name?.to_owned();
    Some(Field { name, value })
}

fn button(tag: &Tag, says: &str, at: &Url) -> Button {
    let value = tag.attribute("value").unwrap_or_default();
    let name = tag.attribute("name").filter(|name| !name.is_empty());
    Button {
        sends: name.map(|name| (name.to_owned(), value.to_owned())),
        says: says.to_owned(),
        is_disabled: tag.has("disabled"),
        action: address(tag, "formaction", at),
        is_post: is_post(tag, "formmethod"),
        opens_window: opens_window(tag, "formtarget"),
        is_multipart: is_multipart(tag, "formenctype"),
    }
}

fn address(tag: &Tag, attribute: &str, at: &Url) -> Option<Url> {
    let address = tag.attribute(attribute);
    at.join(address.filter(|address| !address.is_empty())?).ok()
}

fn is_post(tag: &Tag, attribute: &str) -> Option<bool> {
    let method = tag.attribute(attribute)?;
    Some(method.eq_ignore_ascii_case("post"))
}

fn opens_window(tag: &Tag, attribute: &str) -> Option<bool> {
    let target = tag.attribute(attribute)?;
    Some(matches!(target, "_blank" | "_top"))
}

fn is_multipart(tag: &Tag, attribute: &str) -> Option<bool> {
    let kind = tag.attribute(attribute)?;
    Some(kind.eq_ignore_ascii_case("multipart/form-data"))
}
