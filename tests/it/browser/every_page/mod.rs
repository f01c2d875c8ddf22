//! Every page that the crate makes, before a real browser: on phones and desks, in light and dark, by the keyboard, and
//! before axe-core. The pages of the simulated platform and of the examples are looked at where their tests come by.

mod keyboard;
mod made;
mod tour;
