//! A tool in a frame of a platform on another site, in real browsers: with cookies, with some of them, and with none.

mod chromium;
mod cookies_blocked;
mod cookies_blocked_in_frames;
mod cookies_work;
mod firefox;
mod pages;
mod person;
mod seen;
mod slow_network;
mod stage;
mod storage;
