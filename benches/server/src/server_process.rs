//! A server that is a process of its own, and what the system charges it.

use std::{
    error::Error,
    fs, io,
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::settings::Settings;

/// How long a server may take to start.
const STARTS_WITHIN: Duration = Duration::from_secs(10);

/// A server that runs, and is killed when it is dropped.
pub(crate) struct ServerProcess {
    pub(crate) name: &'static str,
    pub(crate) address: SocketAddr,
    child: Child,
}

impl ServerProcess {
    /// Starts a server on a free port and waits until it takes connections.
    pub(crate) fn start(
        name: &'static str,
        mut command: Command,
        settings: &Settings,
    ) -> Result<Self, Box<dyn Error>> {
        let address = free_address()?;
        let settings = Settings {
            listen: address,
            ..settings.clone()
        };
        settings.tell(&mut command);
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .map_err(|error| format!("{name} cannot be started: {error}"))?;
        let mut server = Self {
            name,
            address,
            child,
        };
        server.wait_until_it_listens()?;
        Ok(server)
    }

    /// How long its threads have computed, for themselves and within the kernel.
    pub(crate) fn cpu_time(&self) -> io::Result<Duration> {
        let mut nanoseconds = 0;
        for thread in fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            let line = fs::read_to_string(thread?.path().join("schedstat"))?;
            let first = line.split(' ').next().and_then(|first| first.parse().ok());
            nanoseconds += first.unwrap_or(0);
        }
        Ok(Duration::from_nanos(nanoseconds))
    }

    fn wait_until_it_listens(&mut self) -> Result<(), Box<dyn Error>> {
        let started = Instant::now();
        while TcpStream::connect(self.address).is_err() {
            if let Some(status) = self.child.try_wait()? {
                return Err(format!("{} ended at its start: {status}", self.name).into());
            }
            if started.elapsed() > STARTS_WITHIN {
                return Err(format!("{} does not listen", self.name).into());
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_address() -> io::Result<SocketAddr> {
    TcpListener::bind("127.0.0.1:0")?.local_addr()
}
