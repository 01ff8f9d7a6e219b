//! Companies.

mod archive;
mod query;

pub use archive::{ARCHIVE_REASON_MAX, ArchiveForm, Archived};
pub use query::{CompanyColumn, CompanyQuery};

use crate::{
    custom_fields::CustomFields,
    forms::{FormErrors, optional},
    ids::{TagId, UserId},
    members::parse_owner,
    tags::{self, TagDraft},
    text::{self, TextError},
};
use serde::{Deserialize, Serialize};

/// Maximum length of a company's name, in characters.
pub const NAME_MAX: usize = 255;
/// Maximum length of an industry, in characters.
pub const INDUSTRY_MAX: usize = 100;

/// The number of employees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum CompanySize {
    /// 1 to 10.
    #[serde(rename = "1-10")]
    UpTo10,
    /// 11 to 50.
    #[serde(rename = "11-50")]
    UpTo50,
    /// 51 to 200.
    #[serde(rename = "51-200")]
    UpTo200,
    /// 201 to 500.
    #[serde(rename = "201-500")]
    UpTo500,
    /// More than 500.
    #[serde(rename = "500+")]
    Over500,
}

impl CompanySize {
    /// Every size, smallest first.
    pub const ALL: [Self; 5] = [Self::UpTo10, Self::UpTo50, Self::UpTo200, Self::UpTo500, Self::Over500];

    /// The value in forms and URLs, and the label: `51-200`.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::UpTo10 => "1-10",
            Self::UpTo50 => "11-50",
            Self::UpTo200 => "51-200",
            Self::UpTo500 => "201-500",
            Self::Over500 => "500+",
        }
    }

    /// Parses a slug.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|size| size.slug() == slug)
    }

    /// The rank among the sizes, 0 to 4, stored in the database so that it sorts by size.
    pub const fn rank(self) -> i16 {
        self as i16
    }

    /// Parses a rank.
    pub fn from_rank(rank: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|size| size.rank() == rank)
    }
}

/// The status of the business relationship.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CompanyStatus {
    /// Not yet a customer.
    #[default]
    Lead,
    /// A customer.
    Active,
    /// Formerly a customer.
    Inactive,
}

impl CompanyStatus {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Lead, Self::Active, Self::Inactive];

    /// The value in forms, URLs and the database.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Lead => "lead",
            Self::Active => "active",
            Self::Inactive => "inactive",
        }
    }

    /// Parses a slug.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.slug() == slug)
    }

    /// The label.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Lead => "Lead",
            Self::Active => "Active",
            Self::Inactive => "Inactive",
        }
    }
}

/// The form of `/companies/new` and `/companies/{id}/edit`, as submitted and as redisplayed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CompanyForm {
    /// Name, required.
    pub name: String,
    /// The industry.
    pub industry: String,
    /// A [`CompanySize`]'s slug; empty for none.
    pub size: String,
    /// A [`CompanyStatus`]'s slug; empty for lead.
    pub status: String,
    /// Web address.
    pub website: String,
    /// Telephone number.
    pub phone: String,
    /// Email address.
    pub email: String,
    /// Tax code.
    pub tax_code: String,
    /// Postal address.
    pub address: String,
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
    /// The id of the owner; empty leaves it as it is, and makes a new company the user's own.
    pub owner_id: String,
    /// The edited version; empty for a new company.
    pub version: String,
    /// The idempotency key: a form submitted twice creates one company.
    pub form_key: String,
}

/// A parsed company, ready to save.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyDraft {
    /// The owner; `None` leaves it as it is, and makes a new company the actor's.
    pub owner_id: Option<UserId>,
    /// Name, 1 to 255 characters.
    pub name: String,
    /// The industry, up to [`INDUSTRY_MAX`] characters.
    pub industry: Option<String>,
    /// The number of employees.
    pub size: Option<CompanySize>,
    /// The status of the business relationship.
    pub status: CompanyStatus,
    /// Web address with its scheme, up to 500 characters.
    pub website: Option<String>,
    /// Telephone number as typed, up to 50 characters.
    pub phone: Option<String>,
    /// Email address, up to 255 characters.
    pub email: Option<String>,
    /// Tax code, up to 50 characters.
    pub tax_code: Option<String>,
    /// Postal address, up to 1,000 characters.
    pub address: Option<String>,
    /// Free-text notes, up to 10,000 characters.
    pub notes: Option<String>,
    /// The tags, without duplicates.
    pub tags: Vec<TagId>,
    /// A tag to create and assign. An existing tag of the same name is used unchanged.
    pub new_tag: Option<TagDraft>,
    /// The custom fields.
    pub custom_fields: CustomFields,
}

