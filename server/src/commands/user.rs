//! `minicrm user`

use super::{CommandError, in_words, random};
use crate::random::readable_password;
use clap::{Args, Subcommand};
use domain::users::{Email, RegisterForm};
use store::{Store, StoreError};

/// What is done to an account.
#[derive(Subcommand)]
pub(super) enum UserCommand {
    /// Creates an account that manages the whole install, also while registration is closed, and says how to sign in
    CreateAdmin(CreateAdminFlags),
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

pub(super) async fn run(store: &Store, command: UserCommand) -> Result<(), CommandError> {
    store.migrate().await?;
    match command {
        UserCommand::CreateAdmin(flags) => create_admin(store, flags).await,
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

async fn end_sessions(store: &Store, email: &str) -> Result<(), CommandError> {
    let unknown = || CommandError::Other(format!("no account has the address {email:?}"));
    let address = Email::parse(email).map_err(|_| unknown())?;
    match store.end_all_sessions(&address).await {
        Ok(ended) => {
            println!("Sessions that were ended: {ended}");
            Ok(())
        }
        Err(StoreError::NotFound) => Err(unknown()),
        Err(error) => Err(error.into()),
    }
}
