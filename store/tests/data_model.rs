//! Holds `docs/DATA-MODEL.md` to the migrated schema of both databases, from which it is printed. After a new migration,
//! `UPDATE_DOCS=1 scripts/with-postgres.sh cargo test -p store --test data_model` writes it again; a new table needs its purpose in
//! [`PURPOSES`].

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use common::{Raw, TestDb};
use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    fmt::Write,
    fs,
    path::PathBuf,
};

/// Each table, in the order of reading, with why it is there.
const PURPOSES: &[(&str, &str)] = &[
    (
        "users",
        "Accounts, one per person, across all workspaces. `email_key` is the address as sign-in compares it. `auth_stamp` changes with the password; sessions that carry an older one are over.",
    ),
    (
        "sessions",
        "Signed-in browsers, and anonymous ones while a refused form waits for its correction. The cookie's token is stored as a hash only.",
    ),
    ("sign_in_attempts", "Failed and recent sign-ins per account, network and known device: what the bounds on guessing count."),
    (
        "sign_in_log",
        "Sign-ins of the last 60 days, successful or not, which their users see. Those at an address without an account belong to nobody and go with the next clean-up.",
    ),
    ("registrations", "Recent registrations per network: what the bound on registering counts."),
    (
        "account_links",
        "Links that act for an account without a sign-in: new passwords and confirmed addresses. The token is stored as a hash only. `replaced_at` is when a newer link or another change of the account ended it; ended ones stay for 30 days, so that their page says why.",
    ),
    ("link_requests", "Recent requests for links per account and network: what the bounds on asking for mail count."),
    (
        "workspaces",
        "Tenants. Every business row belongs to one, by the first column of its key. `has_demo_data` says that it has rows in `demo_records`.",
    ),
    (
        "demo_records",
        "Which records of a workspace were filled in as demo data, and the version that they had then: one of another version was changed since.",
    ),
    ("memberships", "Which user has which role in which workspace. A removed member's row stays, for records refer to it as their owner."),
    ("invitations", "Invitations to a workspace that are open or were accepted."),
    (
        "bin_entries",
        "The bin: a row for each record that was deleted by itself, who deleted it, and how many records went with it. Those have none: they have the same `deleted_at`, and are restored and deleted for ever with it.",
    ),
    ("workspace_counters", "Totals per workspace, kept in step by every write, so that no page counts rows."),
    (
        "companies",
        "Companies. `name_key` and `industry_key` are folded copies to compare by, `sort_key` and `industry_sort_key` stand in Vietnamese order, `search` is the folded text that search looks in. An archived company has `archived_at` and `archive_reason`; the indexes of its list hold `archived_at` behind the id.",
    ),
    (
        "company_counters",
        "Totals of a company's contacts, deals and activities, kept in step by every write. Times are Unix time in milliseconds, 0 for none: the last contacts as of the latest refresh, and the next planned one, from which on they are out of date.",
    ),
    (
        "contacts",
        "People. `reports_to_id` makes the organisation chart. `standing` is the rank in the order of authority: 0 primary, 1 secondary, 2 deciding influencer, 3 decides without level, 4 influencer, 5 other.",
    ),
    (
        "stages",
        "Columns of the deals board, which the workspace chooses. `kind` says whether deals there are open, won or lost; `idle_days` is when an open deal counts as idle; `color` names that of its dot. `slug` stays when the name changes.",
    ),
    ("stage_counters", "Totals per stage, kept in step by every write: the heads of the board's columns."),
    ("owner_stage_counters", "Totals per stage and owner of its deals, kept by triggers: an owner's dashboard."),
    (
        "deal_day_counters",
        "Numbers of deals added and closed, by owner and day in UTC (days since 1970), kept by triggers: the dashboard's figures of the last days.",
    ),
    (
        "deals",
        "Deals. `value` is in hundredths of the workspace's currency. `position` orders a column of the board, with gaps so that a move writes one row. `probability` is null where the stage's own counts.",
    ),
    (
        "activities",
        "Calls, meetings, emails and notes, with the company, contact and deal each is about. `date` is when it happened or is planned.",
    ),
    ("activity_notes", "Corrections to activities of a workspace that locks them after 24 hours."),
    (
        "bulk_changes",
        "One change to many records of a list, or its undo, of the last 30 days. `change` is JSON. `next_place` is where a job goes on: records go from the last place to the first.",
    ),
    (
        "bulk_change_records",
        "Records of a bulk change with the version that each had when it was begun. `outcome` says what became of it; `version_after` and `before`, which is JSON, are what an undo compares with and puts back.",
    ),
    ("tags", "Tags of a workspace, shared by companies, contacts and deals."),
    (
        "views",
        "Saved views of lists. `query` is the list's address without its path; `name_scope` says among whose views the name is unique: the owner's, or all shared ones.",
    ),
    ("default_views", "The view that a list opens with for a person, where they chose one."),
    ("company_tags", "Tags of companies."),
    ("contact_tags", "Tags of contacts."),
    ("deal_tags", "Tags of deals."),
    ("tag_counters", "How many companies, contacts and deals carry a tag, kept in step by every write."),
    (
        "custom_field_values",
        "Custom fields as rows, for lists that are filtered by one, with names and values folded; of a long value its start. Copied from `metadata_keys` by triggers.",
    ),
    (
        "tasks",
        "What somebody has to do. `due_on` is a day, `due_at` a time; `due_by` is the last moment that is not too late in the workspace's time zone, year 9999 for none, by which lists sort. `is_current`: open, or finished within the last day.",
    ),
    (
        "task_series",
        "Recurring tasks: the rule (`every`, `unit`, `mode`, and `until` or `times`), and what occurrences to come are made of. The day at a position is counted from `first_on` at `first_position`, which is negative if that day is before the series began; `next_position` is made next, by calendar from `next_at` on, where the day begins in the workspace's time zone. `ended_by_task_id` is the task that stopped it, by its deletion with all later ones or as nothing could come after it, and that takes it up again.",
    ),
    ("task_occurrences", "Which tasks belong to a series, each at its position, counted from 0. No position is made twice."),
    ("action_snoozes", "Records whose next best actions a user put off, and until when."),
    (
        "action_dismissals",
        "Next best actions that a user dismissed, and why. `since_ms` is the time that the rule counted from, in milliseconds since 1970: for another one the action is shown again.",
    ),
    ("disabled_action_rules", "Rules of the next best action that a workspace switched off."),
    ("attachments", "Files of records, by content hash. Not yet offered by a page."),
    (
        "audit_log",
        "What was done to every record, and by whom: append-only, held so by triggers. Each entry's `hash` covers the one before it, so a removed or changed entry shows. It covers `before` and `after` by `commitment`, with `salt`; both are null in entries from before. `erased_by` is the number of the entry that erased personal data from this one.",
    ),
    ("audit_heads", "The last entry of each workspace's log. Its `seq` is the workspace's version: what is cached is valid for one `seq`."),
    (
        "exports",
        "Files of lists that users asked for. `query` is that of the list's URL; `row_count` was counted when it was asked for, `rows_written` is how far its job is. `expires_at` is when the file goes; the row stays for 30 days more, so that its page says why there is none.",
    ),
    ("sent_forms", "Forms already accepted, by digest: a form sent twice creates one record."),
    ("secret_keys", "Keys that seal cookies and form tokens, the current one and retired ones that still open old values."),
    (
        "stored_keys",
        "How far the computed keys of a table are recomputed after an upgrade: `version` is complete, `target` reaches the row `after_id`.",
    ),
    (
        "jobs",
        "Background jobs, inserted by the transaction that causes them: mail, and housekeeping that recurs every `interval_seconds`. `lease_id` and `leased_until` belong to the process that works on the present attempt; a lease that ended without a result lets another one take over. `payload` is emptied once the job is done.",
    ),
    ("install_settings", "One row: what platform admins set for the whole install."),
    ("write_checks", "One row, written by the health check: it tells a full or read-only disk before a user does."),
];

