//! The audit log: nobody edits it, and whoever gets past that is found out (D13).

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod support;

use common::TestDb;
use store::{AuditFault, verify_chain};
use support::{About, call, company, deal, disable_audit_triggers, everything, person, tag, tagged};

on_both_databases! {
    async fn no_row_is_changed_or_taken_out(db: TestDb) {
        db.register("hung").await;
        let raw = db.raw().await;
        let mut attempts = vec!["UPDATE audit_log SET action = 'x'", "UPDATE audit_log SET seq = 2", "DELETE FROM audit_log", "DELETE FROM audit_log WHERE seq = 1"];
        attempts.push(if raw.is_postgres() { "TRUNCATE audit_log" } else { "INSERT OR REPLACE INTO audit_log SELECT * FROM audit_log" });
        let before: Vec<Vec<u8>> = raw.column("SELECT hash FROM audit_log").await;
        for attempt in attempts {
            let refused = raw.run(attempt).await.unwrap_err();
            assert!(refused.to_string().contains("append-only"), "{attempt}: {refused}");
        }
        assert_eq!(raw.column::<Vec<u8>>("SELECT hash FROM audit_log").await, before);
    }

    async fn an_edit_that_changes_nothing_writes_nothing(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let carried = store.create_tag(&actor, tag("Lớn")).await.unwrap();
        let company_draft = tagged("Đường Quảng Ngãi", &[carried]);
        let company_id = store.create_company(&actor, company_draft.clone()).await.unwrap();
        let contact_draft = person("Nguyễn Thị Lan", Some(company_id));
        let contact_id = store.create_contact(&actor, contact_draft.clone()).await.unwrap();
        let deal_draft = deal("Xe tải", company_id, "proposal", 150);
        let deal_id = store.create_deal(&actor, deal_draft.clone()).await.unwrap();
        let activity_draft = call("Báo giá", About { company: Some(company_id), contact: Some(contact_id), deal: Some(deal_id) });
        let activity_id = store.create_activity(&actor, activity_draft.clone()).await.unwrap();

        let raw = db.raw().await;
        let before = everything(&raw).await;
        db.clock.advance(chrono::TimeDelta::seconds(5));
        store.update_company(&actor, company_id, 1, company_draft).await.unwrap();
        store.update_contact(&actor, contact_id, 1, contact_draft).await.unwrap();
        store.update_deal(&actor, deal_id, 1, deal_draft).await.unwrap();
        store.update_activity(&actor, activity_id, 1, activity_draft).await.unwrap();
        assert_eq!(everything(&raw).await, before);

        store.update_company(&actor, company_id, 1, company("Đường Quảng Ngãi")).await.unwrap();
        assert_eq!(store.company(&actor, company_id).await.unwrap().version, 2, "without its tag it is another");
    }

    async fn every_field_of_a_row_is_covered_by_its_hash(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let raw = db.raw().await;
        disable_audit_triggers(&raw).await;
        let empty = if raw.is_postgres() { r"'\x00'" } else { "X'00'" };
        for (column, value) in [
            ("actor_id", "NULL"),
            ("action", "'x'"),
            ("entity", "'x'"),
            ("entity_id", raw.id(actor.user_id.0).as_str()),
            ("before", "'{}'"),
            ("after", "NULL"),
            ("ip_address", "'127.0.0.1'"),
            ("at", "'2020-01-01T00:00:00+00:00'"),
            ("previous_hash", empty),
            ("hash", empty),
            ("seq", "2"),
        ] {
            raw.run("CREATE TABLE kept AS SELECT * FROM audit_log").await.unwrap();
            assert_eq!(raw.run(&format!("UPDATE audit_log SET {column} = {value}")).await.unwrap(), 1);
            assert_eq!(verify_chain(&db.store, actor.workspace_id).await.unwrap(), Some(AuditFault::Row(1)), "{column}");
            raw.run("DELETE FROM audit_log").await.unwrap();
            assert_eq!(verify_chain(&db.store, actor.workspace_id).await.unwrap(), Some(AuditFault::End), "the only row is the tail");
            raw.run("INSERT INTO audit_log SELECT * FROM kept").await.unwrap();
            raw.run("DROP TABLE kept").await.unwrap();
            assert_eq!(verify_chain(&db.store, actor.workspace_id).await.unwrap(), None);
        }
    }

    async fn an_audit_row_has_the_address_of_the_request(db: TestDb) {
        let store = db.store.from_address("2001:db8::7".parse().unwrap());
        store.register(common::register_form("hung", "correct horse battery").parse().unwrap(), None).await.unwrap();
        let noted: Vec<String> = db.raw().await.column("SELECT ip_address FROM audit_log").await;
        assert_eq!(noted, ["2001:db8::7"]);
    }
}
