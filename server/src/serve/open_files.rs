//! Limit on the process's open files: each connection takes one.

use super::limits::Limits;

/// Files besides connections: the database's, the log, the listener, files being read.
const OTHER_FILES: usize = 128;
/// Connections that are allowed however low the limit is.
const LEAST_CONNECTIONS: usize = 16;

impl Limits {
    /// Raises the process's soft limit on open files to what these bounds take. If the hard limit is lower, the total cap
    /// on connections becomes lower too, and one log line says so.
    pub fn with_open_files(self) -> Self {
        let wanted = self.connections + OTHER_FILES;
        let allowed = raise(wanted);
        let connections = affordable(self.connections, allowed);
        if connections < self.connections {
            tracing::warn!(allowed, wanted, connections, "the limit on open files is low: fewer connections are served at once");
        }
        Self { connections, ..self }
    }
}

fn affordable(connections: usize, files: usize) -> usize {
    connections.min(files.saturating_sub(OTHER_FILES).max(LEAST_CONNECTIONS))
}

/// Raises the soft limit if it is lower. Gives the limit that holds then.
#[cfg(unix)]
pub fn raise(wanted: usize) -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let files = |limit: Option<u64>| limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if files(current) >= wanted {
        return files(current);
    }
    let raised = wanted.min(files(maximum));
    match setrlimit(Resource::Nofile, Rlimit { current: u64::try_from(raised).ok(), maximum }) {
        Ok(()) => raised,
        Err(error) => {
            tracing::warn!(%error, "the limit on open files can't be raised");
            files(current)
        }
    }
}

/// No such limit here.
#[cfg(not(unix))]
pub fn raise(wanted: usize) -> usize {
    wanted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_files_mean_few_connections() {
        assert_eq!((affordable(1_024, 20_000), affordable(1_024, 1_152), affordable(1_024, 1_024)), (1_024, 1_024, 896));
        assert_eq!((affordable(1_024, 100), affordable(8, 100)), (16, 8));
    }
}
