//! Columns of a contact that are derived from others, for search and sorting.
//!
//! They contain the company's name, which is written with the contact and again when the company is renamed. With the name in the
//! company's row alone, a search for "duc vinamilk" would compare each word with two tables and sort the result: at 20,000 contacts
//! that is the whole table. So both databases answer from one trigram index, and a list by company scans one index. A rename is rare
//! and one statement.

use crate::{
    StoreError,
    database::{sql::sql, write::WorkspaceTx},
    entity::contact,
    lists::search::search_column,
};
use domain::{
    collation::{NameOrder, sort_key},
    contacts::{AuthorityLevel, authority_rank},
    fold::fold,
    ids::CompanyId,
    phones,
};
use sea_orm::ActiveValue::Set;

/// The fields that derived columns are computed from.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct DerivedInput<'a> {
    pub name: &'a str,
    pub email: Option<&'a str>,
    pub phone: Option<&'a str>,
    pub job_title: Option<&'a str>,
    pub company: Option<&'a str>,
    pub notes: Option<&'a str>,
    pub custom_fields: &'a [&'a str],
    pub decides: bool,
    pub authority_level: Option<AuthorityLevel>,
    pub name_order: NameOrder,
}

/// Derived columns of a contact: folded text, sort keys, authority rank, search text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct DerivedColumns {
    pub name_key: String,
    pub sort_key: String,
    pub email_key: String,
    pub phone_key: String,
    pub job_title_key: String,
    pub job_title_sort_key: String,
    pub company_key: String,
    pub standing: i16,
    pub search: String,
}

impl DerivedColumns {
    /// The columns of a contact that is not in the bin.
    pub fn of(contact: DerivedInput<'_>) -> Self {
        let phone_key = phones::search_key(contact.phone.unwrap_or_default());
        let company_key = fold(contact.company.unwrap_or_default());
        let fields = [contact.name, contact.email.unwrap_or_default(), &phone_key, contact.job_title.unwrap_or_default()];
        Self {
            name_key: fold(contact.name),
            sort_key: contact.name_order.sort_key(contact.name),
            email_key: fold(contact.email.unwrap_or_default()),
            job_title_key: fold(contact.job_title.unwrap_or_default()),
            job_title_sort_key: sort_key(contact.job_title.unwrap_or_default()),
            standing: authority_rank(contact.decides, contact.authority_level),
            // The company's lines are the last, as a rename cuts them off by their length.
            search: format!(
                "{}{}",
                search_column(fields.into_iter().chain(contact.custom_fields.iter().copied()).chain(contact.notes)),
                company_line(&company_key)
            ),
            phone_key,
            company_key,
        }
    }
}

impl From<DerivedColumns> for contact::ActiveModel {
    fn from(derived: DerivedColumns) -> Self {
        Self {
            name_key: Set(derived.name_key),
            sort_key: Set(derived.sort_key),
            email_key: Set(derived.email_key),
            phone_key: Set(derived.phone_key),
            job_title_key: Set(derived.job_title_key),
            job_title_sort_key: Set(derived.job_title_sort_key),
            company_key: Set(derived.company_key),
            standing: Set(derived.standing),
            search: Set(derived.search),
            ..Default::default()
        }
    }
}

/// The lines of the company in the search column, with the line break before them; empty without a company.
fn company_line(company_key: &str) -> String {
    if company_key.is_empty() { String::new() } else { search_column([company_key]) }
}

/// Updates the derived columns of a company's contacts after the company was renamed from `before` to `after`.
pub(crate) async fn propagate_company_name(tx: &WorkspaceTx, id: CompanyId, before: &str, after: &str) -> Result<(), StoreError> {
    let company_key = fold(after);
    let cut = i64::try_from(company_line(&fold(before)).chars().count()).unwrap_or_default();
    let values = [tx.workspace_id().into(), id.0.into(), company_line(&company_key).into(), company_key.into(), cut.into()];
    let text = "UPDATE contacts SET company_key = $4, search = substr(search, 1, CAST(CASE WHEN length(search) > $5 THEN length(search) - $5 ELSE 0 END AS integer)) || $3
                WHERE workspace_id = $1 AND company_id = $2 AND deleted_at IS NULL AND company_key <> $4";
    sql(text, values).execute(&tx.db).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn company_is_the_last_line_of_the_search_column() {
        let contact =
            DerivedInput {
                name: "Đức", phone: Some("+84 903 123 456"), company: Some("Vận tải Ánh Dương"), ..DerivedInput::default()
            };
        let derived = DerivedColumns::of(contact);
        assert_eq!(derived.search, "\nduc\n0903123456\nvan tai anh duong");
        assert_eq!(DerivedColumns::of(DerivedInput { company: None, ..contact }).search, "\nduc\n0903123456");
        assert_eq!((derived.phone_key.as_str(), derived.standing), ("0903123456", 5));
    }
}
