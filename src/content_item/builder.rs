//! What the builders of all types have.

use std::time::SystemTime;

use serde_json::{Map, Value};

use crate::{
    content_item::{
        ItemError, ItemType, address::is_qualified, content_item::is_nested_at_most, rule::Rule,
    },
    timestamp,
};

/// The setters of every type that the specification has, and the way to a [`ContentItem`](super::ContentItem).
macro_rules! item_builder {
    ($builder:ident) => {
        impl $builder {
            /// Sets what it is called. Plain text.
            pub fn title(self, title: &str) -> Self {
                self.with("title", title)
            }

            /// Sets what is said about it. Plain text.
            pub fn text(self, text: &str) -> Self {
                self.with("text", text)
            }
        }

        impl From<$builder> for $crate::content_item::ContentItem {
            fn from(item: $builder) -> Self {
                Self::of_members(item.members)
            }
        }
    };
}

/// The setter of extensions, for each builder of an object.
macro_rules! extensible {
    ($builder:ident) => {
        impl $builder {
            /// Adds a member that the specification does not have (Deep Linking 2.0 §3.6). What is in it is free.
            ///
            /// # Errors
            ///
            /// Fails when the name is no fully qualified URL, and when the value is nested more than 60 levels deep.
            pub fn extension(
                self,
                name: &str,
                value: impl Into<serde_json::Value>,
            ) -> Result<Self, $crate::content_item::ItemError> {
                let value = value.into();
                $crate::content_item::builder::check_extension(name, &value)?;
                Ok(self.with(name, value))
            }

            fn with(mut self, name: &str, value: impl Into<serde_json::Value>) -> Self {
                self.members.insert(name.to_owned(), value.into());
                self
            }
        }

        impl std::fmt::Debug for $builder {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($builder)).finish_non_exhaustive()
            }
        }
    };
}

/// The setters of icon and thumbnail.
macro_rules! with_images {
    ($builder:ident) => {
        impl $builder {
            /// Sets a small image, which stands for it beside its title.
            pub fn icon(self, image: $crate::content_item::IconImage) -> Self {
                self.with("icon", image.into_json())
            }

            /// Sets a preview image.
            pub fn thumbnail(self, image: $crate::content_item::IconImage) -> Self {
                self.with("thumbnail", image.into_json())
            }
        }
    };
}

pub(super) use {extensible, item_builder, with_images};

/// How many levels an extension may have: less than an item, since it may lie in an object of one.
const MAX_EXTENSION_DEPTH: usize = 60;

/// The members that every item of this type starts with.
pub(super) fn start(item_type: &ItemType) -> Map<String, Value> {
    let mut members = Map::new();
    members.insert("type".to_owned(), item_type.as_str().into());
    members
}

/// A member that is checked as those are which are read.
pub(super) fn checked(name: &str, rule: Rule, value: impl Into<Value>) -> Result<Value, ItemError> {
    let value = value.into();
    match rule.check(&value) {
        Ok(()) => Ok(value),
        Err(error) => Err(error.in_member(name)),
    }
}

/// A time as it is sent.
pub(super) fn time(name: &str, time: SystemTime) -> Result<Value, ItemError> {
    match timestamp::write(time) {
        Some(text) => Ok(text.into()),
        None => Err(ItemError::new("is outside of the years 1 to 9999").in_member(name)),
    }
}

pub(super) fn check_extension(name: &str, value: &Value) -> Result<(), ItemError> {
    if !is_qualified(name) {
        let error =
            ItemError::new("is not the name of an extension, which is a fully qualified URL");
        return Err(error.in_member(name));
    }
    check_depth(name, value)
}

pub(super) fn check_depth(name: &str, value: &Value) -> Result<(), ItemError> {
    match is_nested_at_most(MAX_EXTENSION_DEPTH, value) {
        true => Ok(()),
        false => Err(ItemError::new("is nested more than 60 levels deep").in_member(name)),
    }
}
