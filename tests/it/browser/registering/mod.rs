//! Dynamic registration in a real browser: the platform's administration page opens the tool's pages in a frame and in a
//! tab, from another site.

mod flow;
mod stage;
