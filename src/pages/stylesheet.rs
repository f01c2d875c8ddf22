//! The stylesheet of all pages.

/// The stylesheet of every page that this crate makes, for pages of your own to look the same.
///
/// It loads nothing: no font, no image, no other file. It is for phones and desktops, light and dark screens
/// (`prefers-color-scheme`), and the keyboard; text has a contrast of at least 4.5:1 (WCAG 2.1 AA) in both.
///
/// # What it expects
///
/// `<body>` holds a `<main>`, and a `<header>` before it where the page names its tool in a `<p>`. Elements look right
/// without a class: headings, text, links, forms, fieldsets, tables, `<dl>`, `<iframe>`, `<nav>`.
/// `role="alert"` makes an error of a paragraph or a block.
///
/// | class | on | what |
/// |---|---|---|
/// | `wide` | `header`, `main` | room for tables |
/// | `button` | `a` | a link that looks like a button |
/// | `quiet` | `button`, `a.button` | the second choice |
/// | `quiet` | text | less important |
/// | `row` | any | things beside each other, such as forms with one button each |
/// | `card` | any | a surface of its own |
/// | `cards` | `ul` | cards beside each other, as many as have room |
/// | `list` | `ul` | entries with a line below each |
/// | `badge` | `span` | a state in one word |
/// | `alert` | any | a notice; with `good` or `bad`, a success or an error |
/// | `option` | `label` | a checkbox or radio button with a `<span>`, and a `<small>` in it, beside it |
/// | `scroll` | `div` | scrolls sideways, so that the page does not; give it `tabindex="0"`, `role="region"` and a label |
///
/// Colours are custom properties: `--ink`, `--quiet`, `--paper`, `--card`, `--line`, `--edge` (of input fields),
/// `--accent` (links and buttons), `--bad`, `--good`.
///
/// # Examples
///
/// ```
/// use tower_lti::pages::STYLESHEET;
///
/// let page = format!(
///     "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
///      <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
///      <title>Quizzes</title>\n<style>{STYLESHEET}</style>\n\
///      <main>\n<h1>Quizzes</h1>\n<p><a class=\"button\" href=\"/new\">New quiz</a></p>\n</main>"
/// );
/// # assert!(!STYLESHEET.contains("url(") && !STYLESHEET.contains("</"));
/// # assert!(page.contains("--accent"));
/// ```
pub const STYLESHEET: &str = include_str!("style.css");
