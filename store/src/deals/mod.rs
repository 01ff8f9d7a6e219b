//! Deals: board, changes of the board, list, one deal, history, writing, moving a card, bulk change, bin.

mod bin;
mod board;
mod bulk;
mod cards;
mod changes;
mod column;
mod column_totals;
mod counters;
mod detail;
mod edit;
mod filter;
mod filter_values;
mod history;
mod list;
mod moving;
mod options;
mod search_index;
mod stored_keys;

pub(crate) use bin::{delete, restore};
pub use board::{Board, BoardColumn};
pub(crate) use bulk::{StageBefore, check_stage, put_back_stage, set_stage};
pub use cards::Card;
pub(crate) use changes::affects_board;
pub use changes::{BoardChanges, ChangedCard};
pub(crate) use counters::{CountedDeal, CounterDeltas, weighted};
pub use detail::DealDetail;
pub(crate) use edit::{NewDeal, create};
pub(crate) use filter::{Matching, WEIGHTED, filter_sql};
pub use filter_values::DealFilterValues;
pub use history::{DealChange, DealEvent};
pub(crate) use list::all_matching_sql;
pub use list::{DealFilters, DealList, DealRow, DealTotals};
pub(crate) use moving::relocate;
pub use options::DealOption;
pub(crate) use search_index::{RelatedNames, reindex, reindex_of_company, reindex_of_contacts, reindex_of_contacts_elsewhere};
pub(crate) use stored_keys::STORED_KEYS;
