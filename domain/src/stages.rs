//! Stages of a workspace's pipeline.

use serde::{Deserialize, Serialize};

#[cfg(not(target_arch = "wasm32"))]
use crate::{fold::fold, forms::FormErrors, text};

/// Most stages of a workspace.
pub const STAGES_MAX: usize = 20;
/// Maximum length of a stage's name, in characters: it heads a column of the board.
pub const NAME_MAX: usize = 50;
/// Maximum number of days without an activity before a deal is idle.
pub const IDLE_DAYS_MAX: i16 = 365;
/// Maximum length of a slug, in characters.
const SLUG_MAX: usize = 64;

/// The meaning of a stage for its deals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StageKind {
    /// In progress.
    Open,
    /// Sold.
    Won,
    /// Not sold. Requires a lost reason.
    Lost,
}

impl StageKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Open, Self::Won, Self::Lost];

    /// The value in the database.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Won => "won",
            Self::Lost => "lost",
        }
    }

    /// The label.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::Won => "Won",
            Self::Lost => "Lost",
        }
    }

    /// Parses the value in the database.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.slug() == slug)
    }

    /// The probability of a stage of this kind in percent; `None` for an open stage, for which it is chosen. As in any stage, a deal may have
    /// another one of its own.
    pub const fn fixed_probability(self) -> Option<i16> {
        match self {
            Self::Open => None,
            Self::Won => Some(100),
            Self::Lost => Some(0),
        }
    }
}

/// The color of a stage: of its dot beside its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StageColor {
    /// Grey.
    Grey,
    /// Blue.
    Blue,
    /// Purple.
    Purple,
    /// Amber.
    Amber,
    /// Teal.
    Teal,
    /// Pink.
    Pink,
    /// Green.
    Green,
    /// Red.
    Red,
}

impl StageColor {
    /// Every color, in the order of the form.
    pub const ALL: [Self; 8] = [Self::Grey, Self::Blue, Self::Purple, Self::Amber, Self::Teal, Self::Pink, Self::Green, Self::Red];

    /// The value in forms and in the database.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Grey => "grey",
            Self::Blue => "blue",
            Self::Purple => "purple",
            Self::Amber => "amber",
            Self::Teal => "teal",
            Self::Pink => "pink",
            Self::Green => "green",
            Self::Red => "red",
        }
    }

    /// The label.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Grey => "Grey",
            Self::Blue => "Blue",
            Self::Purple => "Purple",
            Self::Amber => "Amber",
            Self::Teal => "Teal",
            Self::Pink => "Pink",
            Self::Green => "Green",
            Self::Red => "Red",
        }
    }

    /// Parses a slug.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|color| color.slug() == slug)
    }
}

/// A stage of a new workspace.
#[derive(Debug, Clone, Copy)]
pub struct DefaultStage {
    /// The name.
    pub name: &'static str,
    /// The name in URLs and forms, unique in the workspace.
    pub slug: &'static str,
    /// The kind.
    pub kind: StageKind,
    /// The color.
    pub color: StageColor,
    /// The probability of winning in percent, unless the deal has its own.
    pub probability: i16,
    /// Days without an activity after which a deal is idle; `None` for never.
    pub idle_days: Option<i16>,
}

/// The stages that a new workspace can begin with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StageSet {
    /// Begins with prospecting: sales that the firm looks for.
    #[default]
    Sales,
    /// Begins with new leads: sales that come in.
    Leads,
}

impl StageSet {
    /// Every set, in the order of the form.
    pub const ALL: [Self; 2] = [Self::Sales, Self::Leads];

    /// The value in forms.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Sales => "sales",
            Self::Leads => "leads",
        }
    }

    /// The label.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Sales => "Sales you look for",
            Self::Leads => "Leads that come in",
        }
    }

    /// Parses the value of a form. An empty one is the default.
    pub fn parse(slug: &str) -> Result<Self, &'static str> {
        match slug {
            "" => Ok(Self::default()),
            slug => Self::ALL.into_iter().find(|set| set.slug() == slug).ok_or("Choose the stages to begin with"),
        }
    }

    /// Its stages in pipeline order.
    pub const fn stages(self) -> &'static [DefaultStage] {
        match self {
            Self::Sales => &SALES_STAGES,
            Self::Leads => &LEADS_STAGES,
        }
    }
}

