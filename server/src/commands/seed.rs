//! `minicrm seed`

use super::{CommandError, in_words, random};
use crate::{config::ConfigError, random::readable_password};
use clap::Args;
use domain::{
    access::{Actor, Role},
    demo_data::DemoLanguage,
    users::{Email, Password, RegisterDraft},
};
use std::str::FromStr;
use store::{
    Store, StoreError,
    demo::{DEMO_EMAIL, SeedCounts},
};

/// Who signs in to measure.
const BENCH_EMAIL: &str = "bench@minicrm.local";

/// The flags of the command. No `Debug`: one is a password.
#[derive(Args)]
pub(super) struct SeedFlags {
    #[command(flatten)]
    what: What,
    /// The language of the demo: vi or en
    #[arg(long, default_value = "vi", value_parser = language, conflicts_with = "bulk")]
    lang: DemoLanguage,
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
    /// COMPANIES,CONTACTS,DEALS,ACTIVITIES: a large workspace to measure with
    #[arg(long, hide = true)]
    bulk: Option<Numbers>,
}

/// How many of each.
#[derive(Clone, Copy)]
struct Numbers(SeedCounts);

impl FromStr for Numbers {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let numbers: Result<Vec<usize>, _> = text.split(',').map(str::parse).collect();
        match numbers.as_deref() {
            Ok([companies, contacts, deals, activities, tasks]) => {
                Ok(Self(SeedCounts { companies: *companies, contacts: *contacts, deals: *deals, activities: *activities, tasks: *tasks }))
            }
            _ => Err("five whole numbers with commas between"),
        }
    }
}

fn language(code: &str) -> Result<DemoLanguage, &'static str> {
    DemoLanguage::from_code(code).ok_or("vi or en")
}

pub(super) async fn run(store: &Store, flags: &SeedFlags) -> Result<(), CommandError> {
    let typed = flags.password.clone().unwrap_or_else(|| readable_password(&*random()));
    let password = Password::parse_new(&typed).map_err(|error| ConfigError { name: "--password", why: error.to_string() })?;
    store.migrate().await?;
    let email = match flags.what.bulk {
        Some(numbers) => bulk(store, numbers, password).await,
        None => store.seed_demo(password, flags.lang).await.map(|_| DEMO_EMAIL),
    }
    .map_err(in_words)?;
    println!("The data is in place. Sign in with\n\n  Email     {email}\n  Password  {typed}\n");
    Ok(())
}

async fn bulk(store: &Store, Numbers(numbers): Numbers, password: Password) -> Result<&'static str, StoreError> {
    let email = Email::parse(BENCH_EMAIL).map_err(|_| StoreError::Internal)?;
    let user = store.register(RegisterDraft { name: "Bench".to_owned(), email, password }, None).await?;
    let workspace_id = user.workspace_id.ok_or(StoreError::Internal)?;
    let actor = Actor { user_id: user.id, workspace_id, role: Role::Owner, owners_only_edit: false };
    store.seed_bulk(&actor, numbers).await?;
    Ok(BENCH_EMAIL)
}
