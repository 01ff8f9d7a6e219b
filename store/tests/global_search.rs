//! Global search: what is found, in which order, by whom; the same on both databases.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod support;

use common::TestDb;
use domain::{
    access::{Actor, Role},
    activities::ActivityDraft,
    companies::{CompanyForm, CompanyQuery},
    contacts::{ContactForm, EraseForm},
    custom_fields::CustomFields,
    deals::DealDraft,
    ids::{CompanyId, ContactId},
    search::{GlobalQuery, RecentRecord, SearchKind},
};
use std::collections::BTreeSet;
use store::{Store, StoreError, global_search::HITS_OF_EACH};
use support::{ALL_SHOWN, About, call, company, deal, member, person, tag};

/// What a search offers: `companies: Mẫu, Mẫu 1; contacts: …`.
async fn offered(store: &Store, actor: &Actor, q: &str, recent: &[RecentRecord]) -> String {
    let found = store.global_search(actor, q, recent).await.unwrap();
    let group = |group: &store::global_search::HitGroup| {
        let names: Vec<&str> = group.hits.iter().map(|hit| hit.name.as_str()).collect();
        format!("{}: {}{}", group.kind.slug(), names.join(", "), if group.more { " …" } else { "" })
    };
    found.groups.iter().map(group).collect::<Vec<_>>().join("; ")
}

/// The names on a page of one kind, with the number of all.
async fn listed(store: &Store, actor: &Actor, q: &str, kind: SearchKind, page: u32) -> (Vec<String>, u64) {
    let query = GlobalQuery { q: q.to_owned(), kind: Some(kind), page: page.to_string().parse().unwrap() };
    let found = store.search_page(actor, &query).await.unwrap();
    let names = found.hits.groups.iter().flat_map(|group| group.hits.iter().map(|hit| hit.name.clone())).collect();
    (names, found.count(kind).count)
}

async fn add_company(store: &Store, actor: &Actor, form: CompanyForm) -> CompanyId {
    store.create_company(actor, form.parse().unwrap()).await.unwrap()
}

async fn add_contact(store: &Store, actor: &Actor, form: ContactForm, at: Option<CompanyId>) -> ContactId {
    let mut draft = form.parse().unwrap();
    draft.company_id = at;
    store.create_contact(actor, draft).await.unwrap()
}

fn fields(name: &str, value: &str) -> CustomFields {
    CustomFields::from_stored([(name.to_owned(), value.to_owned())])
}