const PROPOSAL: DefaultStage = open_stage("Proposal", "proposal", StageColor::Purple, 50, 10);
const NEGOTIATION: DefaultStage = open_stage("Negotiation", "negotiation", StageColor::Amber, 75, 7);
const WON: DefaultStage = DefaultStage {
    name: "Closed Won",
    slug: "closed-won",
    kind: StageKind::Won,
    color: StageColor::Green,
    probability: 100,
    idle_days: None,
};
const LOST: DefaultStage = DefaultStage {
    name: "Closed Lost",
    slug: "closed-lost",
    kind: StageKind::Lost,
    color: StageColor::Red,
    probability: 0,
    idle_days: None,
};

const fn open_stage(name: &'static str, slug: &'static str, color: StageColor, probability: i16, idle_days: i16) -> DefaultStage {
    DefaultStage { name, slug, kind: StageKind::Open, color, probability, idle_days: Some(idle_days) }
}

const SALES_STAGES: [DefaultStage; 6] = [
    open_stage("Prospecting", "prospecting", StageColor::Grey, 10, 14),
    open_stage("Qualification", "qualification", StageColor::Blue, 25, 14),
    PROPOSAL,
    NEGOTIATION,
    WON,
    LOST,
];

const LEADS_STAGES: [DefaultStage; 6] = [
    open_stage("New", "new", StageColor::Grey, 10, 7),
    open_stage("Qualified", "qualified", StageColor::Blue, 30, 14),
    PROPOSAL,
    NEGOTIATION,
    WON,
    LOST,
];

/// Whether text is a valid slug: lower-case letters, digits and single hyphens, at most 64 characters.
pub fn is_slug(text: &str) -> bool {
    (1..=SLUG_MAX).contains(&text.len())
        && text.split('-').all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()))
}

/// A free slug for a new stage: its name in lower case without accents, or that with a number.
///
/// - `taken`: the slugs of the workspace's stages.
#[cfg(not(target_arch = "wasm32"))]
pub fn slug_for(name: &str, taken: &[&str]) -> String {
    // Leaves room for the number.
    const ROOM: usize = SLUG_MAX - 4;
    let folded: String = fold(name).chars().map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect();
    let mut base = folded.split_whitespace().collect::<Vec<_>>().join("-");
    base.truncate(ROOM);
    let base = match base.trim_end_matches('-') {
        "" => "stage",
        base => base,
    };
    let numbered = (2..).map(|number| format!("{base}-{number}"));
    std::iter::once(base.to_owned()).chain(numbered).find(|slug| !taken.contains(&slug.as_str())).unwrap_or_default()
}

/// A parsed stage, ready to save.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageDraft {
    /// The name, 1 to [`NAME_MAX`] characters.
    pub name: String,
    /// The color.
    pub color: StageColor,
    /// The kind.
    pub kind: StageKind,
    /// The probability of winning in percent: 100 for a won stage, 0 for a lost one.
    pub probability: i16,
    /// Days without an activity after which a deal is idle, 1 to [`IDLE_DAYS_MAX`]; `None` for never, and for closed stages.
    pub idle_days: Option<i16>,
}

/// The form of `/settings/stages/new` and `/settings/stages/{id}/edit`, as submitted and as redisplayed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StageForm {
    /// Name, required.
    pub name: String,
    /// The slug of the kind; empty for open.
    pub kind: String,
    /// The slug of the color; empty for the first one.
    pub color: String,
    /// Percent, required for an open stage; ignored for another.
    pub probability: String,
    /// Days, empty for never; ignored for a closed stage.
    pub idle_days: String,
    /// The edited version; empty for a new stage.
    pub version: String,
    /// The idempotency key: a form submitted twice creates one stage.
    pub form_key: String,
}

