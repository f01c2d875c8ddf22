//! The language that a browser asks for.

use http::{HeaderMap, header};

use crate::page_text::Language;

/// The most languages of a request that are looked at.
const MAX_RANGES: usize = 32;

/// The longest range that is looked at, in bytes: as long as a language tag may be.
const MAX_RANGE: usize = 35;

/// What pages say where no language is given.
const ENGLISH: &str = "en";

/// The first language of those that are there, in the order of the browser's wishes (RFC 9110 §12.5.4). A wish is met by
/// the language itself, by a more general one (`de` for `de-AT`, RFC 4647 §3.4), or else by a more special one. `None` is
/// English.
pub(super) fn choose<'a>(languages: &'a [Language], headers: &HeaderMap) -> Option<&'a Language> {
    for wish in wishes(headers) {
        if wish == "*" {
            break;
        }
        if let Some(language) = find(languages, wish) {
            return Some(language);
        }
        if is_or_begins(wish, ENGLISH) {
            return None;
        }
    }
    find(languages, ENGLISH)
}

fn find<'a>(languages: &'a [Language], wish: &str) -> Option<&'a Language> {
    let mut range = wish;
    loop {
        let exact = |language: &&Language| language.tag().eq_ignore_ascii_case(range);
        if let Some(language) = languages.iter().find(exact) {
            return Some(language);
        }
        match range.rfind('-') {
            Some(end) => range = &range[..end],
            None => break,
        }
    }
    languages
        .iter()
        .find(|language| is_or_begins(language.tag(), wish))
}

/// Whether a tag is this range, or begins with it and a hyphen.
fn is_or_begins(tag: &str, range: &str) -> bool {
    let Some((begin, rest)) = tag.split_at_checked(range.len()) else {
        return false;
    };
    begin.eq_ignore_ascii_case(range) && (rest.is_empty() || rest.starts_with('-'))
}

/// The languages of the request, the most wanted first; those that are not wanted are left out.
fn wishes(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let mut wishes: Vec<(&str, u16)> = headers
        .get_all(header::ACCEPT_LANGUAGE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .take(MAX_RANGES)
        .filter_map(wish)
        .collect();
    wishes.sort_by_key(|(_, quality)| std::cmp::Reverse(*quality));
    wishes.into_iter().map(|(range, _)| range)
}

/// A range with its quality in thousandths; `None` where it is zero or cannot be read.
fn wish(element: &str) -> Option<(&str, u16)> {
    let (range, weight) = element.split_once(';').unwrap_or((element, ""));
    let range = range.trim();
    let quality = match weight.trim() {
        "" => 1_000,
        weight => thousandths(
            weight
                .strip_prefix(['q', 'Q'])?
                .trim_start()
                .strip_prefix('=')?,
        )?,
    };
    let is_range = (1..=MAX_RANGE).contains(&range.len());
    (is_range && quality > 0).then_some((range, quality))
}

/// `0`, `0.8` or `1.000` in thousandths.
fn thousandths(weight: &str) -> Option<u16> {
    let (whole, decimals) = weight.trim().split_once('.').unwrap_or((weight.trim(), ""));
    let is_digits = decimals.bytes().all(|byte| byte.is_ascii_digit());
    if decimals.len() > 3 || !is_digits {
        return None;
    }
    let decimals: u16 = format!("{decimals:0<3}").parse().ok()?;
    match whole {
        "0" => Some(decimals),
        "1" if decimals == 0 => Some(1_000),
        _ => None,
    }
}
