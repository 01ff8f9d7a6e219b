//! Deals: the board, one deal with its history, writing, and moving a card.

mod board;
mod column;
mod detail;
mod edit;
mod figures;
mod moving;

pub use board::{Board, BoardColumn, Card};
pub use detail::{DealChange, DealDetail, DealEvent};
pub(crate) use edit::{NewDeal, create};
pub(crate) use figures::{Counted, Figures, weighted};
pub(crate) use moving::relocate;
