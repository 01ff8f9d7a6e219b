//! Contacts: the people at a company, and what they decide.

use crate::{
    companies::QUERY_MAX,
    custom_fields::CustomFields,
    forms::{FormErrors, optional},
    ids::{CompanyId, ContactId, NotAnId, TagId},
    page::{BadQuery, PageNumber, Sort, SortColumn},
    tags::{self, TagDraft},
    text::{self, TextError},
};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

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
        let company_id = errors.take("company_id", optional(&self.company_id, |id| id.parse().ok(), "Choose a company from the list"));
        let phone = errors.take("phone", text::phone(&self.phone));
        let email = errors.take("email", text::email(&self.email));
        let decides = errors.take("is_decision_maker", optional(&self.is_decision_maker, ticked, "Tick the box or leave it"));
        let level = optional(&self.authority_level, AuthorityLevel::from_slug, "Choose an authority level");
        let authority_level = errors.take("authority_level", level);
        let boss = optional(&self.reports_to_id, |id| id.parse().ok(), "Choose a contact from the list");
        let reports_to_id = errors.take("reports_to_id", boss);
        let tags = errors.take("tag_id", tags::parse_ids(&self.tag_id));
        let new_tag = errors.take("new_tag", TagDraft::parse_optional(&self.new_tag, &self.new_tag_color)).flatten();
        let notes = errors.take("notes", text::paragraphs(&self.notes, 10_000));
        let custom_fields = errors.take_all(CustomFields::parse(&self.metadata_name, &self.metadata_value));
        let draft = (|| {
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
        })();
        draft.filter(|_| errors.is_empty()).ok_or(errors)
    }

    /// Checks one field by itself, as the browser does when it is left.
    pub fn check_field(field: &str, value: &str) -> Result<(), String> {
        let shown = |error: TextError| error.to_string();
        match field {
            "name" => check_name(value).map(drop),
            "job_title" => text::line(value, JOB_TITLE_MAX).map(drop).map_err(shown),
            "phone" => text::phone(value).map(drop).map_err(shown),
            "email" => text::email(value).map(drop).map_err(shown),
            "notes" => text::paragraphs(value, 10_000).map(drop).map_err(shown),
            "new_tag" => TagDraft::parse_optional(value, "").map(drop),
            _ => CustomFields::check_input(field, value),
        }
    }
}

fn check_name(text: &str) -> Result<String, String> {
    text::required_line(text, NAME_MAX).map_err(|error| match error {
        TextError::Missing => "Write the contact's name".to_owned(),
        other => other.to_string(),
    })
}

fn ticked(value: &str) -> Option<()> {
    (value == "true").then_some(())
}

/// What the contact list sorts by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContactColumn {
    /// Name, accents aside.
    Name,
    /// What they do, accents aside.
    JobTitle,
    /// The company's name, accents aside; those at none come first.
    Company,
    /// How much they decide, by [`standing`].
    Authority,
    /// The telephone number's key.
    Phone,
    /// Email address, whatever its case.
    Email,
    /// When they were last changed.
    UpdatedAt,
}

impl SortColumn for ContactColumn {
    const ALL: &'static [Self] = &[Self::Name, Self::JobTitle, Self::Company, Self::Authority, Self::Phone, Self::Email, Self::UpdatedAt];

    fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::JobTitle => "job_title",
            Self::Company => "company",
            Self::Authority => "authority_level",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::UpdatedAt => "updated_at",
        }
    }
}

/// Places in the order of who decides; those before this one decide.
const DECIDES_NOT: i16 = 4;

/// A contact's place in the order of who decides: primary 0, secondary 1, an influencer who decides 2, somebody who decides
/// without a level 3, an influencer 4, anybody else 5.
pub const fn standing(decides: bool, level: Option<AuthorityLevel>) -> i16 {
    match (level, decides) {
        (Some(AuthorityLevel::Primary), _) => 0,
        (Some(AuthorityLevel::Secondary), _) => 1,
        (Some(AuthorityLevel::Influencer), true) => 2,
        (None, true) => 3,
        (Some(AuthorityLevel::Influencer), false) => DECIDES_NOT,
        (None, false) => 5,
    }
}

