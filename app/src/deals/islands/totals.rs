//! Totals in the column headers and above the board, computed by the server.

use super::{board::Board, parts::Column};
use crate::islands::dom::{attribute, by_id, query_one};
use domain::{deals::ColumnTotals, money::Money, numbers::group_thousands, stages::StageKind};
use web_sys::HtmlElement;

impl Board {
    /// Writes a column's totals.
    pub fn show_totals(&self, totals: &ColumnTotals) {
        let Some(column) = Column::query_all(&self.root).into_iter().find(|column| column.slug() == totals.stage) else { return };
        for (name, figure) in [
            ("data-deals", totals.count.to_string()),
            ("data-worth", totals.value.hundredths().to_string()),
            ("data-weighted", totals.weighted.hundredths().to_string()),
        ] {
            let _ = column.0.set_attribute(name, &figure);
        }
        for (selector, words) in [("[data-count]", group_thousands(totals.count)), ("[data-total]", self.currency.show(totals.value))] {
            if let Some(place) = query_one(&column.0, selector) {
                place.set_text_content(Some(&words));
            }
        }
    }

    /// Writes the totals of all open columns, summed from the columns' attributes.
    pub fn show_open(&self) {
        let open: Vec<Column> = Column::query_all(&self.root).into_iter().filter(|column| column.kind() == StageKind::Open).collect();
        let count: u64 = open.iter().filter_map(|column| attribute::<u64>(&column.0, "data-deals")).sum();
        let sum = |name: &str| open.iter().filter_map(|column| attribute(&column.0, name)).map(Money::from_hundredths).sum::<Money>();
        for (id, words) in [
            ("open-count", group_thousands(count)),
            ("open-value", self.currency.show(sum("data-worth"))),
            ("open-weighted", self.currency.show(sum("data-weighted"))),
        ] {
            if let Some(place) = by_id::<HtmlElement>(id) {
                place.set_text_content(Some(&words));
            }
        }
    }
}
