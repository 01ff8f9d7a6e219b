//! Companies: what is known of one, and how a list of them is asked for.

mod query;

pub use query::{CompanyColumn, CompanyQuery};

use crate::{
    custom_fields::CustomFields,
    forms::{FormErrors, optional},
    ids::TagId,
    tags::{self, TagDraft},
    text::{self, TextError},
};
use serde::{Deserialize, Serialize};

/// Most characters of a company's name.
pub const NAME_MAX: usize = 255;
/// Most characters of its line of business.
pub const INDUSTRY_MAX: usize = 100;

/// How many people work there.
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

    /// As forms, URLs and people write it: `51-200`.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::UpTo10 => "1-10",
            Self::UpTo50 => "11-50",
            Self::UpTo200 => "51-200",
            Self::UpTo500 => "201-500",
            Self::Over500 => "500+",
        }
    }

    /// From its written form.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|size| size.slug() == slug)
    }

    /// Its place among the sizes, 0 to 4: what the database keeps, so that it sorts by size and not by spelling.
    pub const fn rank(self) -> i16 {
        self as i16
    }

    /// From its place.
    pub fn from_rank(rank: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|size| size.rank() == rank)
    }
}

/// Where we stand with a company.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CompanyStatus {
    /// Not a customer yet.
    #[default]
    Lead,
    /// A customer.
    Active,
    /// Once a customer.
    Inactive,
}

impl CompanyStatus {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Lead, Self::Active, Self::Inactive];

    /// As forms, URLs and the database write it.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Lead => "lead",
            Self::Active => "active",
            Self::Inactive => "inactive",
        }
    }

    /// From its written form.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.slug() == slug)
    }

    /// The word people read.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Lead => "Lead",
            Self::Active => "Active",
            Self::Inactive => "Inactive",
        }
    }
}

/// The fields of `/companies/new` and `/companies/{id}/edit` as they arrive, and as they are given back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CompanyForm {
    /// Name, required.
    pub name: String,
    /// Line of business.
    pub industry: String,
    /// A [`CompanySize`]'s slug or nothing.
    pub size: String,
    /// A [`CompanyStatus`]'s slug; nothing means lead.
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
    /// Anything else.
    pub notes: String,
    /// Ids of the tags it carries.
    pub tag_id: Vec<String>,
    /// Name of a tag to be made and put on it.
    pub new_tag: String,
    /// That tag's colour.
    pub new_tag_color: String,
    /// Names of its custom fields, a row each.
    pub metadata_name: Vec<String>,
    /// Their values, in the same order.
    pub metadata_value: Vec<String>,
    /// The version that was shown for editing; empty on a new company.
    pub version: String,
    /// What makes this one showing of the form different from any other, so that sending it twice makes one company.
    pub form_key: String,
}

/// A company to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyDraft {
    /// Name, 1 to 255 characters.
    pub name: String,
    /// Line of business, up to [`INDUSTRY_MAX`] characters.
    pub industry: Option<String>,
    /// How many people work there.
    pub size: Option<CompanySize>,
    /// Where we stand with it.
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
    /// Anything else, up to 10,000 characters.
    pub notes: Option<String>,
    /// The tags it carries, each once.
    pub tags: Vec<TagId>,
    /// A tag to be made and put on it; one of that name that exists already is used as it is.
    pub new_tag: Option<TagDraft>,
    /// What else is to be known of it.
    pub custom_fields: CustomFields,
}

impl CompanyForm {
    /// Reads the form: the draft and, on an edit, the version it was made from.
    pub fn parse(&self) -> Result<CompanyDraft, FormErrors> {
        let mut errors = FormErrors::default();
        let name = errors.take("name", check_name(&self.name));
        let industry = errors.take("industry", text::line(&self.industry, INDUSTRY_MAX));
        let size = errors.take("size", optional(&self.size, CompanySize::from_slug, "Choose a size"));
        let status = errors.take("status", optional(&self.status, CompanyStatus::from_slug, "Choose a status"));
        let website = errors.take("website", text::website(&self.website));
        let phone = errors.take("phone", text::phone(&self.phone));
        let email = errors.take("email", text::email(&self.email));
        let tax_code = errors.take("tax_code", text::line(&self.tax_code, 50));
        let address = errors.take("address", text::paragraphs(&self.address, 1_000));
        let notes = errors.take("notes", text::notes(&self.notes));
        let tags = errors.take("tag_id", tags::parse_ids(&self.tag_id));
        let new_tag = errors.take("new_tag", TagDraft::parse_optional(&self.new_tag, &self.new_tag_color)).flatten();
        let custom_fields = errors.collect_all(CustomFields::parse(&self.metadata_name, &self.metadata_value));
        errors.finish(|| {
            Some(CompanyDraft {
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

    /// Checks one field by itself, as the browser does when it is left.
    pub fn check_field(field: &str, value: &str) -> Result<(), String> {
        let shown = |error: TextError| error.to_string();
        match field {
            "name" => check_name(value).map(drop).map_err(shown),
            "industry" => text::line(value, INDUSTRY_MAX).map(drop).map_err(shown),
            "website" => text::website(value).map(drop).map_err(shown),
            "phone" => text::phone(value).map(drop).map_err(shown),
            "email" => text::email(value).map(drop).map_err(shown),
            "tax_code" => text::line(value, 50).map(drop).map_err(shown),
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
