//! The parameters of a query, looked for by name.

/// Whether a query has a parameter of that name.
pub(super) fn has(query: Option<&str>, name: &str) -> bool {
    first_of(query, &[name]).is_some()
}

/// The first of these names that a query has a parameter of.
pub(super) fn first_of<'a>(query: Option<&str>, names: &[&'a str]) -> Option<&'a str> {
    let query = query.unwrap_or_default().as_bytes();
    let mut known = form_urlencoded::parse(query);
    known.find_map(|(known, _)| names.iter().copied().find(|name| *name == known))
}
