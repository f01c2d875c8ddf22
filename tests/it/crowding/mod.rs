//! What one person does must not stop the others.

mod bodies;
mod readiness;
mod registrations;
