//! The addresses and forms of a tag that was merged lead to the tag that took its place.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use chrono::TimeDelta;
use common::{Browser, Raw, Site, TestDb};
use domain::access::Role;
use serde_json::{Value, json};

/// Creates a tag; its id.
async fn tag(raw: &Raw, browser: &Browser, name: &str) -> String {
    assert_eq!(browser.post("/settings/tags/new", &[("name", name), ("color", "#16a34a")]).await.location(), Some("/settings/tags"));
    let ids: Vec<uuid::Uuid> = raw.column(&format!("SELECT id FROM tags WHERE name = '{name}'")).await;
    ids[0].to_string()
}

/// Merges a tag, at version 1, into another one.
async fn merge(db: &TestDb, browser: &Browser, tag: &str, into: &str) {
    db.clock.advance(TimeDelta::seconds(1));
    let merged = browser.post(&format!("/settings/tags/{tag}/merge"), &[("into", into), ("version", "1")]).await;
    assert_eq!(merged.location(), Some("/settings/tags"));
}

on_both_databases! {
    async fn the_questions_name_archived_companies_that_carry_the_tag(db: TestDb) {
        let site = Site::on(&db).await;
        let hung = site.registered("hung").await;
        let tag = tag(&db.raw().await, &hung, "A").await;
        let company = hung.post("/companies/new", &[("name", "Ánh Dương"), ("status", "lead"), ("tag_id", &tag)]).await;
        let company = company.location().unwrap().to_owned();
        for (page, words) in [("delete", "1 company will no longer carry it"), ("merge", "instead: 1 company.")] {
            assert!(hung.get(&format!("/settings/tags/{tag}/{page}")).await.body.contains(words), "{page}");
        }
        hung.post(&format!("{company}/archive"), &[("reason", "Closed"), ("version", "1")]).await;
        for (page, words) in [("delete", "1 archived company will no longer carry it"), ("merge", "instead: 1 archived company.")] {
            assert!(hung.get(&format!("/settings/tags/{tag}/{page}")).await.body.contains(words), "{page}");
        }
    }

    async fn the_pages_of_a_merged_tag_lead_to_the_form_of_the_one_in_its_place(db: TestDb) {
        let site = Site::on(&db).await;
        let hung = site.registered("hung").await;
        let raw = db.raw().await;
        let (a, b, c) = (tag(&raw, &hung, "A").await, tag(&raw, &hung, "B").await, tag(&raw, &hung, "C").await);
        for (from, into) in [(&a, &b), (&b, &c)] {
            merge(&db, &hung, from, into).await;
            for page in ["edit", "merge", "delete"] {
                let answer = hung.get(&format!("/settings/tags/{a}/{page}")).await;
                assert_eq!((answer.status, answer.location()), (303, Some(format!("/settings/tags/{into}/edit").as_str())), "{page}");
                assert_eq!(hung.follow(&format!("/settings/tags/{a}/{page}")).await.status, 200, "{page}");
            }
        }
        let outsider = site.registered("b").await;
        assert_eq!(outsider.get(&format!("/settings/tags/{a}/edit")).await.status, 404, "another workspace's");
        assert_eq!(hung.post(&format!("/settings/tags/{c}/delete"), &[("version", "1")]).await.status, 303);
        for tag in [a, b, c] {
            assert_eq!(hung.get(&format!("/settings/tags/{tag}/edit")).await.status, 404, "nothing took its place");
        }
    }

    async fn a_filter_by_a_merged_tag_becomes_one_by_the_tag_in_its_place(db: TestDb) {
        let site = Site::on(&db).await;
        let hung = site.registered("hung").await;
        let raw = db.raw().await;
        let (a, b, c, kept) = (tag(&raw, &hung, "A").await, tag(&raw, &hung, "B").await, tag(&raw, &hung, "C").await, tag(&raw, &hung, "D").await);
        let company = hung.post("/companies/new", &[("name", "Xe tải"), ("status", "lead"), ("tag_id", &a)]).await;
        assert_eq!(company.status, 303);
        merge(&db, &hung, &a, &b).await;
        merge(&db, &hung, &b, &c).await;
        for (asked, led) in [
            (format!("/companies?tag={a}&q=xe"), format!("/companies?q=xe&tag={c}")),
            (format!("/companies?q=xe&status=lead&tag={kept}&tag={a}&sort=name"), format!("/companies?q=xe&status=lead&tag={kept}&tag={c}")),
            (format!("/companies?tag={a}&tag={c}&tag={b}"), format!("/companies?tag={c}")),
            (format!("/contacts?tag={a}"), format!("/contacts?tag={c}")),
            (format!("/contacts?q=lan&tag={b}"), format!("/contacts?q=lan&tag={c}")),
            (format!("/deals?tag={a}"), format!("/deals?tag={c}")),
            (format!("/deals?view=list&tag={a}"), format!("/deals?view=list&tag={c}")),
            (format!("/deals?view=list&q=xe&tag={a}&stage=proposal"), format!("/deals?view=list&q=xe&stage=proposal&tag={c}")),
        ] {
            let answer = hung.get(&asked).await;
            assert_eq!(answer.status, 303, "{asked}");
            let sorted = |address: &str| {
                let (path, query) = address.split_once('?').unwrap();
                let mut pairs: Vec<String> = query.split('&').map(str::to_owned).collect();
                pairs.sort_unstable();
                (path.to_owned(), pairs)
            };
            assert_eq!(sorted(answer.location().unwrap()), sorted(&led), "{asked}");
            assert_eq!(hung.get(answer.location().unwrap()).await.status, 200, "{asked}");
        }
        assert!(hung.follow(&format!("/companies?tag={a}")).await.body.contains("Xe tải"));
        let outsider = site.registered("b").await;
        for id in [&a, &b, &c, "0190b2c0-0000-7000-8000-000000000000"] {
            for path in ["/companies", "/contacts", "/deals"] {
                assert_eq!(outsider.get(&format!("{path}?tag={id}")).await.status, 200, "{path}: another workspace's is no tag at all");
            }
        }
        assert_eq!(hung.get(&format!("/companies?tag={kept}")).await.status, 200);
    }

    async fn a_form_of_a_merged_tag_names_the_one_in_its_place(db: TestDb) {
        let site = Site::on(&db).await;
        let hung = site.registered("hung").await;
        let lan = site.joined(&db, "lan", "hung", Role::Admin).await;
        let raw = db.raw().await;
        let (a, b, other) = (tag(&raw, &hung, "A <i>").await, tag(&raw, &hung, "Khách <b>quen").await, tag(&raw, &hung, "C").await);
        merge(&db, &lan, &a, &b).await;
        let before = raw.number("SELECT count(*) FROM audit_log").await;
        let forms = [
            ("edit", "update", vec![("name", "Tên mới"), ("color", "#0284c7"), ("version", "1")]),
            ("merge", "merge", vec![("into", other.as_str()), ("version", "1")]),
            ("delete", "delete", vec![("version", "1")]),
        ];
        for (form, function, fields) in forms {
            for restore in [None, Some(("restore", "1"))] {
                let fields: Vec<_> = fields.iter().copied().chain(restore).collect();
                let answer = hung.post(&format!("/settings/tags/{a}/{form}"), &fields).await;
                if restore.is_some() && form == "delete" {
                    assert_eq!(answer.status, 400);
                    continue;
                }
                let page = answer.body.replace("&lt;", "<").replace("&gt;", ">");
                assert_eq!(answer.status, 409, "{form}");
                assert!(page.contains("Tag “A <i>” was merged into “Khách <b>quen”") && page.contains("Merged by lan, "), "{form}: {page}");
                assert!(page.contains(&format!(r#"href="/settings/tags/{b}/edit""#)) && page.contains("Edit Khách <b>quen"), "{form}: {page}");
                assert!(!answer.body.contains("<i>") && !answer.body.contains("<b>quen"), "{form}: {}", answer.body);
                assert!(!page.contains("Restore and save"), "{form}: {page}");
                assert_eq!(page.contains(">Tên mới</dd>"), form == "edit", "{page}");
            }
            let form: serde_json::Map<String, Value> = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
            let answer = hung.call(&format!("/fn/tags/{function}"), &json!({ "id": a, "form": form })).await;
            let said: Value = serde_json::from_str(&answer.body).unwrap();
            let sentence = "Tag “A <i>” was merged into “Khách <b>quen”. Merged by lan, just now.";
            assert_eq!((answer.status, said), (409, json!({ "Removed": sentence })), "{function}");
        }
        assert_eq!(raw.number("SELECT count(*) FROM audit_log").await, before, "nothing is written");

        assert_eq!(lan.post(&format!("/settings/tags/{b}/delete"), &[("version", "1")]).await.status, 303);
        for id in [&a, &b] {
            let page = hung.post(&format!("/settings/tags/{id}/edit"), &[("name", "Tên mới"), ("color", "#0284c7"), ("version", "1")]).await;
            assert!(page.status == 409 && page.body.contains("was deleted") && page.body.contains("Deleted by lan"), "{page:?}");
            assert!(page.body.contains(">Tên mới</dd>") && !page.body.contains("Restore and save"), "{}", page.body);
        }
    }
}
