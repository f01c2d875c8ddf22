//! A program of the documentation, running, and a launch of it by the buttons of its simulated platform.

use std::{net::SocketAddr, path::Path, process::Stdio, time::Duration};

use tokio::{
    net::{TcpListener, TcpStream},
    process::{Child, Command},
};
use tower_lti::testing::{Browser, Page, UrlService};

/// What the programs say of where they are, and the variable that is put in its place.
const URL: &str = r#""http://127.0.0.1:3000""#;
const LISTEN: &str = r#""127.0.0.1:3000""#;
const ADDRESS: &str = "TOOL_ADDRESS";

/// How often it is started. Another test may take the port before the program does.
const MOST_PORTS: usize = 3;

/// A program as it stands in the documentation, but for its address, which it takes from the environment.
pub(super) fn elsewhere(program: &str) -> String {
    let address = format!("std::env::var({ADDRESS:?})?");
    let places = [
        (URL, format!("&format!(\"http://{{}}\", {address})")),
        (LISTEN, format!("&{address}")),
    ];
    places
        .iter()
        .fold(program.to_owned(), |text, (place, other)| {
            assert_eq!(text.matches(place).count(), 1, "the program says {place}");
            text.replace(place, other)
        })
}

/// The program, at a port of its own, until this is dropped.
pub(super) struct Running {
    _program: Child,
    address: SocketAddr,
}

impl Running {
    /// Starts a program that was made to listen [`elsewhere`].
    pub(super) async fn start(program: &Path) -> Self {
        for _ in 0..MOST_PORTS {
            let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = free.local_addr().unwrap();
            drop(free);
            let mut program = Command::new(program)
                .env(ADDRESS, address.to_string())
                .stdin(Stdio::null())
                .kill_on_drop(true)
                .spawn()
                .unwrap();
            if answers(address, &mut program).await {
                return Self {
                    _program: program,
                    address,
                };
            }
        }
        panic!("the program ended {MOST_PORTS} times, or another one had its port");
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Presses a button of the simulated platform's first page, and follows wherever that leads.
    pub(super) async fn launched_by(&self, button: &str) -> Page {
        let service = UrlService::new(&self.address.to_string());
        let mut browser = Browser::for_app(service).at(&self.url());

        let course = browser.get("/").await;
        let asked = browser.submit(course.form_with(button)).await;
        browser.submit(asked.form()).await
    }
}

/// Waits until the program listens. `false` where it ended: it had no port.
async fn answers(address: SocketAddr, program: &mut Child) -> bool {
    for _ in 0..1_000 {
        if program.try_wait().unwrap().is_some() {
            return false;
        }
        if is_course(address).await {
            // Not the page of another one, because of which this one ends.
            return program.try_wait().unwrap().is_none();
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the program does not listen");
}

/// Whether the simulated platform's course is there.
async fn is_course(address: SocketAddr) -> bool {
    let Ok(connection) = TcpStream::connect(address).await else {
        return false;
    };
    // A free port of loopback may be connected with itself.
    if connection.local_addr().ok() == Some(address) {
        return false;
    }
    drop(connection);
    let service = UrlService::new(&address.to_string());
    let mut browser = Browser::for_app(service).at(&format!("http://{address}"));
    browser.get("/").await.html().contains("simulated platform")
}
