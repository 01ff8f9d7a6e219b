//! Invitations: who may accept them, how often, for how long, and what role it makes (NX-10, A14).

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod support;

use chrono::TimeDelta;
use common::{TestDb, outbox::deliver, register_form, trial_size};
use domain::{
    access::{Actor, Role},
    ids::UserId,
    invitations::{
        INVITATION_DAYS, INVITATIONS_PER_INVITER, INVITATIONS_PER_NETWORK, INVITATIONS_PER_WORKSPACE, InvitationDraft, InvitationForm,
        InvitationState,
    },
    members::RecordsGoTo,
    workspaces::EndForm,
};
use store::{Store, StoreError, invitations::JoinedWorkspace, verify_chain};
use support::{everything, member, new_workspace};

const PASSWORD: &str = "correct horse battery";

fn draft(email: &str, role: Role) -> InvitationDraft {
    InvitationForm { email: email.to_owned(), role: role.slug().to_owned(), ..InvitationForm::default() }.parse().unwrap()
}

async fn invite(store: &Store, actor: &Actor, email: &str, role: Role) -> String {
    store.invite(actor, draft(email, role)).await.unwrap().token
}

/// Seconds until the actor may invite again.
async fn limited(store: &Store, actor: &Actor) -> u32 {
    match store.invite(actor, draft("one.more@example.com", Role::Viewer)).await {
        Err(StoreError::Limited(limit)) => limit.seconds,
        outcome => panic!("{outcome:?}"),
    }
}

async fn state(store: &Store, token: &str) -> InvitationState {
    store.find_invitation(token).await.unwrap().unwrap().state
}

async fn accept(store: &Store, user: UserId, token: &str) -> Result<JoinedWorkspace, StoreError> {
    store.accept_invitation(user, token.to_owned()).await
}

fn is_refused(outcome: &Result<JoinedWorkspace, StoreError>) -> bool {
    matches!(outcome, Err(StoreError::Invalid(errors)) if errors.get("").is_some())
}

async fn role_of(store: &Store, actor: &Actor, user: UserId) -> Option<Role> {
    store.members(actor).await.unwrap().into_iter().find(|member| member.user_id == user).map(|member| member.role)
}

