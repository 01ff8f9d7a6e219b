//! Companies: writing and reading them, finding them, turning the pages of the list, deleting them.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod support;

use common::TestDb;
use domain::{
    access::Actor,
    bin::GoesAlong,
    collation::{person_sort_key, sort_key},
    columns::{Columns, Layout},
    companies::{Archived, CompanyColumn, CompanyForm, CompanyQuery, CompanySize, CompanyStatus},
    ids::{CompanyId, TagId},
    page::{ListColumn, ListQuery, Sort},
};
use store::{
    Store, StoreError,
    companies::{CompanyRow, Total},
    demo::SeedCounts,
    timeline::TimelineOf,
};
use support::{ALL_SHOWN, About, activity, assert_counters, company, contact, deal, everything, missing_last, tag, tagged};

const NOT_THERE: CompanyId = CompanyId(uuid::Uuid::from_u128(0x0190_c7a0_0000_7000_8000_0000_0000_0001));

fn search(q: &str) -> CompanyQuery {
    CompanyQuery { q: q.to_owned(), ..CompanyQuery::default() }
}

async fn found(store: &Store, actor: &Actor, query: &CompanyQuery) -> Vec<String> {
    let list = store.companies(actor, query).await.unwrap();
    assert_eq!(list.total, Total { count: list.rows.len() as u64, capped: false }, "{query:?}");
    list.rows.into_iter().map(|row| row.name).collect()
}

async fn all_pages(store: &Store, actor: &Actor, sort: Sort<CompanyColumn>) -> Vec<CompanyRow> {
    let mut rows = Vec::new();
    let layout = Layout { columns: Columns::of(CompanyColumn::ALL.iter().copied()), ..Layout::sorted(sort) };
    let mut query = CompanyQuery { layout, ..CompanyQuery::default() };
    loop {
        let list = store.companies(actor, &query).await.unwrap();
        rows.extend(list.rows);
        match query.page().next(list.total.count, query.page_size()) {
            Some(page) => query = query.with_page(page),
            None => return rows,
        }
    }
}

fn full_form() -> CompanyForm {
    CompanyForm {
        // `Đường` decomposed: o, horn, grave.
        name: "CÔNG TY CP Đu\u{31b}o\u{31b}\u{300}ng Quảng Ngãi".into(),
        industry: "Thực phẩm".into(),
        size: "500+".into(),
        status: "active".into(),
        website: "qns.com.vn".into(),
        phone: "0255 3726 110".into(),
        email: "info@qns.com.vn".into(),
        tax_code: "4300205943".into(),
        address: "02 Nguyễn Chí Thanh".into(),
        notes: "Gọi trước 10 giờ\nba báo giá".into(),
        ..CompanyForm::default()
    }
}

