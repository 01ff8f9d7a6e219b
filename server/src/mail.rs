//! Sends mail: the jobs of the outbox, by SMTP.
//!
//! A mail keeps its Message-ID in every attempt, so that a receiver can tell one that was sent twice: a server may have accepted it
//! although its answer was lost.

use crate::config::{BaseUrl, SmtpConfig};
use domain::{clock::Clock, ids::JobId, mail::Mail};
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox, MultiPart,
        header::{Header, HeaderName, HeaderValue},
    },
    transport::smtp::{
        self,
        response::{Category, Severity},
    },
};
use secrecy::ExposeSecret;
use std::{
    error::Error,
    sync::Arc,
    time::{Duration, SystemTime},
};
use store::{Job, JobError, JobHandler, JobResult, MAIL_JOB, Store};

/// How long the server may take for each step of the conversation.
const SMTP_TIMEOUT: Duration = Duration::from_secs(30);

/// Sends mail by the configured server.
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    origin: String,
    clock: Arc<dyn Clock>,
}

impl Mailer {
    /// A mailer; links lead to `base_url`.
    ///
    /// # Errors
    /// lettre's, for a URL that the configuration would not have accepted.
    pub fn new(config: &SmtpConfig, base_url: &BaseUrl, clock: Arc<dyn Clock>) -> Result<Self, smtp::Error> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(config.url.expose_secret())?.timeout(Some(SMTP_TIMEOUT)).build();
        Ok(Self { transport, from: config.from.clone(), origin: base_url.origin(), clock })
    }

    /// The handler of the outbox.
    pub fn into_handler(self) -> JobHandler {
        let mailer = Arc::new(self);
        JobHandler::new(MAIL_JOB, move |store, job| Arc::clone(&mailer).send(store, job))
    }

    async fn send(self: Arc<Self>, store: Store, job: Job) -> JobResult {
        let mail = store.open_mail(&job).await?;
        let message = self.message(job.id, &mail).map_err(|error| JobError::Permanent(chain(&*error)))?;
        self.transport.send(message).await.map(drop).map_err(job_error)
    }

    fn message(&self, id: JobId, mail: &Mail) -> Result<Message, Box<dyn Error + Send + Sync>> {
        let message = Message::builder()
            .from(self.from.clone())
            // lettre 0.11.23 panics at a line break or NUL in a name.
            .to(Mailbox::new(Some(mail.name.replace(char::is_control, " ")), address(&mail.email)?))
            .subject(mail.subject())
            .date(SystemTime::from(self.clock.now()))
            .message_id(Some(format!("<{id}@{}>", self.from.email.domain())))
            .header(AutoSubmitted)
            .multipart(MultiPart::alternative_plain_html(mail.to_text(&self.origin), mail.to_html(&self.origin)))?;
        Ok(message)
    }
}

/// An address as mail servers read it: the domain in ASCII.
fn address(email: &str) -> Result<Address, Box<dyn Error + Send + Sync>> {
    let (user, domain) = email.rsplit_once('@').ok_or("the address has no @")?;
    Ok(Address::new(user, idna::domain_to_ascii(domain)?)?)
}

/// `Auto-Submitted: auto-generated` (RFC 3834): keeps absence notices from answering.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// Whether a later attempt may succeed. A reply of 5yz refuses the mail for good; 53z is about our own account at the server (RFC 4954),
/// which the operator puts right.
fn job_error(error: smtp::Error) -> JobError {
    let refused = error
        .status()
        .is_some_and(|code| code.severity == Severity::PermanentNegativeCompletion && code.category != Category::Unspecified3);
    let text = chain(&error);
    if refused { JobError::Permanent(text) } else { JobError::Temporary(text) }
}

/// An error with its causes. Neither lettre nor rustls repeats the password in them.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let next = error.to_string();
        if !text.ends_with(&next) {
            text = format!("{text}: {next}");
        }
        cause = error.source();
    }
    text
}
