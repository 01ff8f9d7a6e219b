//! A PostgreSQL server of a test's own, with the settings PostgreSQL comes with, to be frozen and restarted.

use super::random_below;
use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};
use tempfile::TempDir;

/// A running PostgreSQL server. Stopped and removed when dropped.
pub struct Cluster {
    folder: TempDir,
    programs: PathBuf,
    /// The user it runs as, if that is another: PostgreSQL refuses to run as root.
    user: Option<&'static str>,
    /// Its database `postgres`, which is empty.
    pub url: String,
}

impl Cluster {
    /// Creates and starts a server on a free port.
    pub fn start() -> Self {
        let folder = tempfile::Builder::new().prefix("minicrm-cluster-").tempdir().unwrap();
        let user = (output("id", &["-u"]) == "0").then_some("postgres");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/with-postgres.sh");
        let programs = PathBuf::from(output(script.to_str().unwrap(), &["--bin"]));
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        // Every user of this machine reaches the port, so it asks for a password.
        let password = format!("{:016x}{:016x}", random_below(u64::MAX), random_below(u64::MAX));
        let url = format!("postgres://minicrm:{password}@127.0.0.1:{port}/postgres");
        let cluster = Self { folder, programs, user, url };

        let path = |name: &str| cluster.folder.path().join(name).to_str().unwrap().to_owned();
        fs::write(path("password"), password).unwrap();
        if let Some(user) = user {
            assert!(Command::new("chown").arg("-R").arg(user).arg(cluster.folder.path()).status().unwrap().success());
        }
        let password_file = format!("--pwfile={}", path("password"));
        let data = path("data");
        cluster.run("initdb", &["-D", &data, "-U", "minicrm", &password_file, "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"]);
        let settings = format!("-p {port} -k {} -c listen_addresses=127.0.0.1 -c timezone=UTC", cluster.folder.path().display());
        cluster.run("pg_ctl", &["start", "-D", &data, "-l", &path("log"), "-w", "-s", "-o", &settings]);
        cluster
    }

    /// Stops the server in a mode of pg_ctl (`fast` rolls back, `immediate` crashes) and starts it again.
    pub fn restart(&self, mode: &str) {
        let (data, log) = (self.data(), self.folder.path().join("log"));
        self.run("pg_ctl", &["restart", "-D", &data, "-l", log.to_str().unwrap(), "-w", "-s", "-m", mode]);
    }

    /// Stops every process of the server in its tracks (SIGSTOP). Connections stay open, and new ones get no answer.
    pub fn freeze(&self) {
        let postmaster = self.postmaster();
        // First, so that it starts no further process.
        signal("-STOP", std::slice::from_ref(&postmaster));
        signal("-STOP", &children(&postmaster));
    }

    /// Lets every process go on.
    pub fn thaw(&self) {
        let postmaster = self.postmaster();
        signal("-CONT", &children(&postmaster));
        signal("-CONT", &[postmaster]);
    }

    fn data(&self) -> String {
        self.folder.path().join("data").to_str().unwrap().to_owned()
    }

    fn postmaster(&self) -> String {
        fs::read_to_string(self.folder.path().join("data/postmaster.pid")).unwrap().lines().next().unwrap().to_owned()
    }

    /// Runs one of PostgreSQL's programs as the server's user.
    fn run(&self, program: &str, arguments: &[&str]) {
        let path = self.programs.join(program);
        let mut command = match self.user {
            Some(user) => {
                let mut command = Command::new("runuser");
                command.args(["-u", user, "--"]).arg(&path);
                command
            }
            None => Command::new(&path),
        };
        // No pipes: the server inherits them, and reading one would wait for the server's end.
        let status = command.args(arguments).current_dir("/").stdin(Stdio::null()).stdout(Stdio::null()).status().unwrap();
        assert!(status.success(), "{program} {arguments:?}: {status}");
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if self.folder.path().join("data/postmaster.pid").exists() {
            self.thaw();
            self.run("pg_ctl", &["stop", "-D", &self.data(), "-m", "immediate", "-s"]);
        }
    }
}

/// What a program printed, without the line's end.
fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap();
    assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Ids of the processes that a process started.
fn children(parent: &str) -> Vec<String> {
    let table = output("ps", &["-A", "-o", "pid=,ppid="]);
    let pairs = table.lines().filter_map(|line| line.trim().split_once(char::is_whitespace));
    pairs.filter(|(_, ppid)| ppid.trim() == parent).map(|(pid, _)| pid.to_owned()).collect()
}

/// Sends a signal to processes. Some may have ended meanwhile.
fn signal(name: &str, processes: &[String]) {
    let _ = Command::new("kill").arg(name).args(processes).stderr(Stdio::null()).status().unwrap();
}
