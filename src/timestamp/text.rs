//! Times in what is kept: as they are sent.

use std::time::SystemTime;

use serde::{Deserialize, Deserializer, Serializer, de, ser};

use crate::timestamp::{read, write};

pub(crate) fn serialize<S: Serializer>(
    time: &Option<SystemTime>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match time {
        None => serializer.serialize_none(),
        Some(time) => {
            let text = write(*time).ok_or_else(|| ser::Error::custom("the time has no name"))?;
            serializer.serialize_str(&text)
        }
    }
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<SystemTime>, D::Error> {
    let Some(text) = Option::<String>::deserialize(deserializer)? else {
        return Ok(None);
    };
    let time = read(&text).ok_or_else(|| de::Error::custom("not a time with a zone"))?;
    Ok(Some(time))
}
