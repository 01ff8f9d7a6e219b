//! The MiniCRM program: see `minicrm --help`.

use clap::Parser;
use server::commands::Cli;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    Cli::parse().run().await
}