#[cfg(not(target_arch = "wasm32"))]
impl StageForm {
    /// Parses the form. The store checks that the name is free, and that the kind may change.
    pub fn parse(&self) -> Result<StageDraft, FormErrors> {
        let mut errors = FormErrors::default();
        let name = errors.collect("name", text::required_line(&self.name, NAME_MAX, "Write the stage's name"));
        let kind = if self.kind.is_empty() { Some(StageKind::Open) } else { StageKind::from_slug(&self.kind) };
        let kind = errors.collect("kind", kind.ok_or("Choose what the stage means"));
        let color = if self.color.is_empty() { Some(StageColor::ALL[0]) } else { StageColor::from_slug(&self.color) };
        let color = errors.collect("color", color.ok_or("Choose a color"));
        let (probability, idle_days) = match kind.and_then(StageKind::fixed_probability) {
            Some(fixed) => (Some(fixed), Some(None)),
            None => (
                errors.collect("probability", parse_probability(&self.probability)),
                errors.collect("idle_days", parse_idle_days(&self.idle_days)),
            ),
        };
        errors.finish(|| Some(StageDraft { name: name?, color: color?, kind: kind?, probability: probability?, idle_days: idle_days? }))
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn parse_probability(text: &str) -> Result<i16, &'static str> {
    let digits = text.trim().trim_end_matches('%').trim_end();
    digits.parse().ok().filter(|percent| (0..=100).contains(percent)).ok_or("Write a percentage from 0 to 100")
}

#[cfg(not(target_arch = "wasm32"))]
fn parse_idle_days(text: &str) -> Result<Option<i16>, String> {
    match text.trim() {
        "" => Ok(None),
        days => match days.parse() {
            Ok(days) if (1..=IDLE_DAYS_MAX).contains(&days) => Ok(Some(days)),
            _ => Err(format!("Write a number of days from 1 to {IDLE_DAYS_MAX}, or nothing for never")),
        },
    }
}

/// The step of a stage in the pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StageStep {
    /// One place towards the beginning.
    Up,
    /// One place towards the end.
    Down,
    /// To this place, counted from 0; past the end it is the last one.
    To(usize),
}

/// The submitted form of the buttons that move a stage in the pipeline.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StageMoveForm {
    /// `up`, `down`, or the place counted from 0.
    pub to: String,
}

#[cfg(not(target_arch = "wasm32"))]
impl StageMoveForm {
    /// Parses the form.
    pub fn parse(&self) -> Result<StageStep, FormErrors> {
        match self.to.as_str() {
            "up" => Ok(StageStep::Up),
            "down" => Ok(StageStep::Down),
            place => place.parse().map(StageStep::To).map_err(|_| FormErrors::of("to", "Choose up or down")),
        }
    }
}

/// The submitted form of `/settings/stages/{id}/remove`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RemoveStageForm {
    /// The stage that the deals go to as `slug:kind`, so that it is the one that was shown; empty if there are none.
    pub to: String,
    /// The reason why they are lost, for a lost stage.
    pub lost_reason: String,
    /// The shown version of the stage.
    pub version: String,
    /// The shown number of its deals, those in the bin as well; empty for none.
    pub count: String,
}

/// Where the deals of a removed stage go.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StageSuccessor {
    /// The slug of the stage, and what it means to who chose it; `None` if no deal is expected.
    pub stage: Option<(String, StageKind)>,
    /// Why the deals are lost that have no reason yet.
    pub lost_reason: Option<String>,
    /// The number of deals that are expected at most, those in the bin as well.
    pub deals: u64,
}

#[cfg(not(target_arch = "wasm32"))]
impl RemoveStageForm {
    /// Parses the form. The store checks that there is such a stage, and whether one is needed.
    pub fn parse(&self) -> Result<StageSuccessor, FormErrors> {
        let mut errors = FormErrors::default();
        let stage = match self.to.as_str() {
            "" => Some(None),
            shown => errors.collect("to", parse_shown_stage(shown).map(Some).ok_or("Choose a stage")),
        };
        let lost_reason = errors.collect("lost_reason", text::line(&self.lost_reason, crate::deal_lists::LOST_REASON_MAX));
        let deals = match self.count.as_str() {
            "" => Some(0),
            count => errors.collect("", count.parse().map_err(|_| "Say how many deals were shown")),
        };
        errors.finish(|| Some(StageSuccessor { stage: stage?, lost_reason: lost_reason?, deals: deals? }))
    }
}

/// A stage as the form of a removal names it: `slug:kind`.
#[cfg(not(target_arch = "wasm32"))]
pub fn shown_stage(slug: &str, kind: StageKind) -> String {
    format!("{slug}:{}", kind.slug())
}

#[cfg(not(target_arch = "wasm32"))]
fn parse_shown_stage(shown: &str) -> Option<(String, StageKind)> {
    let (slug, kind) = shown.split_once(':')?;
    is_slug(slug).then_some((slug.to_owned(), StageKind::from_slug(kind)?))
}

