//! Custom fields of companies and deals: kept as written, found by a search, noted in the audit log.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod support;

use common::TestDb;
use domain::{
    companies::{CompanyDraft, CompanyForm, CompanyQuery},
    contacts::{ContactDraft, ContactQuery},
    custom_fields::CustomFields,
    deals::DealDraft,
};
use store::StoreError;
use support::{ALL_SHOWN, company, deal, everything, person};

fn fields(rows: &[(&str, &str)]) -> CustomFields {
    let (names, values): (Vec<_>, Vec<_>) = rows.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).unzip();
    CustomFields::parse(&names, &values).unwrap()
}

fn with(rows: &[(&str, &str)]) -> CompanyDraft {
    CompanyDraft { custom_fields: fields(rows), ..company("Ánh Dương") }
}

/// The longest rows there may be, of the characters that take the most room.
fn full_form() -> CompanyForm {
    let name = |row: usize| format!("{row:02}{}", "🏢".repeat(98));
    CompanyForm {
        name: "Đầy".into(),
        metadata_name: (0..30).map(name).collect(),
        metadata_value: vec!["🏢".repeat(1_000); 30],
        ..CompanyForm::default()
    }
}

on_both_databases! {
    async fn a_companys_fields_are_kept_as_written(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let rows = [("Số hợp đồng", "HD-2024/031"), ("<script>", "\"'&\\ {\"a\": 1} 🙂\nhai dòng"), ("Kho\u{303}", "đo\u{301}ng")];
        let id = db.store.create_company(&actor, with(&rows)).await.unwrap();
        let kept = db.store.company(&actor, id).await.unwrap().custom_fields;
        assert_eq!(kept, fields(&rows));
        let shown: Vec<_> = kept.iter().map(|field| (field.name.as_str(), field.value.as_str())).collect();
        assert_eq!(shown, [("<script>", "\"'&\\ {\"a\": 1} 🙂\nhai dòng"), ("Khõ", "đóng"), ("Số hợp đồng", "HD-2024/031")], "composed, by name");

        db.store.update_company(&actor, id, 1, with(&[("Kho", "2")])).await.unwrap();
        assert_eq!(db.store.company(&actor, id).await.unwrap().custom_fields, fields(&[("Kho", "2")]));
        db.store.update_company(&actor, id, 2, company("Ánh Dương")).await.unwrap();
        assert!(db.store.company(&actor, id).await.unwrap().custom_fields.is_empty());

        let full = db.store.create_company(&actor, full_form().parse().unwrap()).await.unwrap();
        assert_eq!(db.store.company(&actor, full).await.unwrap().custom_fields.iter().count(), 30);
    }

    async fn a_company_is_found_by_its_fields(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let id = db.store.create_company(&actor, with(&[("Số hợp đồng", "HD-2024/031"), ("Giao hàng", "Thứ Năm")])).await.unwrap();
        db.store.create_company(&actor, company("Bình Minh")).await.unwrap();
        let found = async |q: &str| {
            let query = CompanyQuery { q: q.to_owned(), ..CompanyQuery::default() };
            db.store.companies(&actor, &query).await.unwrap().rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
        };
        for q in ["hd-2024", "THU NAM", "giao hang", "2024/031 duong"] {
            assert_eq!(found(q).await, [id], "{q}");
        }
        db.store.update_company(&actor, id, 1, with(&[("Giao hàng", "Thứ Sáu")])).await.unwrap();
        assert_eq!((found("hd-2024").await, found("thu sau").await), (vec![], vec![id]));
    }

    async fn a_deals_fields_are_kept_as_written(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let company_id = db.store.create_company(&actor, company("A")).await.unwrap();
        let draft = |rows| DealDraft { custom_fields: fields(rows), ..deal("Xe", company_id, "proposal", 100) };
        let id = db.store.create_deal(&actor, draft(&[("Số báo giá", "BG-7")])).await.unwrap();
        assert_eq!(db.store.deal(&actor, id).await.unwrap().custom_fields, fields(&[("Số báo giá", "BG-7")]));
        db.store.update_deal(&actor, id, 1, draft(&[("Số báo giá", "BG-8"), ("Bản in", "2")])).await.unwrap();
        assert_eq!(db.store.deal(&actor, id).await.unwrap().custom_fields, fields(&[("Bản in", "2"), ("Số báo giá", "BG-8")]));
        let search: Vec<String> = db.raw().await.column("SELECT search FROM deals").await;
        assert_eq!(search, ["\nxe\na\nban in\n2\nso bao gia\nbg-8\nzzq2dz"]);
    }

    async fn a_contacts_fields_are_kept_and_found(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let company_id = db.store.create_company(&actor, company("Ánh Dương")).await.unwrap();
        let draft = |rows| ContactDraft { custom_fields: fields(rows), ..person("Đức", Some(company_id)) };
        let id = db.store.create_contact(&actor, draft(&[("Sở thích", "Cà phê sữa đá")])).await.unwrap();
        assert_eq!(db.store.contact(&actor, id).await.unwrap().custom_fields, fields(&[("Sở thích", "Cà phê sữa đá")]));
        let found = async |q: &str| {
            let query = ContactQuery { q: q.to_owned(), ..ContactQuery::default() };
            db.store.contacts(&actor, &query).await.unwrap().rows.len()
        };
        assert_eq!((found("ca phe").await, found("so thich anh duong").await), (1, 1));
        db.store.update_contact(&actor, id, 1, draft(&[("Sở thích", "Trà")])).await.unwrap();
        assert_eq!((found("ca phe").await, found("tra").await), (0, 1));
        db.store.update_company(&actor, company_id, 1, company("Bình Minh")).await.unwrap();
        assert_eq!((found("anh duong").await, found("tra binh minh").await), (0, 1), "the company's name is still the last line");
        db.store.delete_contact(&actor, id, 2, ALL_SHOWN).await.unwrap();
        db.store.restore_contact(&actor, id).await.unwrap();
        assert_eq!(found("tra duc").await, 1);
    }

    async fn an_audit_row_has_custom_fields_before_and_after(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let id = db.store.create_company(&actor, with(&[("Kho", "1")])).await.unwrap();
        db.store.update_company(&actor, id, 1, with(&[("Kho", "2")])).await.unwrap();
        db.store.update_company(&actor, id, 2, company("Ánh Dương")).await.unwrap();
        let company_id = db.store.create_company(&actor, company("B")).await.unwrap();
        let deal_id = db.store.create_deal(&actor, deal("Xe", company_id, "proposal", 100)).await.unwrap();
        let changed = DealDraft { custom_fields: fields(&[("Bản in", "2")]), ..deal("Xe", company_id, "proposal", 100) };
        db.store.update_deal(&actor, deal_id, 1, changed).await.unwrap();
        let raw = db.raw().await;
        let column = async |column: &str| -> Vec<String> {
            raw.column(&format!("SELECT {column} FROM audit_log WHERE action = 'update' ORDER BY seq")).await
        };
        let empty = r#"{"custom_fields":null}"#;
        assert_eq!(column("before").await, [r#"{"custom_fields":{"Kho":"1"}}"#, r#"{"custom_fields":{"Kho":"2"}}"#, empty]);
        assert_eq!(column("after").await, [r#"{"custom_fields":{"Kho":"2"}}"#, empty, r#"{"custom_fields":{"Bản in":"2"}}"#]);
        let created: Vec<String> = raw.column("SELECT after FROM audit_log WHERE action = 'create' AND entity = 'company' ORDER BY seq").await;
        assert!(created[0].contains(r#""custom_fields":{"Kho":"1"}"#) && !created[1].contains("custom_fields"), "{created:?}");
    }

    async fn an_edit_of_an_old_version_changes_no_custom_field(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let id = db.store.create_company(&actor, with(&[("Kho", "1")])).await.unwrap();
        db.store.update_company(&actor, id, 1, with(&[("Kho", "2")])).await.unwrap();
        let before = everything(&db.raw().await).await;
        assert_eq!(db.store.update_company(&actor, id, 1, with(&[("Kho", "3")])).await, Err(StoreError::Conflict));
        assert_eq!(everything(&db.raw().await).await, before);
    }
}
