//! Deals: the board and what is new on it, the list, one deal with its history, writing, moving a card, changing many, the bin.

mod bin;
mod board;
mod bulk;
mod cards;
mod column;
mod detail;
mod edit;
mod figures;
mod filter;
mod heads;
mod history;
mod list;
mod moving;
mod news;
mod options;

pub(crate) use bin::{found_again, restore};
pub use board::{Board, BoardColumn};
pub use bulk::{BulkDone, Refused};
pub use cards::Card;
pub use detail::DealDetail;
pub(crate) use edit::{NewDeal, create};
pub(crate) use figures::{Counted, Figures, weighted};
pub use history::{DealChange, DealEvent};
pub use list::{DealFilters, DealList, DealRow, DealTotals};
pub(crate) use moving::relocate;
pub(crate) use news::affects_board;
pub use news::{BoardNews, NewsCard};
pub use options::DealOption;