/// The submitted form that replaces the stages of a workspace without deals.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StageSetForm {
    /// The slug of the set.
    pub stages: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_set_is_one_pipeline() {
        for set in StageSet::ALL {
            let stages = set.stages();
            assert!(stages.iter().all(|stage| is_slug(stage.slug) && (0..=100).contains(&stage.probability)));
            assert!(stages.iter().all(|stage| stage.kind.fixed_probability().is_none_or(|fixed| fixed == stage.probability)));
            for kind in [StageKind::Won, StageKind::Lost] {
                assert_eq!(stages.iter().filter(|stage| stage.kind == kind).count(), 1, "{set:?}");
            }
            assert_eq!(StageSet::parse(set.slug()), Ok(set));
        }
        assert_eq!((StageSet::parse(""), StageSet::parse("x").is_err()), (Ok(StageSet::Sales), true));
        let names = |set: StageSet| set.stages().iter().map(|stage| stage.name).collect::<Vec<_>>().join(", ");
        assert_eq!(names(StageSet::Sales), "Prospecting, Qualification, Proposal, Negotiation, Closed Won, Closed Lost");
        assert_eq!(names(StageSet::Leads), "New, Qualified, Proposal, Negotiation, Closed Won, Closed Lost");
    }

    #[test]
    fn a_new_stage_gets_a_free_slug() {
        assert_eq!(slug_for("Đàm phán giá!", &[]), "dam-phan-gia");
        assert_eq!(slug_for("Proposal", &["proposal", "proposal-2"]), "proposal-3");
        assert_eq!((slug_for("進行", &[]), slug_for("—", &["stage"])), ("stage".to_owned(), "stage-2".to_owned()));
        for name in ["ễ".repeat(NAME_MAX), "a b ".repeat(40), "Closed Won".to_owned()] {
            assert!(is_slug(&slug_for(&name, &["closed-won"])), "{name}");
        }
    }

    #[test]
    fn a_form_says_what_is_wrong_with_it() {
        let form = StageForm { name: " Demo ".into(), probability: " 40 % ".into(), idle_days: "9".into(), ..StageForm::default() };
        let draft = form.parse().expect("nothing wrong");
        assert_eq!((draft.name.as_str(), draft.kind, draft.color), ("Demo", StageKind::Open, StageColor::Grey));
        assert_eq!((draft.probability, draft.idle_days), (40, Some(9)));
        let wrong = StageForm {
            kind: "maybe".into(),
            color: "mauve".into(),
            probability: "101".into(),
            idle_days: "0".into(),
            ..StageForm::default()
        };
        let errors = wrong.parse().expect_err("all wrong");
        assert_eq!(
            errors.iter().map(|error| error.field.as_str()).collect::<Vec<_>>(),
            ["name", "kind", "color", "probability", "idle_days"]
        );
        assert!(StageForm { name: "x".repeat(NAME_MAX + 1), ..form.clone() }.parse().is_err());
        assert!(StageForm { probability: String::new(), ..form.clone() }.parse().is_err());
        assert!(StageForm { idle_days: "366".into(), ..form.clone() }.parse().is_err());
        // What a closed stage doesn't have is not asked for.
        let won = StageForm { kind: "won".into(), probability: "x".into(), idle_days: "x".into(), ..form }.parse().expect("nothing wrong");
        assert_eq!((won.probability, won.idle_days), (100, None));
    }

    #[test]
    fn a_stage_moves_by_steps_and_goes_with_its_deals_told_where() {
        let to = |to: &str| StageMoveForm { to: to.into() }.parse();
        assert_eq!((to("up"), to("down"), to("3")), (Ok(StageStep::Up), Ok(StageStep::Down), Ok(StageStep::To(3))));
        assert!(to("").is_err() && to("-1").is_err());
        let remove = |to: &str, reason: &str, count: &str| {
            RemoveStageForm { to: to.into(), lost_reason: reason.into(), version: "1".into(), count: count.into() }.parse()
        };
        assert_eq!(remove("", "", ""), Ok(StageSuccessor::default()));
        let to = Some(("a-b".to_owned(), StageKind::Lost));
        let told = StageSuccessor { stage: to, lost_reason: Some("x".into()), deals: 7 };
        assert_eq!(remove(&shown_stage("a-b", StageKind::Lost), " x ", "7"), Ok(told));
        for wrong in ["A b:open", "a-b", "a-b:maybe", ":open"] {
            assert!(remove(wrong, "", "1").is_err(), "{wrong}");
        }
        assert!(remove("", "", "-1").is_err());
    }

    #[test]
    fn slugs_have_one_shape() {
        assert!(is_slug("closed-won"));
        for bad in ["", "Closed Won", "-a", "a-", "a--b", "đ", "a'b"] {
            assert!(!is_slug(bad), "{bad}");
        }
    }
}
