//! Mail reaches its recipient once, as it was written, by a real SMTP server that refuses, is slow, or is gone (threats D15, C8, C14).

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use chrono::TimeDelta;
use common::{LIMITS, Process, Serving, SmtpServer, TestDb, eventually, jobs, minicrm};
use domain::{
    jobs::{JobState, MAX_ATTEMPTS, retry_pause},
    mail::Mail,
    users::Email,
};
use serde_json::Value;
use server::{
    config::{BaseUrl, SmtpConfig},
    mail::Mailer,
};
use std::{collections::HashSet, process::Stdio};
use store::JobHandler;
use tempfile::TempDir;

const ORIGIN: &str = "https://crm.example.com";
const SUBJECT: &str = "Choose a new password";
const SECRET: &str = "hunter2token";

fn mail_to(name: &str, email: &str) -> Mail {
    Mail::new(name, &Email::parse(email).unwrap(), SUBJECT)
        .text("Chào bạn, đây là thư của MiniCRM.")
        .link("Choose a new password", format!("/reset-password?token={SECRET}"))
}

fn mailer(db: &TestDb, url: String) -> JobHandler {
    let config = SmtpConfig::parse("SMTP_URL", &url, Some("Công ty Ánh Dương <crm@example.com>")).unwrap();
    Mailer::new(&config, &BaseUrl::parse(ORIGIN).unwrap(), db.clock.clone()).unwrap().into_handler()
}

fn url(server: &SmtpServer) -> String {
    format!("smtp://127.0.0.1:{}", server.port)
}

async fn send(db: &TestDb, mail: Mail) {
    db.store.enable_mail();
    db.store.send_mail(mail).await.unwrap();
}

async fn all_are(db: &TestDb, state: JobState) {
    eventually(state.label(), async || jobs(db).await.iter().all(|job| job.state == state)).await;
}

/// Waits until the one job has failed so many times.
async fn failed_times(db: &TestDb, times: u32) {
    eventually("the attempt fails", async || {
        let job = jobs(db).await.remove(0);
        job.attempts == times && job.state == JobState::Queued
    })
    .await;
}

