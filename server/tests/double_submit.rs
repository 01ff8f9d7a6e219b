//! A form that is sent twice makes one record, and both are answered alike (threat D7).

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use common::{Browser, Site, TestDb};
use std::{collections::BTreeSet, sync::Arc};

/// The key that the page of a form hands out.
async fn key_of(browser: &Browser, path: &str) -> String {
    let page = browser.get(path).await.body;
    let (_, after) = page.split_once("name=\"form_key\" value=\"").unwrap();
    after.split_once('"').unwrap().0.to_owned()
}

on_both_databases! {
    async fn fifty_at_once_make_one_and_get_one_answer(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = Arc::new(site.registered("hung").await);
        let company = browser.post("/companies/new", &[("name", "Cty"), ("status", "lead")]).await;
        let company = company.location().unwrap().trim_start_matches("/companies/").to_owned();
        let raw = db.raw().await;
        for (path, table, more) in [
            ("/companies/new", "companies", vec![("status", "lead".to_owned())]),
            ("/contacts/new", "contacts", vec![]),
            ("/settings/tags/new", "tags", vec![("color", "#16a34a".to_owned())]),
            ("/deals/new", "deals", vec![("value", "1".to_owned()), ("stage", "proposal".to_owned()), ("company_id", company.clone())]),
        ] {
            let key = key_of(&browser, path).await;
            assert_ne!(key, key_of(&browser, path).await, "{path}: each showing has its own");
            let mut fields = vec![("name", "Đức".to_owned()), ("form_key", key)];
            fields.extend(more);
            let sends = (0..50).map(|_| {
                let (browser, fields) = (Arc::clone(&browser), fields.clone());
                tokio::spawn(async move {
                    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
                    browser.post(path, &fields).await
                })
            });
            let mut answers = BTreeSet::new();
            for send in sends.collect::<Vec<_>>() {
                let answer = send.await.unwrap();
                answers.insert((answer.status, answer.location().unwrap().to_owned()));
            }
            assert_eq!(answers.len(), 1, "{path}: {answers:?}");
            let made = raw.number(&format!("SELECT count(*) FROM {table} WHERE name = 'Đức'")).await;
            assert_eq!(made, 1, "{path}");
            // Typed anew into the same showing, it is another record.
            fields[0].1 = "Đào".to_owned();
            let typed: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            assert_eq!(browser.post(path, &typed).await.status, 303);
            assert_eq!(raw.number(&format!("SELECT count(*) FROM {table} WHERE name = 'Đào'")).await, 1, "{path}");
        }
    }

    async fn deleting_a_contact_offers_to_undo_it(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        let made = browser.post("/contacts/new", &[("name", "Đào")]).await;
        let path = made.location().unwrap().to_owned();
        browser.get(&path).await;
        let gone = browser.post(&format!("{path}/delete"), &[("version", "1")]).await;
        assert_eq!((gone.status, gone.location()), (303, Some("/contacts")));
        let list = browser.get("/contacts").await.body;
        assert!(list.contains(&format!("action=\"{path}/restore\"")), "{list}");
        assert!(!browser.get("/contacts").await.body.contains("/restore"), "said once");
        assert_eq!(browser.get(&path).await.status, 404);
        for _ in 0..2 {
            let back = browser.post(&format!("{path}/restore"), &[]).await;
            assert_eq!((back.status, back.location()), (303, Some(path.as_str())));
        }
        assert_eq!(browser.get(&path).await.status, 200);
    }
}
