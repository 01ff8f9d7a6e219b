//! `minicrm seed`

use super::{CommandError, random};
use crate::{config::ConfigError, random::readable_password};
use clap::Args;
use domain::{
    access::{Actor, Role},
    users::{Email, Password, RegisterDraft},
};
use std::str::FromStr;
use store::{
    Store, StoreError,
    demo::{Bulk, DEMO_EMAIL},
};

/// Who signs in to measure.
const BENCH_EMAIL: &str = "bench@minicrm.local";
/// Contacts and activities that a measurement loads at most.
const MOST: usize = 100_000;

/// The flags of the command. No `Debug`: one is a password.
#[derive(Args)]
pub(super) struct SeedFlags {
    #[command(flatten)]
    what: What,
    /// The password to sign in with [default: a random one, which is printed]
    #[arg(long)]
    password: Option<String>,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
struct What {
    /// A small workspace to look around in: companies, contacts, deals, activities
    #[arg(long)]
    demo: bool,
    /// COMPANIES,DEALS: a large workspace to measure with
    #[arg(long, hide = true)]
    bulk: Option<Numbers>,
}

/// How many companies and deals.
#[derive(Clone, Copy)]
struct Numbers(usize, usize);

impl FromStr for Numbers {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (companies, deals) = text.split_once(',').ok_or("two numbers with a comma between")?;
        let number = |text: &str| text.parse().map_err(|_| "two whole numbers");
        Ok(Self(number(companies)?, number(deals)?))
    }
}

pub(super) async fn run(store: &Store, flags: &SeedFlags) -> Result<(), CommandError> {
    let typed = flags.password.clone().unwrap_or_else(|| readable_password(&*random()));
    let password = Password::parse_new(&typed).map_err(|error| ConfigError { name: "--password", why: error.to_string() })?;
    store.migrate().await?;
    let email = match flags.what.bulk {
        Some(numbers) => bulk(store, numbers, password).await,
        None => store.seed_demo(password).await.map(|_| DEMO_EMAIL),
    }
    .map_err(in_words)?;
    println!("The data is in place. Sign in with\n\n  Email     {email}\n  Password  {typed}\n");
    Ok(())
}

/// Twice as many contacts as companies and five times as many activities, as a team has after some years.
async fn bulk(store: &Store, Numbers(companies, deals): Numbers, password: Password) -> Result<&'static str, StoreError> {
    let email = Email::parse(BENCH_EMAIL).map_err(|_| StoreError::Internal)?;
    let user = store.register(RegisterDraft { name: "Bench".to_owned(), email, password }).await?;
    let workspace_id = user.workspace_id.ok_or(StoreError::Internal)?;
    let actor = Actor { user_id: user.id, workspace_id, role: Role::Owner, owners_only_edit: false };
    let bulk = Bulk { companies, contacts: (companies * 2).min(MOST), deals, activities: (companies * 5).min(MOST) };
    store.seed_bulk(&actor, bulk).await?;
    Ok(BENCH_EMAIL)
}

/// What the store says is wrong with the data, such as that it is there already.
fn in_words(error: StoreError) -> CommandError {
    match &error {
        StoreError::Invalid(errors) => CommandError::Other(errors.iter().map(|error| error.message.as_str()).collect::<Vec<_>>().join(" ")),
        _ => error.into(),
    }
}
