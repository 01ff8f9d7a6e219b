//! An SMTP server of a test's own: `scripts/smtp-server.mjs`.

use serde_json::Value;
use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
    sync::{Arc, Mutex},
};

/// A running SMTP server; ends when dropped.
pub struct SmtpServer {
    child: Child,
    input: ChildStdin,
    printed: Arc<Mutex<Vec<Value>>>,
    /// Its port on this machine.
    pub port: u16,
}

impl SmtpServer {
    /// Starts it on a free port.
    pub fn start() -> Self {
        Self::start_at(0)
    }

    /// The same on this port.
    pub fn start_at(port: u16) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/smtp-server.mjs");
        let mut command = Command::new("node");
        command.arg(script).arg(port.to_string()).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("node, and the packages that `make setup` installs");
        let input = child.stdin.take().unwrap();
        let mut lines =
            BufReader::new(child.stdout.take().unwrap()).lines().map(|line| serde_json::from_str::<Value>(&line.unwrap()).unwrap());
        let port = lines.next().expect("it listens")["port"].as_u64().unwrap().try_into().unwrap();
        let printed = Arc::<Mutex<Vec<Value>>>::default();
        let sink = Arc::clone(&printed);
        std::thread::spawn(move || lines.for_each(|line| sink.lock().unwrap().push(line)));
        Self { child, input, printed, port }
    }

    /// Sets how it behaves from now on: `accept`, `refuse CODE`, `hold`, `drop`.
    pub fn behave(&mut self, behaviour: &str) {
        writeln!(self.input, "{behaviour}").unwrap();
    }

    /// The mails that it accepted.
    pub fn mails(&self) -> Vec<Value> {
        self.printed.lock().unwrap().iter().filter_map(|line| line.get("mail").cloned()).collect()
    }

    /// How often something happened: a mail was `begun` or `refused`.
    pub fn count(&self, event: &str) -> usize {
        self.printed.lock().unwrap().iter().filter(|line| line["event"] == event).count()
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
