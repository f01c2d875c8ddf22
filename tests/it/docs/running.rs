//! A program of the documentation, running, and a launch of it by the buttons of its simulated platform.

use std::{net::SocketAddr, path::Path, process::Stdio, time::Duration};

use bytes::Bytes;
use http::{Response, header};
use tokio::{
    net::{TcpListener, TcpStream},
    process::{Child, Command},
};
use tower_lti::testing::{Browser, UrlService};

/// What the programs say of where they are, and the variable that is put in its place.
const URL: &str = r#""http://127.0.0.1:3000""#;
const LISTEN: &str = r#""127.0.0.1:3000""#;
const ADDRESS: &str = "TOOL_ADDRESS";

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
        let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let mut program = Command::new(program)
            .env(ADDRESS, address.to_string())
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        answers(address, &mut program).await;
        Self {
            _program: program,
            address,
        }
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Presses a button of the simulated platform's first page, and follows wherever that leads.
    pub(super) async fn launched_by(&self, button: &str) -> Response<Bytes> {
        let service = UrlService::new(&self.address.to_string());
        let mut browser = Browser::new(service.clone(), service);

        let course = browser.get("/").await;
        let login = browser.get_login(&form_with(&course, button)).await;
        let asked = browser.get(&path_of(&login, &self.url())).await;
        let mut answer = browser.post_launch(form_with(&asked, "id_token")).await;
        while answer.status().is_redirection() {
            answer = browser.get(&path_of(&answer, &self.url())).await;
        }
        answer
    }
}

/// Waits until a program listens.
async fn answers(address: SocketAddr, program: &mut Child) {
    for _ in 0..1_000 {
        if TcpStream::connect(address).await.is_ok() {
            return;
        }
        let ended = program.try_wait().unwrap();
        assert!(ended.is_none(), "the program ended: {ended:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the program does not listen");
}

/// The text of a page.
pub(super) fn text(answer: &Response<Bytes>) -> String {
    String::from_utf8(answer.body().to_vec()).unwrap()
}

/// What is posted by the form of a page that has this in it.
fn form_with(page: &Response<Bytes>, marker: &str) -> String {
    let page = text(page);
    let forms = page.split("<form ").skip(1);
    let mut forms = forms.filter_map(|form| form.split("</form>").next());
    let form = forms.find(|form| form.contains(&format!("\"{marker}\"")));
    let form = form.unwrap_or_else(|| panic!("no form has {marker:?}: {page}"));
    let fields = form
        .split("<input type=\"hidden\" name=\"")
        .skip(1)
        .map(|field| {
            let mut quoted = field.split('"');
            let (name, value) = (quoted.next().unwrap(), quoted.nth(1).unwrap());
            (name, html_escape::decode_html_entities(value))
        });
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

/// Where an answer leads, within the program.
fn path_of(answer: &Response<Bytes>, url: &str) -> String {
    let location = answer.headers().get(header::LOCATION);
    let location = location.unwrap_or_else(|| panic!("it leads nowhere: {answer:?}"));
    let location = location.to_str().unwrap();
    location.strip_prefix(url).unwrap_or(location).to_owned()
}
