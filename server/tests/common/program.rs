//! The program itself, as an operator starts it.

use super::trial_size;
use std::{
    ffi::OsString,
    io::{BufRead, BufReader, Read},
    net::{SocketAddr, TcpListener},
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
};
use tempfile::TempDir;

/// The path of the program: the release build that `make trial` names, else the build that belongs to this test.
fn path() -> OsString {
    trial_size(None, std::env::var_os("MINICRM_BIN")).unwrap_or_else(|| env!("CARGO_BIN_EXE_minicrm").into())
}

/// The program with these variables and no others.
pub fn minicrm(folder: &TempDir, variables: &[(&str, &str)], arguments: &[&str]) -> Command {
    let mut command = Command::new(path());
    command.current_dir(folder.path()).env_clear().envs(variables.iter().copied()).args(arguments);
    command
}

/// The program, serving.
pub struct Serving {
    child: Child,
    printed: BufReader<ChildStdout>,
    /// Where it serves, as it said itself.
    pub url: String,
}

impl Serving {
    /// Starts it with these variables on a free port; `log` is where its log goes. Resolves once it answers.
    pub fn start(folder: &TempDir, variables: &[(&str, &str)], log: Stdio) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        Self::start_at(address, folder, variables, log)
    }

    /// The same at an address that nobody listens on.
    pub fn start_at(address: SocketAddr, folder: &TempDir, variables: &[(&str, &str)], log: Stdio) -> Self {
        let address = address.to_string();
        let variables: Vec<_> = variables.iter().copied().chain([("LISTEN_ADDR", address.as_str())]).collect();
        let mut command = minicrm(folder, &variables, &["serve"]);
        command.stderr(log);
        Self::run(command, &address)
    }

    /// Runs a command that ends in `serve` with an environment of its own.
    pub fn from_command(mut command: Command) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        command.env("LISTEN_ADDR", &address);
        Self::run(command, &address)
    }

    fn run(mut command: Command, address: &str) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut printed = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        printed.read_line(&mut line).unwrap();
        assert_eq!(line, format!("MiniCRM on http://{address}\n"));
        Self { child, printed, url: format!("http://{address}") }
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Tells it to stop, and waits until it has.
    pub fn stop(mut self) -> ExitStatus {
        assert!(Command::new("kill").args(["-TERM", &self.id().to_string()]).status().unwrap().success());
        self.printed.read_to_string(&mut String::new()).unwrap();
        self.child.wait().unwrap()
    }

    /// Kills the process (SIGKILL): it has no time to finish anything.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Serving {
    /// Ends the process of a test that failed.
    fn drop(&mut self) {
        // Fails if the process has ended, as it has after `stop` and `kill`.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
