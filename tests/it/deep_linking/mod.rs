//! Content selection: items, what a request takes of them, and the way back to the platform.

mod item_builders;
mod items;
mod items_hostile;
mod items_refused;
mod offers;
mod settings;
