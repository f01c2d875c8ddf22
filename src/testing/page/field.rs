//! One field of a form.

/// A field of a form, as a person sees it.
#[derive(Clone)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) value: Value,
}

/// What a field holds, and what it may.
#[derive(Clone)]
pub(super) enum Value {
    Text(String),
    /// A checkbox, or one of several radio buttons.
    Box {
        value: String,
        is_checked: bool,
        is_radio: bool,
    },
    /// A list to choose from; the choice may be none, and several where it takes several.
    Choice {
        options: Vec<String>,
        chosen: Vec<String>,
        is_multiple: bool,
    },
}

impl Field {
    /// What is sent; nothing for a box that is not checked, and several choices in the order of their list.
    pub(super) fn sent(&self) -> Vec<&str> {
        match &self.value {
            Value::Text(text) => vec![text],
            Value::Box {
                value, is_checked, ..
            } => is_checked.then_some(&**value).into_iter().collect(),
            Value::Choice {
                options,
                chosen,
                is_multiple: true,
            } => {
                let options = options.iter().filter(|option| chosen.contains(option));
                options.map(String::as_str).collect()
            }
            Value::Choice { chosen, .. } => chosen.iter().map(String::as_str).collect(),
        }
    }

    /// Whether this value can be entered here.
    pub(super) fn takes(&self, entered: &str) -> bool {
        match &self.value {
            Value::Text(_) => true,
            Value::Box { value, .. } => value == entered,
            Value::Choice { options, .. } => options.iter().any(|option| option == entered),
        }
    }

    pub(super) fn enter(&mut self, entered: &str) {
        match &mut self.value {
            Value::Text(text) => entered.clone_into(text),
            Value::Box { is_checked, .. } => *is_checked = true,
            Value::Choice {
                chosen,
                is_multiple,
                ..
            } => {
                if !*is_multiple {
                    chosen.clear();
                }
                chosen.push(entered.to_owned());
            }
        }
    }

    pub(super) fn clear(&mut self) {
        match &mut self.value {
            Value::Text(text) => text.clear(),
            Value::Box { is_checked, .. } => *is_checked = false,
            Value::Choice { chosen, .. } => chosen.clear(),
        }
    }

    pub(super) fn is_radio(&self) -> bool {
        matches!(self.value, Value::Box { is_radio: true, .. })
    }

    /// The values that it takes; none where it takes any.
    pub(super) fn choices(&self) -> &[String] {
        match &self.value {
            Value::Text(_) => &[],
            Value::Box { value, .. } => std::slice::from_ref(value),
            Value::Choice { options, .. } => options,
        }
    }
}
