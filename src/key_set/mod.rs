//! stub
#[derive(Clone, Debug)]
pub struct KeySet;
impl KeySet { pub fn parse(_: &[u8]) -> Result<Self, std::fmt::Error> { Ok(Self) } }