impl CompanyForm {
    /// Parses the form.
    pub fn parse(&self) -> Result<CompanyDraft, FormErrors> {
        let mut errors = FormErrors::default();
        let name = errors.collect("name", check_name(&self.name));
        let industry = errors.collect("industry", text::line(&self.industry, INDUSTRY_MAX));
        let size = errors.collect("size", optional(&self.size, CompanySize::from_slug, "Choose a size"));
        let status = errors.collect("status", optional(&self.status, CompanyStatus::from_slug, "Choose a status"));
        let website = errors.collect("website", text::website(&self.website));
        let phone = errors.collect("phone", text::phone(&self.phone));
        let email = errors.collect("email", text::email(&self.email));
        let tax_code = errors.collect("tax_code", text::code(&self.tax_code, 50));
        let address = errors.collect("address", text::paragraphs(&self.address, 1_000));
        let notes = errors.collect("notes", text::notes(&self.notes));
        let tags = errors.collect("tag_id", tags::parse_ids(&self.tag_id));
        let new_tag = errors.collect("new_tag", TagDraft::parse_optional(&self.new_tag, &self.new_tag_color)).flatten();
        let custom_fields = errors.collect_all(CustomFields::parse(&self.metadata_name, &self.metadata_value));
        let owner_id = errors.collect("owner_id", parse_owner(&self.owner_id));
        errors.finish(|| {
            Some(CompanyDraft {
                owner_id: owner_id?,
                name: name?,
                industry: industry?,
                size: size?,
                status: status?.unwrap_or_default(),
                website: website?,
                phone: phone?,
                email: email?,
                tax_code: tax_code?,
                address: address?,
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
            "industry" => text::line(value, INDUSTRY_MAX).map(drop).map_err(shown),
            "website" => text::website(value).map(drop).map_err(shown),
            "phone" => text::phone(value).map(drop).map_err(shown),
            "email" => text::email(value).map(drop).map_err(shown),
            "tax_code" => text::code(value, 50).map(drop).map_err(shown),
            "address" => text::paragraphs(value, 1_000).map(drop).map_err(shown),
            "notes" => text::notes(value).map(drop).map_err(shown),
            "new_tag" => TagDraft::parse_optional(value, "").map(drop),
            _ => CustomFields::check_input(field, value),
        }
    }
}

fn check_name(text: &str) -> Result<String, TextError> {
    text::required_line(text, NAME_MAX, "Write the company's name")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> CompanyForm {
        CompanyForm { name: "Công ty Đường".into(), ..CompanyForm::default() }
    }

    #[test]
    fn a_name_is_enough() {
        let draft = form().parse().expect("nothing wrong");
        assert_eq!((draft.name.as_str(), draft.status, draft.size), ("Công ty Đường", CompanyStatus::Lead, None));
    }

    #[test]
    fn each_wrong_field_has_its_message() {
        let errors = CompanyForm {
            size: "lots".into(),
            status: "x".into(),
            website: "javascript:alert(1)".into(),
            phone: "abc".into(),
            email: "x".into(),
            notes: "x".repeat(10_001),
            tag_id: vec!["1".into()],
            ..CompanyForm::default()
        }
        .parse()
        .expect_err("all of it wrong");
        for field in ["name", "size", "status", "website", "phone", "email", "notes", "tag_id"] {
            assert!(errors.get(field).is_some(), "{field}");
        }
    }

    #[test]
    fn leaving_a_field_checks_it_as_the_form_does() {
        for (field, bad, good) in [
            ("name", " ", "A"),
            ("website", "a b", "a.vn"),
            ("phone", "x", "0903 123 456"),
            ("email", "x", "a@b.vn"),
            ("tax_code", &"1".repeat(51), "1"),
        ] {
            assert!(CompanyForm::check_field(field, bad).is_err(), "{field}");
            assert_eq!(CompanyForm::check_field(field, good), Ok(()), "{field}");
        }
    }
}
