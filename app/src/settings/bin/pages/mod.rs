//! Pages of the bin.

mod delete;
mod empty;
mod list;

pub use delete::page as delete;
pub use empty::{of_form as of_empty_form, page as empty};
pub use list::{page as list, restored};

use crate::{request::RequestContext, ui::times};
use domain::{bin::BinFilter, day_range::Calendar};

/// The page that asks before the bin is emptied.
const EMPTY_PATH: &str = "/settings/bin/empty";

/// The filter with the days of the workspace's time zone.
pub fn in_zone(ctx: &RequestContext, filter: BinFilter) -> BinFilter {
    let zone = ctx.zone();
    BinFilter { days: filter.days.in_zone(Calendar { today: ctx.today(), start_of: &|day| times::start_of(day, zone) }), ..filter }
}
