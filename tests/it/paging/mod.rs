//! Lists that come page by page: where they go on, where they must not, and when they are over.

mod bounds;
mod elsewhere;
mod endless;
mod following;
mod links;
mod loops;
mod stream;
