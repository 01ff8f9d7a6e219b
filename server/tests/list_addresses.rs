//! What the addresses of lists show: filters as chips, and the nearest page after a deletion.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use common::{Browser, Site, TestDb};

/// Posts a form that makes a record and returns its id.
async fn made(browser: &Browser, path: &str, fields: &[(&str, &str)]) -> String {
    let answer = browser.post(path, fields).await;
    answer.location().unwrap_or_else(|| panic!("{path}: {}", answer.body)).rsplit('/').next().unwrap().to_owned()
}

async fn deal(browser: &Browser, company: &str, name: &str, more: &[(&str, &str)]) -> String {
    let fields = [("name", name), ("value", "1"), ("stage", "prospecting"), ("company_id", company)];
    let fields: Vec<(&str, &str)> =
        fields.into_iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name)).chain(more.iter().copied()).collect();
    made(browser, "/deals/new", &fields).await
}

on_both_databases! {
    async fn a_filter_of_a_figure_is_a_chip_on_board_and_list(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        let company = made(&browser, "/companies/new", &[("name", "Cty"), ("status", "lead")]).await;
        let lost = [("source", "Giới thiệu"), ("stage", "closed-lost"), ("lost_reason", "Giá cao")];
        deal(&browser, &company, "Xe tải", &lost).await;
        deal(&browser, &company, "Kho lạnh", &[("source", "Website")]).await;
        // The page takes the notice, which names the deal.
        browser.get("/deals").await;
        for (filter, chip, is_shown) in [
            ("source=gioi%20thieu", "Clear Source", true),
            ("source=H%E1%BB%99i%20ch%E1%BB%A3", "Clear Source", false),
            ("lost_reason=GIA%20CAO", "Clear Lost reason", true),
            ("closed_from=2020-01-01&closed_to=2199-12-31", "Clear Closed", true),
            ("closed_to=2020-01-01", "Clear Closed", false),
            ("decision=no-primary&stage=closed-lost", "No primary decision-maker", true),
        ] {
            for view in ["list", "board"] {
                let page = browser.get(&format!("/deals?view={view}&{filter}")).await;
                assert_eq!(page.status, 200, "{filter}: {}", page.body);
                assert!(page.body.contains(chip), "{view} {filter}: {}", page.body);
                assert_eq!((page.body.contains("Xe tải"), page.body.contains("Kho lạnh")), (is_shown, false), "{view} {filter}: {}", page.body);
            }
        }
        // A value that no deal has any more stays in the form, or another filter applied would drop it.
        let page = browser.get("/deals?view=list&source=Tender").await.body;
        assert!(page.contains("value=\"Tender\" checked"), "{page}");
        let page = browser.get("/deals?view=list&source=gioi+thieu").await.body;
        assert!(page.contains("value=\"Giới thiệu\" checked") && !page.contains("name=\"source\" value=\"gioi thieu\" checked"), "{page}");
        for filter in ["closed_from=x", "closed_to=2026-02-30", "decision=not-contacted"] {
            assert_eq!(browser.get(&format!("/deals?{filter}")).await.status, 400, "{filter}");
        }
    }

    async fn filters_of_every_list_say_what_they_do(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        let with_field = [("name", "Có kho"), ("status", "lead"), ("metadata_name", "Kho lạnh"), ("metadata_value", "Đông Anh")];
        made(&browser, "/companies/new", &with_field).await;
        made(&browser, "/companies/new", &[("name", "Có số"), ("status", "active"), ("phone", "0903 123 456")]).await;
        browser.get("/companies").await;
        for (filter, words, clear, shown) in [
            ("empty=phone", "no phone", "Clear Empty or not", "Có kho"),
            ("filled=phone", "with phone", "Clear Empty or not", "Có số"),
            ("status=lead&none_of=status", "not Lead", "Clear Status", "Có số"),
            ("field=kho+lanh&field_value=dong+anh", "kho lanh: dong anh", "Clear Custom field", "Có kho"),
            ("field=kho+lanh&none_of=field", "not kho lanh", "Clear Custom field", "Có số"),
        ] {
            let page = browser.get(&format!("/companies?{filter}")).await;
            assert_eq!(page.status, 200, "{filter}: {}", page.body);
            assert!(page.body.contains(words) && page.body.contains(clear), "{filter}: {}", page.body);
            let other = if shown == "Có kho" { ">Có số<" } else { ">Có kho<" };
            assert!(page.body.contains(&format!(">{shown}<")) && !page.body.contains(other), "{filter}: {}", page.body);
        }
        // Whoever is kept out is named as such, and a tag that is gone keeps nothing out.
        let company = made(&browser, "/companies/new", &[("name", "Thép Việt"), ("status", "lead")]).await;
        made(&browser, "/contacts/new", &[("name", "Lan"), ("company_id", &company)]).await;
        made(&browser, "/contacts/new", &[("name", "Minh")]).await;
        browser.get("/contacts").await;
        let page = browser.get(&format!("/contacts?company_id={company}&none_of=company_id")).await.body;
        assert!(page.contains("not Thép Việt") && page.contains(">Minh<") && !page.contains(">Lan<"), "{page}");
        let gone = browser.get(&format!("/contacts?tag={}&none_of=tag", uuid::Uuid::from_u128(1))).await.body;
        assert!(gone.contains(">Minh<") && gone.contains(">Lan<") && !gone.contains("was deleted"), "{gone}");
        for list in ["/companies?", "/contacts?", "/deals?view=list&", "/deals?", "/activities?"] {
            let recent = browser.get(&format!("{list}created_within=last-7-days&changed_older_than=30")).await;
            assert_eq!(recent.status, 200, "{list}: {}", recent.body);
            assert!(recent.body.contains("last 7 days") && recent.body.contains("more than 30 days ago"), "{list}: {}", recent.body);
            for nonsense in ["created_within=ever", "changed_older_than=0", "empty=id", "none_of=q"] {
                assert_eq!(browser.get(&format!("{list}{nonsense}")).await.status, 400, "{list}{nonsense}");
            }
        }
    }

    async fn people_who_were_not_contacted_are_listed(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        for name in ["Lan", "Minh"] {
            let id = made(&browser, "/contacts/new", &[("name", name)]).await;
            if name == "Lan" {
                // The server's clock stands at 10:04 in Hanoi on that day.
                made(&browser, "/activities/new", &[("type", "call"), ("subject", "x"), ("date", "2026-03-02T09:00"), ("contact_id", &id)]).await;
            }
        }
        browser.get("/contacts").await;
        let page = browser.get("/contacts?not_contacted_days=30&sort=-name").await.body;
        assert!(page.contains("30 days or more") && page.contains("Clear Not contacted"), "{page}");
        assert!(page.contains(">Minh<") && !page.contains(">Lan<"), "{page}");
        for days in ["0", "3651", "a", "1.5"] {
            assert_eq!(browser.get(&format!("/contacts?not_contacted_days={days}")).await.status, 400, "{days}");
        }
    }

    async fn a_page_whose_last_rows_are_deleted_gives_way_to_the_nearest(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        let company = made(&browser, "/companies/new", &[("name", "Cty"), ("status", "lead")]).await;
        let mut deals = Vec::new();
        for number in 0..22 {
            deals.push(deal(&browser, &company, &format!("Xe {number:02}"), &[]).await);
        }
        let list = "q=xe&view=list&sort=-name&page=2";
        // Sorted down, the second page has the first two deals.
        for (index, expected) in [(0, "/deals?q=xe&view=list&sort=-name&page=2"), (1, "/deals?q=xe&view=list&sort=-name")] {
            let chosen = format!("{}.1", deals[index]);
            let form = [("kind", "deals"), ("selected", &chosen), ("action", "delete"), ("count", "1"), ("list", list)];
            let answer = browser.post("/bulk-changes", &form).await;
            assert_eq!((answer.status, answer.location()), (303, Some(expected)), "{}", answer.body);
        }
        let page = browser.get("/deals?q=xe&view=list&sort=-name&page=7").await.body;
        assert!(page.contains("There is no page 7; the search has 1 page."), "{page}");
    }

    async fn activities_are_searched(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        for subject in ["Gặp chị Lan", "Gửi báo giá"] {
            made(&browser, "/activities/new", &[("type", "call"), ("subject", subject), ("date", "2026-03-02T09:00")]).await;
        }
        browser.get("/activities").await;
        let page = browser.get("/activities?q=bao+gia").await.body;
        assert!(page.contains("Gửi báo giá") && !page.contains("Gặp chị Lan"), "{page}");
        assert!(page.contains("name=\"q\"") && page.contains("value=\"bao gia\""), "{page}");
        assert!(browser.get("/activities?q=xyzzy").await.body.contains("No activity matches this search"));
    }
}
