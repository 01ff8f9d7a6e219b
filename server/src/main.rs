//! The MiniCRM program: see `minicrm --help`.

use clap::Parser;
use mimalloc::MiMalloc;
use server::commands::Cli;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    Cli::parse().run().await
}
