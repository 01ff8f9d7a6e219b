//! Tags, and what carries them.

use crate::table::{cascading_fk, create, drop, folded_text, index, record_table};
use sea_orm_migration::{
    prelude::*,
    schema::{string_len, uuid},
};

/// A table of tagged records: its name, its column, the table that column points at.
const TAGGED: [(&str, &str, &str); 3] =
    [("company_tags", "company_id", "companies"), ("contact_tags", "contact_id", "contacts"), ("deal_tags", "deal_id", "deals")];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tags = record_table("tags")
            .col(string_len("name", 100))
            // Lower case, composed, accents kept: "Đối tác" and "doi tac" are two tags, "VIP" and "vip" are one.
            .col(folded_text(manager, "name_key"))
            .col(string_len("color", 7).check(Expr::cust("length(color) = 7 AND color LIKE '#%'")))
            .take();
        create(manager, tags, [index("tags", &["name_key"]).unique().take()]).await?;

        for (table, column, target) in TAGGED {
            let tagged = Table::create()
                .table(table)
                .col(uuid("workspace_id"))
                .col(uuid(column))
                .col(uuid("tag_id"))
                .primary_key(Index::create().col("workspace_id").col(column).col("tag_id"))
                .foreign_key(&mut cascading_fk(table, column, target))
                .foreign_key(&mut cascading_fk(table, "tag_id", "tags"))
                .take();
            create(manager, tagged, [index(table, &["tag_id", column])]).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["deal_tags", "contact_tags", "company_tags", "tags"]).await
    }
}
