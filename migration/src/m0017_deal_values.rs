//! A deal's value that is not known is null, which 0 is not. What was 0 before stays so: nothing says which of the two it meant.

use crate::table::{MAX_AMOUNT, amount, live_index, run};
use sea_orm_migration::{prelude::*, schema::big_integer_null, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Postgres {
            let nullable = ["ALTER TABLE deals ALTER COLUMN value DROP NOT NULL", "ALTER TABLE deals ALTER COLUMN value DROP DEFAULT"];
            return run(manager, &nullable).await;
        }
        let column = big_integer_null(COPY).check(Expr::col(COPY).between(0, MAX_AMOUNT)).take();
        replace_column(manager, column, "UPDATE deals SET value_copy = value").await
    }

    /// Values that are not known become 0.
    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Postgres {
            let filled = [
                "UPDATE deals SET value = 0 WHERE value IS NULL",
                "ALTER TABLE deals ALTER COLUMN value SET DEFAULT 0",
                "ALTER TABLE deals ALTER COLUMN value SET NOT NULL",
            ];
            return run(manager, &filled).await;
        }
        replace_column(manager, amount(COPY), "UPDATE deals SET value_copy = COALESCE(value, 0)").await
    }
}

const COPY: &str = "value_copy";

/// Puts a filled copy in the place of the column `value`, with its index: SQLite can't alter a column, and a new table would take every
/// reference to deals along.
async fn replace_column(manager: &SchemaManager<'_>, column: ColumnDef, fill: &str) -> Result<(), DbErr> {
    manager.alter_table(Table::alter().table("deals").add_column(column).take()).await?;
    let replace = [
        fill,
        "DROP INDEX deals_by_value_id",
        "ALTER TABLE deals DROP COLUMN value",
        "ALTER TABLE deals RENAME COLUMN value_copy TO value",
    ];
    run(manager, &replace).await?;
    manager.create_index(live_index("deals", &["value", "id"])).await
}
