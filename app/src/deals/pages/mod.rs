//! `/deals` and the pages below it.

mod board;
mod card;
mod compare;
mod delete;
mod detail;
mod form;
mod moving;

pub use board::{board, column};
pub use delete::delete;
pub use detail::detail;
pub use form::{edit, new};
pub use moving::move_deal;

use crate::errors::PageError;
use domain::ids::DealId;
use store::stages::Stage;

/// The deal that a path names.
pub(super) fn id_of(text: &str) -> Result<DealId, PageError> {
    text.parse().map_err(|_| PageError::NotFound)
}

/// The class of each stage's dot, in the order of the pipeline.
fn dots(stages: &[Stage]) -> Vec<&'static str> {
    use domain::stages::StageKind;
    let mut open = 0;
    stages
        .iter()
        .map(|stage| {
            let dot = crate::ui::stage_dot_class(stage.kind, open);
            open += usize::from(stage.kind == StageKind::Open);
            dot
        })
        .collect()
}
