//! The program itself, as an operator starts it.

use std::{
    io::{BufRead, BufReader, Read},
    net::TcpListener,
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
};
use tempfile::TempDir;

/// The program with these variables and no others.
pub fn minicrm(folder: &TempDir, variables: &[(&str, &str)], arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_minicrm"));
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
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let variables: Vec<_> = variables.iter().copied().chain([("LISTEN_ADDR", address.as_str())]).collect();
        let mut child = minicrm(folder, &variables, &["serve"]).stdout(Stdio::piped()).stderr(log).spawn().unwrap();
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
}
