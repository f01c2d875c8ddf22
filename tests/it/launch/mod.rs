//! Launches that go through, and what the handler sees of them.

mod accepted;
mod arrival_paths;
mod certification;
mod changed_registrations;
mod clock_set_back;
mod disabled_registrations;
mod typed_claims;
mod user_identity;
