//! A launch in each framework, and beside it a body that streams through the layer without being collected.

mod axum;
mod axum_extra;
mod guide;
mod hyper;
mod kit;
mod lambda;
mod poem;
mod salvo;
mod tonic;
mod tower;
mod tower_sessions;
mod visitor;
