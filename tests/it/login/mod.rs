//! Login initiation.

mod initiation;