/// Columns that mean the same in every table.
const SHARED_COLUMNS: &str = "\
Columns that mean the same wherever they are:

| Column | Meaning |
|---|---|
| `workspace_id` | The tenant. First in every key and index, so that no row of another workspace can be referred to. |
| `id` | UUID version 7: ordered by time of creation. |
| `owner_id` | The member whose record it is. |
| `version` | Raised by every edit; an edit based on an older one is a conflict. |
| `created_at`, `updated_at` | UTC. |
| `deleted_at` | When it came into the bin; null for a live record. |
| `metadata` | Custom fields, a JSON object. |
| `metadata_keys` | The same with names and values folded; of a long value its start. |
| `*_key` | A folded copy of the column it is named after, compared by bytes, alike on both databases. |
| `*sort_key` | A copy of the column it is named after whose bytes stand in Vietnamese order, of a contact by given name. Empty for none. Those of other tables are kept by triggers. |
| `search` | Folded text that search looks in. |
";

/// One column as both databases declare it.
struct Column {
    name: String,
    postgres: String,
    sqlite: String,
    nullable: bool,
    default: String,
}

/// A foreign key: its columns, the table it points at, and what a deletion there does here.
struct Reference {
    columns: Vec<String>,
    target: String,
    on_delete: String,
}

/// Rows of text columns that a catalog query answers; each column is cast to text and null is empty.
async fn catalog(raw: &Raw, columns: &[&str], from: &str) -> Vec<Vec<String>> {
    let cells = columns.iter().map(|column| format!("coalesce(CAST({column} AS text), '')")).collect::<Vec<_>>();
    raw.column::<String>(&format!("SELECT {} {from}", cells.join(" || '\u{1f}' || ")))
        .await
        .iter()
        .map(|row| row.split('\u{1f}').map(str::to_owned).collect())
        .collect()
}

