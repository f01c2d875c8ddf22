//! Lists that come page by page: `Link` headers, bounds, loops.

mod bounds;
mod content;
mod entries;
mod link;
mod list;
mod next_page;
mod pages;

pub use self::{bounds::ListBounds, pages::Pages};
pub(crate) use self::{
    content::{PageContent, PageFingerprint, Place, ReadPage},
    entries::{NoEntries, read_entries},
    link::Links,
    list::List,
};