/// Which contacts a list shows. Several values of one filter mean any of them; several filters mean all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactQuery {
    /// Words to find in name, email, phone, job title or the company's name: trimmed, not yet folded.
    pub q: String,
    /// The companies they are at.
    pub company: Vec<CompanyId>,
    /// What they do.
    pub job_title: Vec<String>,
    /// Authority levels.
    pub authority: Vec<AuthorityLevel>,
    /// Only those who decide.
    pub decision_makers: bool,
    /// Tags.
    pub tag: Vec<TagId>,
    /// The order.
    pub sort: Sort<ContactColumn>,
    /// The page.
    pub page: PageNumber,
}

impl Default for ContactQuery {
    fn default() -> Self {
        Self {
            q: String::new(),
            company: vec![],
            job_title: vec![],
            authority: vec![],
            decision_makers: false,
            tag: vec![],
            sort: Sort::default(),
            page: PageNumber::FIRST,
        }
    }
}

impl ContactQuery {
    /// Reads the pairs of a URL's query. Empty values mean the filter is not set; unknown names are passed over, as a
    /// link from elsewhere may carry its own; unknown values of known names are refused.
    pub fn parse<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, BadQuery> {
        let mut query = Self::default();
        for (name, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
            match name {
                "q" => query.q = text::line(value, QUERY_MAX).map_err(|_| BadQuery)?.unwrap_or_default(),
                "company_id" => query.company.push(value.parse().map_err(|_| BadQuery)?),
                "job_title" => query.job_title.push(text::required_line(value, JOB_TITLE_MAX).map_err(|_| BadQuery)?),
                "authority_level" => query.authority.push(AuthorityLevel::from_slug(value).ok_or(BadQuery)?),
                "is_decision_maker" => query.decision_makers = ticked(value).ok_or(BadQuery).map(|()| true)?,
                "tag" => query.tag.push(value.parse().map_err(|_| BadQuery)?),
                "sort" => query.sort = value.parse()?,
                "page" => query.page = value.parse()?,
                _ => {}
            }
        }
        let most = [query.company.len(), query.job_title.len(), query.authority.len(), query.tag.len()].into_iter().max();
        if most > Some(50) { Err(BadQuery) } else { Ok(query) }
    }

    /// The pairs that [`ContactQuery::parse`] reads back, what is usual left out.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if !self.q.is_empty() {
            pairs.push(("q", self.q.clone()));
        }
        pairs.extend(self.company.iter().map(|company| ("company_id", company.to_string())));
        pairs.extend(self.job_title.iter().map(|title| ("job_title", title.clone())));
        pairs.extend(self.authority.iter().map(|level| ("authority_level", level.slug().to_owned())));
        if self.decision_makers {
            pairs.push(("is_decision_maker", "true".to_owned()));
        }
        pairs.extend(self.tag.iter().map(|tag| ("tag", tag.to_string())));
        if self.sort != Sort::default() {
            pairs.push(("sort", self.sort.to_string()));
        }
        if self.page != PageNumber::FIRST {
            pairs.push(("page", self.page.get().to_string()));
        }
        pairs
    }

    /// The places in the order of who decides that the filters leave; `None` where they leave all.
    pub fn standings(&self) -> Option<Vec<i16>> {
        let of_level = |level: &AuthorityLevel| [standing(true, Some(*level)), standing(false, Some(*level))];
        let all = || (0..=5).collect();
        let mut left: Vec<i16> = if self.authority.is_empty() { all() } else { self.authority.iter().flat_map(of_level).collect() };
        left.retain(|place| !self.decision_makers || *place < DECIDES_NOT);
        (self.decision_makers || !self.authority.is_empty()).then_some(left)
    }

    /// Whether anything narrows the list.
    pub fn is_filtered(&self) -> bool {
        !self.q.is_empty() || self.is_narrowed()
    }

    /// Whether anything but words narrows the list.
    pub fn is_narrowed(&self) -> bool {
        let none = self.company.is_empty() && self.job_title.is_empty() && self.authority.is_empty() && self.tag.is_empty();
        self.decision_makers || !none
    }
}

