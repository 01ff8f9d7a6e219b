//! What an operator may set: flags, or environment variables of the same meaning.
//!
//! Everything is read as text and checked here, so that a wrong value is one line that says which and why.

use clap::Args;
use domain::sessions::{SESSION_DAYS_LIMIT, SessionLifetime};
use http::Uri;
use ipnet::IpNet;
use lettre::{AsyncSmtpTransport, Tokio1Executor, message::Mailbox};
use secrecy::{ExposeSecret, SecretString};
use std::{
    fmt, fs,
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
};

/// Fewest characters of a configured secret key: 128 bits, if they are random hexadecimal digits.
const SECRET_KEY_MIN: usize = 32;

/// The flags as typed. An empty value counts as not set, as in a compose file's `BASE_URL=`.
#[derive(Args, Clone, Default)]
pub struct Flags {
    /// Where the records are kept: sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME [default: minicrm.db under DATA_DIR]
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, global = true)]
    pub database_url: Option<String>,
    /// The address and port to listen on [default: 127.0.0.1:3000]
    #[arg(long, env = "LISTEN_ADDR", global = true)]
    pub listen_addr: Option<String>,
    /// The address people type to get here, such as https://crm.example.com [default: http://LISTEN_ADDR]
    #[arg(long, env = "BASE_URL", global = true)]
    pub base_url: Option<String>,
    /// The folder of the database and of files [default: ./data]
    #[arg(long, env = "DATA_DIR", global = true)]
    pub data_dir: Option<String>,
    /// Addresses or networks of reverse proxies in front, with commas between: 10.0.0.2,172.16.0.0/12 [default: none]
    #[arg(long, env = "TRUSTED_PROXIES", global = true)]
    pub trusted_proxies: Option<String>,
    /// Whether anybody may register: open or closed [default: what platform admins set, at first open]
    #[arg(long, env = "REGISTRATION", global = true)]
    pub registration: Option<String>,
    /// Days after its last use that a sign-in lasts, 1 to 400 [default: 30]
    #[arg(long, env = "SESSION_DAYS", global = true)]
    pub session_days: Option<String>,
    /// Days that a sign-in lasts at most, however often it is used, 1 to 400 [default: 90]
    #[arg(long, env = "SESSION_MAX_DAYS", global = true)]
    pub session_max_days: Option<String>,
    /// The secret that cookies and links are sealed with, 32 characters or more [default: a random one in the database]
    #[arg(long, env = "SECRET_KEY", hide_env_values = true, global = true)]
    pub secret_key: Option<String>,
    /// A file that holds the secret key
    #[arg(long, env = "SECRET_KEY_FILE", global = true)]
    pub secret_key_file: Option<String>,
    /// The mail server: smtps://USER:PASSWORD@HOST, or smtp://…?tls=required for STARTTLS [default: no mail is sent]
    #[arg(long, env = "SMTP_URL", hide_env_values = true, global = true)]
    pub smtp_url: Option<String>,
    /// A file that holds the mail server's address
    #[arg(long, env = "SMTP_URL_FILE", global = true)]
    pub smtp_url_file: Option<String>,
    /// The address that mail comes from, with or without a name: "MiniCRM <crm@example.com>"; needed with SMTP_URL
    #[arg(long, env = "MAIL_FROM", global = true)]
    pub mail_from: Option<String>,
    /// The folder of the site's files [default: site beside the binary, else target/site]
    #[arg(long, env = "SITE_ROOT", global = true)]
    pub site_root: Option<String>,
}

/// Debug shows nothing of the flags: the database's address may hold its password.
impl fmt::Debug for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Flags(…)")
    }
}

/// A value that can't be used: which, and why, in one line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {why}")]
pub struct ConfigError {
    /// The variable's name.
    pub name: &'static str,
    /// What is wrong with it.
    pub why: String,
}

fn config_error(name: &'static str, why: impl Into<String>) -> ConfigError {
    ConfigError { name, why: why.into() }
}

