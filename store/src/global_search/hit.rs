//! Hits, as they are read and as they are shown.

use super::{
    MatchCounts,
    source::{SOURCES, kind_number},
};
use crate::{
    StoreError,
    custom_fields::from_json,
    database::rows::{decode_enum, to_u64},
    tags::Carriers,
};
use chrono::{DateTime, Utc};
use domain::{activities::ActivityType, money::Money, search::SearchKind, tasks::TaskStatus};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// The columns of a row of the statement.
pub(super) const COLUMNS: &str =
    "kind, place, id, name, fact_1, fact_2, fact_3, text_1, text_2, text_3, text_4, text_5, text_6, metadata, amount, at";

/// A record that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchHit {
    /// Its kind.
    pub kind: SearchKind,
    /// Its id.
    pub id: Uuid,
    /// Its name, of an activity the subject, of a task the title.
    pub name: String,
    /// What tells it from namesakes.
    pub facts: HitFacts,
    /// Further text that was searched, by its label.
    pub texts: Vec<(String, String)>,
}

/// What tells a record from namesakes. Records in the bin are `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HitFacts {
    /// Of a company.
    Company {
        /// Its industry.
        industry: Option<String>,
    },
    /// Of a contact.
    Contact {
        /// Job title.
        job_title: Option<String>,
        /// The name of the company.
        company: Option<String>,
    },
    /// Of a deal.
    Deal {
        /// The name of the company.
        company: Option<String>,
        /// The name of the contact.
        contact: Option<String>,
        /// The name of the stage.
        stage: String,
        /// The value, if it is known.
        value: Option<Money>,
    },
    /// Of an activity.
    Activity {
        /// Its type.
        kind: ActivityType,
        /// Its time.
        at: DateTime<Utc>,
        /// The name of the company.
        company: Option<String>,
        /// The name of the contact.
        contact: Option<String>,
    },
    /// Of a task.
    Task {
        /// Its status.
        status: TaskStatus,
        /// The last moment that is not too late; `None` if it is due at no time.
        due_by: Option<DateTime<Utc>>,
        /// The name of the company.
        company: Option<String>,
        /// The name of the contact.
        contact: Option<String>,
    },
    /// Of a tag.
    Tag {
        /// Its colour as `#rrggbb`.
        color: String,
        /// Numbers of records that have it.
        carriers: Carriers,
    },
}

impl SearchHit {
    /// The path of the record's page; of a tag, the list of the companies that have it, or of the contacts or deals if no company has it.
    pub fn path(&self) -> String {
        let id = self.id;
        match &self.facts {
            HitFacts::Company { .. } => format!("/companies/{id}"),
            HitFacts::Contact { .. } => format!("/contacts/{id}"),
            HitFacts::Deal { .. } => format!("/deals/{id}"),
            HitFacts::Activity { .. } => format!("/activities/{id}"),
            HitFacts::Task { .. } => format!("/tasks/{id}"),
            HitFacts::Tag { carriers, .. } => match (carriers.companies, carriers.contacts, carriers.deals) {
                (0, 1.., _) => format!("/contacts?tag={id}"),
                (0, 0, 1..) => format!("/deals?tag={id}"),
                _ => format!("/companies?tag={id}"),
            },
        }
    }
}

/// A hit, or with place 0 a count, which is the amount.
#[derive(FromQueryResult)]
pub(super) struct HitRow {
    kind: i32,
    id: Option<Uuid>,
    name: String,
    fact_1: Option<String>,
    fact_2: Option<String>,
    fact_3: Option<String>,
    text_1: Option<String>,
    text_2: Option<String>,
    text_3: Option<String>,
    text_4: Option<String>,
    text_5: Option<String>,
    text_6: Option<String>,
    metadata: Option<String>,
    amount: Option<i64>,
    at: Option<DateTime<Utc>>,
}

/// Hits in the order of the rows, and the number of matches of each kind.
#[derive(Default)]
pub(super) struct Found {
    pub hits: Vec<SearchHit>,
    pub counts: MatchCounts,
}

pub(super) fn read(rows: Vec<HitRow>) -> Result<Found, StoreError> {
    let mut found = Found::default();
    for row in rows {
        let kind = SearchKind::ALL.into_iter().find(|kind| kind_number(*kind) == row.kind).ok_or(StoreError::Internal)?;
        match row.id {
            Some(id) => found.hits.push(row.hit(kind, id)?),
            None => found.counts.0[kind.index()] = to_u64(row.amount.unwrap_or_default()),
        }
    }
    Ok(found)
}

impl HitRow {
    fn hit(self, kind: SearchKind, id: Uuid) -> Result<SearchHit, StoreError> {
        let number = |text: Option<String>| text.and_then(|digits| digits.parse().ok()).unwrap_or_default();
        let facts = match kind {
            SearchKind::Companies => HitFacts::Company { industry: self.fact_1 },
            SearchKind::Contacts => HitFacts::Contact { job_title: self.fact_1, company: self.fact_2 },
            SearchKind::Deals => HitFacts::Deal {
                company: self.fact_1,
                contact: self.fact_2,
                stage: self.fact_3.unwrap_or_default(),
                value: self.amount.map(Money::from_hundredths),
            },
            SearchKind::Activities => HitFacts::Activity {
                kind: decode_enum(ActivityType::from_slug(&self.fact_3.unwrap_or_default()), "activities.type")?,
                at: self.at.ok_or(StoreError::Internal)?,
                company: self.fact_1,
                contact: self.fact_2,
            },
            SearchKind::Tasks => HitFacts::Task {
                status: decode_enum(TaskStatus::from_slug(&self.fact_3.unwrap_or_default()), "tasks.status")?,
                due_by: self.at,
                company: self.fact_1,
                contact: self.fact_2,
            },
            SearchKind::Tags => HitFacts::Tag {
                color: self.text_1.clone().unwrap_or_default(),
                carriers: Carriers { companies: number(self.fact_1), contacts: number(self.fact_2), deals: number(self.fact_3) },
            },
        };
        let labels = SOURCES.get(kind.index()).map_or(&[][..], |source| source.columns.texts);
        let columns = [self.text_1, self.text_2, self.text_3, self.text_4, self.text_5, self.text_6];
        let texts = labels.iter().zip(columns).filter_map(|((label, _), text)| Some(((*label).to_owned(), text?)));
        let metadata = self.metadata.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default();
        let custom_fields = from_json(metadata);
        let texts = texts.chain(custom_fields.iter().map(|field| (field.name.clone(), field.value.clone()))).collect();
        Ok(SearchHit { kind, id, name: self.name, facts, texts })
    }
}
