//! Companies: what is known of one, and how a list of them is asked for.

use crate::{
    custom_fields::CustomFields,
    decision_makers::DecisionGap,
    forms::{FormErrors, optional},
    ids::TagId,
    page::{BadQuery, PageNumber, Sort, SortColumn},
    tags::{self, TagDraft},
    text::{self, TextError},
};
use serde::{Deserialize, Serialize};

/// Most characters of a company's name.
pub const NAME_MAX: usize = 255;
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
    /// Line of business, up to 100 characters.
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
        let industry = errors.take("industry", text::line(&self.industry, 100));
        let size = errors.take("size", optional(&self.size, CompanySize::from_slug, "Choose a size"));
        let status = errors.take("status", optional(&self.status, CompanyStatus::from_slug, "Choose a status"));
        let website = errors.take("website", text::website(&self.website));
        let phone = errors.take("phone", text::phone(&self.phone));
        let email = errors.take("email", text::email(&self.email));
        let tax_code = errors.take("tax_code", text::line(&self.tax_code, 50));
        let address = errors.take("address", text::paragraphs(&self.address, 1_000));
        let notes = errors.take("notes", text::paragraphs(&self.notes, 10_000));
        let tags = errors.take("tag_id", tags::parse_ids(&self.tag_id));
        let new_tag = errors.take("new_tag", TagDraft::parse_optional(&self.new_tag, &self.new_tag_color)).flatten();
        let custom_fields = errors.take_all(CustomFields::parse(&self.metadata_name, &self.metadata_value));
        let draft = (|| {
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
        })();
        draft.filter(|_| errors.is_empty()).ok_or(errors)
    }

    /// Checks one field by itself, as the browser does when it is left.
    pub fn check_field(field: &str, value: &str) -> Result<(), String> {
        let shown = |error: TextError| error.to_string();
        match field {
            "name" => check_name(value).map(drop),
            "industry" => text::line(value, 100).map(drop).map_err(shown),
            "website" => text::website(value).map(drop).map_err(shown),
            "phone" => text::phone(value).map(drop).map_err(shown),
            "email" => text::email(value).map(drop).map_err(shown),
            "tax_code" => text::line(value, 50).map(drop).map_err(shown),
            "address" => text::paragraphs(value, 1_000).map(drop).map_err(shown),
            "notes" => text::paragraphs(value, 10_000).map(drop).map_err(shown),
            "new_tag" => TagDraft::parse_optional(value, "").map(drop),
            _ => CustomFields::check_input(field, value),
        }
    }
}

fn check_name(text: &str) -> Result<String, String> {
    text::required_line(text, NAME_MAX).map_err(|error| match error {
        TextError::Missing => "Write the company's name".to_owned(),
        other => other.to_string(),
    })
}

/// What the company list sorts by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompanyColumn {
    /// Name, accents aside.
    Name,
    /// Line of business.
    Industry,
    /// Size, smallest first.
    Size,
    /// Status by its word.
    Status,
    /// How many contacts it has.
    Contacts,
    /// What its open deals are worth.
    OpenDeals,
    /// When it was last touched.
    UpdatedAt,
}

impl SortColumn for CompanyColumn {
    const ALL: &'static [Self] = &[Self::Name, Self::Industry, Self::Size, Self::Status, Self::Contacts, Self::OpenDeals, Self::UpdatedAt];

    fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Industry => "industry",
            Self::Size => "size",
            Self::Status => "status",
            Self::Contacts => "contacts",
            Self::OpenDeals => "open_deals",
            Self::UpdatedAt => "updated_at",
        }
    }
}

/// Most characters of a search.
pub const QUERY_MAX: usize = 200;

/// Which companies a list shows. Several values of one filter mean any of them; several filters mean all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyQuery {
    /// Words to find in name, industry or tags: trimmed, not yet folded.
    pub q: String,
    /// Lines of business.
    pub industry: Vec<String>,
    /// Sizes.
    pub size: Vec<CompanySize>,
    /// Statuses.
    pub status: Vec<CompanyStatus>,
    /// Tags.
    pub tag: Vec<TagId>,
    /// What is amiss with who decides there.
    pub decision: Vec<DecisionGap>,
    /// The order.
    pub sort: Sort<CompanyColumn>,
    /// The page.
    pub page: PageNumber,
}

