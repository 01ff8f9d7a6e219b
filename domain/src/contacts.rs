//! Contacts: the people at a company and their authority.

mod erasure;
mod party;
mod primary;
mod query;
#[cfg(not(target_arch = "wasm32"))]
mod vcard;

#[cfg(not(target_arch = "wasm32"))]
pub use erasure::PersonalValues;
pub use erasure::{ERASED_NAME, EraseForm};
pub use party::PartyId;
pub use primary::{AuthorityAt, PrimaryAnswer, PrimaryQuestion};
pub use query::{ContactColumn, ContactQuery, NOT_CONTACTED_DAYS_MAX};
#[cfg(not(target_arch = "wasm32"))]
pub use vcard::ContactCard;

use crate::{
    custom_fields::CustomFields,
    forms::{FormErrors, optional, optional_id},
    ids::{CompanyId, ContactId, TagId, UserId},
    members::parse_owner,
    tags::{self, TagDraft},
    text::{self, TextError},
};
use serde::{Deserialize, Serialize};

/// A contact's authority in decisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AuthorityLevel {
    /// Signs the contract.
    Primary,
    /// Decides together with the primary.
    Secondary,
    /// Influences decisions.
    Influencer,
}

impl AuthorityLevel {
    /// Every level, highest first.
    pub const ALL: [Self; 3] = [Self::Primary, Self::Secondary, Self::Influencer];

    /// The value in the database.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
            Self::Influencer => "influencer",
        }
    }

    /// Parses the value in the database.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.slug() == slug)
    }

    /// The label.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Primary => "Primary",
            Self::Secondary => "Secondary",
            Self::Influencer => "Influencer",
        }
    }

    /// Whether this level is a decision-maker.
    pub const fn decides(self) -> bool {
        matches!(self, Self::Primary | Self::Secondary)
    }
}

/// Lowest [`authority_rank`] of a contact that does not decide.
pub const NON_DECIDER_RANK: i16 = 4;

/// Sort rank by authority, lower first.
///
/// - 0: primary
/// - 1: secondary
/// - 2: influencer who decides
/// - 3: decides, without a level
/// - 4: influencer who doesn't decide
/// - 5: any other contact
pub const fn authority_rank(decides: bool, level: Option<AuthorityLevel>) -> i16 {
    match (level, decides) {
        (Some(AuthorityLevel::Primary), _) => 0,
        (Some(AuthorityLevel::Secondary), _) => 1,
        (Some(AuthorityLevel::Influencer), true) => 2,
        (None, true) => 3,
        (Some(AuthorityLevel::Influencer), false) => NON_DECIDER_RANK,
        (None, false) => 5,
    }
}

/// Maximum length of a contact's name, in characters.
pub const NAME_MAX: usize = 255;
/// Maximum length of a job title, in characters.
pub const JOB_TITLE_MAX: usize = 255;

/// The form of `/contacts/new` and `/contacts/{id}/edit`, as submitted and as redisplayed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ContactForm {
    /// Name, required.
    pub name: String,
    /// Email address.
    pub email: String,
    /// Telephone number.
    pub phone: String,
    /// The job title.
    pub job_title: String,
    /// A company's id; empty for none.
    pub company_id: String,
    /// `true`, or empty if the box is not checked.
    pub is_decision_maker: String,
    /// An [`AuthorityLevel`]'s slug; empty for none.
    pub authority_level: String,
    /// The answer to a [`PrimaryQuestion`]; empty if none was asked.
    pub primary_choice: String,
    /// The id of the contact's manager; empty for none.
    pub reports_to_id: String,
    /// Free-text notes.
    pub notes: String,
    /// The ids of the tags.
    pub tag_id: Vec<String>,
    /// The name of a tag to create and assign; empty for none.
    pub new_tag: String,
    /// The colour of the new tag.
    pub new_tag_color: String,
    /// The names of the custom fields, one per row.
    pub metadata_name: Vec<String>,
    /// The values of the custom fields, in the order of the names.
    pub metadata_value: Vec<String>,
    /// The id of the owner; empty leaves it as it is, and makes a new contact the user's own.
    pub owner_id: String,
    /// The edited version; empty for a new contact.
    pub version: String,
    /// The idempotency key: a form submitted twice creates one contact.
    pub form_key: String,
}

/// A parsed contact, ready to save.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactDraft {
    /// The owner; `None` leaves it as it is, and makes a new contact the actor's.
    pub owner_id: Option<UserId>,
    /// Name, 1 to 255 characters.
    pub name: String,
    /// Email address, up to 255 characters.
    pub email: Option<String>,
    /// Telephone number as typed, up to 50 characters.
    pub phone: Option<String>,
    /// The job title, up to 255 characters.
    pub job_title: Option<String>,
    /// The company.
    pub company_id: Option<CompanyId>,
    /// Whether the contact is a decision-maker.
    pub is_decision_maker: bool,
    /// The authority level.
    pub authority_level: Option<AuthorityLevel>,
    /// The answer to the [`PrimaryQuestion`] that saving it raises, as submitted.
    pub primary_choice: String,
    /// The manager, in any company.
    pub reports_to_id: Option<ContactId>,
    /// Free-text notes, up to 10,000 characters.
    pub notes: Option<String>,
    /// The tags, without duplicates.
    pub tags: Vec<TagId>,
    /// A tag to create and assign. An existing tag of the same name is used unchanged.
    pub new_tag: Option<TagDraft>,
    /// The custom fields.
    pub custom_fields: CustomFields,
}

