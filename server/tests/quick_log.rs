//! The quick log without a script: a form of a few fields that logs an activity.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use common::{Browser, Raw, Site, TestDb};

const PAGE: &str = "/activities/quick";

async fn created(browser: &Browser, form: &str, fields: &[(&str, &str)]) -> String {
    let answer = browser.post(form, fields).await;
    answer.location().unwrap_or_else(|| panic!("{form}: {answer:?}")).rsplit('/').next().unwrap().to_owned()
}

/// A hidden field's value.
fn hidden(page: &str, name: &str) -> String {
    let (_, after) = page.split_once(&format!(r#"name="{name}" value=""#)).unwrap();
    after.split_once('"').unwrap().0.to_owned()
}

/// A company, a contact of its own and a deal with that contact.
struct Customer {
    company: String,
    contact: String,
    deal: String,
}

async fn customer(browser: &Browser) -> Customer {
    let company = created(browser, "/companies/new", &[("name", "Ánh Dương"), ("status", "lead")]).await;
    let contact = created(browser, "/contacts/new", &[("name", "Đức"), ("company_id", &company)]).await;
    let fields = [("name", "Xe tải"), ("value", "1"), ("stage", "proposal"), ("company_id", company.as_str()), ("contact_id", &contact)];
    let deal = created(browser, "/deals/new", &fields).await;
    Customer { company, contact, deal }
}

/// Whether the activity of this subject is about a company, a contact and a deal.
async fn is_about(raw: &Raw, subject: &str) -> [bool; 3] {
    let mut about = [false; 3];
    for (i, column) in ["company_id", "contact_id", "deal_id"].into_iter().enumerate() {
        about[i] = raw.number(&format!("SELECT count(*) FROM activities WHERE subject = '{subject}' AND {column} IS NOT NULL")).await == 1;
    }
    about
}

on_both_databases! {
    async fn a_quick_log_without_a_script_leads_to_its_activity(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        let raw = db.raw().await;
        let Customer { company, contact, deal } = customer(&browser).await;
        let page = browser.get(&format!("{PAGE}?deal_id={deal}")).await.body;
        assert_eq!((hidden(&page, "deal_id"), hidden(&page, "deal_whom")), (deal.clone(), format!("contact:{contact}")));
        assert!(page.contains("About the deal") && page.contains("Xe tải"), "{page}");
        let (with_contact, with_company) = (format!("contact:{contact}"), format!("company:{company}"));
        let other = format!("contact:{}", created(&browser, "/contacts/new", &[("name", "Đào")]).await);
        for (subject, whom, about) in [
            ("Về thương vụ", with_contact.as_str(), [true, true, true]),
            ("Với công ty", &with_company, [true, false, false]),
            ("Với người khác", &other, [false, true, false]),
            ("Với không ai", "", [false, false, false]),
        ] {
            let key = hidden(&browser.get(&format!("{PAGE}?deal_id={deal}")).await.body, "form_key");
            let fields = [("type", "email"), ("subject", subject), ("whom", whom), ("deal_id", &deal), ("deal_whom", &with_contact), ("form_key", &key)];
            let logged = browser.post(PAGE, &fields).await;
            let path = logged.location().unwrap().to_owned();
            assert!(logged.status == 303 && path.starts_with("/activities/"), "{logged:?}");
            let shown = browser.get(&path).await;
            assert!(shown.status == 200 && shown.body.contains(subject) && shown.body.contains("Email logged"), "{}", shown.body);
            assert_eq!(is_about(&raw, subject).await, about, "{subject}");
            assert_eq!(browser.post(PAGE, &fields).await.location(), Some(path.as_str()), "sent twice, it is one");
        }
        assert_eq!(raw.number("SELECT count(*) FROM activities").await, 4);
    }

    async fn a_quick_log_sent_twice_at_once_makes_one_activity(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        let key = hidden(&browser.get(PAGE).await.body, "form_key");
        let fields = [("type", "call"), ("subject", "Gọi"), ("whom", ""), ("form_key", key.as_str())];
        let (one, other) = tokio::join!(browser.post(PAGE, &fields), browser.post(PAGE, &fields));
        assert_eq!((one.status, one.location()), (303, other.location()));
        assert_eq!(db.raw().await.number("SELECT count(*) FROM activities").await, 1);
    }

    async fn a_refused_quick_log_shows_what_was_typed_with_its_mistakes(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        let Customer { contact, .. } = customer(&browser).await;
        let whom = format!("contact:{contact}");
        let unknown = "contact:0190b2c0-0000-7000-8000-000000000000";
        for (typed, at) in [
            ([("type", "meeting"), ("subject", " "), ("whom", whom.as_str()), ("form_key", "one")], "subject"),
            ([("type", "meeting"), ("subject", "Gặp <b>"), ("whom", unknown), ("form_key", "two")], "whom"),
            ([("type", "meeting"), ("subject", "Gặp <b>"), ("whom", "nobody"), ("form_key", "three")], "whom"),
        ] {
            let refused = browser.post(PAGE, &typed).await;
            assert_eq!((refused.status, refused.location()), (303, Some(PAGE)), "{typed:?}");
            let page = browser.get(PAGE).await.body;
            assert!(page.contains(&format!(r##"href="#{at}""##)), "{typed:?}: {page}");
            let others = ["subject", "whom"].into_iter().filter(|field| *field != at);
            assert!(others.into_iter().all(|field| !page.contains(&format!(r##"href="#{field}""##))), "{typed:?}: {page}");
            assert_eq!(hidden(&page, "form_key"), typed[3].1, "the same showing of the form");
            let meeting = page.split("<input").find(|input| input.contains(r#"value="meeting""#)).unwrap();
            assert!(meeting.contains("checked"), "{page}");
            if at == "subject" {
                assert!(page.contains(&whom) && page.contains("Đức"), "{page}");
            } else {
                assert!(page.contains(r#"value="Gặp &lt;b"#) && !page.contains("Gặp <b>"), "{page}");
            }
        }
        assert_eq!(db.raw().await.number("SELECT count(*) FROM activities").await, 0);
    }

    async fn all_fields_of_a_quick_log_fill_the_whole_form(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        let Customer { company, contact, deal } = customer(&browser).await;
        let chosen = |page: &str, value: &str| {
            let mut options = page.split("<option").filter_map(|option| option.split('>').next());
            options.any(|option| option.contains(value) && option.contains("selected"))
        };
        let about = format!("deal_id={deal}&deal_whom=contact:{contact}&form_key=one");
        let page = browser.get(&format!("/activities/new?type=meeting&whom=contact:{contact}&subject=B%C3%A1o+gi%C3%A1&{about}")).await.body;
        assert!(page.contains(r#"value="Báo giá""#) && chosen(&page, &contact) && chosen(&page, &deal) && chosen(&page, "\"meeting\""), "{page}");
        let page = browser.get(&format!("/activities/new?whom=company:{company}&subject=x&{about}")).await.body;
        assert!(chosen(&page, &company) && !chosen(&page, &contact) && !chosen(&page, &deal), "{page}");
        for nonsense in ["nobody", "contact:x", "contact:0190b2c0-0000-7000-8000-000000000000"] {
            let page = browser.get(&format!("/activities/new?whom={nonsense}&subject=x")).await;
            assert!(page.status == 200 && !chosen(&page.body, &contact), "{nonsense}");
        }
    }
}
