//! JSON of a kind that is not wanted where it stands.

use serde::de::{IgnoredAny, MapAccess, SeqAccess};

pub(super) fn skip_elements<'de, A: SeqAccess<'de>>(mut elements: A) -> Result<(), A::Error> {
    while elements.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}

pub(super) fn skip_members<'de, A: MapAccess<'de>>(mut members: A) -> Result<(), A::Error> {
    while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
    Ok(())
}

/// The methods of a `Visitor` that skip `null`, booleans and numbers.
macro_rules! skip_null_booleans_and_numbers {
    () => {
        fn visit_unit<E>(self) -> Result<(), E> {
            Ok(())
        }

        $crate::roster::skip::skip_null_booleans_and_numbers! { visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64 }
    };
    ($($visit:ident: $scalar:ty),*) => {
        $(fn $visit<E>(self, _: $scalar) -> Result<(), E> {
            Ok(())
        })*
    };
}

pub(super) use skip_null_booleans_and_numbers;
