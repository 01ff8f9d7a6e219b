//! What the tables have in common: the columns every business row carries, keys inside a workspace, list indexes.

use sea_orm_migration::{prelude::*, schema, sea_orm::DbBackend};

/// The largest amount, in hundredths: what DECIMAL(15,2) holds.
pub const MAX_AMOUNT: i64 = 999_999_999_999_999;

/// A table of business rows with `workspace_id, id, owner_id, version, created_at, updated_at`.
pub fn record_table(name: &'static str) -> TableCreateStatement {
    Table::create()
        .table(name)
        .col(schema::uuid("workspace_id"))
        .col(schema::uuid("id"))
        .col(schema::uuid("owner_id"))
        .col(schema::big_integer("version").default(1).check(Expr::col("version").gte(1)))
        .col(timestamp("created_at"))
        .col(timestamp("updated_at"))
        .primary_key(Index::create().col("workspace_id").col("id"))
        .foreign_key(
            ForeignKey::create()
                .name(format!("{name}_owner"))
                .from(name, ("workspace_id", "owner_id"))
                .to("memberships", ("workspace_id", "user_id")),
        )
        .take()
}

/// A key to another row of the same workspace; the row pointed at can't go first.
pub fn tenant_fk(table: &'static str, column: &'static str, target: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("{table}_{}", column.trim_end_matches("_id")))
        .from(table, ("workspace_id", column))
        .to(target, ("workspace_id", "id"))
        .take()
}

/// A key to the row of the same workspace that this one is part of: it goes with it.
pub fn cascading_fk(table: &'static str, column: &'static str, target: &'static str) -> ForeignKeyCreateStatement {
    tenant_fk(table, column, target).on_delete(ForeignKeyAction::Cascade).take()
}

/// An index led by the workspace.
pub fn index(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(format!("{table}_by_{}", columns.join("_"))).table(table).col("workspace_id");
    for column in columns {
        index.col(*column);
    }
    index
}

/// An index of the rows that are not in the bin, in an order that a list shows. Without the others in it, a page is found
/// in the index alone, however far down the list it is.
pub fn live_index(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    index(table, columns).and_where(Expr::col("deleted_at").is_null()).take()
}

/// An index of the rows in the bin, by when they came there. Were the others in it, both databases would take it for the
/// best way to them: `deleted_at IS NULL` looks as narrow as a key before anything is known of the data.
pub fn bin_index(table: &'static str) -> IndexCreateStatement {
    index(table, &["deleted_at"]).and_where(Expr::col("deleted_at").is_not_null()).take()
}

/// A time in UTC.
pub fn timestamp(name: &'static str) -> ColumnDef {
    schema::timestamp_with_time_zone(name)
}

/// A time in UTC, or none.
pub fn timestamp_null(name: &'static str) -> ColumnDef {
    schema::timestamp_with_time_zone_null(name)
}

/// Folded text that is sorted by: empty for none, compared by bytes on both databases.
pub fn folded_text(manager: &SchemaManager<'_>, name: &'static str) -> ColumnDef {
    let mut column = schema::text(name).default("").take();
    if manager.get_database_backend() == DbBackend::Postgres {
        column.extra(r#"COLLATE "C""#);
    }
    column
}

/// One of a few words.
pub fn enum_text(name: &'static str, words: &[&'static str]) -> ColumnDef {
    schema::string_len(name, 20).check(Expr::col(name).is_in(words.iter().copied())).take()
}

/// One of a few words, or none.
pub fn enum_text_null(name: &'static str, words: &[&'static str]) -> ColumnDef {
    schema::string_len_null(name, 20).check(Expr::col(name).is_in(words.iter().copied())).take()
}

/// An amount of money in hundredths.
pub fn amount(name: &'static str) -> ColumnDef {
    schema::big_integer(name).default(0).check(Expr::col(name).between(0, MAX_AMOUNT)).take()
}

/// A count, or a sum of amounts in hundredths. The upper bound looks idle but isn't: where PostgreSQL refuses a sum past
/// 64 bits, SQLite would go on with a float.
pub fn count_or_sum(name: &'static str) -> ColumnDef {
    schema::big_integer(name).default(0).check(Expr::col(name).between(0, i64::MAX)).take()
}

/// Custom fields, as a JSON object.
pub fn metadata() -> ColumnDef {
    schema::json_binary("metadata").default("{}").take()
}

/// Creates a table and then its indexes.
pub async fn create(
    manager: &SchemaManager<'_>,
    table: TableCreateStatement,
    indexes: impl IntoIterator<Item = IndexCreateStatement>,
) -> Result<(), DbErr> {
    manager.create_table(table).await?;
    for index in indexes {
        manager.create_index(index).await?;
    }
    Ok(())
}

/// Drops tables, with their indexes and triggers.
pub async fn drop(manager: &SchemaManager<'_>, tables: &[&'static str]) -> Result<(), DbErr> {
    for table in tables {
        manager.drop_table(Table::drop().table(*table).take()).await?;
    }
    Ok(())
}

/// Runs statements that the query builder has no words for.
pub async fn run(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    for statement in statements {
        manager.get_connection().execute_unprepared(statement).await?;
    }
    Ok(())
}

/// Changes the words that an [`enum_text`] column may have. The words that are in use must be among the new ones.
///
/// SQLite changes no condition of a table. To copy a table that others refer to would delete their rows, so its text in the schema is edited,
/// which is safe for conditions: <https://www.sqlite.org/lang_altertable.html#making_other_kinds_of_table_schema_changes>, the last paragraph.
pub async fn change_words(
    manager: &SchemaManager<'_>,
    (table, column): (&str, &str),
    before: &[&str],
    after: &[&str],
) -> Result<(), DbErr> {
    let condition = |words: &[&str]| format!(r#""{column}" IN ('{}')"#, words.join("', '"));
    let (before, after) = (condition(before), condition(after));
    if manager.get_database_backend() == DbBackend::Postgres {
        let name = format!("{table}_{column}_check");
        return run(manager, &[&format!("ALTER TABLE {table} DROP CONSTRAINT {name}, ADD CONSTRAINT {name} CHECK ({after})")]).await;
    }
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
    let update = format!(
        "UPDATE sqlite_schema SET sql = replace(sql, {before}, {after}) WHERE type = 'table' AND name = '{table}' AND instr(sql, {before}) > 0",
        before = quoted(&before),
        after = quoted(&after),
    );
    run(manager, &["PRAGMA writable_schema = ON"]).await?;
    let changed = manager.get_connection().execute_unprepared(&update).await?.rows_affected();
    run(manager, &["PRAGMA writable_schema = RESET"]).await?;
    if changed == 1 { Ok(()) } else { Err(DbErr::Migration(format!("{table} has no condition {before}"))) }
}
