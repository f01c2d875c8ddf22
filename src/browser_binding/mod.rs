//! Proves that two requests come from one browser: login and launch, or launch and onboarding.
//!
//! The signed state and the sealed ticket travel in URLs and forms, which can be copied to another browser.
//! Each holds the hash of a secret that only the browser it was made for has. Without this, an attacker
//! could begin a login and have somebody else finish it (login CSRF, Security Framework 1.0 §7.3.1).
//!
//! The browser keeps its secret in a cookie.

mod cookie;
mod cookie_loss;
mod login;
mod ticket;

pub(crate) use self::{
    login::{bind_login, prove_login, release_login},
    ticket::{bind_ticket, surplus_tickets, ticket_secret},
};