on_both_databases! {
    async fn every_field_finds_its_record(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let at = add_company(store, &actor, CompanyForm {
            name: "Mẫu Việt".into(), industry: "Thủy sản".into(), email: "lienhe@mau-viet.example".into(), website: "mau-viet.vn".into(),
            tax_code: "0301234561".into(), phone: "028 3822 1234".into(), address: "12 Lê Lợi, Quảng Ngãi".into(), notes: "Thích trà sen".into(),
            ..CompanyForm::default()
        }).await;
        let contact = add_contact(store, &actor, ContactForm {
            name: "An Vy".into(), email: "vy@nha.example".into(), phone: "+84 903 123 456".into(), job_title: "Kế toán trưởng".into(),
            notes: "Họp sáng thứ hai".into(), ..ContactForm::default()
        }, Some(at)).await;
        let draft = DealDraft {
            contact_id: Some(contact), notes: Some("Cần bảo lãnh".into()), custom_fields: fields("Mã", "HD-2026/77"), ..deal("Kho lạnh", at, "proposal", 100)
        };
        store.create_deal(&actor, draft).await.unwrap();
        let about = About { company: Some(at), ..About::default() };
        let draft = ActivityDraft { description: Some("Hỏi giá xe tải".into()), outcome: Some("Hẹn gặp lại".into()), ..call("Gọi lần đầu", about) };
        store.create_activity(&actor, draft).await.unwrap();
        store.create_tag(&actor, tag("Ưu tiên")).await.unwrap();

        let all_of_it = "companies: Mẫu Việt; contacts: An Vy; deals: Kho lạnh";
        for (q, expected) in [
            ("mau viet", all_of_it),
            ("VIỆT mẫu", all_of_it),
            ("VIE\u{323}\u{302}T ma\u{302}\u{303}u", all_of_it),
            ("thuy san", "companies: Mẫu Việt"),
            ("lienhe@mau", "companies: Mẫu Việt"),
            ("mau-viet.vn", "companies: Mẫu Việt"),
            ("0301234561", "companies: Mẫu Việt"),
            ("02838221234", "companies: Mẫu Việt"),
            ("+84 28.3822.1234", "companies: Mẫu Việt"),
            ("le loi quang ngai", "companies: Mẫu Việt"),
            ("tra sen", "companies: Mẫu Việt"),
            ("an vy mau", "contacts: An Vy; deals: Kho lạnh"),
            ("mau vy", "contacts: An Vy; deals: Kho lạnh"),
            ("vy@nha", "contacts: An Vy"),
            ("0903 123 456", "contacts: An Vy"),
            ("0903123", "contacts: An Vy"),
            ("ke toan", "contacts: An Vy"),
            ("hop sang", "contacts: An Vy"),
            ("hd-2026", "deals: Kho lạnh"),
            ("bao lanh", "deals: Kho lạnh"),
            ("kho lanh vy viet", "deals: Kho lạnh"),
            ("xe tai", "activities: Gọi lần đầu"),
            ("hen gap", "activities: Gọi lần đầu"),
            ("goi dau", "activities: Gọi lần đầu"),
            ("uu tien", "tags: Ưu tiên"),
            ("u", "tags: Ưu tiên"),
            ("ư\u{200b}u", "tags: Ưu tiên"),
            ("m\u{ad}ẫu việt", all_of_it),
            ("khongcogi", ""),
            ("", ""),
            ("   ", ""),
            ("%", ""),
            ("_", ""),
            ("' OR 1=1 --", ""),
            ("<script>", ""),
        ] {
            assert_eq!(offered(store, &actor, q, &[]).await, expected, "{q}");
        }
    }

    async fn a_hit_has_what_tells_it_from_namesakes(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let at = add_company(store, &actor, CompanyForm { name: "Mẫu".into(), industry: "Food".into(), phone: "0903 123 456".into(), ..CompanyForm::default() }).await;
        add_contact(store, &actor, ContactForm { name: "Mẫu An".into(), job_title: "Buyer".into(), ..ContactForm::default() }, Some(at)).await;
        store.create_deal(&actor, deal("Mẫu kho", at, "proposal", 12_300)).await.unwrap();
        store.create_activity(&actor, call("Mẫu xe", About { company: Some(at), ..About::default() })).await.unwrap();
        let tag = store.create_tag(&actor, tag("Mẫu tag")).await.unwrap();
        let found = store.global_search(&actor, "mau", &[]).await.unwrap();
        let facts: Vec<String> = found.groups.iter().map(|group| format!("{:?}", group.hits[0].facts)).collect();
        assert_eq!(facts.len(), 5);
        for (shown, facts) in [r#"industry: Some("Food")"#, r#"job_title: Some("Buyer"), company: Some("Mẫu")"#, r#"company: Some("Mẫu"), contact: None, stage: "Proposal", value: Some("#, r#"kind: Call, at: 2026-03-02T03:04:00Z, company: Some("Mẫu")"#, "companies: 0, contacts: 0, deals: 0"].into_iter().zip(&facts) {
            assert!(facts.contains(shown), "{facts}");
        }
        let paths: Vec<String> = found.groups.iter().map(|group| group.hits[0].path()).collect();
        assert_eq!(paths[0], format!("/companies/{at}"));
        assert!(paths[4].ends_with(&tag.to_string()));
        assert_eq!(found.groups[0].hits[0].texts, [("Phone".to_owned(), "0903 123 456".to_owned())]);
    }

    /// NX-13: a short exact name is not buried.
    async fn the_best_come_first(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        for number in 1..=160 {
            store.create_company(&actor, company(&format!("Mẫu {number}"))).await.unwrap();
        }
        let exact = add_company(store, &actor, CompanyForm { name: "Mẫu".into(), email: "a@mau-viet.example".into(), phone: "0903 111 222".into(), ..CompanyForm::default() }).await;
        let folded = store.create_company(&actor, company("Mâu Nhỏ")).await.unwrap();
        let inside = add_company(store, &actor, CompanyForm { name: "Kho".into(), notes: "hàng mẫu".into(), ..CompanyForm::default() }).await;
        store.create_company(&actor, company("Công ty Mẫu")).await.unwrap();
        let binned = store.create_company(&actor, company("Mẫu")).await.unwrap();
        store.delete_company(&actor, binned, 1, ALL_SHOWN).await.unwrap();
        store.create_contact(&actor, person("Mẫu An", None)).await.unwrap();
        let at = store.create_company(&actor, company("Vận tải")).await.unwrap();
        store.create_deal(&actor, DealDraft { custom_fields: fields("Mã", "HD-77"), ..deal("Xe", at, "proposal", 100) }).await.unwrap();

        for q in ["mẫu", "mau", "MẪU", "Mau "] {
            let found = store.global_search(&actor, q, &[]).await.unwrap();
            assert_eq!(found.groups[0].hits[0].id, exact.0, "{q}");
            assert_eq!((found.groups[0].hits.len() as u64, found.groups[0].more), (HITS_OF_EACH, true), "{q}");
            assert_eq!(found.groups.iter().map(|group| group.kind).collect::<Vec<_>>(), [SearchKind::Companies, SearchKind::Contacts], "{q}");
        }
        let (names, count) = listed(store, &actor, "mẫu", SearchKind::Companies, 9).await;
        assert_eq!((names[1..].to_vec(), count), (["Mâu Nhỏ", "Công ty Mẫu", "Kho"].map(str::to_owned).to_vec(), 164), "the last page");
        assert_eq!(offered(store, &actor, "Mẫu An", &[]).await, "contacts: Mẫu An");
        assert_eq!(offered(store, &actor, "mau-viet.example", &[]).await, "companies: Mẫu");
        assert_eq!(offered(store, &actor, "0903111222", &[]).await, "companies: Mẫu");
        assert_eq!(offered(store, &actor, "HD-77", &[]).await, "deals: Xe");
        assert_eq!(offered(store, &actor, "mâu nhỏ", &[]).await, "companies: Mâu Nhỏ");
        let mut seen = BTreeSet::new();
        for page in 1..=9 {
            let query = GlobalQuery { q: "mau".into(), kind: Some(SearchKind::Companies), page: page.to_string().parse().unwrap() };
            seen.extend(store.search_page(&actor, &query).await.unwrap().hits.groups.iter().flat_map(|group| &group.hits).map(|hit| hit.id));
        }
        assert_eq!(seen.len(), 164, "every hit is on one page");
        assert!(seen.contains(&folded.0) && seen.contains(&inside.0) && !seen.contains(&binned.0));
    }

    async fn typed_accents_rank(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        for name in ["Đường Vàng", "Dương Vàng", "Duong Vang"] {
            store.create_company(&actor, company(name)).await.unwrap();
            db.clock.advance(chrono::TimeDelta::seconds(1));
        }
        assert_eq!(offered(store, &actor, "đường vàng", &[]).await, "companies: Đường Vàng, Dương Vàng, Duong Vang");
        assert_eq!(offered(store, &actor, "ĐƯỜNG", &[]).await, "companies: Đường Vàng, Duong Vang, Dương Vàng");
        assert_eq!(offered(store, &actor, "dương", &[]).await, "companies: Dương Vàng, Duong Vang, Đường Vàng");
        assert_eq!(offered(store, &actor, "duong", &[]).await, "companies: Duong Vang, Dương Vàng, Đường Vàng", "the newest first");
    }

    async fn recently_opened_ones_come_first_among_equals(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let mut ids = Vec::new();
        for name in ["Mẫu A", "Mẫu B", "Mẫu C", "Kho Mẫu"] {
            ids.push(store.create_company(&actor, company(name)).await.unwrap());
            db.clock.advance(chrono::TimeDelta::seconds(1));
        }
        let opened = |index: usize| (SearchKind::Companies, ids[index].0);
        assert_eq!(offered(store, &actor, "mau", &[]).await, "companies: Mẫu C, Mẫu B, Mẫu A, Kho Mẫu");
        assert_eq!(offered(store, &actor, "mau", &[opened(0), opened(1)]).await, "companies: Mẫu A, Mẫu B, Mẫu C, Kho Mẫu");
        assert_eq!(offered(store, &actor, "mau", &[opened(3)]).await, "companies: Mẫu C, Mẫu B, Mẫu A, Kho Mẫu", "of another rank");
        let others = [(SearchKind::Contacts, ids[0].0), (SearchKind::Companies, uuid::Uuid::nil())];
        assert_eq!(offered(store, &actor, "mau", &others).await, "companies: Mẫu C, Mẫu B, Mẫu A, Kho Mẫu", "unknown ones");
        assert_eq!(offered(store, &actor, "kho", &[opened(0)]).await, "companies: Kho Mẫu", "what does not match");
        store.delete_company(&actor, ids[0], 1, ALL_SHOWN).await.unwrap();
        assert_eq!(offered(store, &actor, "mau", &[opened(0)]).await, "companies: Mẫu C, Mẫu B, Kho Mẫu", "what is in the bin");
    }

    async fn archived_and_binned_records_are_not_found(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let at = store.create_company(&actor, company("Mẫu")).await.unwrap();
        store.create_deal(&actor, deal("Mẫu xe", at, "proposal", 100)).await.unwrap();
        store.create_activity(&actor, call("Mẫu gọi", About { company: Some(at), ..About::default() })).await.unwrap();
        let everything = "companies: Mẫu; deals: Mẫu xe; activities: Mẫu gọi";
        assert_eq!(offered(store, &actor, "mau", &[]).await, everything);
        store.archive_company(&actor, at, 1, "Đóng cửa".into()).await.unwrap();
        let recent = [(SearchKind::Companies, at.0)];
        assert_eq!(offered(store, &actor, "mau", &recent).await, "deals: Mẫu xe; activities: Mẫu gọi");
        assert_eq!(listed(store, &actor, "mau", SearchKind::Companies, 1).await, (vec![], 0));
        store.bring_back_company(&actor, at).await.unwrap();
        assert_eq!(offered(store, &actor, "mau", &[]).await, everything);
        store.delete_company(&actor, at, 3, ALL_SHOWN).await.unwrap();
        assert_eq!(offered(store, &actor, "mau", &recent).await, "");
        store.restore_company(&actor, at).await.unwrap();
        assert_eq!(offered(store, &actor, "mau", &[]).await, everything);
    }

    async fn a_deal_is_found_by_the_present_names_of_company_and_contact(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let at = store.create_company(&actor, company("Ánh Dương")).await.unwrap();
        let other = store.create_company(&actor, company("Bình Minh")).await.unwrap();
        let contact = store.create_contact(&actor, person("Lan Khuê", Some(other))).await.unwrap();
        let id = store.create_deal(&actor, DealDraft { contact_id: Some(contact), ..deal("Xe", at, "proposal", 100) }).await.unwrap();
        let finds = async |q: &str| offered(store, &actor, q, &[]).await.contains("deals: Xe");
        assert!(finds("anh duong").await && finds("khue").await && finds("khue duong xe").await);
        store.update_company(&actor, at, 1, company("Hoàng Hôn")).await.unwrap();
        assert!(finds("hoang hon").await && !finds("anh duong").await);
        store.update_contact(&actor, contact, 1, person("Mai Khuê", Some(other))).await.unwrap();
        assert!(finds("mai khue").await && !finds("lan").await);
        store.delete_contact(&actor, contact, 2, ALL_SHOWN).await.unwrap();
        assert!(!finds("khue").await && finds("hoang hon").await);
        store.restore_contact(&actor, contact).await.unwrap();
        assert!(finds("khue").await);
        store.delete_company(&actor, other, 1, ALL_SHOWN).await.unwrap();
        assert!(!finds("khue").await, "the contact went with its company");
        store.restore_company(&actor, other).await.unwrap();
        assert!(finds("khue").await);
        let version = store.deal(&actor, id).await.unwrap().version;
        store.delete_deal(&actor, id, version).await.unwrap();
        assert!(!finds("xe").await);
        store.restore_deal(&actor, id).await.unwrap();
        assert!(finds("khue hoang hon").await);
        store.erase_contact(&actor, contact, EraseForm { name: "Mai Khuê".into() }).await.unwrap();
        assert!(!finds("khue").await && finds("hoang hon").await);
        let texts: Vec<String> = db.raw().await.column("SELECT search FROM deals").await;
        assert!(!texts[0].contains("khue"), "{texts:?}");
    }

    async fn every_role_finds_and_nobody_finds_what_is_elsewhere(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let (_, stranger) = db.register("lan").await;
        let store = &db.store;
        let at = store.create_company(&actor, company("Mẫu Của Hưng")).await.unwrap();
        store.create_contact(&actor, person("Mẫu An", Some(at))).await.unwrap();
        store.create_tag(&actor, tag("Mẫu")).await.unwrap();
        let expected = offered(store, &actor, "mau", &[]).await;
        for role in Role::ALL.into_iter().filter(|role| *role != Role::Owner) {
            let other = member(&db, &actor, role.slug(), role).await;
            assert_eq!(offered(store, &other, "mau", &[]).await, expected, "{role:?}");
        }
        let recent = [(SearchKind::Companies, at.0)];
        assert_eq!(offered(store, &stranger, "mau", &recent).await, "");
        let counts = |found: &store::global_search::SearchPage| found.counts.map(|total| total.count);
        let query = GlobalQuery { q: "mau".into(), ..GlobalQuery::default() };
        assert_eq!(counts(&store.search_page(&stranger, &query).await.unwrap()), [0; 6]);
        // Answers and order of one workspace don't depend on the other.
        store.create_company(&stranger, company("Mẫu Của Lan")).await.unwrap();
        let before = store.global_search(&stranger, "mau", &recent).await.unwrap();
        for number in 0..30 {
            store.create_company(&actor, company(&format!("Mẫu {number}"))).await.unwrap();
            store.create_contact(&actor, person(&format!("Mẫu {number}"), None)).await.unwrap();
        }
        assert_eq!(store.global_search(&stranger, "mau", &recent).await.unwrap(), before);
        assert_eq!(counts(&store.search_page(&stranger, &query).await.unwrap()), [1, 0, 0, 0, 0, 0]);
        let no_role = Actor { workspace_id: stranger.workspace_id, ..actor };
        assert!(!matches!(store.global_search(&no_role, "mau", &[]).await, Err(StoreError::Internal)));
    }

    async fn counts_equal_what_the_pages_list(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        store.seed_bulk(&actor, store::demo::SeedCounts { companies: 190, contacts: 195, deals: 180, activities: 150, tasks: 0 }).await.unwrap();
        for q in ["cong ty", "duong", "an", "nguyen van", "x", "a", "duc an x", "0903", "7", "hà nội", "key account", "khongcogi", "trao doi 1"] {
            let counts = store.search_page(&actor, &GlobalQuery { q: q.into(), ..GlobalQuery::default() }).await.unwrap();
            let offered = store.global_search(&actor, q, &[]).await.unwrap();
            for kind in SearchKind::ALL {
                let total = counts.count(kind);
                assert!(!total.capped, "{q}, {kind:?}");
                let mut ids = BTreeSet::new();
                let mut rows = 0;
                for page in 1..=total.count.div_ceil(20) + 1 {
                    let query = GlobalQuery { q: q.into(), kind: Some(kind), page: page.to_string().parse().unwrap() };
                    let found = store.search_page(&actor, &query).await.unwrap();
                    assert_eq!(found.counts, counts.counts, "{q}");
                    for hit in found.hits.groups.iter().flat_map(|group| &group.hits) {
                        ids.insert(hit.id);
                        rows += 1;
                    }
                }
                assert_eq!((rows, ids.len() as u64), (total.count, total.count), "{q}, {kind:?}");
                let group = offered.groups.iter().find(|group| group.kind == kind);
                assert_eq!(group.map_or(0, |group| group.hits.len() as u64), total.count.min(HITS_OF_EACH), "{q}, {kind:?}");
                assert_eq!(group.is_some_and(|group| group.more), total.count > HITS_OF_EACH, "{q}, {kind:?}");
            }
        }
    }

    async fn more_than_two_hundred_are_not_counted(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        store.seed_bulk(&actor, store::demo::SeedCounts { companies: 1_100, contacts: 0, deals: 0, activities: 2_500, tasks: 0 }).await.unwrap();
        let found = store.search_page(&actor, &GlobalQuery { q: "lienhe".into(), ..GlobalQuery::default() }).await.unwrap();
        let total = found.count(SearchKind::Companies);
        assert_eq!((total.count, total.capped), (200, true));
        assert_eq!(listed(store, &actor, "lienhe", SearchKind::Companies, 10).await.0.len(), 20);
        assert_eq!(listed(store, &actor, "lienhe", SearchKind::Companies, 11).await.0.len(), 0);
        // A letter that few have is looked for in the newest records.
        let found = store.search_page(&actor, &GlobalQuery { q: "z".into(), ..GlobalQuery::default() }).await.unwrap();
        assert!(found.only_newest);
    }

    async fn old_names_that_begin_with_a_letter_are_counted_too(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let (store, raw) = (&db.store, db.raw().await);
        for number in 1..=27 {
            store.create_company(&actor, company(&format!("Wong {number}"))).await.unwrap();
        }
        let old = if raw.is_postgres() { "'2020-01-01T00:00:00Z'" } else { "'2020-01-01T00:00:00.000000+00:00'" };
        raw.run(&format!("UPDATE companies SET updated_at = {old}")).await.unwrap();
        store.seed_bulk(&actor, store::demo::SeedCounts { companies: 2_100, ..Default::default() }).await.unwrap();
        let (mut names, mut page) = (Vec::new(), 1);
        loop {
            let (more, count) = listed(store, &actor, "w", SearchKind::Companies, page).await;
            assert_eq!(count, 27, "page {page}");
            if more.is_empty() {
                break;
            }
            names.extend(more);
            page += 1;
        }
        assert_eq!((names.len(), page), (27, 3));
        let found = store.search_page(&actor, &GlobalQuery { q: "w".into(), ..GlobalQuery::default() }).await.unwrap();
        assert!(found.only_newest && found.count(SearchKind::Companies).capped, "others were not looked at");
    }

    async fn a_pasted_website_finds_its_company(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let at = |name: &str, website: &str, email: &str| CompanyForm {
            name: name.into(), website: website.into(), email: email.into(), ..CompanyForm::default()
        };
        add_company(store, &actor, at("Mẫu", "https://example.vn", "")).await;
        add_company(store, &actor, at("Trà", "https://www.tra.example/vi/", "")).await;
        add_company(store, &actor, at("Thư", "", "lienhe@thu.example")).await;
        add_company(store, &actor, at("Một", "https://facebook.example/mot", "")).await;
        add_company(store, &actor, at("Hai", "https://facebook.example/hai", "")).await;
        add_company(store, &actor, at("Không", "https://notexample.vn", "")).await;
        for (pasted, name) in [
            ("https://www.example.vn/path", "Mẫu"),
            ("http://example.vn", "Mẫu"),
            ("HTTPS://Example.VN/", "Mẫu"),
            ("www.example.vn", "Mẫu"),
            ("https://example.vn/san-pham?id=1#top", "Mẫu"),
            ("https://www.tra.example/vi/", "Trà"),
            ("https://tra.example/vi", "Trà"),
            ("https://tra.example", "Trà"),
            ("https://www.thu.example/lien-he", "Thư"),
            ("https://facebook.example/mot", "Một"),
            ("https://example.vn mau", "Mẫu"),
        ] {
            assert_eq!(offered(store, &actor, pasted, &[]).await, format!("companies: {name}"), "{pasted}");
            let query = CompanyQuery { q: pasted.into(), ..CompanyQuery::default() };
            let rows = store.companies(&actor, &query).await.unwrap().rows;
            assert_eq!(rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), [name], "{pasted}");
        }
        assert_eq!(offered(store, &actor, "https://www.other.example/", &[]).await, "");
    }

    async fn nothing_typed_is_too_much(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        store.create_company(&actor, company("Mẫu 🙂 50%_")).await.unwrap();
        assert_eq!(offered(store, &actor, "🙂", &[]).await, "companies: Mẫu 🙂 50%_");
        assert_eq!(offered(store, &actor, "0%_", &[]).await, "companies: Mẫu 🙂 50%_");
        for q in ["%_".repeat(1_000), "a ".repeat(5_000), "\u{300}".repeat(500), "\\".repeat(300), "\"' OR NEAR(".repeat(50), "0".repeat(10_000), "ă".repeat(200)] {
            assert_eq!(offered(store, &actor, &q, &[]).await, "", "{}", q.chars().take(10).collect::<String>());
        }
    }
}
