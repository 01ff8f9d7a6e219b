//! A tax code that can't be right is saved, and its pages say what is wrong with it.

mod common;

use common::{Site, TestDb};

const WRONG: &str = "0100233480";
const WARNING: &str = "match: 0100233480 is no Vietnamese tax code";

on_both_databases! {
    async fn a_wrong_tax_code_is_saved_with_a_warning(db: TestDb) {
        let site = Site::on(&db).await;
        let hung = site.registered("hung").await;
        let created = hung.post("/companies/new", &[("name", "Mẫu"), ("tax_code", WRONG)]).await;
        let page = created.location().map(str::to_owned).unwrap_or_else(|| panic!("refused: {}", created.status));
        let codes: Vec<String> = db.raw().await.column("SELECT tax_code FROM companies").await;
        assert_eq!(codes, [WRONG], "saved");
        let edit = format!("{page}/edit");
        for path in [&page, &edit] {
            let shown = hung.get(path).await.body;
            assert_eq!(shown.matches(WARNING).count(), 1, "{path}");
            assert!(shown.contains("#triangle-alert"), "{path}: a sign beside the colour");
        }
        assert!(hung.get(&edit).await.body.contains("aria-describedby=\"tax_code-error tax_code-warning\""));
        // After a refusal for another field, what was typed is judged.
        let refused = hung.post("/companies/new", &[("name", ""), ("tax_code", "0100109107")]).await;
        assert_eq!(refused.location(), Some("/companies/new"));
        let form = hung.get("/companies/new").await.body;
        assert!(form.contains("0100109107 is no Vietnamese tax code") && !form.contains(WRONG), "{form}");
    }

    async fn a_right_or_foreign_tax_code_has_no_warning(db: TestDb) {
        let site = Site::on(&db).await;
        let hung = site.registered("hung").await;
        for code in ["0100109106", "0314409058-002", "079088000001", "DE123456789", ""] {
            let created = hung.post("/companies/new", &[("name", "Mẫu"), ("tax_code", code)]).await;
            let page = created.location().map(str::to_owned).unwrap_or_else(|| panic!("refused: {}", created.status));
            for path in [&page, &format!("{page}/edit")] {
                let shown = hung.get(path).await.body;
                assert!(!shown.contains("tax_code-warning") && !shown.contains("tax code;") && !shown.contains("is no Vietnamese"), "{path}: {code}");
            }
        }
    }
}
