//! Exports of lists: what their rows have, whose they are and for how long (B2, C7). `list_pages.rs` compares their rows with the lists'.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod support;

use chrono::TimeDelta;
use common::TestDb;
use domain::{
    access::{Actor, Entity, Role},
    audit_log::{AuditFilter, AuditQuery},
    companies::{CompanyDraft, CompanyForm, CompanyQuery},
    contacts::{ContactQuery, EraseForm},
    custom_fields::CustomFields,
    deals::DealQuery,
    exports::{
        Cell, DIRECT_MINUTES, DIRECT_ROWS_MAX, ExportColumns, ExportFormat, ExportRow, FILE_HOURS, KEPT_DAYS, ListAddress, UNFINISHED_MAX,
    },
    ids::ExportId,
    members::RecordsGoTo,
    money::Money,
    record_kinds::RecordKind,
    workspaces::EndForm,
};
use std::collections::BTreeSet;
use store::{
    Store, StoreError, TimeRange,
    exports::{ExportFilter, ExportState, LiveExport, export_columns},
};
use support::{ALL_SHOWN, company, deal, member, person, tag};
use uuid::Uuid;

/// More rows than are written while a browser waits.
const MANY: u64 = DIRECT_ROWS_MAX + 1;

fn filter(address: ListAddress) -> ExportFilter {
    ExportFilter { address, days_utc: TimeRange::default() }
}

/// All rows of an export with all columns.
async fn rows(store: &Store, actor: &Actor, address: ListAddress) -> Vec<ExportRow> {
    let list = address.list();
    let ids = store.exported_ids(actor, &filter(address)).await.unwrap();
    store.exported_rows(actor, list, &export_columns(list, ExportColumns::All, &[]), &ids).await.unwrap()
}

/// The cell of a column.
fn cell<'a>(list: RecordKind, row: &'a ExportRow, name: &str) -> &'a Cell {
    let place = export_columns(list, ExportColumns::All, &[]).iter().position(|column| column.name == name).unwrap();
    &row.cells[place]
}

async fn asked(store: &Store, actor: &Actor, rows: u64) -> Result<ExportId, StoreError> {
    store.request_export(actor, RecordKind::Companies, "q=an".to_owned(), (ExportFormat::Csv, ExportColumns::Shown), rows).await
}

async fn live(store: &Store) -> Vec<ExportId> {
    store.live_exports().await.unwrap().into_iter().map(|LiveExport { id, .. }| id).collect()
}

