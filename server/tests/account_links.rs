//! New passwords and confirmed addresses by links, over HTTP and a real SMTP server (threats A2, A8, A14, C8, C13).

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use chrono::TimeDelta;
use common::{
    Answer, Browser, LIMITS, NEW_PASSWORD, Options, PASSWORD, Process, Serving, Site, SmtpServer, TestDb, eventually, minicrm, outbox, send,
};
use domain::account_links::LinkFault;
use regex::Regex;
use reqwest::Method;
use serde_json::{Value, json};
use server::{
    config::{BaseUrl, SmtpConfig},
    mail::Mailer,
};
use std::{fs, process::Stdio};
use store::job_handlers;
use tempfile::TempDir;

const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

/// A server with a worker that sends mail.
struct Install {
    site: Site,
    smtp: SmtpServer,
    worker: Process,
}

impl Install {
    async fn on(db: &TestDb) -> Self {
        Self::with(db, Options::default()).await
    }

    async fn with(db: &TestDb, options: Options) -> Self {
        let smtp = SmtpServer::start();
        let site = Site::with(db, options).await;
        let config = SmtpConfig::parse("SMTP_URL", &smtp_url(&smtp), Some("crm@example.com")).unwrap();
        let base_url = BaseUrl::parse(&format!("http://{}", site.address)).unwrap();
        let mailer = Mailer::new(&config, &base_url, db.clock.clone()).unwrap().into_handler();
        let handlers = job_handlers().into_iter().filter(|handler| handler.interval.is_none()).chain([mailer]);
        let worker = Process::start(db, handlers, LIMITS).await;
        worker.store.enable_mail();
        db.store.enable_mail();
        Self { site, smtp, worker }
    }

    /// The mails to an address with this subject, as soon as there are so many.
    async fn mails(&self, to: &str, subject: &str, count: usize) -> Vec<Value> {
        let found = || -> Vec<Value> {
            let mails = self.smtp.mails().into_iter();
            mails.filter(|mail| mail["to"][0]["address"] == to && mail["subject"] == subject).collect()
        };
        eventually(&format!("{count} of {subject:?} to {to}"), async || found().len() >= count).await;
        assert_eq!(found().len(), count);
        found()
    }

    /// The path of the link in the newest of so many mails.
    async fn link(&self, to: &str, subject: &str, count: usize) -> String {
        let mail = self.mails(to, subject, count).await.pop().unwrap();
        let text = mail["text"].as_str().unwrap();
        let origin = format!("http://{}/", self.site.address);
        let link = text.split_whitespace().find(|word| word.starts_with(&origin) && word.contains("?token=")).unwrap();
        assert!(mail["html"].as_str().unwrap().contains(link));
        link[origin.len() - 1..].to_owned()
    }

    async fn stop(self) {
        assert!(self.worker.stop().await);
    }
}

fn smtp_url(smtp: &SmtpServer) -> String {
    format!("smtp://127.0.0.1:{}", smtp.port)
}

/// The token of a link's path.
fn token(link: &str) -> &str {
    link.split_once("?token=").unwrap().1
}

async fn ask(browser: &Browser, email: &str) -> Answer {
    browser.post("/forgot-password", &[("email", email)]).await
}

async fn reset(browser: &Browser, link: &str, password: &str) -> Answer {
    browser.post("/reset-password", &[("token", token(link)), ("password", password), ("password_confirmation", password)]).await
}

async fn sign_in(browser: &Browser, email: &str, password: &str) -> Answer {
    browser.post("/login", &[("email", email), ("password", password), ("next", "")]).await
}

async fn is_in(browser: &Browser) -> bool {
    browser.get("/companies").await.status == 200
}

async fn all_jobs_are_done(db: &TestDb) {
    eventually("all jobs are done", async || db.store.list_jobs(store::JobsShown::Unfinished).await.unwrap().is_empty()).await;
}

