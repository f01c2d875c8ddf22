//! What a course gets of the content that was chosen.

use tower_lti::{
    claims::DeepLinkingSettings,
    deep_linking::{ContentItem, ItemError, LinkItem, LinkLineItem, ResourceLinkItem},
};

use super::catalogue::{Content, Kind};

/// The custom parameter by which a link says which content it opens.
pub(crate) const PARAMETER: &str = "content";

/// The item of a content, under this title.
pub(crate) fn item(
    content: &Content,
    title: &str,
    settings: &DeepLinkingSettings,
    launch_url: &str,
) -> Result<ContentItem, ItemError> {
    let questions = match content.kind {
        Kind::Web(url) => {
            let link = LinkItem::new(url)?.title(title).text(content.text);
            return Ok(link.into());
        }
        Kind::Quiz(questions) => Some(questions),
        Kind::Page(_) => None,
    };
    let mut link = ResourceLinkItem::new()
        .title(title)
        .text(content.text)
        // Some platforms make an unusable link where it has no address.
        .url(launch_url)?
        .custom(PARAMETER, content.id);
    if let Some(questions) = questions
        && settings.accept_lineitem() != Some(false)
    {
        let line_item = LinkLineItem::new(questions.len() as f64)?
            .label(title)
            // By these the tool finds the line item again: see `Grades::line_items`.
            .resource_id(content.id)
            .tag("quiz");
        link = link.line_item(line_item);
    }
    Ok(link.into())
}
