//! The connection that all callers share: deadlines, reconnecting, and checks of the server.

mod backoff;
mod capabilities;
mod context;
mod dedicated;
mod degradation;
mod epoch_check;
mod epoch_writer;
mod handshake;
mod health_check;
mod monitor;
mod probe;
mod session;
mod set_nx;
mod settings;
mod shared;

pub(super) use self::{
    dedicated::DedicatedConnection,
    epoch_check::MONITOR_CHECK_INTERVAL,
    monitor::start as start_monitor,
    set_nx::{AlsoGet, Owner, SetNx, SetNxReply},
    settings::Settings,
    shared::{Connection, Reply},
};
