//! What a contact is found and sorted by.
//!
//! The company's name is part of it, written with the contact and again when the company is renamed. Read from the company
//! instead, a search for "duc vinamilk" would have to try each word on two tables and sort what it finds: at 20,000
//! contacts that is the whole table. As it is, both databases answer from one trigram index, and a list by company walks
//! one index. A rename is rare and one statement.

use crate::{
    StoreError,
    database::{sql::sql, write::WorkspaceTx},
    lists::search::search_column,
};
use domain::{
    contacts::{AuthorityLevel, standing},
    fold::fold,
    ids::CompanyId,
    phones,
};

/// What a contact's keys are made of.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Keyed<'a> {
    pub name: &'a str,
    pub email: Option<&'a str>,
    pub phone: Option<&'a str>,
    pub job_title: Option<&'a str>,
    pub company: Option<&'a str>,
    pub custom_fields: &'a [&'a str],
    pub decides: bool,
    pub authority_level: Option<AuthorityLevel>,
}

/// A contact's folded columns.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Keys {
    pub name_key: String,
    pub email_key: String,
    pub phone_key: String,
    pub job_title_key: String,
    pub company_key: String,
    pub standing: i16,
    pub search: String,
}

impl Keys {
    /// The columns of a contact that is not in the bin.
    pub fn of(contact: Keyed<'_>) -> Self {
        let phone_key = phones::search_key(contact.phone.unwrap_or_default());
        let company_key = fold(contact.company.unwrap_or_default());
        let fields = [contact.name, contact.email.unwrap_or_default(), &phone_key, contact.job_title.unwrap_or_default()];
        Self {
            name_key: fold(contact.name),
            email_key: fold(contact.email.unwrap_or_default()),
            job_title_key: fold(contact.job_title.unwrap_or_default()),
            standing: standing(contact.decides, contact.authority_level),
            // The company's line stays the last one: a rename cuts it off by its length.
            search: format!(
                "{}{}",
                search_column(fields.into_iter().chain(contact.custom_fields.iter().copied())),
                company_line(&company_key)
            ),
            phone_key,
            company_key,
        }
    }
}

fn company_line(company_key: &str) -> String {
    if company_key.is_empty() { String::new() } else { format!("\n{company_key}") }
}

/// Gives a company's contacts its new name to be found by.
pub(crate) async fn renamed_company(tx: &WorkspaceTx, id: CompanyId, name: &str) -> Result<(), StoreError> {
    let company_key = fold(name);
    let values = [tx.workspace_id().into(), id.0.into(), company_line(&company_key).into(), company_key.into()];
    let text = "UPDATE contacts SET company_key = $4,
                  search = substr(search, 1, length(search) - CASE WHEN company_key = '' THEN 0 ELSE length(company_key) + 1 END) || $3
                WHERE workspace_id = $1 AND company_id = $2 AND deleted_at IS NULL AND company_key <> $4";
    sql(text, values).execute(&tx.db).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_company_is_the_last_line() {
        let contact =
            Keyed { name: "Đức", phone: Some("+84 903 123 456"), company: Some("Vận tải Ánh Dương"), ..Keyed::default() };
        let keys = Keys::of(contact);
        assert_eq!(keys.search, "\nduc\n0903123456\nvan tai anh duong");
        assert_eq!(Keys::of(Keyed { company: None, ..contact }).search, "\nduc\n0903123456");
        assert_eq!((keys.phone_key.as_str(), keys.standing), ("0903123456", 5));
    }
}
