//! Contacts: the people at a company, and what they decide.

mod query;
mod whom;

pub use query::{ContactColumn, ContactQuery};
pub use whom::Whom;

use crate::{
    custom_fields::CustomFields,
    forms::{FormErrors, optional, optional_id},
    ids::{CompanyId, ContactId, TagId},
    tags::{self, TagDraft},
    text::{self, TextError},
};
use serde::{Deserialize, Serialize};

/// How much a contact decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AuthorityLevel {
    /// Signs.
    Primary,
    /// Decides with the one who signs.
    Secondary,
    /// Is listened to.
    Influencer,
}

impl AuthorityLevel {
    /// Every level, highest first.
    pub const ALL: [Self; 3] = [Self::Primary, Self::Secondary, Self::Influencer];

    /// As the database keeps it.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
            Self::Influencer => "influencer",
        }
    }

    /// From the form the database keeps.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.slug() == slug)
    }

    /// The word people read.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Primary => "Primary",
            Self::Secondary => "Secondary",
            Self::Influencer => "Influencer",
        }
    }

    /// Whether this level decides, alone or with another.
    pub const fn decides(self) -> bool {
        matches!(self, Self::Primary | Self::Secondary)
    }
}

/// Lowest [`authority_rank`] of a contact that does not decide.
const NON_DECIDER_RANK: i16 = 4;

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

/// Most characters of a contact's name.
pub const NAME_MAX: usize = 255;
/// Most characters of what a contact does.
pub const JOB_TITLE_MAX: usize = 255;

/// The fields of `/contacts/new` and `/contacts/{id}/edit` as they arrive, and as they are given back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ContactForm {
    /// Name, required.
    pub name: String,
    /// Email address.
    pub email: String,
    /// Telephone number.
    pub phone: String,
    /// What they do.
    pub job_title: String,
    /// A company's id or nothing.
    pub company_id: String,
    /// `true`, or nothing for a box that isn't ticked.
    pub is_decision_maker: String,
    /// An [`AuthorityLevel`]'s slug or nothing.
    pub authority_level: String,
    /// The id of the contact they report to, or nothing.
    pub reports_to_id: String,
    /// Anything else.
    pub notes: String,
    /// Ids of the tags they carry.
    pub tag_id: Vec<String>,
    /// Name of a tag to be made and put on them.
    pub new_tag: String,
    /// That tag's colour.
    pub new_tag_color: String,
    /// Names of their custom fields, a row each.
    pub metadata_name: Vec<String>,
    /// Their values, in the same order.
    pub metadata_value: Vec<String>,
    /// The version that was shown for editing; empty on a new contact.
    pub version: String,
    /// What makes this one showing of the form different from any other, so that sending it twice makes one contact.
    pub form_key: String,
}

/// A contact to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactDraft {
    /// Name, 1 to 255 characters.
    pub name: String,
    /// Email address, up to 255 characters.
    pub email: Option<String>,
    /// Telephone number as typed, up to 50 characters.
    pub phone: Option<String>,
    /// What they do, up to 255 characters.
    pub job_title: Option<String>,
    /// The company they are at.
    pub company_id: Option<CompanyId>,
    /// Whether they decide.
    pub is_decision_maker: bool,
    /// How much they decide.
    pub authority_level: Option<AuthorityLevel>,
    /// Whom they report to, of whatever company.
    pub reports_to_id: Option<ContactId>,
    /// Anything else, up to 10,000 characters.
    pub notes: Option<String>,
    /// The tags they carry, each once.
    pub tags: Vec<TagId>,
    /// A tag to be made and put on them; one of that name that exists already is used as it is.
    pub new_tag: Option<TagDraft>,
    /// What else is to be known of them.
    pub custom_fields: CustomFields,
}

impl ContactForm {
    /// Reads the form. Who is primary or secondary decides, whether or not the box is ticked.
    pub fn parse(&self) -> Result<ContactDraft, FormErrors> {
        let mut errors = FormErrors::default();
        let name = errors.take("name", check_name(&self.name));
        let job_title = errors.take("job_title", text::line(&self.job_title, JOB_TITLE_MAX));
        let company_id = errors.take("company_id", optional_id(&self.company_id, "Choose a company from the list"));
        let phone = errors.take("phone", text::phone(&self.phone));
        let email = errors.take("email", text::email(&self.email));
        let decides = errors.take("is_decision_maker", optional(&self.is_decision_maker, ticked, "Tick the box or leave it"));
        let level = optional(&self.authority_level, AuthorityLevel::from_slug, "Choose an authority level");
        let authority_level = errors.take("authority_level", level);
        let reports_to_id = errors.take("reports_to_id", optional_id(&self.reports_to_id, "Choose a contact from the list"));
        let tags = errors.take("tag_id", tags::parse_ids(&self.tag_id));
        let new_tag = errors.take("new_tag", TagDraft::parse_optional(&self.new_tag, &self.new_tag_color)).flatten();
        let notes = errors.take("notes", text::notes(&self.notes));
        let custom_fields = errors.collect_all(CustomFields::parse(&self.metadata_name, &self.metadata_value));
        errors.finish(|| {
            let authority_level = authority_level?;
            Some(ContactDraft {
                name: name?,
                email: email?,
                phone: phone?,
                job_title: job_title?,
                company_id: company_id?,
                is_decision_maker: decides?.is_some() || authority_level.is_some_and(AuthorityLevel::decides),
                authority_level,
                reports_to_id: reports_to_id?,
                notes: notes?,
                tags: tags?,
                new_tag,
                custom_fields: custom_fields?,
            })
        })
    }

    /// Checks one field by itself, as the browser does when it is left.
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