on_both_databases! {
    async fn the_invited_address_accepts_once_however_it_is_written(db: TestDb) {
        let store = &db.store;
        let ((_, owner), (_, lan), (_, other)) = (db.register("owner").await, db.register("lan").await, db.register("other").await);
        let token = invite(store, &owner, "Lan@Example.com", Role::Viewer).await;
        let raw = db.raw().await;
        let before = everything(&raw).await;
        assert!(before.iter().all(|row| !row.contains(&token)), "the database has the hash alone");
        let found = store.find_invitation(&token).await.unwrap().unwrap();
        assert_eq!((found.workspace_name.as_str(), found.inviter_name.as_str(), found.role), ("owner’s workspace", "owner", Role::Viewer));
        assert!(found.is_for("lan@example.com") && !found.is_for("other@example.com"));
        assert!(is_refused(&accept(store, other.user_id, &token).await), "for another address");
        assert_eq!(accept(store, lan.user_id, "none").await, Err(StoreError::NotFound));
        assert!(everything(&raw).await == before, "looking, and who may not, change nothing");
        assert_eq!(accept(store, lan.user_id, &token).await.unwrap().id, owner.workspace_id);
        assert_eq!(role_of(store, &owner, lan.user_id).await, Some(Role::Viewer));
        assert_eq!(state(store, &token).await, InvitationState::Used);
        assert!(is_refused(&accept(store, lan.user_id, &token).await), "twice");
        assert!(store.invitations(&owner).await.unwrap().is_empty());
        assert_eq!(verify_chain(store, owner.workspace_id).await.unwrap(), None);
    }

    async fn of_many_at_once_one_accepts(db: TestDb) {
        let store = &db.store;
        let ((_, owner), (_, lan)) = (db.register("owner").await, db.register("lan").await);
        for round in 0..trial_size(3, 30) {
            let token = invite(store, &owner, "lan@example.com", Role::Member).await;
            let outcomes = tokio::join!(accept(store, lan.user_id, &token), accept(store, lan.user_id, &token), accept(store, lan.user_id, &token));
            let accepted = [&outcomes.0, &outcomes.1, &outcomes.2].into_iter().filter(|outcome| outcome.is_ok()).count();
            assert_eq!(accepted, 1, "round {round}: {outcomes:?}");
            store.remove_member(&owner, lan.user_id, RecordsGoTo::Nobody).await.unwrap();
        }
        let joined = db.raw().await.number("SELECT count(*) FROM audit_log WHERE action = 'join'").await;
        assert_eq!(joined, trial_size(3, 30));
    }

    async fn revoked_replaced_and_old_ones_are_refused(db: TestDb) {
        let store = &db.store;
        let ((_, owner), (_, lan)) = (db.register("owner").await, db.register("lan").await);
        let revoked = store.invite(&owner, draft("lan@example.com", Role::Member)).await.unwrap();
        store.revoke_invitation(&owner, revoked.id).await.unwrap();
        assert_eq!(store.revoke_invitation(&owner, revoked.id).await, Err(StoreError::NotFound));
        assert_eq!(store.resend_invitation(&owner, revoked.id).await.map(drop), Err(StoreError::NotFound));
        let replaced = invite(store, &owner, "LAN@example.com", Role::Admin).await;
        let again = store.invite(&owner, draft("lan@example.com", Role::Viewer)).await.unwrap();
        let resent = store.resend_invitation(&owner, again.id).await.unwrap();
        for token in [&revoked.token, &replaced, &again.token] {
            assert_eq!(state(store, token).await, InvitationState::Revoked);
            assert!(is_refused(&accept(store, lan.user_id, token).await));
        }
        assert_eq!(store.invitations(&owner).await.unwrap().len(), 1, "the last one");
        db.clock.advance(TimeDelta::days(INVITATION_DAYS) - TimeDelta::seconds(1));
        assert_eq!(state(store, &resent.token).await, InvitationState::Open);
        db.clock.advance(TimeDelta::seconds(1));
        assert_eq!(state(store, &resent.token).await, InvitationState::Expired);
        assert!(is_refused(&accept(store, lan.user_id, &resent.token).await));
        let fresh = store.resend_invitation(&owner, resent.id).await.unwrap();
        accept(store, lan.user_id, &fresh.token).await.unwrap();
        assert_eq!(store.revoke_invitation(&owner, fresh.id).await, Err(StoreError::NotFound), "one that was accepted");
        let before = everything(&db.raw().await).await;
        let taken = store.invite(&owner, draft("lan@example.com", Role::Admin)).await;
        assert!(matches!(&taken, Err(StoreError::Invalid(errors)) if errors.get("email").is_some()), "{taken:?}");
        assert!(everything(&db.raw().await).await == before);
        db.clock.advance(TimeDelta::days(60));
        assert!(store.delete_old_invitations().await.unwrap() >= 5);
        assert!(store.find_invitation(&fresh.token).await.unwrap().is_none());
    }

    async fn accepting_lowers_no_role_and_raises_none_past_the_inviters(db: TestDb) {
        let store = &db.store;
        let (_, owner) = db.register("owner").await;
        let admin = member(&db, &owner, "admin", Role::Admin).await;
        let viewer = member(&db, &owner, "viewer", Role::Viewer).await;
        let raw = db.raw().await;
        // They become members by another way while the invitation is open.
        for (name, has, invited, then) in [
            ("a", Role::Admin, Role::Viewer, Role::Admin),
            ("b", Role::Viewer, Role::Admin, Role::Admin),
            ("c", Role::Member, Role::Member, Role::Member),
        ] {
            let token = invite(store, &admin, &format!("{name}@example.com"), invited).await;
            let user = member(&db, &owner, name, has).await;
            accept(store, user.user_id, &token).await.unwrap();
            assert_eq!(role_of(store, &owner, user.user_id).await, Some(then), "{name}");
        }
        // The owner, invited as a viewer before they got the workspace.
        let token = invite(store, &admin, "heir@example.com", Role::Viewer).await;
        let heir = member(&db, &owner, "heir", Role::Member).await;
        store.hand_over_workspace(&owner, heir.user_id).await.unwrap();
        accept(store, heir.user_id, &token).await.unwrap();
        assert_eq!(role_of(store, &owner, heir.user_id).await, Some(Role::Owner));
        // Nobody below an admin invites, and nobody makes an owner.
        let before = everything(&raw).await;
        for claim in [viewer, Actor { role: Role::Owner, ..viewer }] {
            assert_eq!(store.invite(&claim, draft("x@example.com", Role::Viewer)).await.map(drop), Err(StoreError::Denied));
        }
        let owners = InvitationDraft { role: Role::Owner, ..draft("x@example.com", Role::Viewer) };
        assert_eq!(store.invite(&admin, owners).await.map(drop), Err(StoreError::Denied));
        assert!(everything(&raw).await == before);
        // The inviter is lowered, or goes.
        let owner_now = Actor { role: Role::Owner, ..heir };
        let (_, late) = db.register("late").await;
        let token = invite(store, &admin, "late@example.com", Role::Member).await;
        store.change_role(&owner_now, admin.user_id, Role::Member).await.unwrap();
        assert_eq!(state(store, &token).await, InvitationState::InviterGone);
        assert!(is_refused(&accept(store, late.user_id, &token).await));
        store.change_role(&owner_now, admin.user_id, Role::Admin).await.unwrap();
        assert_eq!(state(store, &token).await, InvitationState::Open);
        let inviter = raw.id(admin.user_id.0);
        raw.run(&format!("UPDATE users SET disabled_at = updated_at WHERE id = {inviter}")).await.unwrap();
        assert_eq!(state(store, &token).await, InvitationState::InviterGone, "their account is disabled");
        assert!(is_refused(&accept(store, late.user_id, &token).await));
        raw.run(&format!("UPDATE users SET disabled_at = NULL WHERE id = {inviter}")).await.unwrap();
        store.remove_member(&owner_now, admin.user_id, RecordsGoTo::Nobody).await.unwrap();
        assert!(is_refused(&accept(store, late.user_id, &token).await));
        assert_eq!(role_of(store, &owner, late.user_id).await, None);
        assert_eq!(verify_chain(store, owner.workspace_id).await.unwrap(), None);
    }

    async fn who_was_removed_comes_back_in_the_invited_role(db: TestDb) {
        let store = &db.store;
        let (_, owner) = db.register("owner").await;
        let back = member(&db, &owner, "back", Role::Admin).await;
        store.remove_member(&owner, back.user_id, RecordsGoTo::Nobody).await.unwrap();
        let token = invite(store, &owner, "back@example.com", Role::Viewer).await;
        accept(store, back.user_id, &token).await.unwrap();
        assert_eq!(role_of(store, &owner, back.user_id).await, Some(Role::Viewer), "not the role they had");
    }

    async fn an_invitation_from_before_does_not_let_a_removed_member_back_in(db: TestDb) {
        let store = &db.store;
        let (_, owner) = db.register("owner").await;
        let token = invite(store, &owner, "gone@example.com", Role::Admin).await;
        let gone = member(&db, &owner, "gone", Role::Viewer).await;
        store.remove_member(&owner, gone.user_id, RecordsGoTo::Nobody).await.unwrap();
        assert_eq!(state(store, &token).await, InvitationState::Revoked);
        assert!(is_refused(&accept(store, gone.user_id, &token).await));
    }

    async fn the_invited_person_registers_also_where_registering_is_closed(db: TestDb) {
        let store = &db.store;
        let (_, owner) = db.register("owner").await;
        for (name, with_workspace, workspaces) in [("closed", false, 1), ("open", true, 2)] {
            let token = invite(store, &owner, &format!("{name}@example.com"), Role::Member).await;
            let form = || register_form(name, PASSWORD).parse().unwrap();
            let other = register_form("somebody", PASSWORD).parse().unwrap();
            let before = everything(&db.raw().await).await;
            let refused = store.register_invited(other, token.clone(), with_workspace, None).await;
            assert!(matches!(refused, Err(StoreError::Invalid(_))), "{refused:?}");
            assert!(everything(&db.raw().await).await == before, "no account without the invitation");
            let user = store.register_invited(form(), token.clone(), with_workspace, None).await.unwrap();
            assert_eq!(user.workspace_id, Some(owner.workspace_id));
            assert_eq!(store.own_workspaces(user.id).await.unwrap().len(), workspaces, "{name}");
            let again = db.sign_in(&format!("{name}@example.com"), PASSWORD).await.unwrap();
            assert_eq!(again.workspace_id, Some(owner.workspace_id), "the next sign-in leads there, too");
            assert_eq!(role_of(store, &owner, user.id).await, Some(Role::Member));
            assert_eq!(db.raw().await.number("SELECT count(*) FROM users WHERE is_platform_admin").await, 1);
            assert!(matches!(store.register_invited(form(), token, with_workspace, None).await, Err(StoreError::Invalid(_))), "twice");
        }
        assert_eq!(verify_chain(store, owner.workspace_id).await.unwrap(), None);
    }

    /// Who copies a link has no mailbox to show for it; whom it was mailed to has.
    async fn only_the_mailed_link_confirms_the_address(db: TestDb) {
        let store = &db.store;
        store.enable_mail();
        let ((_, owner), raw) = (db.register("owner").await, db.raw().await);
        let confirmed = async |name: &str| {
            raw.number(&format!("SELECT count(*) FROM users WHERE email = '{name}@example.com' AND email_verified")).await == 1
        };
        let mailed_to = async |email: &str| {
            let mails = deliver(&db).await;
            let texts = mails.iter().filter(|mail| mail.email == email).map(|mail| mail.to_text("https://crm.example.com"));
            let text = texts.into_iter().find(|text| text.contains("/invitation?")).unwrap();
            text.split("token=").nth(1).unwrap().split_whitespace().next().unwrap().to_owned()
        };
        for (name, by_mail) in [("copied", false), ("mailed", true)] {
            let copied = invite(store, &owner, &format!("{name}@example.com"), Role::Member).await;
            let mailed = mailed_to(&format!("{name}@example.com")).await;
            assert_ne!(copied, mailed);
            let token = if by_mail { &mailed } else { &copied };
            let form = register_form(name, PASSWORD).parse().unwrap();
            store.register_invited(form, token.clone(), false, None).await.unwrap();
            assert_eq!(confirmed(name).await, by_mail);
            let asked = deliver(&db).await.iter().any(|mail| mail.subject() == "Confirm your address");
            assert_eq!(asked, !by_mail, "the address is asked for unless it is known");
            for used in [copied, mailed] {
                assert_eq!(state(store, &used).await, InvitationState::Used, "one use, whichever link");
            }
        }
        let (_, lan) = db.register("lan").await;
        invite(store, &owner, "lan@example.com", Role::Viewer).await;
        assert!(!confirmed("lan").await);
        accept(store, lan.user_id, &mailed_to("lan@example.com").await).await.unwrap();
        assert!(confirmed("lan").await);
    }

    async fn a_workspace_that_ended_invites_nobody(db: TestDb) {
        let store = &db.store;
        let ((_, owner), (_, lan)) = (db.register("owner").await, db.register("lan").await);
        let token = invite(store, &owner, "lan@example.com", Role::Member).await;
        store.end_workspace(&owner, EndForm { name: "owner’s workspace".to_owned() }).await.unwrap();
        assert!(store.find_invitation(&token).await.unwrap().is_none());
        assert_eq!(accept(store, lan.user_id, &token).await, Err(StoreError::NotFound));
    }

    async fn a_workspace_sends_so_many_a_day(db: TestDb) {
        let (_, owner) = db.register("owner").await;
        for n in 0..INVITATIONS_PER_WORKSPACE.max {
            if n > 0 && n % INVITATIONS_PER_INVITER.max == 0 {
                db.clock.advance(INVITATIONS_PER_INVITER.window());
            }
            invite(&db.store, &owner, &format!("u{n}@example.com"), Role::Viewer).await;
        }
        let seconds = limited(&db.store, &owner).await;
        // Those of the first hour have room again 24 hours later; three hours have passed.
        assert_eq!(seconds, 21 * 60 * 60);
        db.clock.advance(TimeDelta::seconds(seconds.into()));
        invite(&db.store, &owner, "one.more@example.com", Role::Viewer).await;
    }

    /// Nor does making many workspaces, or many accounts, send more.
    async fn a_user_and_a_network_send_so_many_an_hour(db: TestDb) {
        let (_, owner) = db.register("owner").await;
        let second = db.store.create_workspace(owner.user_id, new_workspace("Second".to_owned()), "").await.unwrap();
        let store = db.store.from_address("203.0.113.7".parse().unwrap());
        let invite_some = async |actor: &Actor, count: u32| {
            for n in 0..count {
                invite(&store, actor, &format!("u{n}@example.com"), Role::Viewer).await;
            }
        };
        invite_some(&owner, INVITATIONS_PER_INVITER.max).await;
        let in_second = Actor { workspace_id: second, ..owner };
        let raw = db.raw().await;
        let before = everything(&raw).await;
        assert_eq!(limited(&store, &in_second).await, 60 * 60);
        assert!(everything(&raw).await == before);
        let (_, other) = db.register("other").await;
        invite_some(&other, INVITATIONS_PER_NETWORK.max - INVITATIONS_PER_INVITER.max).await;
        let (_, third) = db.register("third").await;
        assert_eq!(limited(&store, &third).await, 60 * 60);
        invite(&db.store.from_address("198.51.100.7".parse().unwrap()), &third, "u@example.com", Role::Viewer).await;
        db.clock.advance(TimeDelta::hours(1));
        invite(&store, &in_second, "u@example.com", Role::Viewer).await;
        db.store.delete_old_link_requests().await.unwrap();
        assert_eq!(raw.number("SELECT count(*) FROM link_requests").await, 1);
    }

    async fn a_form_sent_twice_sends_one_invitation(db: TestDb) {
        let (_, owner) = db.register("owner").await;
        let (raw, store) = (db.raw().await, db.store.with_idempotency(b"form".to_vec()));
        db.store.enable_mail();
        let mails = async || raw.number("SELECT count(*) FROM jobs WHERE workspace_id IS NULL AND interval_seconds IS NULL").await;
        let before = mails().await;
        let sent = tokio::join!(
            store.invite(&owner, draft("lan@example.com", Role::Member)),
            store.invite(&owner, draft("lan@example.com", Role::Member)),
        );
        assert_eq!(sent.0.unwrap().id, sent.1.unwrap().id);
        assert_eq!((mails().await, raw.number("SELECT count(*) FROM invitations").await), (before + 1, 1));
        let again = store.invite(&owner, draft("lan@example.com", Role::Member)).await.unwrap();
        assert_eq!(state(&db.store, &again.token).await, InvitationState::Open, "the link that the last answer shows");
        assert_eq!(db.store.invitations(&owner).await.unwrap().len(), 1);
        let other = db.store.with_idempotency(b"another form".to_vec()).invite(&owner, draft("lan@example.com", Role::Member)).await.unwrap();
        assert_ne!(other.id, again.id);
    }
}