/// Someone to talk to: a contact, or a company where it doesn't matter whom. Written `contact:ID` or `company:ID`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whom {
    /// A person.
    Contact(ContactId),
    /// A company.
    Company(CompanyId),
}

impl fmt::Display for Whom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Contact(id) => write!(f, "contact:{id}"),
            Self::Company(id) => write!(f, "company:{id}"),
        }
    }
}

impl FromStr for Whom {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        match text.split_once(':') {
            Some(("contact", id)) => id.parse().map(Self::Contact),
            Some(("company", id)) => id.parse().map(Self::Company),
            _ => Err(NotAnId),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0190b2c0-0000-7000-8000-000000000000";

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
        assert_eq!(all.map(|level| standing(false, level)), [5, 4, 1, 0]);
        assert_eq!(all.map(|level| standing(true, level)), [3, 2, 1, 0]);
        let left = |authority: &[AuthorityLevel], decision_makers| {
            ContactQuery { authority: authority.to_vec(), decision_makers, ..ContactQuery::default() }.standings()
        };
        assert_eq!(left(&[], false), None);
        assert_eq!(left(&[], true), Some(vec![0, 1, 2, 3]));
        assert_eq!(left(&[AuthorityLevel::Influencer], false), Some(vec![2, 4]));
        assert_eq!(left(&[AuthorityLevel::Influencer], true), Some(vec![2]));
    }

    #[test]
    fn a_query_reads_back_as_written() {
        let pairs = [
            ("q", "duc"),
            ("company_id", ID),
            ("authority_level", "primary"),
            ("authority_level", "influencer"),
            ("is_decision_maker", "true"),
            ("job_title", "Kế toán"),
            ("tag", ID),
            ("sort", "-company"),
            ("page", "3"),
            ("company_id_q", "x"),
        ];
        let query = ContactQuery::parse(pairs).expect("a list of ours");
        assert_eq!(query.authority, [AuthorityLevel::Primary, AuthorityLevel::Influencer]);
        assert!(query.is_filtered() && query.is_narrowed() && query.decision_makers);
        let written = query.pairs();
        assert_eq!(ContactQuery::parse(written.iter().map(|(name, value)| (*name, value.as_str()))), Ok(query));
        assert!(ContactQuery::default().pairs().is_empty() && !ContactQuery::default().is_filtered());
    }

    #[test]
    fn nonsense_in_a_query_is_refused() {
        for pair in [
            ("page", "0"),
            ("page", "1000000000"),
            ("sort", "notes"),
            ("authority_level", "boss"),
            ("is_decision_maker", "no"),
            ("company_id", "1 or 1=1"),
            ("tag", "x"),
            ("job_title", &"x".repeat(256)),
            ("q", &"x".repeat(201)),
        ] {
            assert_eq!(ContactQuery::parse([pair]), Err(BadQuery), "{pair:?}");
        }
        assert_eq!(ContactQuery::parse(vec![("tag", ID); 51]), Err(BadQuery));
    }

    #[test]
    fn whom_reads_back_as_written() {
        for text in [format!("contact:{ID}"), format!("company:{ID}")] {
            assert_eq!(text.parse::<Whom>().expect("someone").to_string(), text);
        }
        for bad in ["", ID, "deal:0190b2c0-0000-7000-8000-000000000000", "contact:", "company:1"] {
            assert_eq!(bad.parse::<Whom>(), Err(NotAnId), "{bad}");
        }
    }
}
