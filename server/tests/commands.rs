//! The program as an operator meets it: its commands, and one line for each thing that is wrong.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use common::{Browser, Serving, TestDb, minicrm};
use std::{
    net::TcpListener,
    process::{Output, Stdio},
};
use tempfile::TempDir;

fn run(folder: &TempDir, variables: &[(&str, &str)], arguments: &[&str]) -> Output {
    minicrm(folder, variables, arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The word after `label` in what a command printed.
fn after<'a>(printed: &'a str, label: &str) -> &'a str {
    printed.split(label).nth(1).unwrap_or_else(|| panic!("no {label} in {printed}")).split_whitespace().next().unwrap()
}

#[test]
fn its_help_says_what_there_is() {
    let folder = TempDir::new().unwrap();
    for arguments in [&["--help"], &["help"]] {
        let output = run(&folder, &[], arguments);
        let printed = text(&output.stdout);
        assert!(output.status.success(), "{arguments:?}");
        for word in ["serve", "migrate", "seed", "DATABASE_URL", "BASE_URL", "TRUSTED_PROXIES"] {
            assert!(printed.contains(word), "{word} in {printed}");
        }
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "and makes nothing");
}

#[test]
fn without_a_command_it_serves() {
    let folder = TempDir::new().unwrap();
    let mut command = minicrm(&folder, &[("RUST_LOG", "error")], &[]);
    command.stderr(Stdio::inherit());
    assert!(Serving::from_command(command).stop().success());
}

#[test]
fn a_wrong_value_is_one_line_and_exit_code_2() {
    let folder = TempDir::new().unwrap();
    for (name, value) in [
        ("DATABASE_URL", "mysql://root:hunter2@db/x"),
        ("LISTEN_ADDR", "localhost"),
        ("BASE_URL", "crm.example.com"),
        ("TRUSTED_PROXIES", "proxy"),
        ("REGISTRATION", "maybe"),
        ("SITE_ROOT", "/no/such/folder"),
        ("DATA_DIR", "/proc/no"),
        ("SESSION_DAYS", "0"),
        ("SESSION_DAYS", "91"),
        ("SESSION_MAX_DAYS", "for ever"),
        ("SECRET_KEY", "hunter2"),
        ("SECRET_KEY_FILE", "/no/such/file"),
        ("SMTP_URL", "mail:hunter2"),
        ("SMTP_URL_FILE", "/no/such/file"),
        ("RUST_LOG", "server=loud"),
    ] {
        let output = run(&folder, &[(name, value)], &["serve"]);
        let printed = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{name}: {printed}");
        assert_eq!(printed.lines().count(), 1, "{printed}");
        assert!(
            printed.starts_with(&format!("minicrm: {name}: ")) && !printed.contains("hunter2") && !printed.contains("panicked"),
            "{printed}"
        );
    }
}

#[test]
fn a_database_that_does_not_answer_is_one_line() {
    let folder = TempDir::new().unwrap();
    // A port that nobody listens on.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("postgres://crm:hunter2@127.0.0.1:{port}/crm");
    for command in ["serve", "migrate"] {
        let output = run(&folder, &[("DATABASE_URL", url.as_str()), ("RUST_LOG", "error")], &[command]);
        let printed = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{printed}");
        assert!(
            printed.lines().count() == 1 && printed.starts_with("minicrm: DATABASE_URL: ") && !printed.contains("hunter2"),
            "{printed}"
        );
    }
}

#[tokio::test]
async fn demo_data_is_made_once_and_its_sign_in_works() {
    for db in [TestDb::blank_sqlite().await, TestDb::blank_postgres().await] {
        let folder = TempDir::new().unwrap();
        let variables = [("DATABASE_URL", db.url.as_str()), ("LISTEN_ADDR", "127.0.0.1:0")];
        let output = run(&folder, &variables, &["seed", "--demo"]);
        let printed = text(&output.stdout);
        assert!(output.status.success(), "{}", text(&output.stderr));
        let (email, password) = (after(&printed, "Email").to_owned(), after(&printed, "Password").to_owned());
        assert!(password.len() >= 20, "{printed}");

        let again = run(&folder, &variables, &["seed", "--demo"]);
        let refused = text(&again.stderr);
        assert!(again.status.code() == Some(1) && refused.contains("already"), "{refused}");
        assert_eq!(refused.lines().filter(|line| line.starts_with("minicrm: ")).count(), 1, "{refused}");

        let serving = Serving::start(&folder, &[("DATABASE_URL", &db.url)], Stdio::null());
        let browser = Browser::new(serving.url.clone());
        let answer = browser.post("/login", &[("email", &email), ("password", &password), ("next", "")]).await;
        assert_eq!((answer.status, answer.location()), (303, Some("/")));
        assert_eq!(browser.follow("/").await.status, 200);

        assert!(serving.stop().success(), "told to stop, it ends well");
    }
}