/// The settings, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// The database's address. `Debug` hides it: it may hold a password.
    pub database_url: SecretString,
    /// Where to listen.
    pub listen_addr: SocketAddr,
    /// The public address.
    pub base_url: BaseUrl,
    /// Whether the public address was not set, though other machines can connect: their browsers' forms will be refused.
    pub base_url_missing: bool,
    /// The folder of the database and of files.
    pub data_dir: PathBuf,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Whether anybody may register; `None` leaves it to the platform admins.
    pub registration: Option<bool>,
    /// The variables that are set, by name, with values that hold no secret: see [`configured`].
    pub configured: Vec<(&'static str, String)>,
    /// How long sessions last.
    pub session_lifetime: SessionLifetime,
    /// The operator's secret key, in place of the one in the database. `Debug` hides it.
    pub secret_key: Option<SecretString>,
    /// The mail server; `None` if no mail is sent.
    pub smtp: Option<SmtpConfig>,
    /// The folder of the site's files.
    pub site_root: PathBuf,
}

impl Config {
    /// Checks every flag. `exe_dir` is the folder of the running binary, `leptos_site_root` what cargo-leptos set.
    pub fn read(flags: &Flags, exe_dir: Option<&Path>, leptos_site_root: Option<PathBuf>) -> Result<Self, ConfigError> {
        let data_dir = PathBuf::from(non_empty(&flags.data_dir).unwrap_or("./data"));
        let listen_addr = listen_addr(non_empty(&flags.listen_addr).unwrap_or("127.0.0.1:3000"))?;
        let base_url = match non_empty(&flags.base_url) {
            Some(text) => BaseUrl::parse(text)?,
            None => BaseUrl::of_listener(listen_addr),
        };
        Ok(Self {
            database_url: database_url(non_empty(&flags.database_url), &data_dir)?.into(),
            listen_addr,
            base_url,
            base_url_missing: non_empty(&flags.base_url).is_none() && !listen_addr.ip().is_loopback(),
            trusted_proxies: trusted_proxies(non_empty(&flags.trusted_proxies).unwrap_or_default())?,
            registration: non_empty(&flags.registration).map(registration).transpose()?,
            configured: configured(flags),
            session_lifetime: session_lifetime(non_empty(&flags.session_days), non_empty(&flags.session_max_days))?,
            secret_key: secret_key(non_empty(&flags.secret_key), non_empty(&flags.secret_key_file))?,
            smtp: smtp(flags)?,
            site_root: site_root(non_empty(&flags.site_root), exe_dir, leptos_site_root)?,
            data_dir,
        })
    }
}

fn non_empty(flag: &Option<String>) -> Option<&str> {
    flag.as_deref().map(str::trim).filter(|text| !text.is_empty())
}