on_both_databases! {
    async fn mail_arrives_as_it_was_written(db: TestDb) {
        let server = SmtpServer::start();
        let process = Process::start(&db, [mailer(&db, format!("smtp://crm:right@127.0.0.1:{}", server.port))], LIMITS).await;
        let names = [
            "Nguyễn Thị Hồng Đào",
            "Công ty \"Ánh Dương\", <Hà Nội>",
            "a\r\nBcc: everybody@evil.vn\r\n\r\nBuy",
            "\u{202e}live\u{202c}\u{200f} user",
            "x\0y; z=\\",
            "Tên rất dài lặp lại nhiều lần để tiêu đề phải gấp dòng, rồi còn dài hơn nữa, và vẫn chưa hết đâu nhé các bạn ơi",
        ];
        for name in names {
            send(&db, mail_to(name, "dao@người.vn")).await;
        }
        all_are(&db, JobState::Done).await;
        // The server's output is read a moment after its answer was.
        eventually("the mails are read", async || server.mails().len() >= names.len()).await;
        let mails = server.mails();
        let received: HashSet<&str> = mails.iter().map(|mail| mail["to"][0]["name"].as_str().unwrap()).collect();
        let expected = names.map(|name| name.replace(char::is_control, " "));
        assert_eq!(received, expected.iter().map(String::as_str).collect(), "nothing but control characters changes");
        for mail in &mails {
            assert_eq!(mail["to"].as_array().unwrap().len(), 1);
            assert_eq!(mail["to"][0]["address"], "dao@xn--ngi-28a9548a.vn");
            assert_eq!((&mail["from"]["name"], &mail["from"]["address"]), (&"Công ty Ánh Dương".into(), &"crm@example.com".into()));
            assert_eq!(mail["envelope"]["rcptTo"].as_array().unwrap().len(), 1, "nobody else gets it");
            assert_eq!(mail["subject"], SUBJECT);
            let link = format!("{ORIGIN}/reset-password?token={SECRET}");
            for part in ["text", "html"] {
                let text = mail[part].as_str().unwrap();
                assert!(text.contains("Chào bạn, đây là thư của MiniCRM.") && text.contains(&link), "{text}");
            }
            let headers: Vec<&str> = mail["headers"].as_array().unwrap().iter().map(|header| header["key"].as_str().unwrap()).collect();
            for header in ["date", "message-id", "auto-submitted", "mime-version"] {
                assert_eq!(headers.iter().filter(|key| **key == header).count(), 1, "{header} in {headers:?}");
            }
            assert!(!headers.contains(&"bcc"), "{headers:?}");
        }
        assert!(process.stop().await);
    }

    async fn a_mail_waits_for_a_server_that_refuses_it_or_is_gone(db: TestDb) {
        let mut server = SmtpServer::start();
        let port = server.port;
        let process = Process::start(&db, [mailer(&db, url(&server))], LIMITS).await;
        server.behave("refuse 451");
        send(&db, mail_to("Đức", "duc@example.com")).await;
        failed_times(&db, 1).await;
        assert!(jobs(&db).await[0].last_error.as_deref().unwrap().contains("Not this mail"));
        // What stands in the table meanwhile leads nowhere.
        let stored: Vec<String> = db.raw().await.column("SELECT CAST(payload AS text) || COALESCE(last_error, '') FROM jobs").await;
        assert!(!stored[0].contains(SECRET) && !stored[0].contains("duc@"), "{stored:?}");
        drop(server);

        db.clock.advance(retry_pause(1, None).unwrap());
        failed_times(&db, 2).await;
        let server = SmtpServer::start_at(port);
        db.clock.advance(retry_pause(2, None).unwrap());
        all_are(&db, JobState::Done).await;
        assert_eq!(server.mails().len(), 1);
        assert!(process.stop().await);
    }

    async fn a_permanent_refusal_is_not_repeated_and_a_wrong_password_is(db: TestDb) {
        let mut server = SmtpServer::start();
        let wrong = format!("smtp://crm:wrong@127.0.0.1:{}", server.port);
        let process = Process::start(&db, [mailer(&db, wrong)], LIMITS).await;
        send(&db, mail_to("Đức", "duc@example.com")).await;
        failed_times(&db, 1).await;
        let error = jobs(&db).await.remove(0).last_error.unwrap();
        assert!(error.contains("535") && !error.contains("wrong"), "{error}");
        assert!(process.stop().await);

        server.behave("refuse 550");
        let process = Process::start(&db, [mailer(&db, url(&server))], LIMITS).await;
        db.clock.advance(retry_pause(1, None).unwrap());
        all_are(&db, JobState::Failed).await;
        eventually("the server says what it refused", async || server.count("refused") > 0).await;
        assert_eq!((server.count("refused"), jobs(&db).await[0].attempts), (1, 2));
        assert!(process.stop().await);
    }

    /// D15: two processes, one of which crashes while the server makes it wait.
    async fn each_mail_is_sent_once_by_two_processes_of_which_one_crashes(db: TestDb) {
        let mut server = SmtpServer::start();
        server.behave("hold");
        let crashing = Process::start(&db, [mailer(&db, url(&server))], LIMITS).await;
        for number in 0..20 {
            send(&db, mail_to(&format!("No. {number}"), "duc@example.com")).await;
        }
        eventually("the first mails are begun", async || server.count("begun") == LIMITS.concurrency).await;
        crashing.crash().await;
        // Its tasks end a moment later: until then they would go on with what the server answers.
        eventually("its connections have ended", async || server.count("closed") == LIMITS.concurrency).await;
        assert_eq!(server.mails().len(), 0);
        server.behave("accept");
        let (one, other) = (Process::start(&db, [mailer(&db, url(&server))], LIMITS).await, Process::start(&db, [mailer(&db, url(&server))], LIMITS).await);
        // Sent and written down: whose result is not written down yet would be taken over, too.
        let done = async || jobs(&db).await.iter().filter(|job| job.state == JobState::Done).count();
        eventually("the others are done", async || done().await == 20 - LIMITS.concurrency).await;
        assert_eq!(server.mails().len(), 20 - LIMITS.concurrency);
        db.clock.advance(LIMITS.lease);
        all_are(&db, JobState::Done).await;
        let mails = server.mails();
        let distinct = |key: fn(&Value) -> &Value| mails.iter().map(|mail| key(mail).to_string()).collect::<HashSet<_>>().len();
        assert_eq!((mails.len(), distinct(|mail| &mail["to"][0]["name"]), distinct(|mail| &mail["messageId"])), (20, 20, 20));
        assert!(one.stop().await && other.stop().await);
    }

    async fn a_mail_whose_answer_was_lost_keeps_its_message_id(db: TestDb) {
        let mut server = SmtpServer::start();
        server.behave("drop");
        let process = Process::start(&db, [mailer(&db, url(&server))], LIMITS).await;
        send(&db, mail_to("Đức", "duc@example.com")).await;
        failed_times(&db, 1).await;
        server.behave("accept");
        db.clock.advance(retry_pause(1, None).unwrap());
        all_are(&db, JobState::Done).await;
        let ids: Vec<_> = server.mails().iter().map(|mail| mail["messageId"].clone()).collect();
        assert_eq!((ids.len(), &ids[0]), (2, &ids[1]), "receivers can tell that it is the same");
        assert!(process.stop().await);
    }

    async fn a_mail_that_nobody_takes_is_given_up(db: TestDb) {
        let mut server = SmtpServer::start();
        server.behave("refuse 421");
        let process = Process::start(&db, [mailer(&db, url(&server))], LIMITS).await;
        send(&db, mail_to("Đức", "duc@example.com")).await;
        for attempt in 1..MAX_ATTEMPTS {
            failed_times(&db, attempt).await;
            db.clock.advance(retry_pause(attempt, None).unwrap());
        }
        all_are(&db, JobState::Failed).await;
        assert_eq!(server.count("refused"), MAX_ATTEMPTS as usize);
        assert!(process.stop().await);

        // A mail that lay too long is not sent late.
        server.behave("accept");
        send(&db, mail_to("Đức", "duc@example.com")).await;
        db.clock.advance(TimeDelta::days(2));
        let process = Process::start(&db, [mailer(&db, url(&server))], LIMITS).await;
        all_are(&db, JobState::Failed).await;
        assert_eq!(server.mails().len(), 0);
        assert!(process.stop().await);
    }
}

#[tokio::test]
async fn the_program_sends_what_is_queued() {
    let (db, server, folder) = (TestDb::sqlite().await, SmtpServer::start(), TempDir::new().unwrap());
    send(&db, mail_to("Đức", "duc@example.com")).await;
    let url = url(&server);
    let file = folder.path().join("smtp");
    std::fs::write(&file, format!("{url}\n")).unwrap();
    // The seal of the test's clock has ended by the machine's: what counts is that the program reads its settings and has the handler.
    let variables = [("DATABASE_URL", db.url.as_str()), ("SMTP_URL_FILE", file.to_str().unwrap()), ("MAIL_FROM", "crm@example.com")];
    let serving = Serving::start(&folder, &variables, Stdio::null());
    let is_tried = async || jobs(&db).await.iter().any(|job| job.kind == "mail" && job.state == JobState::Failed);
    eventually("the mail is tried", is_tried).await;
    assert!(serving.stop().success());
    let listed = String::from_utf8(minicrm(&folder, &variables, &["jobs"]).output().unwrap().stdout).unwrap();
    assert!(listed.lines().any(|line| line.starts_with("mail ") && line.contains("too old")) && !listed.contains(SECRET), "{listed}");
}