#[tokio::test]
async fn the_log_never_holds_a_secret() {
    let db = TestDb::blank_sqlite().await;
    let folder = TempDir::new().unwrap();
    let log = folder.path().join("log");
    let serving = Serving::start(&folder, &[("DATABASE_URL", &db.url), ("RUST_LOG", "trace")], std::fs::File::create(&log).unwrap().into());
    let browser = Browser::new(serving.url.clone());
    let fields = [
        ("name", "Hung"),
        ("email", "hung@example.com"),
        ("password", "a secret of mine"),
        ("password_confirmation", "a secret of mine"),
        ("next", ""),
    ];
    let mut tokens = vec![browser.post("/register", &fields).await.session_token().unwrap()];
    assert_eq!(browser.get("/companies?q=whispered").await.status, 200);
    browser.post("/companies/new", &[("name", "")]).await;
    browser.post("/logout", &[]).await;
    for password in ["a wrong secret", "a secret of mine"] {
        tokens.extend(browser.post("/login", &[("email", "hung@example.com"), ("password", password), ("next", "")]).await.session_token());
    }
    assert_eq!(tokens.len(), 2, "a refused sign-in has no session");
    assert!(serving.stop().success());

    let logged = std::fs::read_to_string(&log).unwrap();
    assert!(logged.contains("answered") && logged.contains("/companies"), "{logged}");
    let raw = db.raw().await;
    let hashes: Vec<String> = raw.column("SELECT password_hash FROM users").await;
    let secrets = tokens.iter().chain(&hashes).map(String::as_str).chain([
        "a secret of mine",
        "a wrong secret",
        "a+secret",
        "a+wrong",
        "$argon2",
        "whispered",
    ]);
    for secret in secrets {
        assert!(!logged.contains(secret), "{secret}: {:?}", logged.lines().find(|line| line.contains(secret)));
    }
}

#[tokio::test]
async fn a_password_of_ones_own_is_taken_if_it_is_long_enough() {
    let db = TestDb::blank_sqlite().await;
    let folder = TempDir::new().unwrap();
    let short = run(&folder, &[("DATABASE_URL", db.url.as_str())], &["seed", "--demo", "--password", "short"]);
    assert_eq!(short.status.code(), Some(2), "{}", text(&short.stderr));
    assert!(text(&short.stderr).contains("at least 8 characters"));
    let taken = run(&folder, &[("DATABASE_URL", db.url.as_str())], &["seed", "--demo", "--password", "my own long password"]);
    assert!(taken.status.success() && text(&taken.stdout).contains("my own long password"));
}