impl Default for CompanyQuery {
    fn default() -> Self {
        Self {
            q: String::new(),
            industry: vec![],
            size: vec![],
            status: vec![],
            tag: vec![],
            decision: vec![],
            sort: Sort::default(),
            page: PageNumber::FIRST,
        }
    }
}

impl CompanyQuery {
    /// Reads the pairs of a URL's query. Empty values mean the filter is not set; unknown names are passed over, as a
    /// link from elsewhere may carry its own; unknown values of known names are refused.
    pub fn parse<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, BadQuery> {
        let mut query = Self::default();
        for (name, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
            match name {
                "q" => query.q = text::line(value, QUERY_MAX).map_err(|_| BadQuery)?.unwrap_or_default(),
                "industry" => query.industry.push(text::required_line(value, 100).map_err(|_| BadQuery)?),
                "size" => query.size.push(CompanySize::from_slug(value).ok_or(BadQuery)?),
                "status" => query.status.push(CompanyStatus::from_slug(value).ok_or(BadQuery)?),
                "tag" => query.tag.push(value.parse().map_err(|_| BadQuery)?),
                "decision" => query.decision.push(DecisionGap::from_slug(value).ok_or(BadQuery)?),
                "sort" => query.sort = value.parse()?,
                "page" => query.page = value.parse()?,
                _ => {}
            }
        }
        let most = [query.industry.len(), query.size.len(), query.status.len(), query.tag.len(), query.decision.len()].into_iter().max();
        if most > Some(50) { Err(BadQuery) } else { Ok(query) }
    }

    /// The pairs that [`CompanyQuery::parse`] reads back, what is usual left out.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if !self.q.is_empty() {
            pairs.push(("q", self.q.clone()));
        }
        pairs.extend(self.industry.iter().map(|industry| ("industry", industry.clone())));
        pairs.extend(self.size.iter().map(|size| ("size", size.slug().to_owned())));
        pairs.extend(self.status.iter().map(|status| ("status", status.slug().to_owned())));
        pairs.extend(self.tag.iter().map(|tag| ("tag", tag.to_string())));
        pairs.extend(self.decision.iter().map(|gap| ("decision", gap.slug().to_owned())));
        if self.sort != Sort::default() {
            pairs.push(("sort", self.sort.to_string()));
        }
        if self.page != PageNumber::FIRST {
            pairs.push(("page", self.page.get().to_string()));
        }
        pairs
    }

    /// Whether anything narrows the list.
    pub fn is_filtered(&self) -> bool {
        let none = self.industry.is_empty() && self.size.is_empty() && self.status.is_empty() && self.tag.is_empty();
        !(self.q.is_empty() && none && self.decision.is_empty())
    }
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

    #[test]
    fn a_query_reads_back_as_written() {
        let pairs = [
            ("q", "cong ty"),
            ("status", "active"),
            ("status", "lead"),
            ("size", "500+"),
            ("decision", "no-primary"),
            ("sort", "-name"),
            ("page", "3"),
            ("utm", "x"),
        ];
        let query = CompanyQuery::parse(pairs).expect("a list of ours");
        assert_eq!(query.status, [CompanyStatus::Active, CompanyStatus::Lead]);
        let written = query.pairs();
        assert_eq!(CompanyQuery::parse(written.iter().map(|(name, value)| (*name, value.as_str()))), Ok(query));
        assert!(CompanyQuery::default().pairs().is_empty());
    }

    #[test]
    fn nonsense_in_a_query_is_refused() {
        for pair in
            [("page", "0"), ("page", "1000000000"), ("sort", "password"), ("status", "x"), ("tag", "1 or 1=1"), ("q", &"x".repeat(201))]
        {
            assert_eq!(CompanyQuery::parse([pair]), Err(BadQuery), "{pair:?}");
        }
    }
}
