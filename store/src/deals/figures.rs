//! What a change of a deal does to the counters of its workspace, its company and its stage.

use crate::{
    StoreError,
    database::write::WorkspaceTx,
    entity::{company_counter::Column as OfCompany, stage_counter::Column as OfStage, workspace_counter::Column as OfWorkspace},
    lists::counters::{add_to_company, add_to_stage, add_to_workspace},
};
use domain::{money::Money, stages::StageKind};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A deal as the counters see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counted {
    pub company_id: Uuid,
    pub stage_id: Uuid,
    pub kind: StageKind,
    /// In hundredths.
    pub value: i64,
    /// In percent.
    pub probability: i16,
}

/// What a deal is worth times how likely it is won: hundredths, half of one rounded up.
pub(crate) fn weighted(value: Money, probability: i16) -> Money {
    let exact = i128::from(value.hundredths()) * i128::from(probability);
    Money::from_hundredths(i64::try_from((exact + 50).div_euclid(100)).unwrap_or(i64::MAX))
}

/// Counts a deal out as it was and in as it is; `None` before it was made and after it is in the bin.
pub(crate) async fn recount(tx: &WorkspaceTx, was: Option<Counted>, is: Option<Counted>) -> Result<(), StoreError> {
    if was == is { Ok(()) } else { Figures::of(was.into_iter().map(|was| (was, -1)).chain(is.map(|is| (is, 1)))).add(tx).await }
}

/// How much is added to each counter.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    workspace: Sums,
    companies: BTreeMap<Uuid, Sums>,
    stages: BTreeMap<Uuid, (i64, i64, i64)>,
}

impl Figures {
    /// Each deal counted in (1) or out (-1).
    pub fn of(deals: impl IntoIterator<Item = (Counted, i64)>) -> Self {
        let mut figures = Self::default();
        for (deal, sign) in deals {
            figures.workspace.count(deal, sign);
            figures.companies.entry(deal.company_id).or_default().count(deal, sign);
            let stage = figures.stages.entry(deal.stage_id).or_default();
            let weighted = weighted(Money::from_hundredths(deal.value), deal.probability).hundredths();
            *stage = (stage.0 + sign, stage.1 + sign * deal.value, stage.2 + sign * weighted);
        }
        figures
    }

    /// Adds them.
    pub async fn add(self, tx: &WorkspaceTx) -> Result<(), StoreError> {
        let id = tx.workspace_id();
        let Sums { deals, open, won, lost } = self.workspace;
        let changes = nonzero([
            (OfWorkspace::Deals, deals),
            (OfWorkspace::OpenDeals, open.0),
            (OfWorkspace::OpenDealsValue, open.1),
            (OfWorkspace::WonDeals, won.0),
            (OfWorkspace::WonDealsValue, won.1),
            (OfWorkspace::LostDeals, lost.0),
            (OfWorkspace::LostDealsValue, lost.1),
        ]);
        if !changes.is_empty() {
            add_to_workspace(&tx.db, id, &changes).await?;
        }
        for (company_id, Sums { deals, open, won, .. }) in self.companies {
            let changes = nonzero([
                (OfCompany::Deals, deals),
                (OfCompany::OpenDeals, open.0),
                (OfCompany::OpenDealsValue, open.1),
                (OfCompany::WonDeals, won.0),
                (OfCompany::WonDealsValue, won.1),
            ]);
            if !changes.is_empty() {
                add_to_company(&tx.db, id, company_id, &changes).await?;
            }
        }
        for (stage_id, (deals, value, weighted)) in self.stages {
            let changes = nonzero([(OfStage::Deals, deals), (OfStage::DealsValue, value), (OfStage::WeightedValue, weighted)]);
            if !changes.is_empty() {
                add_to_stage(&tx.db, id, stage_id, &changes).await?;
            }
        }
        Ok(())
    }
}

/// Deals and their values, by what their stage means: how many and how much.
#[derive(Debug, Default, Clone, Copy)]
struct Sums {
    deals: i64,
    open: (i64, i64),
    won: (i64, i64),
    lost: (i64, i64),
}

impl Sums {
    fn count(&mut self, deal: Counted, sign: i64) {
        self.deals += sign;
        let kind = match deal.kind {
            StageKind::Open => &mut self.open,
            StageKind::Won => &mut self.won,
            StageKind::Lost => &mut self.lost,
        };
        *kind = (kind.0 + sign, kind.1 + sign * deal.value);
    }
}

fn nonzero<C, const N: usize>(changes: [(C, i64); N]) -> Vec<(C, i64)> {
    changes.into_iter().filter(|(_, by)| *by != 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn half_a_hundredth_is_rounded_up() {
        for (value, probability, expected) in
            [(0, 50, 0), (1, 50, 1), (1, 49, 0), (3, 50, 2), (999_999_999_999_999, 100, 999_999_999_999_999)]
        {
            assert_eq!(
                weighted(Money::from_hundredths(value), probability),
                Money::from_hundredths(expected),
                "{value} at {probability} %"
            );
        }
    }

    #[test]
    fn a_deal_that_comes_back_unchanged_adds_nothing() {
        let deal =
            Counted { company_id: Uuid::from_u128(1), stage_id: Uuid::from_u128(2), kind: StageKind::Won, value: 7, probability: 100 };
        let figures = Figures::of([(deal, -1), (deal, 1)]);
        assert_eq!((figures.workspace.deals, figures.workspace.won), (0, (0, 0)));
        assert!(figures.stages.values().all(|change| *change == (0, 0, 0)));
    }

    proptest! {
        #[test]
        fn a_weighted_value_is_never_more_than_the_value(value in 0..=Money::MAX.hundredths(), probability in 0_i16..=100) {
            let weighted = weighted(Money::from_hundredths(value), probability).hundredths();
            prop_assert!((0..=value).contains(&weighted));
            prop_assert!((i128::from(weighted) * 100 - i128::from(value) * i128::from(probability)).abs() <= 50);
        }
    }
}