on_both_databases! {
    async fn rows_have_all_fields_with_their_types(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let tags = [store.create_tag(&actor, tag("Ưu tiên")).await.unwrap(), store.create_tag(&actor, tag("An")).await.unwrap()];
        let form = CompanyForm {
            name: "Công ty Đường".to_owned(),
            size: "51-200".to_owned(),
            status: "active".to_owned(),
            phone: "+84 28 3822 1234".to_owned(),
            tax_code: "0101234567".to_owned(),
            address: "12 Lê Lợi\nQuận 1".to_owned(),
            ..CompanyForm::default()
        };
        let custom_fields = CustomFields::from_stored([("Số hợp đồng".to_owned(), "HD-1".to_owned())]);
        let draft = CompanyDraft { tags: tags.to_vec(), custom_fields: custom_fields.clone(), ..form.parse().unwrap() };
        let id = store.create_company(&actor, draft).await.unwrap();
        store.create_company(&actor, company("Bình")).await.unwrap();
        let contact = store.create_contact(&actor, person("Trần Đức", Some(id))).await.unwrap();
        store.create_deal(&actor, deal("Tháp", id, "proposal", 123_456)).await.unwrap();

        let exported = rows(store, &actor, ListAddress::Companies(CompanyQuery::default())).await;
        let names: Vec<_> = exported.iter().map(|row| cell(RecordKind::Companies, row, "name").clone()).collect();
        assert_eq!(names, ["Bình", "Công ty Đường"].map(|name| Cell::Text(name.to_owned())), "in the list's order");
        let of = |name: &str| cell(RecordKind::Companies, &exported[1], name).clone();
        let text = |text: &str| Cell::Text(text.to_owned());
        assert_eq!((of("phone"), of("tax_code"), of("address")), (text("+84 28 3822 1234"), text("0101234567"), text("12 Lê Lợi\nQuận 1")));
        assert_eq!((of("size"), of("status"), of("website")), (text("51-200"), Cell::choice("active", "Active"), Cell::Empty));
        assert_eq!(of("tags"), Cell::Names(vec!["An".to_owned(), "Ưu tiên".to_owned()]));
        assert_eq!((of("contacts"), of("open_deals")), (Cell::Number(1), Cell::Number(1)));
        assert_eq!((of("open_deals_value"), of("owner"), of("id")), (Cell::Money(Money::from_hundredths(123_456)), text("hung"), text(&id.to_string())));
        assert_eq!(exported[1].custom_fields, custom_fields);
        let ids = [id.0];
        assert_eq!(store.exported_custom_fields(&actor, RecordKind::Companies, &ids).await.unwrap(), ["Số hợp đồng"]);

        let people = rows(store, &actor, ListAddress::Contacts(ContactQuery::default())).await;
        let of = |name: &str| cell(RecordKind::Contacts, &people[0], name).clone();
        assert_eq!((of("company"), of("company_id"), of("id")), (text("Công ty Đường"), text(&id.to_string()), text(&contact.to_string())));
        assert_eq!((of("is_decision_maker"), of("authority_level"), of("reports_to")), (Cell::Flag(false), Cell::Empty, Cell::Empty));
        let deals = rows(store, &actor, ListAddress::Deals(DealQuery::default())).await;
        let of = |name: &str| cell(RecordKind::Deals, &deals[0], name).clone();
        assert_eq!((of("stage"), of("value"), of("probability")), (Cell::choice("proposal", "Proposal"), Cell::Money(Money::from_hundredths(123_456)), Cell::Number(50)));
        assert_eq!(of("weighted"), Cell::Money(Money::from_hundredths(61_728)));
    }

    async fn shown_columns_are_in_the_order_that_is_asked_for(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let id = db.store.create_company(&actor, company("Bình")).await.unwrap();
        let columns = export_columns(RecordKind::Companies, ExportColumns::Shown, &["status", "name", "password"]);
        assert_eq!(columns.iter().map(|column| column.label).collect::<Vec<_>>(), ["Status", "Name"]);
        let rows = db.store.exported_rows(&actor, RecordKind::Companies, &columns, &[id.0]).await.unwrap();
        assert_eq!(rows[0].cells, [Cell::choice("lead", "Lead"), Cell::Text("Bình".to_owned())]);
    }

    async fn what_is_deleted_or_erased_meanwhile_is_not_exported(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let (an, binh) = (store.create_company(&actor, company("An")).await.unwrap(), store.create_company(&actor, company("Bình")).await.unwrap());
        let duc = store.create_contact(&actor, person("Trần Đức", Some(an))).await.unwrap();
        let all = filter(ListAddress::Companies(CompanyQuery::default()));
        let ids = store.exported_ids(&actor, &all).await.unwrap();
        assert_eq!(*ids, [an.0, binh.0]);
        store.delete_company(&actor, binh, 1, ALL_SHOWN).await.unwrap();
        let columns = export_columns(RecordKind::Companies, ExportColumns::Shown, &["name"]);
        let rows_left = store.exported_rows(&actor, RecordKind::Companies, &columns, &ids).await.unwrap();
        assert_eq!(rows_left.len(), 1, "each other row is there once");
        assert_eq!(*store.exported_ids(&actor, &all).await.unwrap(), [an.0]);

        let (unfinished, direct) = (asked(store, &actor, MANY).await.unwrap(), asked(store, &actor, 1).await.unwrap());
        store.erase_contact(&actor, duc, EraseForm { name: "Trần Đức".to_owned() }).await.unwrap();
        let people = rows(store, &actor, ListAddress::Contacts(ContactQuery::default())).await;
        assert!(!format!("{people:?}").contains("Đức"), "{people:?}");
        assert_eq!(live(store).await, [], "no file has the contact any more");
        for id in [unfinished, direct] {
            let ended = store.export(&actor, id).await.unwrap();
            assert_eq!((ended.state, ended.query), (ExportState::Gone, String::new()));
            store.finish_export(actor.workspace_id, id).await.unwrap();
            assert_eq!(store.export(&actor, id).await.unwrap().state, ExportState::Gone, "also if its job ends after that");
        }
        assert_eq!(store.export_to_write(actor.workspace_id, unfinished).await.unwrap(), None);
    }

    async fn an_export_is_its_users_own_for_its_time(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let (lan, viewer) = (member(&db, &actor, "lan", Role::Admin).await, member(&db, &actor, "vy", Role::Viewer).await);
        let (_, stranger) = db.register("stranger").await;
        let (direct, by_job) = (asked(store, &actor, DIRECT_ROWS_MAX).await.unwrap(), asked(store, &actor, MANY).await.unwrap());
        for id in [direct, by_job] {
            for other in [&lan, &stranger] {
                assert_eq!(store.export(other, id).await.map(drop), Err(StoreError::NotFound));
            }
            assert_eq!(store.export(&viewer, id).await.map(drop), Err(StoreError::Denied));
        }
        assert_eq!(store.export(&actor, direct).await.unwrap().state, ExportState::Direct);
        assert_eq!(store.export(&actor, by_job).await.unwrap().state, ExportState::Writing { rows: 0 });
        store.note_export_progress(actor.workspace_id, by_job, 5_000).await.unwrap();
        assert_eq!(store.export(&actor, by_job).await.unwrap().state, ExportState::Writing { rows: 5_000 });
        let job = store.export_to_write(actor.workspace_id, by_job).await.unwrap().unwrap();
        assert_eq!((job.actor.user_id, job.actor.role, job.time_zone.as_str(), job.currency.as_str()), (actor.user_id, Role::Owner, "Asia/Ho_Chi_Minh", "VND"));
        assert_eq!(store.own_exports(&actor, RecordKind::Companies).await.unwrap().into_iter().map(|export| export.id).collect::<Vec<_>>(), [by_job]);
        assert_eq!(store.own_exports(&lan, RecordKind::Companies).await.unwrap(), []);

        db.clock.advance(TimeDelta::minutes(DIRECT_MINUTES));
        assert_eq!(store.export(&actor, direct).await.unwrap().state, ExportState::Gone);
        store.finish_export(actor.workspace_id, by_job).await.unwrap();
        assert_eq!(store.live_exports().await.unwrap(), [LiveExport { id: by_job, is_finished: true }]);
        db.clock.advance(TimeDelta::hours(FILE_HOURS) - TimeDelta::seconds(1));
        assert_eq!(store.export(&actor, by_job).await.unwrap().state, ExportState::Ready);
        db.clock.advance(TimeDelta::seconds(1));
        assert_eq!(store.export(&actor, by_job).await.unwrap().state, ExportState::Gone);
        assert_eq!((live(store).await, store.own_exports(&actor, RecordKind::Companies).await.unwrap()), (vec![], vec![]));
        assert_eq!(store.delete_old_exports().await.unwrap(), 0, "its page says that it is gone");
        db.clock.advance(TimeDelta::days(KEPT_DAYS));
        assert_eq!(store.delete_old_exports().await.unwrap(), 2);
        assert_eq!(store.export(&actor, by_job).await.map(drop), Err(StoreError::NotFound));
    }

    async fn each_export_is_an_entry_of_the_log(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let lan = member(&db, &actor, "lan", Role::Member).await;
        let id = asked(&db.store, &lan, 7).await.unwrap();
        let query = AuditQuery { filter: AuditFilter { kind: Some(Entity::Export), ..AuditFilter::default() }, ..AuditQuery::default() };
        let log = db.store.audit_log(&actor, &query, TimeRange::default()).await.unwrap();
        assert_eq!(log.entries.len(), 1);
        let entry = &log.entries[0];
        assert_eq!((entry.record.id, entry.actor.clone()), (id.0, Some((lan.user_id, "lan".to_owned()))));
        let changes = format!("{:?}", entry.changes);
        for part in ["companies", "q=an", "csv", "shown", "7"] {
            assert!(changes.contains(part), "{part}: {changes}");
        }
    }

    async fn limits_of_format_and_number_hold(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let xlsx = |rows| store.request_export(&actor, RecordKind::Deals, String::new(), (ExportFormat::Xlsx, ExportColumns::All), rows);
        let StoreError::Invalid(errors) = xlsx(1_048_576).await.unwrap_err() else { panic!("not refused") };
        assert!(errors.get("format").is_some());
        xlsx(1_048_575).await.unwrap();
        for _ in 1..UNFINISHED_MAX {
            asked(store, &actor, MANY).await.unwrap();
        }
        assert!(matches!(asked(store, &actor, MANY).await, Err(StoreError::Invalid(_))));
        asked(store, &actor, DIRECT_ROWS_MAX).await.unwrap();
        let lan = member(&db, &actor, "lan", Role::Member).await;
        asked(store, &lan, MANY).await.unwrap();
        let first = store.own_exports(&actor, RecordKind::Companies).await.unwrap()[0].id;
        store.fail_export(actor.workspace_id, first, "No room").await.unwrap();
        assert_eq!(store.export(&actor, first).await.unwrap().state, ExportState::Failed("No room".to_owned()));
        asked(store, &actor, MANY).await.unwrap();
    }

    async fn files_go_with_membership_and_workspace(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let (lan, mai) = (member(&db, &actor, "lan", Role::Member).await, member(&db, &actor, "mai", Role::Member).await);
        let (mine, hers, anothers) = (asked(store, &actor, MANY).await.unwrap(), asked(store, &lan, MANY).await.unwrap(), asked(store, &mai, MANY).await.unwrap());
        let all: BTreeSet<ExportId> = live(store).await.into_iter().collect();
        assert_eq!(all, BTreeSet::from([mine, hers, anothers]));
        store.remove_member(&actor, lan.user_id, RecordsGoTo::Nobody).await.unwrap();
        assert!(!live(store).await.contains(&hers));
        assert_eq!(store.export_to_write(actor.workspace_id, hers).await.unwrap(), None);
        let raw = db.raw().await;
        raw.run(&format!("UPDATE memberships SET role = 'viewer' WHERE user_id = {}", raw.id(mai.user_id.0))).await.unwrap();
        let job = store.export_to_write(actor.workspace_id, anothers).await.unwrap().unwrap();
        assert_eq!(job.actor.role, Role::Viewer, "as it is now");
        let name = store.workspace(&actor).await.unwrap().name;
        store.end_workspace(&actor, EndForm { name }).await.unwrap();
        assert_eq!(live(store).await, []);
        assert_eq!(store.export_to_write(actor.workspace_id, mine).await.unwrap(), None);
        assert_eq!(raw.number("SELECT COUNT(*) FROM exports").await, 3);
        db.clock.advance(TimeDelta::days(31));
        store.delete_ended_workspaces().await.unwrap();
        assert_eq!(raw.number("SELECT COUNT(*) FROM exports").await, 0);
    }

    async fn an_id_of_another_workspace_has_no_row(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let (_, stranger) = db.register("stranger").await;
        let id = db.store.create_company(&stranger, company("Xa")).await.unwrap();
        let columns = export_columns(RecordKind::Companies, ExportColumns::All, &[]);
        assert_eq!(db.store.exported_rows(&actor, RecordKind::Companies, &columns, &[id.0, Uuid::nil()]).await.unwrap(), []);
        assert_eq!(db.store.exported_custom_fields(&actor, RecordKind::Companies, &[id.0]).await.unwrap(), Vec::<String>::new());
    }
}
