//! The files that jobs write, in a folder of the data directory: named by the ids of their exports, readable by the server alone.

use domain::ids::ExportId;
use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io,
    path::{Path, PathBuf},
};
use store::exports::LiveExport;

/// The extension of a file that is being written.
const PART: &str = "part";

/// The folder of exported files. Cheap to clone.
#[derive(Debug, Clone)]
pub struct ExportFiles {
    folder: PathBuf,
}

impl ExportFiles {
    /// The folder `exports` in this data directory. It is made when the first file is.
    pub fn in_data_dir(data_dir: &Path) -> Self {
        Self { folder: data_dir.join("exports") }
    }

    /// The folder, which exists then.
    pub fn folder(&self) -> io::Result<&Path> {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.folder)?;
        Ok(&self.folder)
    }

    /// A file without a name, which goes when it is closed, also by a crash.
    pub fn unnamed(&self) -> io::Result<File> {
        tempfile::tempfile_in(self.folder()?)
    }

    /// Starts the file of an export, anew if there is a part of it.
    pub fn start(&self, id: ExportId) -> io::Result<File> {
        self.folder()?;
        let part = self.part(id);
        // Who has the part open, as a job that lost its lease, goes on with a file that has no name any more.
        match fs::remove_file(&part) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(part)
    }

    /// Gives the complete file its name.
    pub fn complete(&self, id: ExportId, file: &File) -> io::Result<()> {
        file.sync_all()?;
        fs::rename(self.part(id), self.path(id))
    }

    /// Opens a complete file.
    pub fn open(&self, id: ExportId) -> io::Result<File> {
        File::open(self.path(id))
    }

    /// Deletes the files that are of no use: those of no export in `live`, and parts of complete ones. Returns their number. Files with
    /// other names are not ours, and stay.
    pub fn delete_others(&self, live: &[LiveExport]) -> io::Result<u64> {
        let mut deleted = 0;
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
            entries => entries?,
        };
        for entry in entries {
            let path = entry?.path();
            let Some(id) = path.file_stem().and_then(|name| name.to_str()?.parse::<ExportId>().ok()) else { continue };
            let is_part = path.extension().is_some_and(|extension| extension == PART);
            let is_of_use = live.iter().any(|export| export.id == id && !(is_part && export.is_finished));
            if !is_of_use {
                fs::remove_file(&path)?;
                deleted += 1;
            }
        }
        Ok(deleted)
    }

    fn path(&self, id: ExportId) -> PathBuf {
        self.folder.join(id.to_string())
    }

    fn part(&self, id: ExportId) -> PathBuf {
        self.path(id).with_extension(PART)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use uuid::Uuid;

    fn id(number: u128) -> ExportId {
        ExportId(Uuid::from_u128(number))
    }

    fn names(files: &ExportFiles) -> Vec<String> {
        let entries = fs::read_dir(&files.folder).expect("the folder");
        let mut names: Vec<_> = entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8")).collect();
        names.sort();
        names
    }

    #[cfg(unix)]
    #[test]
    fn files_are_the_servers_alone() {
        use std::os::unix::fs::PermissionsExt;
        let data_dir = tempfile::tempdir().expect("a folder");
        let files = ExportFiles::in_data_dir(data_dir.path());
        let mode = |path: &Path| fs::metadata(path).expect("a file").permissions().mode() & 0o777;
        let mut file = files.start(id(1)).expect("a file");
        file.write_all(b"rows").expect("room");
        assert_eq!((mode(&files.folder), mode(&files.part(id(1)))), (0o700, 0o600));
        assert!(files.open(id(1)).is_err(), "not before it is complete");
        files.complete(id(1), &file).expect("renamed");
        let mut text = String::new();
        files.open(id(1)).expect("complete").read_to_string(&mut text).expect("readable");
        assert_eq!((text.as_str(), mode(&files.path(id(1)))), ("rows", 0o600));
        files.unnamed().expect("a file");
        assert_eq!(names(&files), [id(1).to_string()]);
    }

    #[test]
    fn what_a_crash_left_is_deleted_and_nothing_that_is_of_use() {
        let data_dir = tempfile::tempdir().expect("a folder");
        let files = ExportFiles::in_data_dir(data_dir.path());
        assert_eq!(files.delete_others(&[]).expect("no folder is nothing to delete"), 0);
        for number in 1..=4 {
            let file = files.start(id(number)).expect("a file");
            if number > 2 {
                files.complete(id(number), &file).expect("renamed");
            }
        }
        // Finished by an attempt after the one that left this part.
        files.start(id(4)).expect("a file");
        fs::write(files.folder.join("notes.txt"), "not ours").expect("room");
        let live = [LiveExport { id: id(1), is_finished: false }, LiveExport { id: id(4), is_finished: true }];
        assert_eq!(files.delete_others(&live).expect("deleted"), 3);
        assert_eq!(names(&files), [format!("{}.part", id(1)), id(4).to_string(), "notes.txt".to_owned()]);
    }
}
