//! Counters of deals, of the workspace, each company and each stage, updated by the transaction that changes a deal.

use crate::{
    StoreError,
    database::write::WorkspaceTx,
    entity::{company_counter::Column as OfCompany, deal, stage_counter::Column as OfStage, workspace_counter::Column as OfWorkspace},
    lists::counters::{add_to_company, add_to_stage, add_to_workspace},
};
use domain::{money::Money, stages::StageKind};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The fields of a deal that counters depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CountedDeal {
    pub company_id: Uuid,
    pub stage_id: Uuid,
    pub kind: StageKind,
    /// In hundredths; 0 if it is not known.
    pub value: i64,
    /// In percent.
    pub probability: i16,
}

impl CountedDeal {
    /// Of a row; `kind` is that of its stage.
    pub fn from_row(row: &deal::Model, kind: StageKind) -> Self {
        Self {
            company_id: row.company_id,
            stage_id: row.stage_id,
            kind,
            value: row.value.unwrap_or_default(),
            probability: row.probability,
        }
    }
}

/// The weighted value of a deal: value times probability (in percent), rounded half up to hundredths.
pub(crate) fn weighted(value: Money, probability: i16) -> Money {
    let exact = i128::from(value.hundredths()) * i128::from(probability);
    Money::from_hundredths(i64::try_from((exact + 50).div_euclid(100)).unwrap_or(i64::MAX))
}

/// Updates the counters for one changed deal. `before` is `None` if the deal was created or restored, `after` if it was deleted.
pub(crate) async fn apply_counter_delta(
    tx: &WorkspaceTx,
    before: Option<CountedDeal>,
    after: Option<CountedDeal>,
) -> Result<(), StoreError> {
    if before == after {
        return Ok(());
    }
    CounterDeltas::of(before.into_iter().map(|deal| (deal, -1)).chain(after.map(|deal| (deal, 1)))).apply(tx).await
}

/// What is added to each counter, by company and by stage.
#[derive(Debug, Default)]
pub(crate) struct CounterDeltas {
    workspace: DealSums,
    companies: BTreeMap<Uuid, DealSums>,
    stages: BTreeMap<Uuid, StageSums>,
}

impl CounterDeltas {
    /// The deltas of deals that are each added (1) or removed (-1).
    pub fn of(deals: impl IntoIterator<Item = (CountedDeal, i64)>) -> Self {
        let mut deltas = Self::default();
        for (deal, sign) in deals {
            deltas.workspace.add(deal, sign);
            deltas.companies.entry(deal.company_id).or_default().add(deal, sign);
            deltas.stages.entry(deal.stage_id).or_default().add(deal, sign);
        }
        deltas
    }

    /// Adds the deltas to the counters of the workspace, the companies and the stages. Counters that stay are not written.
    pub async fn apply(self, tx: &WorkspaceTx) -> Result<(), StoreError> {
        let id = tx.workspace_id();
        let DealSums { deals, open, won, lost } = self.workspace;
        let changes = nonzero([
            (OfWorkspace::Deals, deals),
            (OfWorkspace::OpenDeals, open.count),
            (OfWorkspace::OpenDealsValue, open.value),
            (OfWorkspace::WonDeals, won.count),
            (OfWorkspace::WonDealsValue, won.value),
            (OfWorkspace::LostDeals, lost.count),
            (OfWorkspace::LostDealsValue, lost.value),
        ]);
        if !changes.is_empty() {
            add_to_workspace(&tx.db, id, &changes).await?;
        }
        for (company_id, DealSums { deals, open, won, .. }) in self.companies {
            let changes = nonzero([
                (OfCompany::Deals, deals),
                (OfCompany::OpenDeals, open.count),
                (OfCompany::OpenDealsValue, open.value),
                (OfCompany::WonDeals, won.count),
                (OfCompany::WonDealsValue, won.value),
            ]);
            if !changes.is_empty() {
                add_to_company(&tx.db, id, company_id, &changes).await?;
            }
        }
        for (stage_id, StageSums { deals, value, weighted }) in self.stages {
            let changes = nonzero([(OfStage::Deals, deals), (OfStage::DealsValue, value), (OfStage::WeightedValue, weighted)]);
            if !changes.is_empty() {
                add_to_stage(&tx.db, id, stage_id, &changes).await?;
            }
        }
        Ok(())
    }
}

/// Deltas of a workspace or company: the number of deals, and number and value by kind of stage.
#[derive(Debug, Default, Clone, Copy)]
struct DealSums {
    deals: i64,
    open: CountAndValue,
    won: CountAndValue,
    lost: CountAndValue,
}

/// A number of deals, and their value in hundredths.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct CountAndValue {
    count: i64,
    value: i64,
}

/// Deltas of a stage. Values in hundredths.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct StageSums {
    deals: i64,
    value: i64,
    weighted: i64,
}

impl DealSums {
    fn add(&mut self, deal: CountedDeal, sign: i64) {
        self.deals += sign;
        let kind = match deal.kind {
            StageKind::Open => &mut self.open,
            StageKind::Won => &mut self.won,
            StageKind::Lost => &mut self.lost,
        };
        kind.count += sign;
        kind.value += sign * deal.value;
    }
}

impl StageSums {
    fn add(&mut self, deal: CountedDeal, sign: i64) {
        self.deals += sign;
        self.value += sign * deal.value;
        self.weighted += sign * weighted(Money::from_hundredths(deal.value), deal.probability).hundredths();
    }
}

/// The changes other than 0.
fn nonzero<C, const N: usize>(changes: [(C, i64); N]) -> Vec<(C, i64)> {
    changes.into_iter().filter(|(_, by)| *by != 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn weighted_value_rounds_half_a_hundredth_up() {
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
    fn removing_and_adding_the_same_deal_changes_no_counter() {
        let deal =
            CountedDeal { company_id: Uuid::from_u128(1), stage_id: Uuid::from_u128(2), kind: StageKind::Won, value: 7, probability: 100 };
        let deltas = CounterDeltas::of([(deal, -1), (deal, 1)]);
        assert_eq!((deltas.workspace.deals, deltas.workspace.won), (0, CountAndValue::default()));
        assert!(deltas.stages.values().all(|change| *change == StageSums::default()));
    }

    proptest! {
        #[test]
        fn weighted_value_is_at_most_the_value(value in 0..=Money::MAX.hundredths(), probability in 0_i16..=100) {
            let weighted = weighted(Money::from_hundredths(value), probability).hundredths();
            prop_assert!((0..=value).contains(&weighted));
            prop_assert!((i128::from(weighted) * 100 - i128::from(value) * i128::from(probability)).abs() <= 50);
        }
    }
}
