//! Inputs in which a placeholder stands for what changes from run to run.

/// Puts values in the place of their placeholders, such as `$N` for a nonce.
pub fn fill(template: &[u8], values: &[(&[u8; 2], &str)]) -> Vec<u8> {
    let mut filled = Vec::with_capacity(template.len());
    let mut rest = template;
    while let Some((&byte, after)) = rest.split_first() {
        let value = values
            .iter()
            .find_map(|(name, value)| Some((value, rest.strip_prefix(name.as_slice())?)));
        if let Some((value, after)) = value {
            filled.extend_from_slice(value.as_bytes());
            rest = after;
        } else {
            filled.push(byte);
            rest = after;
        }
    }
    filled
}
