//! The fields in the columns that a list shows.

use domain::{columns::TableQuery, exports::ListAddress, page::ListColumn};

/// The names of the fields that a list shows, in the order of its columns.
pub(super) fn shown_columns(address: &ListAddress) -> Vec<&'static str> {
    let columns = match address {
        ListAddress::Companies(query) => names(query),
        ListAddress::Contacts(query) => names(query),
        ListAddress::Deals(query) => names(query),
        ListAddress::Activities(query) => names(query),
        ListAddress::Tasks(query) => names(query),
    };
    let of_column = |name| match name {
        // One column on the page, with two values.
        "open_deals" => vec!["open_deals", "open_deals_value"],
        "authority_level" => vec!["is_decision_maker", "authority_level"],
        "due" => vec!["due_on", "due_at"],
        name => vec![name],
    };
    columns.into_iter().flat_map(of_column).collect()
}

fn names<Q: TableQuery>(query: &Q) -> Vec<&'static str> {
    query.layout().columns.shown().into_iter().map(ListColumn::name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        activities::ActivityQuery, columns::Columns, companies::CompanyQuery, contacts::ContactQuery, deals::DealQuery,
        exports::ExportColumns, record_kinds::RecordKind, tasks::TaskQuery,
    };
    use store::exports::export_columns;

    /// With all columns, the last one first.
    fn reversed<Q: TableQuery>() -> Q {
        let mut query = Q::default();
        query.layout_mut().columns = Columns::of(Q::Column::ALL.iter().rev().copied());
        query
    }

    #[test]
    fn every_column_of_a_list_has_its_fields_in_the_lists_order() {
        for address in [
            ListAddress::Companies(reversed::<CompanyQuery>()),
            ListAddress::Contacts(reversed::<ContactQuery>()),
            ListAddress::Deals(reversed::<DealQuery>()),
            ListAddress::Activities(reversed::<ActivityQuery>()),
            ListAddress::Tasks(reversed::<TaskQuery>()),
        ] {
            let shown = shown_columns(&address);
            let fields = export_columns(address.list(), ExportColumns::Shown, &shown);
            assert_eq!(fields.iter().map(|field| field.name).collect::<Vec<_>>(), shown);
        }
        let contacts = shown_columns(&ListAddress::Contacts(ContactQuery::default()));
        assert_eq!(
            contacts,
            ["name", "job_title", "company", "is_decision_maker", "authority_level", "phone", "email", "tags", "updated_at"]
        );
        let columns = export_columns(RecordKind::Contacts, ExportColumns::Shown, &contacts);
        assert_eq!(columns[1].label, "Role");
    }
}
