//! A visit: the tool is opened from the platform, and then the browser goes from page to page.

use bytes::Bytes;
use http::{Method, Response, header};
use url::Url;

use super::{
    AskedService, Browser,
    navigation::{Navigation, Sender},
    storage_page::StoragePage,
};
use crate::testing::{AuthenticationRequest, Form, Page, Person};

/// How often a browser is led on before it gives up; browsers allow about as many redirects.
const MOST_STEPS: usize = 20;

impl<L: AskedService, A: AskedService> Browser<L, A> {
    /// Opens the tool from the platform, as this person, and returns the page where that ends: after login, launch and all
    /// redirects. A refusal is such a page, too.
    ///
    /// Where cookies are blocked, it does what the tool's pages do: it has the platform's page store the value of the launch
    /// and reads it back ([`with_platform_storage`](Self::with_platform_storage)). Where that cannot be done it stays at the
    /// page that offers a window of its own, whose form can be [submitted](Self::submit).
    ///
    /// # Panics
    ///
    /// Panics when a service fails, and when the tool leads from address to address without an end.
    pub async fn open(&mut self, person: &Person) -> Page {
        self.person = Some(person.clone());
        let target = person.target().unwrap_or(&self.target_link_uri).to_owned();
        let platform = person.platform();
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("iss", platform.issuer())
            .append_pair("client_id", platform.client_id())
            .append_pair("login_hint", person.id())
            .append_pair("target_link_uri", &target)
            .extend_pairs(&self.extra)
            .finish();
        let mut url = self.address(&self.login_path);
        url.set_query(Some(&query));
        let sender = Sender::Elsewhere(origin_of(platform.issuer()));
        self.go(Navigation::get(url, sender)).await
    }

    /// Opens a page of the tool, such as `/course`, and returns the page where that ends: after all redirects.
    ///
    /// # Panics
    ///
    /// Panics when the address is none of the tool's, when the service fails, and when the tool leads from address to
    /// address without an end.
    pub async fn get(&mut self, address: &str) -> Page {
        let url = self.address(address);
        self.go(Navigation::get(url, Sender::SameOrigin)).await
    }

    /// Goes where an answer leads (its `Location`), and returns the page where that ends.
    ///
    /// # Panics
    ///
    /// Panics when it leads nowhere, and as [`get`](Self::get) does.
    pub async fn follow(&mut self, answer: &Response<Bytes>) -> Page {
        let location = answer.headers().get(header::LOCATION);
        let location = location.and_then(|location| location.to_str().ok());
        let location = location.expect("the answer leads somewhere").to_owned();
        self.get(&location).await
    }

    /// Submits a form of a page, and returns the page where that ends: after all redirects. A form for a window of its own
    /// takes the tool out of the platform's page.
    ///
    /// A form that leads back to the platform, as a deep linking response does, is taken by
    /// [`PlatformServices`](crate::testing::PlatformServices), if the tool was opened from there.
    ///
    /// # Panics
    ///
    /// Panics when the form leads elsewhere, when the service fails, and when the tool leads from address to address without
    /// an end.
    pub async fn submit(&mut self, form: Form) -> Page {
        let sent = form.submission();
        if sent.opens_window {
            self.in_frame = false;
        }
        let mut step = Navigation {
            method: sent.method,
            url: sent.url,
            form: sent.body,
            sender: Sender::SameOrigin,
        };
        if self.is_of_tool(&step.url) {
            return self.go(step).await;
        }
        step.sender = Sender::Elsewhere(origin_of(&self.target_link_uri));
        let services = self.person.as_ref().and_then(Person::services);
        let services = services.filter(|services| {
            let base_url = services.base_url();
            step.method == Method::POST && step.url.as_str().starts_with(&base_url)
        });
        let Some(services) = services else {
            panic!(
                "the form leads to {}, which is neither the tool nor a platform with services",
                step.url
            );
        };
        let answer = services.clone().ask(step.request()).await;
        Page::new(step.url.clone(), vec![step.told()], answer)
    }

    async fn go(&mut self, mut step: Navigation) -> Page {
        let mut way = Vec::new();
        while way.len() < MOST_STEPS {
            way.push(step.told());
            let answer = self.send_navigation(&step).await;
            match self.after(&step, &answer) {
                Some(next) => step = next,
                None => return Page::new(step.url, way, answer),
            }
        }
        panic!("the tool leads on without an end: {}", way.join(", then "));
    }

    /// Where an answer leads by itself.
    fn after(&mut self, step: &Navigation, answer: &Response<Bytes>) -> Option<Navigation> {
        if let Some(location) = answer.headers().get(header::LOCATION) {
            if !answer.status().is_redirection() {
                return None;
            }
            let url = step.url.join(location.to_str().ok()?).ok()?;
            return match self.is_of_tool(&url) {
                true => Some(step.redirected(answer.status().as_u16(), url)),
                false => self.at_platform(&url),
            };
        }
        let page = StoragePage::of(answer)?;
        if page.is_of_login() {
            let next = self.go_on(answer)?;
            let platform = self.person.as_ref()?.platform();
            let url = Url::parse(&format!("{}?{next}", platform.authorization_endpoint()));
            return self.at_platform(&url.ok()?);
        }
        let form = page.completion(self.stored());
        Some(Navigation::post(step.url.clone(), form, Sender::SameOrigin))
    }

    /// What the platform does with an authentication request: it posts the launch.
    fn at_platform(&self, url: &Url) -> Option<Navigation> {
        let person = self.person.as_ref()?;
        let platform = person.platform();
        if !platform.is_asked_at(url.as_str()) {
            return None;
        }
        let target = person.target().unwrap_or(&self.target_link_uri);
        let query = url.query().unwrap_or_default();
        let request = AuthenticationRequest::from_query(query, target);
        let url = Url::parse(request.parameter("redirect_uri")).ok()?;
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("id_token", &person.id_token(&request).sign())
            .append_pair("state", request.state())
            .finish();
        let sender = Sender::Elsewhere(origin_of(platform.issuer()));
        Some(Navigation::post(url, form, sender))
    }

    /// An address of the tool.
    fn address(&self, address: &str) -> Url {
        let url = self.tool().join(address);
        let url = url.unwrap_or_else(|error| panic!("{address} is no address: {error}"));
        assert!(
            self.is_of_tool(&url),
            "{address} is not the tool's, which is at {}: see `Browser::at`",
            origin_of(&self.target_link_uri)
        );
        url
    }

    fn tool(&self) -> Url {
        let tool = Url::parse(&self.target_link_uri);
        tool.expect("the link that is followed leads to a URL")
    }

    fn is_of_tool(&self, url: &Url) -> bool {
        self.tool().origin() == url.origin()
    }
}

fn origin_of(url: &str) -> String {
    let url = Url::parse(url);
    url.map_or_else(
        |_| "null".to_owned(),
        |url| url.origin().ascii_serialization(),
    )
}