/// What is set, for diagnostics. Of what may hold a secret only that it is set.
fn configured(flags: &Flags) -> Vec<(&'static str, String)> {
    let secret = |flag: &Option<String>| non_empty(flag).map(|_| "set".to_owned());
    let plain = |flag: &Option<String>| non_empty(flag).map(str::to_owned);
    let all = [
        ("DATABASE_URL", secret(&flags.database_url)),
        ("LISTEN_ADDR", plain(&flags.listen_addr)),
        ("BASE_URL", plain(&flags.base_url)),
        ("DATA_DIR", plain(&flags.data_dir)),
        ("TRUSTED_PROXIES", plain(&flags.trusted_proxies)),
        ("REGISTRATION", plain(&flags.registration)),
        ("SESSION_DAYS", plain(&flags.session_days)),
        ("SESSION_MAX_DAYS", plain(&flags.session_max_days)),
        ("SECRET_KEY", secret(&flags.secret_key)),
        ("SECRET_KEY_FILE", secret(&flags.secret_key_file)),
        ("SMTP_URL", secret(&flags.smtp_url)),
        ("SMTP_URL_FILE", secret(&flags.smtp_url_file)),
        // A name and an address.
        ("MAIL_FROM", secret(&flags.mail_from)),
        ("SITE_ROOT", plain(&flags.site_root)),
    ];
    all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

fn listen_addr(text: &str) -> Result<SocketAddr, ConfigError> {
    text.parse().map_err(|_| config_error("LISTEN_ADDR", format!("{text:?} is not an address and port such as 127.0.0.1:3000")))
}

fn database_url(text: Option<&str>, data_dir: &Path) -> Result<String, ConfigError> {
    match text {
        // A `?` or `%` in a folder's name would be read as the URL's own.
        None => {
            Ok(format!("sqlite://{}?mode=rwc", data_dir.join("minicrm.db").display().to_string().replace('%', "%25").replace('?', "%3F")))
        }
        Some(url) if ["sqlite:", "postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme)) => Ok(url.to_owned()),
        // The value may hold a password: it is not repeated.
        Some(_) => Err(config_error("DATABASE_URL", "must start with sqlite: or postgres://")),
    }
}

fn trusted_proxies(text: &str) -> Result<Vec<IpNet>, ConfigError> {
    let one = |part: &str| part.parse::<IpNet>().ok().or_else(|| part.parse::<IpAddr>().ok().map(IpNet::from));
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts
        .map(|part| {
            one(part).ok_or_else(|| config_error("TRUSTED_PROXIES", format!("{part:?} is not an address or network such as 10.0.0.0/8")))
        })
        .collect()
}

fn registration(text: &str) -> Result<bool, ConfigError> {
    match text {
        "open" => Ok(true),
        "closed" => Ok(false),
        _ => Err(config_error("REGISTRATION", format!("{text:?} is neither open nor closed"))),
    }
}

fn session_lifetime(idle: Option<&str>, max: Option<&str>) -> Result<SessionLifetime, ConfigError> {
    let idle_days = days("SESSION_DAYS", idle.unwrap_or("30"))?;
    let max_days = days("SESSION_MAX_DAYS", max.unwrap_or("90"))?;
    // The bounds of each are checked above.
    SessionLifetime::new(idle_days, max_days)
        .ok_or_else(|| config_error("SESSION_DAYS", format!("{idle_days} is more than SESSION_MAX_DAYS, which is {max_days}")))
}

fn days(name: &'static str, text: &str) -> Result<u16, ConfigError> {
    let number = text.parse().ok().filter(|days| (1..=SESSION_DAYS_LIMIT).contains(days));
    number.ok_or_else(|| config_error(name, format!("{text:?} is not a number of days from 1 to {SESSION_DAYS_LIMIT}")))
}

fn secret_key(text: Option<&str>, file: Option<&str>) -> Result<Option<SecretString>, ConfigError> {
    let Some((name, text)) = text_or_file(("SECRET_KEY", text), ("SECRET_KEY_FILE", file))? else { return Ok(None) };
    // The value is not repeated.
    if text.chars().count() < SECRET_KEY_MIN {
        return Err(config_error(name, format!("holds fewer than {SECRET_KEY_MIN} characters; `openssl rand -hex 32` prints a good one")));
    }
    Ok(Some(text.into()))
}

/// A secret from its variable or from the file that another one names, with the name of the variable that gave it.
fn text_or_file(
    (text_name, text): (&'static str, Option<&str>),
    (file_name, file): (&'static str, Option<&str>),
) -> Result<Option<(&'static str, String)>, ConfigError> {
    match (text, file) {
        (None, None) => Ok(None),
        (Some(_), Some(_)) => Err(config_error(text_name, format!("is set, and {file_name} too: which one is to be used?"))),
        (Some(text), None) => Ok(Some((text_name, text.to_owned()))),
        (None, Some(path)) => {
            let read = fs::read_to_string(path).map_err(|error| config_error(file_name, format!("{path:?} can't be read: {error}")))?;
            Ok(Some((file_name, read.trim().to_owned())))
        }
    }
}

fn smtp(flags: &Flags) -> Result<Option<SmtpConfig>, ConfigError> {
    let url = text_or_file(("SMTP_URL", non_empty(&flags.smtp_url)), ("SMTP_URL_FILE", non_empty(&flags.smtp_url_file)))?;
    url.map(|(name, url)| SmtpConfig::parse(name, &url, non_empty(&flags.mail_from))).transpose()
}

/// The mail server and the sender.
#[derive(Debug, Clone)]
pub struct SmtpConfig {
    /// As lettre reads it. `Debug` hides it: it may hold a password.
    pub url: SecretString,
    /// Whom mail comes from.
    pub from: Mailbox,
}

impl SmtpConfig {
    /// Checks both values. `name`: the variable that the URL comes from.
    pub fn parse(name: &'static str, url: &str, from: Option<&str>) -> Result<Self, ConfigError> {
        // The value may hold a password: neither it nor an error that may repeat a part of it is shown.
        let refused = |_| config_error(name, "is not an address such as smtps://USER:PASSWORD@smtp.example.com; %40 stands for @ in it");
        AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(refused)?;
        let from = from.ok_or_else(|| config_error("MAIL_FROM", format!("is needed with {name}: the address that mail comes from")))?;
        let mut from: Mailbox =
            from.parse().map_err(|_| config_error("MAIL_FROM", format!("{from:?} is not an address such as MiniCRM <crm@example.com>")))?;
        from.name.get_or_insert_with(|| "MiniCRM".to_owned());
        Ok(Self { url: url.to_owned().into(), from })
    }

    /// Whether a password would travel unencrypted to another machine: lettre encrypts `smtp://` only if it is told to.
    pub fn sends_password_in_clear(&self) -> bool {
        let uri = self.url.expose_secret().parse::<Uri>().unwrap_or_default();
        let host = uri.host().unwrap_or_default();
        let is_local = host == "localhost" || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        let has_password = uri.authority().is_some_and(|authority| authority.as_str().contains('@'));
        uri.scheme_str() == Some("smtp") && has_password && !is_local && !uri.query().unwrap_or_default().contains("tls=required")
    }
}

fn site_root(text: Option<&str>, exe_dir: Option<&Path>, leptos: Option<PathBuf>) -> Result<PathBuf, ConfigError> {
    if let Some(text) = text {
        let root = PathBuf::from(text);
        return if root.is_dir() { Ok(root) } else { Err(config_error("SITE_ROOT", format!("{text:?} is not a folder"))) };
    }
    let exe_dir = exe_dir.map(|folder| folder.join("site")).filter(|site| site.is_dir());
    Ok(exe_dir.or(leptos).unwrap_or_else(|| PathBuf::from("target/site")))
}

/// The public address: a scheme and a host, with a port where it isn't the scheme's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl {
    https: bool,
    authority: String,
}

impl BaseUrl {
    /// Reads `http://host`, `https://host` or either with a port; nothing after it but one `/`.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let refuse = |why: &str| config_error("BASE_URL", format!("{text:?} {why}"));
        let uri: Uri = text.parse().map_err(|_| refuse("is not an address such as https://crm.example.com"))?;
        let https = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(refuse("must start with https:// or http://")),
        };
        let authority = uri.authority().map(|authority| authority.as_str().to_ascii_lowercase()).unwrap_or_default();
        if authority.is_empty() || authority.contains('@') {
            return Err(refuse("must name a host and no user"));
        }
        if !matches!(uri.path(), "" | "/") || uri.query().is_some() || text.contains('#') {
            return Err(refuse("must end after the host: MiniCRM has a host of its own, not a folder of one"));
        }
        let usual_port = if https { ":443" } else { ":80" };
        let authority = authority.strip_suffix(usual_port).unwrap_or(&authority).to_owned();
        Ok(Self { https, authority })
    }

    /// What a browser on this machine types. One that listens on every address is reached at this one too.
    fn of_listener(address: SocketAddr) -> Self {
        let port = address.port();
        let authority = if address.ip().is_unspecified() { format!("localhost:{port}") } else { address.to_string() };
        Self { https: false, authority }
    }

    /// Whether browsers reach us over TLS.
    pub fn is_https(&self) -> bool {
        self.https
    }

    /// As a browser writes it in `Origin`: `https://crm.example.com`.
    pub fn origin(&self) -> String {
        format!("{}://{}", if self.https { "https" } else { "http" }, self.authority)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;

    fn read(flags: Flags) -> Result<Config, ConfigError> {
        Config::read(&flags, None, None)
    }

    #[test]
    fn nothing_set_is_a_server_for_this_machine() {
        let config = read(Flags { base_url: Some(String::new()), ..Flags::default() }).unwrap();
        assert_eq!(config.database_url.expose_secret(), "sqlite://./data/minicrm.db?mode=rwc");
        assert_eq!(config.base_url.origin(), "http://127.0.0.1:3000");
        assert!(
            config.registration.is_none()
                && config.configured.is_empty()
                && config.trusted_proxies.is_empty()
                && !config.base_url.is_https()
        );
        assert_eq!(config.site_root, PathBuf::from("target/site"));
        assert!(!config.base_url_missing);
    }

    #[test]
    fn a_server_for_other_machines_is_to_be_told_its_address() {
        let flags = Flags { listen_addr: Some("0.0.0.0:3000".into()), ..Flags::default() };
        let config = read(flags.clone()).unwrap();
        assert_eq!((config.base_url.origin().as_str(), config.base_url_missing), ("http://localhost:3000", true));
        assert!(!read(Flags { base_url: Some("https://crm.example.com".into()), ..flags }).unwrap().base_url_missing);
    }

    #[test]
    fn a_folder_may_have_any_name() {
        let config = read(Flags { data_dir: Some("/srv/50% off?".into()), ..Flags::default() }).unwrap();
        assert_eq!(config.database_url.expose_secret(), "sqlite:///srv/50%25 off%3F/minicrm.db?mode=rwc");
    }

    #[test]
    fn each_wrong_value_is_named_with_the_reason_in_one_line() {
        let cases = [
            (Flags { database_url: Some("mysql://root:hunter2@db".into()), ..Flags::default() }, "DATABASE_URL: "),
            (Flags { listen_addr: Some("localhost".into()), ..Flags::default() }, "LISTEN_ADDR: \"localhost\""),
            (Flags { base_url: Some("crm.example.com".into()), ..Flags::default() }, "BASE_URL: \"crm.example.com\""),
            (Flags { base_url: Some("ftp://crm.example.com".into()), ..Flags::default() }, "BASE_URL: "),
            (Flags { base_url: Some("https://a@crm.example.com".into()), ..Flags::default() }, "BASE_URL: "),
            (Flags { base_url: Some("https://example.com/crm".into()), ..Flags::default() }, "BASE_URL: "),
            (Flags { trusted_proxies: Some("10.0.0.1, proxy".into()), ..Flags::default() }, "TRUSTED_PROXIES: \"proxy\""),
            (Flags { registration: Some("maybe".into()), ..Flags::default() }, "REGISTRATION: \"maybe\""),
            (Flags { session_days: Some("a month".into()), ..Flags::default() }, "SESSION_DAYS: \"a month\""),
            (Flags { session_days: Some("0".into()), ..Flags::default() }, "SESSION_DAYS: \"0\""),
            (Flags { session_days: Some("-1".into()), ..Flags::default() }, "SESSION_DAYS: \"-1\""),
            (Flags { session_days: Some("91".into()), ..Flags::default() }, "SESSION_DAYS: 91 is more than SESSION_MAX_DAYS, which is 90"),
            (Flags { session_max_days: Some("401".into()), ..Flags::default() }, "SESSION_MAX_DAYS: \"401\""),
            (
                Flags { session_max_days: Some("29".into()), ..Flags::default() },
                "SESSION_DAYS: 30 is more than SESSION_MAX_DAYS, which is 29",
            ),
            (Flags { site_root: Some("/no/such/folder".into()), ..Flags::default() }, "SITE_ROOT: "),
            (Flags { secret_key: Some("hunter2".into()), ..Flags::default() }, "SECRET_KEY: holds fewer than 32"),
            (Flags { secret_key_file: Some("/no/such/file".into()), ..Flags::default() }, "SECRET_KEY_FILE: \"/no/such/file\""),
            (Flags { smtp_url: Some("https://crm:hunter2@mail".into()), ..Flags::default() }, "SMTP_URL: is not an address"),
            (Flags { smtp_url: Some("crm:hunter2@mail".into()), ..Flags::default() }, "SMTP_URL: is not an address"),
            (Flags { smtp_url: Some("smtp://crm:hunter2@mail?tls=maybe".into()), ..Flags::default() }, "SMTP_URL: is not an address"),
            (Flags { smtp_url: Some("smtp://crm:hunter2@mail".into()), ..Flags::default() }, "MAIL_FROM: is needed with SMTP_URL"),
            (
                Flags { smtp_url: Some("smtp://mail".into()), mail_from: Some("MiniCRM".into()), ..Flags::default() },
                "MAIL_FROM: \"MiniCRM\" is not an address",
            ),
            (Flags { smtp_url_file: Some("/no/such/file".into()), ..Flags::default() }, "SMTP_URL_FILE: \"/no/such/file\""),
            (
                Flags { smtp_url: Some("smtp://mail".into()), smtp_url_file: Some("/no/such/file".into()), ..Flags::default() },
                "SMTP_URL: is set, and SMTP_URL_FILE too",
            ),
            (
                Flags { secret_key: Some("x".repeat(32)), secret_key_file: Some("/no/such/file".into()), ..Flags::default() },
                "SECRET_KEY: is set, and SECRET_KEY_FILE too",
            ),
        ];
        for (flags, start) in cases {
            let line = read(flags).unwrap_err().to_string();
            assert!(line.starts_with(start) && !line.contains('\n') && !line.contains("hunter2"), "{line}");
        }
    }

    #[test]
    fn sessions_last_as_many_days_as_the_operator_says() {
        assert_eq!(read(Flags::default()).unwrap().session_lifetime, SessionLifetime::DEFAULT);
        let flags = Flags { session_days: Some(" 1 ".into()), session_max_days: Some("7".into()), ..Flags::default() };
        assert_eq!(read(flags).unwrap().session_lifetime, SessionLifetime::new(1, 7).unwrap());
        let empty = Flags { session_days: Some(String::new()), session_max_days: Some(String::new()), ..Flags::default() };
        assert_eq!(read(empty).unwrap().session_lifetime, SessionLifetime::DEFAULT);
    }

    #[test]
    fn the_database_password_is_never_shown() {
        let flags = Flags { database_url: Some("postgres://crm:hunter2@db/crm".into()), ..Flags::default() };
        let config = read(flags.clone()).unwrap();
        assert!(!format!("{flags:?} {config:?}").contains("hunter2"));
    }

    #[test]
    fn what_is_set_is_told_without_secrets() {
        let flags = Flags {
            database_url: Some("postgres://crm:hunter2@db/crm".into()),
            secret_key: Some("hunter2".repeat(8)),
            smtp_url: Some("smtps://crm:hunter2@mail".into()),
            mail_from: Some("crm@example.com".into()),
            registration: Some("closed".into()),
            session_days: Some(" ".into()),
            ..Flags::default()
        };
        let config = read(flags).unwrap();
        assert_eq!(config.registration, Some(false));
        let set = ["DATABASE_URL=set", "REGISTRATION=closed", "SECRET_KEY=set", "SMTP_URL=set", "MAIL_FROM=set"];
        assert_eq!(config.configured.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>(), set);
    }

    #[test]
    fn a_secret_key_is_read_from_its_variable_or_file_and_never_shown() {
        let secret = "0123456789abcdef0123456789abcdef";
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), format!("{secret}\n")).unwrap();
        let path = file.path().to_str().unwrap().to_owned();
        for flags in
            [Flags { secret_key: Some(secret.into()), ..Flags::default() }, Flags { secret_key_file: Some(path), ..Flags::default() }]
        {
            let config = read(flags.clone()).unwrap();
            assert!(!format!("{flags:?} {config:?}").contains(secret));
            assert_eq!(config.secret_key.unwrap().expose_secret(), secret);
        }
        assert!(read(Flags::default()).unwrap().secret_key.is_none());
    }

    #[test]
    fn the_mail_server_has_a_sender_and_its_password_is_never_shown() {
        let flags = |url: &str, from: &str| Flags { smtp_url: Some(url.into()), mail_from: Some(from.into()), ..Flags::default() };
        for (url, in_clear) in [
            ("smtps://crm:hunter2@mail.example.com", false),
            ("smtp://crm:hunter2@mail.example.com:587?tls=required", false),
            ("smtp://crm:hunter2@mail.example.com", true),
            ("smtp://mail.example.com", false),
            ("smtp://crm:hunter2@127.0.0.1:2525", false),
            ("smtp://crm:hunter2@[::1]:2525", false),
        ] {
            let config = read(flags(url, "crm@example.com")).unwrap();
            assert!(!format!("{config:?}").contains("hunter2"));
            let smtp = config.smtp.unwrap();
            assert_eq!((smtp.from.to_string().as_str(), smtp.sends_password_in_clear()), ("MiniCRM <crm@example.com>", in_clear), "{url}");
        }
        let named = read(flags("smtp://mail", "Công ty <crm@example.com>")).unwrap().smtp.unwrap();
        assert_eq!(named.from.name.as_deref(), Some("Công ty"));
        assert!(read(Flags::default()).unwrap().smtp.is_none());
    }

    #[test]
    fn a_public_address_is_an_origin() {
        for (text, origin) in [
            ("https://CRM.Example.com/", "https://crm.example.com"),
            ("https://crm.example.com:443", "https://crm.example.com"),
            ("http://localhost:80", "http://localhost"),
            ("http://[::1]:3000", "http://[::1]:3000"),
        ] {
            assert_eq!(BaseUrl::parse(text).unwrap().origin(), origin);
        }
    }

    #[test]
    fn proxies_are_addresses_and_networks() {
        let config = read(Flags { trusted_proxies: Some("10.0.0.2, 172.16.0.0/12,::1".into()), ..Flags::default() }).unwrap();
        assert_eq!(config.trusted_proxies.len(), 3);
        assert!(config.trusted_proxies[1].contains(&"172.20.1.1".parse::<IpAddr>().unwrap()));
    }
}
