//! The program's commands.

mod jobs;
mod migrate;
mod rotate_secret;
mod seed;
mod serve;
mod user;

use crate::{
    config::{Config, ConfigError, Flags},
    layers,
};
use clap::{Parser, Subcommand};
use domain::{clock::SystemClock, random::Random};
use secrecy::ExposeSecret;
use std::{env, fs, path::PathBuf, process::ExitCode, sync::Arc};
use store::{DbConfig, OpenError, Store, StoreError, SystemRandom};
use tracing_subscriber::EnvFilter;

/// The command line.
#[derive(Parser)]
#[command(name = "minicrm", version, about = "MiniCRM: companies, the people who decide there, and the deals that come of it.")]
pub struct Cli {
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand, Default)]
enum Command {
    /// Brings the database up to date and serves until told to stop; what is done without a command
    #[default]
    Serve,
    /// Brings the database up to date
    Migrate,
    /// Lists background jobs: what is queued or running, and what was given up with its error
    Jobs(jobs::JobsFlags),
    /// Makes a new secret key; the previous one opens what it sealed for another day
    RotateSecret,
    /// Manages accounts
    #[command(subcommand)]
    User(user::UserCommand),
    /// Fills the database with example data and says how to sign in to it
    Seed(seed::SeedFlags),
}

/// Why a command did not do what it was asked. Each is one line.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// A setting can't be used.
    #[error("{0}")]
    Config(#[from] ConfigError),
    /// The database can't be used.
    #[error("DATABASE_URL: {0}")]
    Open(#[from] OpenError),
    /// The database refused.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// Anything else, in the words of whoever noticed.
    #[error("{0}")]
    Other(String),
}

impl CommandError {
    /// 2 for what the operator typed, 1 for what the machine refused.
    fn exit_code(&self) -> ExitCode {
        ExitCode::from(if matches!(self, Self::Config(_)) { 2 } else { 1 })
    }
}

impl Cli {
    /// Runs the command. Every failure is one line on the standard error, and an exit code.
    pub async fn run(self) -> ExitCode {
        match run(self.command.unwrap_or_default(), &self.flags).await {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("minicrm: {}", error.to_string().replace('\n', " "));
                error.exit_code()
            }
        }
    }
}

async fn run(command: Command, flags: &Flags) -> Result<(), CommandError> {
    log_to_stderr()?;
    let beside = env::current_exe().ok().and_then(|exe| exe.parent().map(PathBuf::from));
    let config = Config::read(flags, beside.as_deref(), env::var_os("LEPTOS_SITE_ROOT").map(PathBuf::from))?;
    let store = open(&config).await?;
    let done = match command {
        Command::Serve => serve::run(&config, &store).await,
        Command::Migrate => migrate::run(&store).await,
        Command::Jobs(flags) => jobs::run(&store, &flags).await,
        Command::RotateSecret => rotate_secret::run(&store).await,
        Command::User(command) => user::run(&store, command, &config.base_url).await,
        Command::Seed(flags) => seed::run(&store, &flags).await,
    };
    store.close().await;
    done
}

/// What the store says is wrong with the input, such as that it is there already.
fn in_words(error: StoreError) -> CommandError {
    match &error {
        StoreError::Invalid(errors) => CommandError::Other(errors.iter().map(|error| error.message.as_str()).collect::<Vec<_>>().join(" ")),
        _ => error.into(),
    }
}

/// The log goes to the standard error, as much of it as `RUST_LOG` asks for.
fn log_to_stderr() -> Result<(), CommandError> {
    let wanted = env::var("RUST_LOG").ok().filter(|text| !text.trim().is_empty()).unwrap_or_else(|| "info".to_owned());
    let filter = EnvFilter::try_new(&wanted).map_err(|error| ConfigError {
        name: "RUST_LOG",
        why: format!("{wanted:?} is not a filter such as info or server=debug: {error}"),
    })?;
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    layers::panic::log_panics();
    Ok(())
}

async fn open(config: &Config) -> Result<Store, CommandError> {
    fs::create_dir_all(&config.data_dir)
        .map_err(|error| ConfigError { name: "DATA_DIR", why: format!("{:?} can't be made: {error}", config.data_dir) })?;
    let database = DbConfig::new(config.database_url.expose_secret());
    let store = Store::connect(database, Arc::new(SystemClock), random()).await?;
    store.configure_session_lifetime(config.session_lifetime);
    if config.smtp.is_some() {
        store.enable_mail();
    }
    if let Some(secret) = &config.secret_key {
        store.configure_secret_key(secret);
    }
    Ok(store)
}

fn random() -> Arc<dyn Random> {
    Arc::new(SystemRandom)
}
