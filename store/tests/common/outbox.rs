//! The outbox as a worker empties it, without a mail server.

use super::TestDb;
use chrono::TimeDelta;
use domain::{account_links::LinkToken, mail::Mail};
use store::{Job, MAIL_JOB, job_handlers};

/// Runs what is enqueued until nothing is due, and returns the mail.
pub async fn deliver(db: &TestDb) -> Vec<Mail> {
    let handlers: Vec<_> = job_handlers().into_iter().filter(|handler| handler.interval.is_none()).collect();
    let kinds: Vec<&'static str> = handlers.iter().map(|handler| handler.kind).chain([MAIL_JOB]).collect();
    let mut mails = Vec::new();
    loop {
        let jobs: Vec<Job> = db.store.take_jobs(kinds.clone(), 100, TimeDelta::minutes(1)).await.unwrap();
        if jobs.is_empty() {
            return mails;
        }
        for job in jobs {
            if job.kind == MAIL_JOB {
                mails.push(db.store.open_mail(&job).await.unwrap());
            } else {
                let handler = handlers.iter().find(|handler| handler.kind == job.kind).unwrap();
                handler.run(db.store.clone(), job.clone()).await.unwrap();
            }
            assert!(db.store.finish_job(&job, &Ok(())).await.unwrap());
        }
    }
}

/// Recipient and subject of each mail.
pub fn envelopes(mails: &[Mail]) -> Vec<(&str, &str)> {
    let mut envelopes: Vec<_> = mails.iter().map(|mail| (mail.email.as_str(), mail.subject())).collect();
    envelopes.sort_unstable();
    envelopes
}

/// The token of the link in a mail.
pub fn token_in(mail: &Mail) -> LinkToken {
    let text = mail.to_text("https://crm.example.com");
    let token = text.split("?token=").nth(1).unwrap_or_else(|| panic!("no link in {text}"));
    LinkToken::parse(token.split_whitespace().next().unwrap()).unwrap()
}
