//! A statement being written: its text and the values bound in it.
//!
//! Nothing from outside ever becomes part of the text: [`Sql::bind`] gives a value its number, and `$1`, `$2` … mean
//! the same on both databases. A number may stand in the text more than once, so a condition can be used twice.
//!
//! A LIMIT is written out, as it is a number of ours: SQLite plans a statement again at every run if its LIMIT is bound,
//! which cost a page of a list a tenth of its time.

use super::rows::to_u64;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, FromQueryResult, Statement, Value};
use std::fmt::Write as _;

/// Text and its values.
#[derive(Debug, Default)]
pub(crate) struct Sql {
    text: String,
    values: Vec<Value>,
}

#[derive(FromQueryResult)]
struct Count {
    count: i64,
}

impl Sql {
    /// A statement without text, whose first values are bound: `$1` is the first.
    pub(crate) fn with(values: impl IntoIterator<Item = Value>) -> Self {
        Self { text: String::new(), values: values.into_iter().collect() }
    }

    /// Binds a value and returns its placeholder `$n`.
    pub(crate) fn bind(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    /// Binds several values and returns their placeholders, `$n, $m, …`. Without a value it returns `NULL`, which no `IN` matches.
    pub(crate) fn bind_all<V: Into<Value>>(&mut self, values: impl IntoIterator<Item = V>) -> String {
        let mut list = String::new();
        for value in values {
            self.values.push(value.into());
            let comma = if list.is_empty() { "" } else { ", " };
            let _ = write!(list, "{comma}${}", self.values.len());
        }
        if list.is_empty() { "NULL".to_owned() } else { list }
    }

    /// Appends text.
    pub(crate) fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Whether there is no text yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The statement with text before and after it.
    pub(crate) fn enclosed(self, before: &str, after: &str) -> Self {
        Self { text: format!("{before}{}{after}", self.text), values: self.values }
    }

    /// Runs the statement and returns its first row.
    pub(crate) async fn one<T: FromQueryResult>(self, db: &impl ConnectionTrait) -> Result<Option<T>, DbErr> {
        let row = db.query_one_raw(self.statement(db)).await?;
        row.map(|row| T::from_query_result(&row, "")).transpose()
    }

    /// Runs the statement and returns all rows.
    pub(crate) async fn all<T: FromQueryResult>(self, db: &impl ConnectionTrait) -> Result<Vec<T>, DbErr> {
        let rows = db.query_all_raw(self.statement(db)).await?;
        rows.iter().map(|row| T::from_query_result(row, "")).collect()
    }

    /// Runs a statement whose one row has a `count`; 0 without a row.
    pub(crate) async fn count(self, db: &impl ConnectionTrait) -> Result<u64, DbErr> {
        Ok(self.one::<Count>(db).await?.map_or(0, |row| to_u64(row.count)))
    }

    /// Runs the statement and returns the number of changed rows.
    pub(crate) async fn execute(self, db: &impl ConnectionTrait) -> Result<u64, DbErr> {
        Ok(db.execute_raw(self.statement(db)).await?.rows_affected())
    }

    fn statement(self, db: &impl ConnectionTrait) -> Statement {
        debug_assert!(!self.text.contains("LIMIT $"), "write the LIMIT out: {}", self.text);
        Statement::from_sql_and_values(db.get_database_backend(), self.text, self.values)
    }
}

/// A fixed statement with its values, `$1` first.
pub(crate) fn sql(text: &str, values: impl IntoIterator<Item = Value>) -> Sql {
    let mut sql = Sql::with(values);
    sql.push(text);
    sql
}

/// Has SQLite read a table along this index, whatever its statistics say. PostgreSQL chooses by itself.
pub(crate) fn indexed_by(backend: DbBackend, index: &str) -> String {
    if backend == DbBackend::Sqlite { format!("INDEXED BY {index}") } else { String::new() }
}
