//! A browser as far as a server sees one: cookies, the headers of a form sent from our own page, no automatic redirects.

use reqwest::{
    Client, ClientBuilder, Method, RequestBuilder,
    header::{CONTENT_TYPE, HeaderMap, LOCATION, SET_COOKIE},
    redirect::Policy,
};
use std::{net::IpAddr, time::Duration};

/// How long an answer may take before the test that waits for it fails instead of standing still.
const WAIT_TIMEOUT: Duration = Duration::from_secs(120);

/// A client with cookies of its own.
pub struct Browser {
    client: Client,
    origin: String,
}

/// What came back.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

fn client() -> ClientBuilder {
    Client::builder().timeout(WAIT_TIMEOUT).cookie_store(true).redirect(Policy::none()).no_proxy()
}

impl Browser {
    /// A browser that has just been opened at `origin`.
    pub fn new(origin: String) -> Self {
        Self { client: client().build().unwrap(), origin }
    }

    /// The same at another address of this machine: 127.0.0.0/8 is all its own.
    pub fn from_address(origin: String, address: IpAddr) -> Self {
        Self { client: client().local_address(address).build().unwrap(), origin }
    }

    /// The same browser with the same cookies, of a server that was started again at another origin.
    pub fn at(&self, origin: &str) -> Self {
        Self { client: self.client.clone(), origin: origin.to_owned() }
    }

    /// A request to build on, with nothing but cookies.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.origin))
    }

    /// Opens a page.
    pub async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    /// Sends a form as a page of ours does.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        send(self.request(Method::POST, path).header("sec-fetch-site", "same-origin").form(fields)).await
    }

    /// Opens a page, and the page it redirects to, until one doesn't.
    pub async fn follow(&self, path: &str) -> Answer {
        let mut answer = self.get(path).await;
        for _ in 0..5 {
            match answer.location() {
                Some(location) => answer = self.get(location).await,
                None => return answer,
            }
        }
        panic!("{path} redirects without end");
    }
}

/// Sends a request. Of a stream of events, which has no end, it takes the head alone.
pub async fn send(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let endless = headers.get(CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream");
    let body = if endless { String::new() } else { response.text().await.unwrap() };
    Answer { status, headers, body }
}

impl Answer {
    /// Status, headers and body, without what is of each answer alone: its nonce, name and time.
    pub fn lasting(&self) -> (u16, HeaderMap, String) {
        let mut headers = self.headers.clone();
        for name in ["content-security-policy", "x-request-id", "date", "set-cookie"] {
            headers.remove(name);
        }
        (self.status, headers, self.body.clone())
    }

    /// Where it redirects to.
    pub fn location(&self) -> Option<&str> {
        self.header(LOCATION.as_str())
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The cookie of this name as set by this answer, with its attributes.
    pub fn cookie(&self, name: &str) -> Option<String> {
        let mut cookies = self.headers.get_all(SET_COOKIE).iter().map(|value| value.to_str().unwrap());
        cookies.find(|cookie| cookie.starts_with(&format!("{name}="))).map(str::to_owned)
    }

    /// The session's cookie as set by this answer: its token, without name and attributes.
    pub fn session_token(&self) -> Option<String> {
        let cookies = self.headers.get_all(SET_COOKIE).iter().map(|value| value.to_str().unwrap());
        let mut session =
            cookies.filter_map(|cookie| cookie.split_once("minicrm=")).map(|(_, rest)| rest.split(';').next().unwrap().to_owned());
        session.rfind(|token| !token.is_empty())
    }
}