on_both_databases! {
    async fn a_company_is_kept_as_written(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let id = db.store.create_company(&actor, full_form().parse().unwrap()).await.unwrap();
        let company = db.store.company(&actor, id).await.unwrap();
        assert_eq!(company.name, "CÔNG TY CP Đường Quảng Ngãi", "composed");
        assert_eq!((company.size, company.status), (Some(CompanySize::Over500), CompanyStatus::Active));
        assert_eq!(company.website.as_deref(), Some("https://qns.com.vn"));
        assert_eq!(company.phone.as_deref(), Some("0255 3726 110"));
        assert_eq!(company.email.as_deref(), Some("info@qns.com.vn"));
        assert_eq!(company.tax_code.as_deref(), Some("4300205943"));
        assert_eq!(company.address.as_deref(), Some("02 Nguyễn Chí Thanh"));
        assert_eq!(company.notes.as_deref(), Some("Gọi trước 10 giờ\nba báo giá"));
        assert_eq!(company.industry.as_deref(), Some("Thực phẩm"));
        assert_eq!((company.owner_id, company.owner_name.as_str(), company.version), (actor.user_id, "hung", 1));
        assert_eq!((company.contacts_count, company.deals_count, company.activities_count, company.last_contact_at), (0, 0, 0, None));
        assert_eq!(company.tags, []);
        assert_counters(&db.raw().await).await;
    }

    async fn an_edit_writes_and_audits_only_its_changes(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let id = db.store.create_company(&actor, full_form().parse().unwrap()).await.unwrap();
        let other = db.store.create_company(&actor, company("Ánh Dương")).await.unwrap();
        let untouched = db.store.company(&actor, other).await.unwrap();
        db.clock.advance(chrono::TimeDelta::minutes(1));
        let edited = CompanyForm { name: "Đường Quảng Ngãi".into(), industry: String::new(), size: String::new(), ..full_form() };
        db.store.update_company(&actor, id, 1, edited.parse().unwrap()).await.unwrap();
        let company = db.store.company(&actor, id).await.unwrap();
        assert_eq!((company.name.as_str(), company.industry, company.size, company.version), ("Đường Quảng Ngãi", None, None, 2));
        assert!(company.updated_at > company.created_at);
        assert_eq!(db.store.company(&actor, other).await.unwrap(), untouched);
        let raw = db.raw().await;
        let log: Vec<String> = raw.column("SELECT after FROM audit_log WHERE action = 'update' AND entity = 'company'").await;
        assert_eq!(log, [r#"{"industry":null,"name":"Đường Quảng Ngãi","size":null}"#]);
    }

    async fn the_second_of_two_edits_of_one_version_is_a_conflict(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let id = db.store.create_company(&actor, company("A")).await.unwrap();
        db.store.update_company(&actor, id, 1, company("B")).await.unwrap();
        let before = everything(&db.raw().await).await;
        assert_eq!(db.store.update_company(&actor, id, 1, company("C")).await, Err(StoreError::Conflict));
        assert_eq!(db.store.delete_company(&actor, id, 1, ALL_SHOWN).await, Err(StoreError::Conflict));
        assert_eq!(everything(&db.raw().await).await, before);
    }

    async fn no_edit_is_lost_among_sixteen_writers(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let id = db.store.create_company(&actor, company("A")).await.unwrap();
        let mut clients = tokio::task::JoinSet::new();
        for client in 0..16 {
            let store = db.store.clone();
            clients.spawn(async move {
                let mut successes = 0;
                for round in 0..12 {
                    let version = store.company(&actor, id).await.unwrap().version;
                    match store.update_company(&actor, id, version, company(&format!("{client} {round}"))).await {
                        Ok(()) => successes += 1,
                        Err(error) => assert_eq!(error, StoreError::Conflict),
                    }
                }
                successes
            });
        }
        let successes: i64 = clients.join_all().await.into_iter().sum();
        assert!(successes > 0);
        assert_eq!(db.store.company(&actor, id).await.unwrap().version, 1 + successes);
        let log = db.raw().await.number("SELECT count(*) FROM audit_log WHERE action = 'update' AND entity = 'company'").await;
        assert_eq!(log, successes, "each has its audit row");
        assert_eq!(store::verify_chain(&db.store, actor.workspace_id).await, Ok(None));
    }

    async fn search_finds_accents_case_and_look_alikes(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let vip = db.store.create_tag(&actor, tag("Đối tác VIP")).await.unwrap();
        db.store.create_company(&actor, full_form().parse().unwrap()).await.unwrap();
        db.store.create_company(&actor, tagged("Bình Minh", &[vip])).await.unwrap();
        db.store.create_company(&actor, company("Saigon 100% Cotton_Mills \\ Co")).await.unwrap();
        let sugar = "CÔNG TY CP Đường Quảng Ngãi";
        let cotton = "Saigon 100% Cotton_Mills \\ Co";
        for (q, expected) in [
            ("cong ty duong", &[sugar][..]),
            ("đường", &[sugar]),
            ("ĐƯỜNG", &[sugar]),
            ("\u{d0}ường", &[sugar]),
            ("Đu\u{31b}o\u{31b}\u{300}ng", &[sugar]),
            ("ngai duong", &[sugar]),
            ("uong", &[sugar]),
            ("thuc pham", &[sugar]),
            ("doi tac", &["Bình Minh"]),
            ("vip", &["Bình Minh"]),
            ("doi binh", &["Bình Minh"]),
            ("doi duong", &[]),
            ("saigon pham", &[]),
            ("d", &["Bình Minh", sugar]),
            ("mi", &["Bình Minh"]),
            ("ig", &[]),
            ("co cotton", &[cotton]),
            ("100%", &[cotton]),
            ("0% c", &[]),
            ("%", &[cotton]),
            ("_", &[cotton]),
            ("%%%", &[]),
            ("___", &[]),
            ("t_n", &[]),
            ("cotton_mills", &[cotton]),
            ("\\", &[cotton]),
            ("\"", &[]),
            ("' OR 1=1 --", &[]),
            ("\"x\" OR \"saigon\"", &[]),
            ("saigon* NEAR(cotton)", &[]),
            ("", &["Bình Minh", sugar, cotton]),
        ] {
            assert_eq!(found(&db.store, &actor, &search(q)).await, expected, "{q}");
        }
    }

    async fn search_follows_an_edit_and_a_deletion(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let id = db.store.create_company(&actor, company("Bình Minh")).await.unwrap();
        let partner = CompanyForm { name: "Hoàng Hôn".into(), new_tag: "Đối tác".into(), ..CompanyForm::default() };
        db.store.update_company(&actor, id, 1, partner.parse().unwrap()).await.unwrap();
        assert_eq!(found(&db.store, &actor, &search("binh minh")).await, [""; 0]);
        assert_eq!(found(&db.store, &actor, &search("hoang")).await, ["Hoàng Hôn"]);
        assert_eq!(found(&db.store, &actor, &search("doi tac")).await, ["Hoàng Hôn"]);
        db.store.delete_company(&actor, id, 2, ALL_SHOWN).await.unwrap();
        assert_eq!(found(&db.store, &actor, &search("hoang")).await, [""; 0]);
    }

    async fn filters_narrow_together(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let north = store.create_tag(&actor, tag("North")).await.unwrap();
        let export = store.create_tag(&actor, tag("Export")).await.unwrap();
        for (name, industry, size, status, tags) in [
            ("A", "Food", "1-10", "lead", vec![north]),
            ("B", "food", "500+", "active", vec![north, export]),
            ("C", "Retail", "", "inactive", vec![]),
        ] {
            let form = CompanyForm { name: name.into(), industry: industry.into(), size: size.into(), status: status.into(), ..CompanyForm::default() };
            store.create_company(&actor, domain::companies::CompanyDraft { tags, ..form.parse().unwrap() }).await.unwrap();
            db.clock.advance(chrono::TimeDelta::seconds(1));
        }
        for (pairs, expected) in [
            (vec![("industry", "Food".to_owned())], &["A", "B"][..]),
            (vec![("industry", "Food".to_owned()), ("industry", "Retail".to_owned())], &["A", "B", "C"]),
            (vec![("size", "500+".to_owned()), ("size", "1-10".to_owned())], &["A", "B"]),
            (vec![("size", "11-50".to_owned())], &[]),
            (vec![("status", "active".to_owned()), ("status", "inactive".to_owned())], &["B", "C"]),
            (vec![("tag", north.to_string())], &["A", "B"]),
            (vec![("tag", north.to_string()), ("tag", export.to_string())], &["A", "B"]),
            (vec![("tag", export.to_string()), ("industry", "Food".to_owned()), ("status", "active".to_owned())], &["B"]),
            (vec![("tag", export.to_string()), ("status", "lead".to_owned())], &[]),
            (vec![("tag", NOT_THERE.to_string())], &[]),
            (vec![("q", "a".to_owned()), ("tag", north.to_string())], &["A"]),
        ] {
            let query = CompanyQuery::parse(pairs.iter().map(|(name, value)| (*name, value.as_str()))).unwrap();
            assert_eq!(found(store, &actor, &query).await, expected, "{pairs:?}");
        }
        let filters = store.company_filters(&actor, Archived::No).await.unwrap();
        assert_eq!(filters.industries, ["Food", "Retail"], "as the first company of it spells it");
        assert_eq!(filters.tags.iter().map(|tag| tag.name.as_str()).collect::<Vec<_>>(), ["Export", "North"]);
    }

    async fn an_industry_whose_companies_are_all_in_the_bin_is_not_offered(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let form = CompanyForm { name: "A".into(), industry: "Food".into(), ..CompanyForm::default() };
        let id = db.store.create_company(&actor, form.parse().unwrap()).await.unwrap();
        db.store.delete_company(&actor, id, 1, ALL_SHOWN).await.unwrap();
        let filters = db.store.company_filters(&actor, Archived::No).await.unwrap();
        assert!(filters.industries.is_empty() && filters.tags.is_empty());
    }

    async fn every_column_sorts_both_ways_with_ties_by_id(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        db.store.seed_bulk(&actor, SeedCounts { companies: 130, contacts: 150, deals: 160, activities: 20, tasks: 0 }).await.unwrap();
        for name in ["Đ", "d", "Ánh", "zebra", "Ớt", "10", "2"] {
            db.store.create_company(&actor, company(name)).await.unwrap();
        }
        for by in CompanyColumn::ALL {
            for descending in [false, true] {
                let sort = Sort { by: *by, descending };
                let rows = all_pages(&db.store, &actor, sort).await;
                assert_eq!(rows.len(), 137, "{sort}");
                let mut expected = rows.clone();
                expected.sort_by(|a, b| {
                    let by_key = |key: fn(&CompanyRow) -> Option<String>| {
                        missing_last(key(a), key(b), descending).then(missing_last(Some(a.id), Some(b.id), descending))
                    };
                    let order = match by {
                        CompanyColumn::Tags => return by_key(|row| row.tags.first().map(|tag| sort_key(&tag.name))),
                        CompanyColumn::Owner => return by_key(|row| row.owner_name.as_deref().map(person_sort_key)),
                        CompanyColumn::Website => return by_key(|row| row.website.as_deref().map(sort_key)),
                        CompanyColumn::Phone => return by_key(|row| row.phone.as_deref().map(sort_key)),
                        CompanyColumn::Email => return by_key(|row| row.email.as_deref().map(sort_key)),
                        CompanyColumn::TaxCode => return by_key(|row| row.tax_code.as_deref().map(sort_key)),
                        CompanyColumn::Address => return by_key(|row| row.address.as_deref().map(sort_key)),
                        CompanyColumn::CreatedAt => a.created_at.cmp(&b.created_at),
                        CompanyColumn::Name => sort_key(&a.name).cmp(&sort_key(&b.name)),
                        CompanyColumn::Industry => {
                            return missing_last(a.industry.as_deref().map(sort_key), b.industry.as_deref().map(sort_key), descending)
                                .then(missing_last(Some(a.id), Some(b.id), descending));
                        }
                        CompanyColumn::Size => {
                            return missing_last(a.size, b.size, descending).then(missing_last(Some(a.id), Some(b.id), descending));
                        }
                        CompanyColumn::Status => a.status.slug().cmp(b.status.slug()),
                        CompanyColumn::Contacts => a.contacts_count.cmp(&b.contacts_count),
                        CompanyColumn::OpenDeals => a.open_deals_value.cmp(&b.open_deals_value),
                        CompanyColumn::LastContact => a.last_contact_at.cmp(&b.last_contact_at),
                        CompanyColumn::UpdatedAt => a.updated_at.cmp(&b.updated_at),
                    }
                    .then(a.id.cmp(&b.id));
                    if descending { order.reverse() } else { order }
                });
                assert!(rows == expected, "{sort}");
                let ids: std::collections::BTreeSet<CompanyId> = rows.iter().map(|row| row.id).collect();
                assert_eq!(ids.len(), 137, "{sort}: no row twice");
            }
        }
    }

    async fn the_total_is_the_counters_or_capped(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        store.seed_bulk(&actor, SeedCounts { companies: 10_050, ..SeedCounts::default() }).await.unwrap();
        let whole = store.companies(&actor, &CompanyQuery::default()).await.unwrap();
        assert_eq!((whole.total, whole.rows.len()), (Total { count: 10_050, capped: false }, 20));
        let every_status = CompanyQuery { status: CompanyStatus::ALL.to_vec(), ..CompanyQuery::default() };
        let list = store.companies(&actor, &every_status).await.unwrap();
        assert_eq!(list.total, Total { count: 10_000, capped: true });
        assert_eq!(list.rows, whole.rows);

        // Pages from the far end are those a filtered list, which always walks from the near end, has.
        for sort in ["name", "-updated_at", "-open_deals"] {
            for page in ["1", "102", "251", "252", "260", "502", "503", "504", "10000"] {
                let query = CompanyQuery { layout: Layout::sorted(sort.parse().unwrap()).at_page(page.parse().unwrap()), ..CompanyQuery::default() };
                let walked = CompanyQuery { status: CompanyStatus::ALL.to_vec(), ..query.clone() };
                let (jumped, walked) = (store.companies(&actor, &query).await.unwrap(), store.companies(&actor, &walked).await.unwrap());
                assert!(jumped.rows == walked.rows, "page {page} by {sort}");
                let left = 10_050_usize.saturating_sub(20 * (page.parse::<usize>().unwrap() - 1)).min(20);
                assert_eq!((jumped.rows.len(), jumped.total.count), (left, 10_050), "page {page} by {sort}");
            }
        }
    }

    async fn a_list_row_has_tags_and_counters(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let b = store.create_tag(&actor, tag("Bạn hàng")).await.unwrap();
        let a = store.create_tag(&actor, tag("Ưu tiên")).await.unwrap();
        let id = store.create_company(&actor, tagged("Ánh Dương", &[a, b])).await.unwrap();
        store.create_company(&actor, company("Bình Minh")).await.unwrap();
        contact(&db, &actor, Some(id), "Phạm Thị Ánh").await;
        activity(&db, &actor, "Call", About { company: Some(id), ..About::default() }).await;
        for (stage, value) in [("proposal", 150), ("prospecting", 250), ("closed-won", 1_000), ("closed-lost", 7)] {
            store.create_deal(&actor, deal("Xe", id, stage, value)).await.unwrap();
        }
        let rows = store.companies(&actor, &CompanyQuery::default()).await.unwrap().rows;
        let row = &rows[0];
        assert_eq!(row.tags, store.tags(&actor).await.unwrap(), "by name");
        assert_eq!((row.contacts_count, row.open_deals_count, row.open_deals_value.hundredths()), (1, 2, 400));
        assert!(row.last_contact_at.is_some());
        assert_eq!((rows[1].tags.len(), rows[1].last_contact_at), (0, None));

        let company = store.company(&actor, id).await.unwrap();
        assert_eq!((company.contacts_count, company.decision_makers_count, company.deals_count, company.activities_count), (1, 1, 4, 1));
        assert_eq!((company.open_deals_count, company.open_deals_value.hundredths()), (2, 400));
        assert_eq!((company.won_deals_count, company.won_deals_value.hundredths()), (1, 1_000));
        assert_eq!(company.last_contact_at, row.last_contact_at);
        assert_eq!(company.tags.iter().map(|tag| tag.id).collect::<Vec<_>>(), [b, a]);

        let contacts = store.company_contacts(&actor, id).await.unwrap();
        assert_eq!((contacts.len(), contacts[0].name.as_str(), contacts[0].is_decision_maker), (1, "Phạm Thị Ánh", true));
        let deals = store.company_deals(&actor, id).await.unwrap();
        assert_eq!(deals.len(), 4);
        assert_eq!(deals.iter().map(|deal| deal.stage_kind.slug() == "open").collect::<Vec<_>>(), [true, true, false, false]);
        let talks = store.timeline(&actor, TimelineOf::Company(id), false, None).await.unwrap().entries;
        assert_eq!((talks.len(), talks[0].who.as_deref()), (1, Some("hung")));
    }

    async fn a_select_finds_by_any_spelling(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        for name in ["Đồng Tâm", "Ánh Dương", "Dệt may"] {
            db.store.create_company(&actor, company(name)).await.unwrap();
        }
        let names = async |q: Option<&str>, limit| {
            db.store.company_options(&actor, q, limit).await.unwrap().into_iter().map(|option| option.name).collect::<Vec<_>>()
        };
        assert_eq!(names(None, 50).await, ["Ánh Dương", "Dệt may", "Đồng Tâm"]);
        assert_eq!(names(None, 2).await, ["Ánh Dương", "Dệt may"]);
        assert_eq!(names(Some("dong"), 50).await, ["Đồng Tâm"]);
        assert_eq!(names(Some("d"), u64::MAX).await, ["Dệt may", "Đồng Tâm", "Ánh Dương"], "names that begin with it first");
        assert_eq!(names(Some("%"), 50).await, [""; 0]);
    }

    async fn a_select_offers_the_best_match_first(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        for number in 0..600 {
            store.create_company(&actor, company(&format!("An Vy {number}"))).await.unwrap();
        }
        for name in ["Vy", "Vy Anh", "Cà phê Vy", "Dương Gia", "Đường Việt", "Đại Vyn", "100%", "Vỹ"] {
            db.clock.advance(chrono::TimeDelta::seconds(1));
            store.create_company(&actor, company(name)).await.unwrap();
        }
        let names = async |q: &str| {
            store.company_options(&actor, Some(q), 10).await.unwrap().into_iter().map(|option| option.name).collect::<Vec<_>>()
        };
        assert_eq!(names("vy").await[..3], ["Vỹ", "Vy", "Vy Anh"], "the very name, the newest of equals, then what begins with it");
        assert_eq!(names("vỹ").await[0], "Vỹ", "typed accents count");
        assert_eq!(names("đường").await, ["Đường Việt", "Dương Gia"]);
        assert_eq!(names("DƯƠNG").await, ["Dương Gia", "Đường Việt"]);
        assert_eq!(names("cà phê vy").await, ["Cà phê Vy"]);
        assert_eq!(names("%").await, ["100%"]);
    }

    async fn names_stand_in_vietnamese_order(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let names = ["2 Tháng 9", "An", "Ăn", "Ấn", "Bình", "Chi", "Da", "Đa", "Hòa", "Hoà Bình", "Lan", "Ma", "Mà", "Mả", "Mã", "Má", "Mạ", "Ưu", "Z"];
        for name in names.iter().rev() {
            db.store.create_company(&actor, company(name)).await.unwrap();
        }
        assert_eq!(found(&db.store, &actor, &CompanyQuery::default()).await, names);
        let backwards = CompanyQuery { layout: Layout::sorted("-name".parse().unwrap()), ..CompanyQuery::default() };
        let reversed: Vec<&str> = names.into_iter().rev().collect();
        assert_eq!(found(&db.store, &actor, &backwards).await, reversed);
    }

    async fn a_company_is_deleted_with_exactly_the_records_shown(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let (gone, stays) = (store.create_company(&actor, company("Gone")).await.unwrap(), store.create_company(&actor, company("Stays")).await.unwrap());
        let (theirs, other) = (contact(&db, &actor, Some(gone), "Đức").await, contact(&db, &actor, Some(stays), "Đào").await);
        let won = store.create_deal(&actor, deal("Won", gone, "closed-won", 500)).await.unwrap();
        let open = store.create_deal(&actor, deal("Open", gone, "proposal", 300)).await.unwrap();
        // A deal of the other company with a contact of this one.
        let kept = domain::deals::DealDraft { contact_id: Some(theirs), ..deal("Kept", stays, "proposal", 11) };
        let kept = store.create_deal(&actor, kept).await.unwrap();
        activity(&db, &actor, "with the company", About { company: Some(gone), ..About::default() }).await;
        activity(&db, &actor, "with the contact alone", About { contact: Some(theirs), ..About::default() }).await;
        activity(&db, &actor, "on the deal alone", About { deal: Some(open), ..About::default() }).await;
        activity(&db, &actor, "with the other", About { company: Some(stays), contact: Some(theirs), ..About::default() }).await;
        let raw = db.raw().await;
        assert_counters(&raw).await;

        let deletion = store.company_deletion(&actor, gone).await.unwrap();
        assert_eq!((deletion.name.as_str(), deletion.version), ("Gone", 1));
        assert_eq!(deletion.goes_along, GoesAlong { contacts: 1, deals: 2, activities: 3, ..GoesAlong::default() });
        store.delete_company(&actor, gone, 1, deletion.goes_along).await.unwrap();
        assert_counters(&raw).await;
        for (table, left) in [("companies", 1), ("contacts", 1), ("deals", 1), ("activities", 1)] {
            assert_eq!(raw.number(&format!("SELECT count(*) FROM {table} WHERE deleted_at IS NULL")).await, left, "{table}");
        }
        let log = raw.number("SELECT count(*) FROM audit_log WHERE action = 'delete'").await;
        assert_eq!(log, 1 + 1 + 2 + 3, "each record's own entry");
        assert_eq!(store::verify_chain(store, actor.workspace_id).await, Ok(None));

        assert_eq!(store.company(&actor, gone).await, Err(StoreError::NotFound));
        assert_eq!(store.company_deletion(&actor, gone).await, Err(StoreError::NotFound));
        assert_eq!(store.update_company(&actor, gone, 2, company("Back")).await, Err(StoreError::NotFound));
        assert_eq!(store.delete_company(&actor, gone, 2, ALL_SHOWN).await, Err(StoreError::NotFound));
        for deal in [won, open] {
            assert_eq!(store.deal(&actor, deal).await, Err(StoreError::NotFound));
        }
        assert_eq!(store.company_contacts(&actor, gone).await.unwrap(), []);
        assert_eq!(store.company_deals(&actor, gone).await.unwrap(), []);
        assert_eq!(store.timeline(&actor, TimelineOf::Company(gone), false, None).await.unwrap().entries, []);
        assert_eq!(store.company_options(&actor, None, 10).await.unwrap().len(), 1);
        assert_eq!(store.contact_options(&actor, None).await.unwrap().into_iter().map(|option| option.id).collect::<Vec<_>>(), [other]);
        let kept = store.deal(&actor, kept).await.unwrap();
        assert_eq!((kept.contact_id, kept.contact_name), (None, None), "a contact in the bin isn't shown");
        assert_eq!(found(store, &actor, &CompanyQuery::default()).await, ["Stays"]);
    }

    async fn a_company_of_another_workspace_is_not_found(db: TestDb) {
        let (_, mine) = db.register("hung").await;
        let (_, theirs) = db.register("lan").await;
        let store = &db.store;
        let my_tag = store.create_tag(&mine, tag("Mine")).await.unwrap();
        let id = store.create_company(&mine, tagged("Đường Quảng Ngãi", &[my_tag])).await.unwrap();
        contact(&db, &mine, Some(id), "Đức").await;
        store.create_deal(&mine, deal("Xe", id, "proposal", 5)).await.unwrap();
        activity(&db, &mine, "Call", About { company: Some(id), ..About::default() }).await;
        let before = everything(&db.raw().await).await;
        for id in [id, NOT_THERE] {
            assert_eq!(store.company(&theirs, id).await, Err(StoreError::NotFound));
            assert_eq!(store.update_company(&theirs, id, 1, company("X")).await, Err(StoreError::NotFound));
            assert_eq!(store.company_deletion(&theirs, id).await, Err(StoreError::NotFound));
            assert_eq!(store.delete_company(&theirs, id, 1, ALL_SHOWN).await, Err(StoreError::NotFound));
            assert_eq!(store.restore_company(&theirs, id).await, Err(StoreError::NotFound));
            assert_eq!(store.company_contacts(&theirs, id).await, Ok(vec![]));
            assert_eq!(store.company_deals(&theirs, id).await, Ok(vec![]));
            assert_eq!(store.timeline(&theirs, TimelineOf::Company(id), true, None).await.unwrap().entries, []);
            assert_eq!(store.contact_options(&theirs, Some(id)).await, Ok(vec![]));
        }
        for q in ["", "duong", "d", "mine"] {
            let list = store.companies(&theirs, &search(q)).await.unwrap();
            assert_eq!((list.rows, list.total.count), (vec![], 0), "{q}");
            assert_eq!(store.company_options(&theirs, Some(q), 10).await.unwrap(), []);
        }
        for tags in [my_tag, TagId(NOT_THERE.0)] {
            let refused = store.create_company(&theirs, tagged("X", &[tags])).await;
            assert_eq!(refused, Err(StoreError::field("tag_id", "Choose tags from the list")));
        }
        assert_eq!(store.company_filters(&theirs, Archived::No).await.unwrap().tags, []);
        assert_eq!(everything(&db.raw().await).await, before);
    }
}