#[tokio::test]
async fn the_demo_is_in_the_language_that_is_asked_for() {
    for (language, company, people) in [("vi", "Bệnh viện Tâm Đức", "Lưu Thị Tâm"), ("en", "Acme Corp", "John Doe")] {
        let db = TestDb::blank_sqlite().await;
        let folder = TempDir::new().unwrap();
        let output = run(&folder, &[("DATABASE_URL", db.url.as_str())], &["seed", "--demo", "--lang", language]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        let raw = db.raw().await;
        assert!(raw.column::<String>("SELECT name FROM companies").await.contains(&company.to_owned()));
        assert!(raw.column::<String>("SELECT name FROM contacts").await.contains(&people.to_owned()));
        assert_eq!(raw.number("SELECT count(*) FROM workspaces WHERE has_demo_data").await, 1);
    }
    let folder = TempDir::new().unwrap();
    let wrong = run(&folder, &[], &["seed", "--demo", "--lang", "fr"]);
    assert!(wrong.status.code() == Some(2) && text(&wrong.stderr).contains("vi or en"), "{}", text(&wrong.stderr));
}

#[tokio::test]
async fn the_secret_key_is_rotated_unless_it_is_configured() {
    for db in [TestDb::blank_sqlite().await, TestDb::blank_postgres().await] {
        let folder = TempDir::new().unwrap();
        let url = ("DATABASE_URL", db.url.as_str());
        for keys in 2..=3 {
            let output = run(&folder, &[url], &["rotate-secret"]);
            assert!(output.status.success() && text(&output.stdout).contains("24 hours"), "{}", text(&output.stderr));
            assert_eq!(db.raw().await.number("SELECT count(*) FROM secret_keys").await, keys);
        }
        let configured = run(&folder, &[url, ("SECRET_KEY", "a secret of more than 32 characters")], &["rotate-secret"]);
        let printed = text(&configured.stderr);
        assert_eq!(configured.status.code(), Some(1));
        assert!(printed.contains("minicrm: SECRET_KEY or SECRET_KEY_FILE is set") && !printed.contains("a secret of"), "{printed}");
    }
}

#[tokio::test]
async fn migrating_twice_is_fine() {
    for db in [TestDb::blank_sqlite().await, TestDb::blank_postgres().await] {
        let folder = TempDir::new().unwrap();
        for _ in 0..2 {
            let output = run(&folder, &[("DATABASE_URL", db.url.as_str())], &["migrate"]);
            assert!(output.status.success(), "{}", text(&output.stderr));
        }
        assert!(db.store.is_ready().await);
    }
}

#[tokio::test]
async fn migrating_names_accounts_that_sign_in_by_one_spelling_only() {
    for db in [TestDb::sqlite().await, TestDb::postgres().await] {
        for (name, address, key) in [("old", "Ａn@x.vn", ":ａn@x.vn"), ("new", "An@x.vn", "an@x.vn")] {
            db.register(name).await;
            let statement = format!("UPDATE users SET email = '{address}', email_key = '{key}' WHERE email = '{name}@example.com'");
            db.raw().await.run(&statement).await.unwrap();
        }
        let folder = TempDir::new().unwrap();
        let output = run(&folder, &[("DATABASE_URL", db.url.as_str())], &["migrate"]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        let printed = text(&output.stdout);
        assert!(printed.lines().last().unwrap().ends_with("sign in only by their own spelling: Ａn@x.vn"), "{printed}");
    }
}

#[test]
fn a_taken_address_is_one_line() {
    let folder = TempDir::new().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = run(&folder, &[("LISTEN_ADDR", address.as_str()), ("RUST_LOG", "error")], &["serve"]);
    let printed = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{printed}");
    assert!(printed.starts_with("minicrm: LISTEN_ADDR: ") && printed.lines().count() == 1, "{printed}");
    assert!(folder.path().join("data/minicrm.db").exists(), "the usual database is made under ./data");
}

on_both_databases! {
    async fn an_admin_is_created_while_registration_is_closed_and_their_sessions_are_ended(db: TestDb) {
        db.register("first").await;
        let folder = TempDir::new().unwrap();
        let variables = [("DATABASE_URL", db.url.as_str()), ("REGISTRATION", "closed"), ("RUST_LOG", "error")];
        let create = |more: &[&str]| run(&folder, &variables, &[&["user", "create-admin", "Boss@example.com"], more].concat());
        let refused = |output: Output, part: &str| {
            let printed = text(&output.stderr);
            assert!(output.status.code() == Some(1) && printed.lines().count() == 1 && printed.contains(part), "{printed}");
        };
        refused(create(&["--password", "password1"]), "guess");
        refused(create(&["--password", "short"]), "8");
        refused(run(&folder, &variables, &["user", "create-admin", "boss"]), "name@example.com");
        let printed = text(&create(&["--name", "Nguyễn Văn Đức"]).stdout);
        let password = after(&printed, "Password").to_owned();
        refused(create(&[]), "already");
        let admins: Vec<String> = db.raw().await.column("SELECT name FROM users WHERE is_platform_admin ORDER BY created_at, name").await;
        assert_eq!(admins, ["first", "Nguyễn Văn Đức"]);

        let serving = Serving::start(&folder, &variables, Stdio::null());
        let browser = Browser::new(serving.url.clone());
        let answer = browser.post("/login", &[("email", "boss@example.com"), ("password", &password), ("next", "")]).await;
        assert_eq!((answer.status, answer.location()), (303, Some("/")));
        assert_eq!(browser.get("/companies").await.status, 200);
        refused(run(&folder, &variables, &["user", "end-sessions", "nobody@example.com"]), "no account");
        let ended = run(&folder, &variables, &["user", "end-sessions", "BOSS@example.com"]);
        assert_eq!(text(&ended.stdout), "Sessions that were ended: 1\n", "{}", text(&ended.stderr));
        assert_eq!(browser.get("/companies").await.status, 303, "signed out at the next request");
        assert!(serving.stop().success());
    }
}
