//! A browser as far as a server sees one: cookies, the headers of a form sent from our own page, no automatic redirects.

use reqwest::{
    Client, Method, RequestBuilder,
    header::{HeaderMap, LOCATION, SET_COOKIE},
    redirect::Policy,
};

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

impl Browser {
    /// A browser that has just been opened at `origin`.
    pub fn new(origin: String) -> Self {
        let client = Client::builder().cookie_store(true).redirect(Policy::none()).no_proxy().build().unwrap();
        Self { client, origin }
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

/// Sends a request.
pub async fn send(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Answer { status, headers, body: response.text().await.unwrap() }
}

/// Sends a request and takes the answer's head alone: for one whose body has no end.
pub async fn head_of(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    Answer { status: response.status().as_u16(), headers: response.headers().clone(), body: String::new() }
}

impl Answer {
    /// Where it redirects to.
    pub fn location(&self) -> Option<&str> {
        self.header(LOCATION.as_str())
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The session's cookie as set by this answer: its token, without name and attributes.
    pub fn session_token(&self) -> Option<String> {
        let cookies = self.headers.get_all(SET_COOKIE).iter().map(|value| value.to_str().unwrap());
        let mut session =
            cookies.filter_map(|cookie| cookie.split_once("minicrm=")).map(|(_, rest)| rest.split(';').next().unwrap().to_owned());
        session.rfind(|token| !token.is_empty())
    }
}