on_both_databases! {
    async fn a_forgotten_password_is_chosen_anew_by_a_link_that_scanners_open_and_that_works_once(db: TestDb) {
        let install = Install::on(&db).await;
        let signed_in = install.site.registered("hung").await;
        let browser = install.site.browser();
        assert!(browser.get("/login").await.body.contains("href=\"/forgot-password\""));
        let refused = ask(&browser, "hung").await;
        assert!(refused.status == 422 && refused.body.contains("Write an address such as name@example.com") && refused.body.contains("value=\"hung\""), "{}", refused.body);
        let sent = ask(&browser, "Hung@example.com").await;
        assert_eq!((sent.status, sent.location(), sent.session_token()), (303, Some("/forgot-password/sent"), None));
        let link = install.link("hung@example.com", "Choose a new password", 1).await;
        assert!(link.starts_with("/reset-password?token="), "{link}");

        for method in [Method::GET, Method::HEAD, Method::GET] {
            let page = send(browser.request(method, &link)).await;
            assert_eq!((page.status, page.header("referrer-policy"), page.header("cache-control")), (200, Some("strict-origin"), Some("no-store")));
            assert_eq!(page.session_token(), None);
        }
        let page = browser.get(&link).await.body;
        assert!(page.contains("hung@example.com") && page.contains("New password again"), "{page}");
        let easy = reset(&browser, &link, "password1").await;
        assert!(easy.status == 422 && easy.body.contains("guess") && easy.body.contains(token(&link)), "{}", easy.body);
        assert_eq!((easy.header("referrer-policy"), easy.session_token()), (Some("strict-origin"), None));
        assert!(!easy.body.contains("value=\"password1\"") && is_in(&signed_in).await);

        let done = reset(&browser, &link, NEW_PASSWORD).await;
        assert_eq!((done.status, done.location(), done.session_token()), (303, Some("/reset-password/done"), None));
        assert!(browser.follow("/reset-password/done").await.body.contains("Sign in with the new password"));
        assert!(!is_in(&signed_in).await, "every browser is signed out");
        install.mails("hung@example.com", "Your password was changed", 1).await;
        for answer in [browser.get(&link).await, reset(&browser, &link, NEW_PASSWORD).await] {
            assert!(answer.body.contains(LinkFault::Used.sentence()) && answer.body.contains("href=\"/forgot-password\""), "{}", answer.body);
        }
        assert_eq!(reset(&browser, &link, "another unusual phrase").await.status, 422);
        assert_eq!(sign_in(&browser, "hung@example.com", PASSWORD).await.status, 422);
        assert_eq!(sign_in(&browser, "hung@example.com", NEW_PASSWORD).await.status, 303);
        assert!(browser.get("/settings/email").await.body.contains(">Confirmed<"), "the mail proved the address");
        assert_eq!(db.raw().await.number("SELECT count(*) FROM sessions WHERE user_id IS NULL").await, 0);
        install.stop().await;
    }

    async fn a_script_does_the_same_as_the_forms(db: TestDb) {
        let install = Install::on(&db).await;
        install.site.registered("hung").await;
        let browser = install.site.browser();
        let outcome = browser.call("/fn/forgot-password", &json!({ "form": { "email": "hung@example.com" } })).await;
        assert_eq!((outcome.status, outcome.session_token()), (200, None), "{}", outcome.body);
        let link = install.link("hung@example.com", "Choose a new password", 1).await;
        let form = json!({ "form": { "token": token(&link), "password": NEW_PASSWORD, "password_confirmation": NEW_PASSWORD } });
        assert_eq!(browser.call("/fn/reset-password", &form).await.status, 200);
        let again = browser.call("/fn/reset-password", &form).await;
        assert!(again.status == 422 && again.body.contains(LinkFault::Used.sentence()), "{}", again.body);
        let confirm = install.link("hung@example.com", "Confirm your address", 1).await;
        let replaced = browser.call("/fn/confirm-email", &json!({ "form": { "token": token(&confirm) } })).await;
        assert!(replaced.status == 422 && replaced.body.contains(LinkFault::Replaced.sentence()), "{}", replaced.body);
        install.stop().await;
    }

    /// A2: the bytes. `account_links_timing.rs` has the time.
    async fn an_unknown_address_gets_the_same_bytes_and_no_mail(db: TestDb) {
        let install = Install::on(&db).await;
        install.site.registered("hung").await;
        let mut answers = Vec::new();
        for email in ["hung@example.com", "nobody@example.com"] {
            let browser = install.site.browser();
            let sent = ask(&browser, email).await;
            let page = browser.get(sent.location().unwrap()).await;
            let called = browser.call("/fn/forgot-password", &json!({ "form": { "email": email } })).await;
            answers.push([sent.lasting(), page.lasting(), called.lasting()]);
        }
        assert_eq!(answers[0], answers[1]);
        install.mails("hung@example.com", "Choose a new password", 2).await;
        all_jobs_are_done(&db).await;
        assert!(install.smtp.mails().iter().all(|mail| mail["to"][0]["address"] == "hung@example.com"));
        install.stop().await;
    }

    async fn a_link_of_another_user_is_refused_in_words_and_ones_own_signs_out(db: TestDb) {
        let install = Install::on(&db).await;
        let (hung, lan) = (install.site.registered("hung").await, install.site.registered("lan").await);
        assert_eq!(ask(&hung, "hung@example.com").await.location(), Some("/forgot-password/sent"), "signed in, too");
        let reset_link = install.link("hung@example.com", "Choose a new password", 1).await;
        let confirm_link = install.link("hung@example.com", "Confirm your address", 1).await;
        for link in [&reset_link, &confirm_link] {
            let page = lan.get(link).await;
            assert!(page.body.contains(LinkFault::OtherUser.sentence()) && page.body.contains("Sign out"), "{}", page.body);
            assert!(!page.body.contains("hung@example.com"), "{}", page.body);
        }
        for answer in [reset(&lan, &reset_link, NEW_PASSWORD).await, lan.post("/confirm-email", &[("token", token(&confirm_link))]).await] {
            assert!(answer.status == 422 && answer.body.contains(LinkFault::OtherUser.sentence()), "{}", answer.body);
        }
        let stored: Vec<String> = db.raw().await.column("SELECT CAST(data AS text) FROM sessions").await;
        assert!(stored.iter().all(|data| !data.contains(token(&reset_link))), "no session keeps a token");
        assert!(is_in(&hung).await && is_in(&lan).await);
        let done = reset(&hung, &reset_link, NEW_PASSWORD).await;
        assert_eq!((done.status, done.location()), (303, Some("/reset-password/done")));
        assert!(!is_in(&hung).await && is_in(&lan).await);
        assert_eq!(sign_in(&hung, "hung@example.com", NEW_PASSWORD).await.status, 303);
        install.stop().await;
    }

    async fn links_that_are_late_replaced_or_made_up_say_so(db: TestDb) {
        let install = Install::on(&db).await;
        install.site.registered("hung").await;
        let browser = install.site.browser();
        let says = async |link: &str, fault: LinkFault| {
            let (page, posted) = (browser.get(link).await, reset(&browser, link, NEW_PASSWORD).await);
            assert_eq!((page.status, posted.status), (200, 422));
            for answer in [page, posted] {
                assert!(answer.body.contains(fault.sentence()) && answer.body.contains("Ask for a new link"), "{link}: {}", answer.body);
            }
        };
        ask(&browser, "hung@example.com").await;
        let first = install.link("hung@example.com", "Choose a new password", 1).await;
        ask(&browser, "hung@example.com").await;
        let second = install.link("hung@example.com", "Choose a new password", 2).await;
        says(&first, LinkFault::Replaced).await;
        db.clock.advance(TimeDelta::minutes(60));
        says(&second, LinkFault::Expired).await;
        for made_up in ["/reset-password?token=", &format!("/reset-password?token={}", "a5".repeat(16)), "/reset-password?token=%3Cscript%3E"] {
            says(made_up, LinkFault::Unknown).await;
        }
        assert_eq!(browser.get("/reset-password").await.status, 200);
        assert_eq!(sign_in(&browser, "hung@example.com", PASSWORD).await.status, 303);
        install.stop().await;
    }

    /// C8: links lead to the public address, whatever a client calls the server.
    async fn a_forged_host_is_never_echoed(db: TestDb) {
        let install = Install::on(&db).await;
        install.site.registered("hung").await;
        let browser = install.site.browser();
        for (name, value) in [("host", "evil.example"), ("x-forwarded-host", "evil.example"), ("forwarded", "host=evil.example")] {
            let request = browser.request(Method::POST, "/forgot-password").header("sec-fetch-site", "same-origin").header(name, value);
            let answer = send(request.form(&[("email", "hung@example.com")])).await;
            assert_eq!((answer.status, answer.location()), (303, Some("/forgot-password/sent")));
            assert!(!send(browser.request(Method::GET, "/forgot-password").header(name, value)).await.body.contains("evil.example"));
        }
        install.mails("hung@example.com", "Choose a new password", 3).await;
        assert!(install.smtp.mails().iter().all(|mail| !mail["source"].as_str().unwrap().contains("evil.example")));
        install.stop().await;
    }

    async fn a_registration_is_confirmed_signed_in_or_out(db: TestDb) {
        let install = Install::on(&db).await;
        let hung = install.site.registered("hung").await;
        let settings = hung.get("/settings/email").await.body;
        assert!(settings.contains("Not confirmed") && settings.contains("Send the link again"), "{settings}");
        assert!(hung.get("/settings/profile").await.body.contains("Not confirmed"));
        let first = install.link("hung@example.com", "Confirm your address", 1).await;
        let sent = hung.post("/settings/email/send-link", &[]).await;
        assert_eq!((sent.status, sent.location()), (303, Some("/settings/email")));
        let second = install.link("hung@example.com", "Confirm your address", 2).await;
        assert!(hung.get(&first).await.body.contains(LinkFault::Replaced.sentence()));
        let page = hung.get(&second).await;
        assert!(page.body.contains("Confirm address") && page.header("referrer-policy") == Some("strict-origin"), "{}", page.body);
        assert!(hung.get("/settings/email").await.body.contains("Not confirmed"), "opening it changes nothing");
        let confirmed = hung.post("/confirm-email", &[("token", token(&second))]).await;
        assert_eq!((confirmed.status, confirmed.location()), (303, Some("/settings/email")));
        let settings = hung.get("/settings/email").await.body;
        assert!(settings.contains("Your address is confirmed") && !settings.contains("Not confirmed") && !settings.contains("Send the link"), "{settings}");

        install.site.registered("lan").await;
        let link = install.link("lan@example.com", "Confirm your address", 1).await;
        let elsewhere = install.site.browser();
        let confirmed = elsewhere.post("/confirm-email", &[("token", token(&link))]).await;
        assert_eq!((confirmed.status, confirmed.location(), confirmed.session_token()), (303, Some("/confirm-email/done"), None));
        assert!(elsewhere.get("/confirm-email/done").await.body.contains("Your address is confirmed"));
        let again = elsewhere.post("/confirm-email", &[("token", token(&link))]).await;
        assert!(again.status == 422 && again.body.contains(LinkFault::Used.sentence()), "{}", again.body);
        install.stop().await;
    }

    async fn a_new_address_is_confirmed_there_and_told_at_the_old_one(db: TestDb) {
        let install = Install::on(&db).await;
        let here = install.site.registered("hung").await;
        let there = install.site.browser();
        assert_eq!(sign_in(&there, "hung@example.com", PASSWORD).await.status, 303);
        let change = async |email: &str, password: &str| here.post("/settings/email", &[("email", email), ("password_current", password)]).await;
        let refused = change("new@example.com", "wrong").await;
        assert_eq!((refused.status, refused.location()), (303, Some("/settings/email")));
        let page = here.get("/settings/email").await.body;
        assert!(page.contains("This is not your current password") && page.contains("value=\"new@example.com\"") && !page.contains("value=\"wrong\""), "{page}");

        change("new@example.com", PASSWORD).await;
        assert!(here.get("/settings/email").await.body.contains("Waiting for confirmation"));
        let told = install.mails("hung@example.com", "A change of your address was asked for", 1).await;
        assert!(told[0]["text"].as_str().unwrap().contains("new@example.com"));
        let link = install.link("new@example.com", "Confirm your new address", 1).await;
        let done = here.post("/confirm-email", &[("token", token(&link))]).await;
        assert_eq!((done.status, done.location()), (303, Some("/settings/email")));
        let page = here.get("/settings/email").await.body;
        assert!(page.contains("new@example.com") && page.contains(">Confirmed<"), "this browser goes on: {page}");
        assert!(!is_in(&there).await, "the other one does not");
        install.mails("hung@example.com", "Your address was changed", 1).await;
        assert_eq!(sign_in(&there, "hung@example.com", PASSWORD).await.status, 422);
        assert_eq!(sign_in(&there, "new@example.com", PASSWORD).await.status, 303);
        install.stop().await;
    }

    async fn a_taken_address_gets_the_same_bytes_as_a_free_one(db: TestDb) {
        let install = Install::on(&db).await;
        let hung = install.site.registered("hung").await;
        install.site.registered("lan").await;
        let nonce = Regex::new("nonce=\"[0-9a-f]+\"").unwrap();
        let mut answers = Vec::new();
        for email in ["free@example.com", "lan@example.com"] {
            let answer = hung.post("/settings/email", &[("email", email), ("password_current", PASSWORD)]).await;
            let page = hung.get("/settings/email").await.lasting();
            let page = (page.0, nonce.replace_all(&page.2.replace(email, "…"), "").into_owned());
            answers.push((answer.lasting(), page));
        }
        assert_eq!(answers[0], answers[1]);
        install.mails("lan@example.com", "You already have an account", 1).await;
        install.stop().await;
    }

    async fn without_mail_an_address_changes_at_once(db: TestDb) {
        let site = Site::on(&db).await;
        let (here, there) = (site.registered("hung").await, site.browser());
        site.registered("lan").await;
        assert_eq!(sign_in(&there, "hung@example.com", PASSWORD).await.status, 303);
        let page = here.get("/settings/email").await.body;
        assert!(page.contains("This server sends no mail") && !page.contains("Send the link"), "{page}");
        here.post("/settings/email", &[("email", "lan@example.com"), ("password_current", PASSWORD)]).await;
        assert!(here.get("/settings/email").await.body.contains("There is already an account with this address"));
        assert_eq!(here.post("/settings/email", &[("email", "new@example.com"), ("password_current", PASSWORD)]).await.status, 303);
        let page = here.get("/settings/email").await.body;
        assert!(page.contains("Your address was changed") && page.contains("Not confirmed"), "{page}");
        assert!(is_in(&here).await && !is_in(&there).await);
        assert_eq!(sign_in(&there, "new@example.com", PASSWORD).await.status, 303);
    }

    async fn a_new_device_is_told_by_mail_in_words(db: TestDb) {
        let install = Install::on(&db).await;
        let known = install.site.registered("hung").await;
        let request = install.site.browser().request(Method::POST, "/login").header("sec-fetch-site", "same-origin").header("user-agent", CHROME);
        assert_eq!(send(request.form(&[("email", "hung@example.com"), ("password", PASSWORD), ("next", "")])).await.status, 303);
        let mail = install.mails("hung@example.com", "Your account was signed in to from a new device", 1).await.remove(0);
        let text = mail["text"].as_str().unwrap();
        assert!(text.contains("Device: Chrome on Windows\nAddress: 127.0.0.1\n") && text.contains("(UTC+07:00)"), "{text}");
        known.post("/logout", &[]).await;
        assert_eq!(sign_in(&known, "hung@example.com", PASSWORD).await.status, 303);
        all_jobs_are_done(&db).await;
        install.mails("hung@example.com", "Your account was signed in to from a new device", 1).await;
        install.stop().await;
    }

    async fn registrations_past_the_limit_are_told_when_to_try_again(db: TestDb) {
        let site = Site::with(&db, Options { trusted_proxies: &["127.0.0.0/8"], ..Options::default() }).await;
        let register = async |n: usize, address: &str, path: &str| {
            let request = site.browser().request(Method::POST, path).header("sec-fetch-site", "same-origin").header("x-forwarded-for", address);
            let email = format!("user{n}@example.com");
            let form = [("name", "U"), ("email", email.as_str()), ("password", PASSWORD), ("password_confirmation", PASSWORD), ("next", "")];
            if path == "/register" {
                return send(request.form(&form)).await;
            }
            let fields: serde_json::Map<String, Value> = form.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
            send(request.header("content-type", "application/json").body(json!({ "form": fields }).to_string())).await
        };
        for n in 0..20 {
            assert_eq!(register(n, "203.0.113.1", "/register").await.status, 303);
        }
        for path in ["/register", "/fn/register"] {
            let refused = register(20, "203.0.113.1", path).await;
            assert_eq!((refused.status, refused.header("retry-after")), (429, Some("3600")), "{path}");
            assert!(refused.body.contains("Many accounts were created") && refused.body.contains("Try again in 60 minutes"), "{}", refused.body);
        }
        assert!(register(20, "203.0.113.1", "/register").await.body.contains("value=\"user20@example.com\""), "what was typed stays");
        assert_eq!(register(21, "203.0.113.2", "/register").await.status, 303);
    }

    /// A5, C10, D15: two programs share the limit, and each mail is sent once.
    async fn two_processes_share_the_limit_of_links_and_send_each_mail_once(db: TestDb) {
        let (smtp, folder) = (SmtpServer::start(), TempDir::new().unwrap());
        let url = smtp_url(&smtp);
        let variables = [("DATABASE_URL", db.url.as_str()), ("SMTP_URL", url.as_str()), ("MAIL_FROM", "crm@example.com"), ("RUST_LOG", "warn")];
        let servers = [Serving::start(&folder, &variables, Stdio::null()), Serving::start(&folder, &variables, Stdio::null())];
        let browsers = [Browser::new(servers[0].url.clone()), Browser::new(servers[1].url.clone())];
        let fields = [("name", "Phạm Minh Hưng"), ("email", "hung@example.com"), ("password", PASSWORD), ("password_confirmation", PASSWORD), ("next", "")];
        assert_eq!(browsers[0].post("/register", &fields).await.status, 303);
        let anonymous = [Browser::new(servers[0].url.clone()), Browser::new(servers[1].url.clone())];
        for email in ["hung@example.com", "nobody@example.com"] {
            for n in 0..5 {
                assert_eq!(ask(&anonymous[n % 2], email).await.status, 303);
            }
            for browser in &anonymous {
                let refused = ask(browser, email).await;
                let wait: u32 = refused.header("retry-after").unwrap().parse().unwrap();
                assert!(refused.status == 429 && (3_500..=3_600).contains(&wait), "{} {wait}", refused.status);
                assert!(refused.body.contains("Many links were asked for") && refused.body.contains(&format!("value=\"{email}\"")), "{}", refused.body);
            }
        }
        eventually("the mails are sent", async || smtp.mails().len() >= 6).await;
        for server in servers {
            assert!(server.stop().success());
        }
        let subjects: Vec<String> = smtp.mails().iter().map(|mail| mail["subject"].as_str().unwrap().to_owned()).collect();
        assert_eq!((subjects.len(), subjects.iter().filter(|subject| *subject == "Choose a new password").count()), (6, 5), "{subjects:?}");
        assert!(smtp.mails().iter().all(|mail| mail["to"][0]["name"] == "Phạm Minh Hưng"));
    }

    async fn an_administrator_makes_a_link_and_the_user_is_told(db: TestDb) {
        db.register("hung").await;
        let folder = TempDir::new().unwrap();
        let log = folder.path().join("log");
        let variables = [("DATABASE_URL", db.url.as_str()), ("RUST_LOG", "trace")];
        let serving = Serving::start(&folder, &variables, fs::File::create(&log).unwrap().into());
        let browser = Browser::new(serving.url.clone());
        let page = browser.get("/forgot-password").await.body;
        assert!(page.contains("This server sends no mail") && page.contains("administrator") && !page.contains("<form"), "{page}");
        let refused = ask(&browser, "hung@example.com").await;
        assert!(refused.status == 422 && refused.body.contains("This server sends no mail"), "{}", refused.body);

        let run = |email: &str| minicrm(&folder, &[("DATABASE_URL", db.url.as_str()), ("BASE_URL", "https://crm.example.com"), ("RUST_LOG", "error")], &["user", "reset-password", email]).output().unwrap();
        let unknown = run("nobody@example.com");
        assert!(unknown.status.code() == Some(1) && String::from_utf8(unknown.stderr).unwrap().contains("no account has the address"));
        let printed = String::from_utf8(run("HUNG@example.com").stdout).unwrap();
        let link = printed.split_whitespace().find_map(|word| word.strip_prefix("https://crm.example.com")).unwrap().to_owned();
        assert!(browser.get(&link).await.body.contains("New password again"));
        assert_eq!(reset(&browser, &link, NEW_PASSWORD).await.location(), Some("/reset-password/done"));
        assert_eq!(sign_in(&browser, "hung@example.com", NEW_PASSWORD).await.status, 303);
        let told = "An administrator made a link by which a new password could be chosen";
        assert!(browser.get("/companies").await.body.contains(told));
        assert!(!browser.get("/companies").await.body.contains(told), "once");
        browser.post("/logout", &[]).await;
        assert_eq!(sign_in(&browser, "hung@example.com", NEW_PASSWORD).await.status, 303);
        assert!(!browser.get("/companies").await.body.contains(told));
        assert!(serving.stop().success());
        // C13
        let logged = fs::read_to_string(&log).unwrap();
        assert!(logged.contains("/reset-password"));
        for secret in [token(&link), NEW_PASSWORD] {
            assert!(!logged.contains(secret), "{:?}", logged.lines().find(|line| line.contains(secret)));
        }
        let made = "SELECT count(*) FROM audit_log WHERE action = 'make-reset-link' AND actor_id IS NULL";
        assert_eq!(db.raw().await.number(made).await, 1);
        assert!(outbox::deliver(&db).await.is_empty(), "no mail is enqueued");
    }
}
