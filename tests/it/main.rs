//! Everything public, through the public API, in the order of a launch's story.

// What the tests stand on.
mod length;
#[path = "../support/mod.rs"]
#[expect(dead_code, reason = "the other tests use more of it")]
mod support;

// A tool that can be built: what is parsed once, and what is said of mistakes.
mod configuration;
mod parsing;

// Login: what the platform is asked, and what the browser is given.
mod login;

// Launch: what is let in, and what the handler sees of it.
mod launch;

// Migration: what a launch was known as under LTI 1.1.
mod migration;

// Proxies: below a base path, and on several hosts.
mod proxies;

// Platform storage: launches whose cookies are blocked.
mod platform_storage;

// Keys: which are good, and what happens while they change or cannot be had.
mod keys;

// Keys of the tool: which can be used, which one signs, and what is published.
mod tool_keys;

// The way out: what is sent to platforms, and what is taken from them.
mod outbound;

// Deployments that are not known: what a policy may say.
mod policies;

// Onboarding: from an unknown deployment, by way of a ticket, into the tool.
mod onboarding;

// Stores: one contract, kept by every store.
mod stores;

// Registrations that are added, changed, disabled and removed while the tool runs.
mod live_registrations;

// Sessions: what a launch has proven, at the next click.
mod sessions;

// Redis: what it costs, what it forgets, and several processes over one server.
mod redis;

// Platforms: what real ones send, in their own shapes.
mod platforms;

// Attacks: a good launch, made wrong in one thing.
mod attacks;

// Odd input: the last value that is let in and the first that is not; what fuzzing found.
mod edges;
mod odd_input;

// Load: what one user does must not stop the others.
mod overload;

// Pages: what a refusal says, and where it leads.
mod pages;
mod refusal_pages;

// The testing kit: a platform's services, judged apart from what calls them.
mod testing_kit;

// A real browser before the examples, and the routes of the example `axum`.
mod axum_routes;
mod browser;

// Services: what comes after the launch.
mod connected;
mod services;

// Rosters, and lists that come page by page.
mod paging;
mod roster;

// Dynamic registration: what platforms say of themselves, and what is kept of it.
mod dynamic_registration;

// Content selection: items, what a request takes, and the way back.
mod deep_linking;
// Grades: line items, scores and results.
mod grades;

// The doctor: what is said of registrations before the first launch.
mod doctor;

// Observability: what an operator sees, and what nobody does.
mod observability;

// Public surface: where the layer can be mounted, and what the documentation promises.
mod docs;
mod frameworks;

// Long histories: races, and sequences that nobody thought of.
mod histories;
mod model;

use self::support::{app, redis as redis_server};
