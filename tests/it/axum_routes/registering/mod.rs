//! `LTI_REGISTER`: platforms that register with the example `axum`, as a process of its own.

mod approval;
mod client_ids;
mod confirmation;
mod files;
mod page;
mod products;
mod refused;
mod settings;
mod slow;
mod stage;
