//! What one person does must not stop the others.

mod bodies;
mod frames;
mod readiness;
mod registrations;
mod stalls;
