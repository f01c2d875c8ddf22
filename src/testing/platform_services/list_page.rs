//! One page of a list, and where the next one is.

use http::{HeaderValue, Uri, header};

use super::reply::Reply;
use crate::testing::Dialect;

/// Which part of a list a request asks for.
pub(super) struct ListPage {
    pub(super) from: usize,
    pub(super) size: usize,
}

impl ListPage {
    /// Reads `limit` (or `per_page`) and `from`. The platform's own page size is the most.
    pub(super) fn read(uri: &Uri, most: Option<usize>) -> Self {
        let number = |name: &str| parameter(uri, name).and_then(|value| value.parse().ok());
        let asked = number("limit")
            .or_else(|| number("per_page"))
            .filter(|size| *size > 0);
        let size = match (asked, most) {
            (Some(asked), Some(most)) => asked.min(most),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => usize::MAX,
        };
        Self {
            from: number("from").unwrap_or(0),
            size,
        }
    }

    /// Adds the `Link` to a page of this list, of which there are so many entries in all.
    pub(super) fn link(
        &self,
        mut reply: Reply,
        url: &str,
        total: usize,
        style: LinkStyle,
    ) -> Reply {
        let page = |from: usize, rel: &str| {
            let separator = if url.contains('?') { '&' } else { '?' };
            let limit = match style {
                LinkStyle::PerPage => "per_page",
                _ => "limit",
            };
            let target = format!("{url}{separator}{limit}={}&from={from}", self.size);
            match style {
                // As Moodle's line items have it: typographic quotes and escaped ampersands.
                LinkStyle::Typographic => {
                    format!(
                        "<{}>; rel=\u{201c}{rel}\u{201d}",
                        target.replace('&', "&amp;")
                    )
                }
                _ => format!("<{target}>; rel=\"{rel}\""),
            }
        };
        let end = self.from.saturating_add(self.size);
        let mut links = Vec::new();
        if matches!(style, LinkStyle::Typographic) && self.size < total {
            links.push(page(0, "first"));
            if self.from > 0 {
                links.push(page(self.from.saturating_sub(self.size), "prev"));
            }
            links.push(page(self.from, "canonical"));
        }
        if end < total {
            links.push(page(end, "next"));
        }
        if matches!(style, LinkStyle::Typographic) && self.size < total {
            links.push(page((total - 1) / self.size * self.size, "last"));
        }
        if let Ok(value) = HeaderValue::from_bytes(links.join(", ").as_bytes())
            && !links.is_empty()
        {
            reply.headers.insert(header::LINK, value);
        }
        reply
    }
}

/// How a `Link` is written.
#[derive(Clone, Copy)]
pub(super) enum LinkStyle {
    Plain,
    PerPage,
    Typographic,
}

impl LinkStyle {
    /// Of line items and results.
    pub(super) fn of_grades(dialect: Dialect) -> Self {
        match dialect {
            Dialect::Moodle => Self::Typographic,
            _ => Self::Plain,
        }
    }

    pub(super) fn of_members(dialect: Dialect) -> Self {
        match dialect {
            Dialect::Canvas => Self::PerPage,
            _ => Self::Plain,
        }
    }
}

/// A parameter of the query, decoded; empty ones count as missing.
pub(super) fn parameter(uri: &Uri, name: &str) -> Option<String> {
    form_urlencoded::parse(uri.query()?.as_bytes())
        .find(|(known, value)| known == name && !value.is_empty())
        .map(|(_, value)| value.into_owned())
}

/// A URL with the parameters that a next page keeps.
pub(super) fn with_kept(url: &str, uri: &Uri, names: &[&str]) -> String {
    let mut url = url.to_owned();
    for name in names {
        if let Some(value) = parameter(uri, name) {
            let separator = if url.contains('?') { '&' } else { '?' };
            let pair = form_urlencoded::Serializer::new(String::new())
                .append_pair(name, &value)
                .finish();
            url = format!("{url}{separator}{pair}");
        }
    }
    url
}