impl ContactForm {
    /// Parses the form. Primary and secondary contacts are decision-makers even if the box is not checked.
    pub fn parse(&self) -> Result<ContactDraft, FormErrors> {
        let mut errors = FormErrors::default();
        let name = errors.collect("name", check_name(&self.name));
        let job_title = errors.collect("job_title", text::line(&self.job_title, JOB_TITLE_MAX));
        let company_id = errors.collect("company_id", optional_id(&self.company_id, "Choose a company from the list"));
        let phone = errors.collect("phone", text::phone(&self.phone));
        let email = errors.collect("email", text::email(&self.email));
        let decides = errors.collect("is_decision_maker", optional(&self.is_decision_maker, ticked, "Tick the box or leave it"));
        let level = optional(&self.authority_level, AuthorityLevel::from_slug, "Choose an authority level");
        let authority_level = errors.collect("authority_level", level);
        let reports_to_id = errors.collect("reports_to_id", optional_id(&self.reports_to_id, "Choose a contact from the list"));
        let tags = errors.collect("tag_id", tags::parse_ids(&self.tag_id));
        let new_tag = errors.collect("new_tag", TagDraft::parse_optional(&self.new_tag, &self.new_tag_color)).flatten();
        let notes = errors.collect("notes", text::notes(&self.notes));
        let custom_fields = errors.collect_all(CustomFields::parse(&self.metadata_name, &self.metadata_value));
        let owner_id = errors.collect("owner_id", parse_owner(&self.owner_id));
        errors.finish(|| {
            let authority_level = authority_level?;
            Some(ContactDraft {
                owner_id: owner_id?,
                name: name?,
                email: email?,
                phone: phone?,
                job_title: job_title?,
                company_id: company_id?,
                is_decision_maker: decides?.is_some() || authority_level.is_some_and(AuthorityLevel::decides),
                authority_level,
                primary_choice: self.primary_choice.clone(),
                reports_to_id: reports_to_id?,
                notes: notes?,
                tags: tags?,
                new_tag,
                custom_fields: custom_fields?,
            })
        })
    }

    /// Checks a single field, as the browser does when the field loses the focus.
    pub fn check_field(field: &str, value: &str) -> Result<(), String> {
        let shown = |error: TextError| error.to_string();
        match field {
            "name" => check_name(value).map(drop).map_err(shown),
            "job_title" => text::line(value, JOB_TITLE_MAX).map(drop).map_err(shown),
            "phone" => text::phone(value).map(drop).map_err(shown),
            "email" => text::email(value).map(drop).map_err(shown),
            "notes" => text::notes(value).map(drop).map_err(shown),
            "new_tag" => TagDraft::parse_optional(value, "").map(drop),
            _ => CustomFields::check_input(field, value),
        }
    }
}

fn check_name(text: &str) -> Result<String, TextError> {
    text::required_line(text, NAME_MAX, "Write the contact's name")
}

fn ticked(value: &str) -> Option<()> {
    (value == "true").then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> ContactForm {
        ContactForm { name: "Nguyễn Văn Đức".into(), ..ContactForm::default() }
    }

    #[test]
    fn a_name_is_enough() {
        let draft = form().parse().expect("nothing wrong");
        assert_eq!((draft.name.as_str(), draft.company_id, draft.is_decision_maker), ("Nguyễn Văn Đức", None, false));
    }

    #[test]
    fn both_typed_forms_are_kept_alike() {
        let decomposed = ContactForm { name: " Nguye\u{302}\u{303}n Va\u{306}n Đu\u{31b}\u{301}c ".into(), ..form() };
        assert_eq!(decomposed.parse(), form().parse());
    }

    #[test]
    fn each_wrong_field_has_its_message() {
        let errors = ContactForm {
            name: " ".into(),
            email: "x".into(),
            phone: "abc".into(),
            job_title: "x".repeat(256),
            company_id: "1".into(),
            is_decision_maker: "maybe".into(),
            authority_level: "boss".into(),
            reports_to_id: "1 or 1=1".into(),
            notes: "x".repeat(10_001),
            tag_id: vec!["1".into()],
            new_tag: "x".repeat(101),
            ..ContactForm::default()
        }
        .parse()
        .expect_err("all of it wrong");
        let fields: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
        let all = "name job_title company_id phone email is_decision_maker authority_level reports_to_id tag_id new_tag notes";
        assert_eq!(fields.join(" "), all);
    }

    #[test]
    fn leaving_a_field_checks_it_as_the_form_does() {
        for (field, bad, good) in [
            ("name", " ", "A"),
            ("job_title", &"x".repeat(256), "Kế toán trưởng"),
            ("phone", "x", "0903 123 456"),
            ("email", "x", "a@b.vn"),
            ("notes", "\0", "🙂<script>"),
            ("new_tag", &"x".repeat(101), ""),
        ] {
            assert!(ContactForm::check_field(field, bad).is_err(), "{field}");
            assert_eq!(ContactForm::check_field(field, good), Ok(()), "{field}");
        }
    }

    #[test]
    fn who_signs_decides() {
        let decides = |ticked: &str, level: &str| {
            let form = ContactForm { is_decision_maker: ticked.into(), authority_level: level.into(), ..form() };
            form.parse().expect("nothing wrong").is_decision_maker
        };
        assert!(decides("", "primary") && decides("", "secondary") && decides("true", "") && decides("true", "influencer"));
        assert!(!decides("", "influencer") && !decides("", ""));
    }

    #[test]
    fn those_who_decide_come_first() {
        let all = [None, Some(AuthorityLevel::Influencer), Some(AuthorityLevel::Secondary), Some(AuthorityLevel::Primary)];
        assert_eq!(all.map(|level| authority_rank(false, level)), [5, 4, 1, 0]);
        assert_eq!(all.map(|level| authority_rank(true, level)), [3, 2, 1, 0]);
    }
}
