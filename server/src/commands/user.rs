//! `minicrm user`

use super::{CommandError, in_words, random};
use crate::{config::BaseUrl, random::readable_password};
use clap::{Args, Subcommand};
use domain::{
    account_links::LinkPurpose,
    users::{Email, RegisterForm},
};
use store::{Store, StoreError};

/// What is done to an account.
#[derive(Subcommand)]
pub(super) enum UserCommand {
    /// Creates an account that manages the whole install, also while registration is closed, and says how to sign in
    CreateAdmin(CreateAdminFlags),
    /// Makes a link by which the user of an account chooses a new password, and prints it. It works once, within one hour
    ResetPassword {
        /// The address that the account signs in with
        email: String,
    },
    /// Ends every session of an account
    EndSessions {
        /// The address that the account signs in with
        email: String,
    },
}

/// The flags of `create-admin`. No `Debug`: one is a password.
#[derive(Args)]
pub(super) struct CreateAdminFlags {
    /// The address to sign in with
    email: String,
    /// The person's name [default: the address up to its @]
    #[arg(long)]
    name: Option<String>,
    /// The password to sign in with [default: a random one, which is printed]
    #[arg(long)]
    password: Option<String>,
}

pub(super) async fn run(store: &Store, command: UserCommand, base_url: &BaseUrl) -> Result<(), CommandError> {
    store.migrate().await?;
    match command {
        UserCommand::CreateAdmin(flags) => create_admin(store, flags).await,
        UserCommand::ResetPassword { email } => reset_password(store, &email, base_url).await,
        UserCommand::EndSessions { email } => end_sessions(store, &email).await,
    }
}

async fn create_admin(store: &Store, flags: CreateAdminFlags) -> Result<(), CommandError> {
    let CreateAdminFlags { email, name, password } = flags;
    let name = name.unwrap_or_else(|| email.split('@').next().unwrap_or_default().to_owned());
    let is_generated = password.is_none();
    let password = password.unwrap_or_else(|| readable_password(&*random()));
    let form = RegisterForm { name, email, password_confirmation: password.clone(), password, next: String::new() };
    let draft = form.parse().map_err(|errors| in_words(StoreError::Invalid(errors)))?;
    store.create_admin(draft).await.map_err(in_words)?;
    println!("The account is there. Sign in with\n\n  Email     {}", form.email.trim());
    if is_generated {
        println!("  Password  {}", form.password);
    }
    println!();
    Ok(())
}

async fn reset_password(store: &Store, email: &str, base_url: &BaseUrl) -> Result<(), CommandError> {
    let token = store.make_reset_link(&address(email)?, None).await.map_err(|error| named(error, email))?;
    println!(
        "Hand this link over to the account's user. It works once, within one hour; they are told that it was made.\n\n  {}{}\n",
        base_url.origin(),
        token.path(LinkPurpose::ResetPassword)
    );
    Ok(())
}

async fn end_sessions(store: &Store, email: &str) -> Result<(), CommandError> {
    let ended = store.end_all_sessions(&address(email)?).await.map_err(|error| named(error, email))?;
    println!("Sessions that were ended: {ended}");
    Ok(())
}

fn address(email: &str) -> Result<Email, CommandError> {
    Email::parse(email).map_err(|_| named(StoreError::NotFound, email))
}

/// An error, which names the address if no account has it.
fn named(error: StoreError, email: &str) -> CommandError {
    match error {
        StoreError::NotFound => CommandError::Other(format!("no account has the address {email:?}")),
        other => other.into(),
    }
}