async fn columns(postgres: &Raw, sqlite: &Raw, table: &str) -> Vec<Column> {
    let here = catalog(
        postgres,
        &["a.attname", "format_type(a.atttypid, a.atttypmod)", "NOT a.attnotnull", "pg_get_expr(d.adbin, d.adrelid)"],
        &format!(
            "FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
             WHERE a.attrelid = '{table}'::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum"
        ),
    )
    .await;
    let there = catalog(sqlite, &["name", "type", "\"notnull\""], &format!("FROM pragma_table_info('{table}') ORDER BY cid")).await;
    let names = |rows: &[Vec<String>]| rows.iter().map(|row| row[0].clone()).collect::<BTreeSet<_>>();
    assert_eq!(names(&here), names(&there), "columns of {table} on PostgreSQL and SQLite");
    here.into_iter()
        .map(|row| {
            let [name, postgres, nullable, default] = <[String; 4]>::try_from(row).unwrap();
            let other = there.iter().find(|row| row[0] == name).unwrap();
            let nullable = nullable == "true";
            assert_eq!(nullable, other[2] == "0", "{table}.{name} may be null on both databases or on none");
            Column { name, postgres, sqlite: other[1].clone(), nullable, default }
        })
        .collect()
}

async fn references(postgres: &Raw, table: &str) -> Vec<Reference> {
    let rows = catalog(
        postgres,
        &[
            "(SELECT string_agg(a.attname, ' ' ORDER BY k.place) FROM unnest(c.conkey) WITH ORDINALITY k(number, place)
              JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number)",
            "c.confrelid::regclass",
            "c.confdeltype",
        ],
        &format!("FROM pg_constraint c WHERE c.contype = 'f' AND c.conrelid = '{table}'::regclass ORDER BY c.conname"),
    )
    .await;
    rows.into_iter()
        .map(|row| Reference {
            columns: row[0].split(' ').map(str::to_owned).collect(),
            target: row[1].clone(),
            on_delete: match row[2].as_str() {
                "a" => "refused".to_owned(),
                "c" => "deleted with it".to_owned(),
                "n" => "set to null".to_owned(),
                other => panic!("{table}: no word for ON DELETE {other}"),
            },
        })
        .collect()
}

/// Keys and indexes of a table as PostgreSQL writes them, from the method on: `btree (workspace_id, name_key) WHERE …`.
async fn indexes(postgres: &Raw, table: &str) -> Vec<[String; 3]> {
    let rows = catalog(
        postgres,
        &[
            "i.relname",
            "CASE WHEN x.indisprimary THEN 'primary key' WHEN x.indisunique THEN 'unique' ELSE '' END",
            "pg_get_indexdef(i.oid)",
        ],
        &format!(
            "FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid WHERE x.indrelid = '{table}'::regclass
             ORDER BY x.indisprimary DESC, x.indisunique DESC, i.relname"
        ),
    )
    .await;
    rows.into_iter()
        .map(|row| [row[0].clone(), row[1].clone(), row[2].split_once(" USING ").map_or_else(String::new, |(_, rest)| rest.to_owned())])
        .collect()
}

