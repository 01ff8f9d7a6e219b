//! The first steps of a workspace: ticked by what is there, whoever made it, and not by demo data.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod support;

use chrono::TimeDelta;
use common::TestDb;
use domain::{
    access::Role,
    contacts::ContactDraft,
    demo_data::{DemoLanguage, RemovedToo},
    first_steps::StepsDone,
    invitations::InvitationForm,
};
use store::{SessionContent, StoreError, TokenHash};
use support::{ALL_SHOWN, About, call, company, deal, everything, member, person};

const NONE: StepsDone = StepsDone { company: false, decision_maker: false, deal: false, activity: false, invite: false };

on_both_databases! {
    async fn each_step_is_ticked_by_its_record_and_unticked_without_it(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let (_, lan) = db.register("lan").await;
        let store = &db.store;
        assert_eq!(store.first_steps(&actor).await, Ok(NONE));
        let id = store.create_company(&actor, company("Own")).await.unwrap();
        let mut done = StepsDone { company: true, ..NONE };
        assert_eq!(store.first_steps(&actor).await, Ok(done));
        store.create_contact(&actor, person("Decides nothing", Some(id))).await.unwrap();
        assert_eq!(store.first_steps(&actor).await, Ok(done));
        let decides = ContactDraft { is_decision_maker: true, ..person("Decides", Some(id)) };
        store.create_contact(&actor, decides).await.unwrap();
        done.decision_maker = true;
        assert_eq!(store.first_steps(&actor).await, Ok(done));
        store.create_deal(&actor, deal("Own", id, "proposal", 5)).await.unwrap();
        done.deal = true;
        assert_eq!(store.first_steps(&actor).await, Ok(done));
        store.create_activity(&actor, call("Own", About { company: Some(id), ..About::default() })).await.unwrap();
        done.activity = true;
        assert_eq!(store.first_steps(&actor).await, Ok(done));
        assert_eq!(store.first_steps(&lan).await, Ok(NONE), "another workspace");
        store.delete_company(&actor, id, 1, ALL_SHOWN).await.unwrap();
        assert_eq!(store.first_steps(&actor).await, Ok(NONE), "in the bin");
    }

    async fn a_member_or_an_open_invitation_ticks_the_last_step(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let invite = |email: &str| InvitationForm { email: email.to_owned(), role: "member".to_owned(), ..InvitationForm::default() }.parse().unwrap();
        let invited = store.invite(&actor, invite("lan@example.org")).await.unwrap();
        assert!(store.first_steps(&actor).await.unwrap().invite);
        store.revoke_invitation(&actor, invited.id).await.unwrap();
        assert_eq!(store.first_steps(&actor).await, Ok(NONE));
        store.invite(&actor, invite("minh@example.org")).await.unwrap();
        let seq = db.raw().await.number("SELECT seq FROM audit_heads").await;
        let cached = store.with_cache_version(actor.workspace_id, seq);
        assert!(cached.first_steps(&actor).await.unwrap().invite);
        db.clock.advance(TimeDelta::days(8));
        assert_eq!(cached.first_steps(&actor).await, Ok(NONE), "it expires without a change of the workspace");
        member(&db, &actor, "viewer", Role::Viewer).await;
        assert!(store.first_steps(&actor).await.unwrap().invite);
    }

    async fn demo_data_tick_nothing_and_hide_nothing(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        store.fill_with_demo_data(&actor, DemoLanguage::English).await.unwrap();
        assert_eq!(store.first_steps(&actor).await, Ok(NONE));
        store.create_company(&actor, company("Own")).await.unwrap();
        assert_eq!(store.first_steps(&actor).await, Ok(StepsDone { company: true, ..NONE }));
        store.remove_demo_data(&actor, RemovedToo::new()).await.unwrap();
        assert_eq!(store.first_steps(&actor).await, Ok(StepsDone { company: true, ..NONE }));
    }

    async fn admins_dismiss_them_for_everybody_and_show_them_again(db: TestDb) {
        let (user, owner) = db.register("hung").await;
        let (store, raw) = (&db.store, db.raw().await);
        let token = TokenHash::of(b"session");
        let content = SessionContent { data: serde_json::json!({}), user_id: Some(user.id), workspace_id: user.workspace_id };
        assert!(store.create_session(token, content, None).await.unwrap());
        let shows = async || store.load_session(token).await.unwrap().unwrap().signed_in.unwrap().shows_first_steps;
        assert!(shows().await);
        let admin = member(&db, &owner, "admin", Role::Admin).await;
        store.set_first_steps_shown(&admin, false).await.unwrap();
        assert!(!shows().await);
        let before = everything(&raw).await;
        store.set_first_steps_shown(&owner, false).await.unwrap();
        assert!(everything(&raw).await == before, "no change, no entry");
        for role in [Role::Member, Role::Viewer] {
            let actor = member(&db, &owner, role.slug(), role).await;
            assert_eq!(store.set_first_steps_shown(&actor, true).await, Err(StoreError::Denied));
        }
        assert!(!shows().await);
        store.set_first_steps_shown(&owner, true).await.unwrap();
        assert!(shows().await);
    }
}