async fn tables(raw: &Raw) -> BTreeSet<String> {
    let sql = if raw.is_postgres() {
        "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'"
    } else {
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT GLOB '*_search*' AND name NOT GLOB '*_docs'"
    };
    raw.column::<String>(sql).await.into_iter().filter(|name| name != "seaql_migrations").collect()
}

async fn print_table(text: &mut String, postgres: &Raw, sqlite: &Raw, table: &str, purpose: &str) -> Vec<Reference> {
    let references = references(postgres, table).await;
    let of_column: BTreeMap<&str, &Reference> =
        references.iter().filter_map(|reference| Some((reference.columns.last()?.as_str(), reference))).collect();
    writeln!(text, "\n### {table}\n\n{purpose}\n\n| Column | PostgreSQL | SQLite | Null | Default | Refers to; when that is deleted |\n|---|---|---|---|---|---|").unwrap();
    for column in columns(postgres, sqlite, table).await {
        let refers = of_column
            .get(column.name.as_str())
            .map(|reference| format!("[{0}](#{0}); {1}", reference.target, reference.on_delete))
            .unwrap_or_default();
        let default = if column.default.is_empty() { String::new() } else { format!("`{}`", column.default) };
        let null = if column.nullable { "yes" } else { "" };
        writeln!(text, "| `{}` | {} | {} | {null} | {default} | {refers} |", column.name, column.postgres, column.sqlite).unwrap();
    }
    text.push('\n');
    for [name, kind, definition] in indexes(postgres, table).await {
        let kind = if kind.is_empty() { String::new() } else { format!("{kind} ") };
        writeln!(text, "- `{name}`: {kind}{}", definition.replace('|', "\\|")).unwrap();
    }
    references
}

/// Tables and their relations as a Mermaid diagram; the columns that every business row has are left out.
fn print_diagram(relations: &BTreeSet<(String, String)>) -> String {
    let mut text = "```mermaid\nerDiagram\n".to_owned();
    for (table, target) in relations {
        writeln!(text, "    {target} ||--o{{ {table} : \"\"").unwrap();
    }
    text.push_str("```\n");
    text
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_data_model_is_the_migrated_schema() {
    let (postgres, sqlite) = (TestDb::postgres().await, TestDb::sqlite().await);
    let (postgres, sqlite) = (postgres.raw().await, sqlite.raw().await);
    let purposes: BTreeSet<String> = PURPOSES.iter().map(|(table, _)| (*table).to_owned()).collect();
    assert_eq!(tables(&postgres).await, purposes, "tables on PostgreSQL, and those whose purpose is written here");
    assert_eq!(tables(&sqlite).await, purposes, "tables on SQLite, and those whose purpose is written here");

    let (mut body, mut relations) = (String::new(), BTreeSet::new());
    for (table, purpose) in PURPOSES {
        for reference in print_table(&mut body, &postgres, &sqlite, table, purpose).await {
            // Every record has an owner: the lines of all tables to memberships would hide the others.
            if reference.target != "memberships" && reference.target != *table {
                relations.insert(((*table).to_owned(), reference.target));
            }
        }
    }
    let printed = format!(
        "# Data model\n\nPrinted from the migrated schema of both databases by `store/tests/data_model.rs`, which compares. After a new migration run \
         `UPDATE_DOCS=1 scripts/with-postgres.sh cargo test -p store --test data_model`.\n\n{SHARED_COLUMNS}\n\
         Indexes are PostgreSQL's; SQLite has the same, but for search: PostgreSQL has trigram indexes on `search`, SQLite the FTS5 tables \
         `activities_search`, `companies_search`, `contacts_search` and `deals_search` with the row numbers of `*_docs`, filled by triggers.\n\n\
         ## Relations\n\nOwners and references within one table are left out.\n\n{}\n## Tables\n{body}",
        print_diagram(&relations)
    );
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/DATA-MODEL.md");
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &printed).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap_or_default(), printed, "docs/DATA-MODEL.md is not what the schema is");
}
