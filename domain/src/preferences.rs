//! Preferences of a user, kept with the account: they hold in every browser and workspace.

use crate::forms::FormErrors;
use serde::{Deserialize, Serialize};

#[cfg(not(target_arch = "wasm32"))]
use crate::time_zones::TimeZone;

/// The colours of the pages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the user's system.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// Every theme, in the order of the menu.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The value in the database and of the form.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme of a slug.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.slug() == slug)
    }

    /// The label.
    pub const fn label(self) -> &'static str {
        match self {
            Self::System => "As the system",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }
}

/// The character between the columns of exported CSV files. Spreadsheets expect a semicolon where the comma is the decimal mark.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CsvSeparator {
    /// `,`
    #[default]
    Comma,
    /// `;`
    Semicolon,
    /// The tab character.
    Tab,
}

impl CsvSeparator {
    /// Every separator, in the order of the menu.
    pub const ALL: [Self; 3] = [Self::Comma, Self::Semicolon, Self::Tab];

    /// The value in the database and of the form.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Comma => "comma",
            Self::Semicolon => "semicolon",
            Self::Tab => "tab",
        }
    }

    /// The separator of a slug.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|separator| separator.slug() == slug)
    }

    /// The character.
    pub const fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
        }
    }

    /// The label.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Comma => "Comma",
            Self::Semicolon => "Semicolon",
            Self::Tab => "Tab",
        }
    }
}

/// The page that a user comes to by signing in, unless they were on the way to another.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum StartPage {
    /// `/`
    #[default]
    Dashboard,
    /// `/today`
    Today,
    /// `/deals`
    Deals,
}

impl StartPage {
    /// Every start page, in the order of the menu.
    pub const ALL: [Self; 3] = [Self::Dashboard, Self::Today, Self::Deals];

    /// The value in the database and of the form.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Dashboard => "dashboard",
            Self::Today => "today",
            Self::Deals => "deals",
        }
    }

    /// The start page of a slug.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|page| page.slug() == slug)
    }

    /// The label.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Dashboard => "Dashboard",
            Self::Today => "Today",
            Self::Deals => "Deals",
        }
    }

    /// The path.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Dashboard => "/",
            Self::Today => "/today",
            Self::Deals => "/deals",
        }
    }
}

/// A user's preferences except for the folded sidebar, which has a form of its own: it also changes by a click on any page.
#[cfg(not(target_arch = "wasm32"))]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preferences {
    /// The colours.
    pub theme: Theme,
    /// Whether single keys such as L do something.
    pub shortcuts: bool,
    /// The separator of exported files.
    pub csv_separator: CsvSeparator,
    /// The zone of what is sent to the user; `None` for the workspace's.
    pub time_zone: Option<TimeZone>,
    /// Where signing in leads.
    pub start_page: StartPage,
}

/// The submitted form of `/settings/preferences`. A checked box is `on`, an unchecked one is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PreferencesForm {
    /// The slug of the theme.
    pub theme: String,
    /// "Shortcuts by single keys".
    pub shortcuts: String,
    /// The slug of the separator.
    pub csv_separator: String,
    /// The name of the time zone; empty for the workspace's.
    pub time_zone: String,
    /// The slug of the start page; empty for the usual one.
    pub start_page: String,
}

#[cfg(not(target_arch = "wasm32"))]
impl PreferencesForm {
    /// Parses the form.
    pub fn parse(&self) -> Result<Preferences, FormErrors> {
        use crate::forms::{check_box, optional};
        let mut errors = FormErrors::default();
        let theme = errors.collect("theme", Theme::from_slug(&self.theme).ok_or("Choose one of the themes"));
        let time_zone = errors.collect("time_zone", optional(&self.time_zone, TimeZone::from_name, "Choose one of the time zones"));
        let csv_separator =
            errors.collect("csv_separator", CsvSeparator::from_slug(&self.csv_separator).ok_or("Choose one of the separators"));
        let shortcuts = errors.collect("shortcuts", check_box(&self.shortcuts));
        let start_page = errors.collect("start_page", optional(&self.start_page, StartPage::from_slug, "Choose one of the start pages"));
        errors.finish(|| {
            Some(Preferences {
                theme: theme?,
                shortcuts: shortcuts?,
                csv_separator: csv_separator?,
                time_zone: time_zone?,
                start_page: start_page?.unwrap_or_default(),
            })
        })
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl From<Preferences> for PreferencesForm {
    fn from(preferences: Preferences) -> Self {
        Self {
            theme: preferences.theme.slug().to_owned(),
            shortcuts: crate::forms::check_box_value(preferences.shortcuts),
            csv_separator: preferences.csv_separator.slug().to_owned(),
            time_zone: preferences.time_zone.map(|zone| zone.name().to_owned()).unwrap_or_default(),
            start_page: preferences.start_page.slug().to_owned(),
        }
    }
}

/// The submitted form of the sidebar.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SidebarForm {
    /// `on` to fold the sidebar to its icons, absent to unfold it.
    pub folded: String,
}

impl SidebarForm {
    /// Parses the form: whether the sidebar is folded.
    pub fn parse(&self) -> Result<bool, FormErrors> {
        crate::forms::check_box(&self.folded).map_err(|message| FormErrors::of("folded", message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_reads_back() {
        for theme in Theme::ALL {
            for csv_separator in CsvSeparator::ALL {
                for ((shortcuts, time_zone), start_page) in
                    [(true, None), (false, TimeZone::from_name("Europe/Berlin")), (true, None)].into_iter().zip(StartPage::ALL)
                {
                    let preferences = Preferences { theme, shortcuts, csv_separator, time_zone, start_page };
                    assert_eq!(PreferencesForm::from(preferences).parse(), Ok(preferences));
                }
            }
        }
    }

    #[test]
    fn each_field_takes_only_what_it_offers() {
        let form = PreferencesForm { theme: "dark".into(), csv_separator: "tab".into(), ..PreferencesForm::default() };
        assert!(form.parse().is_ok());
        for (wrong, field) in [
            (PreferencesForm { theme: "Dark".into(), ..form.clone() }, "theme"),
            (PreferencesForm { theme: String::new(), ..form.clone() }, "theme"),
            (PreferencesForm { csv_separator: ";".into(), ..form.clone() }, "csv_separator"),
            (PreferencesForm { shortcuts: "yes".into(), ..form.clone() }, "shortcuts"),
            (PreferencesForm { time_zone: "Moon/Tycho".into(), ..form.clone() }, "time_zone"),
            (PreferencesForm { start_page: "/admin".into(), ..form.clone() }, "start_page"),
        ] {
            let errors = wrong.parse().expect_err(field);
            assert_eq!(errors.iter().map(|error| error.field.as_str()).collect::<Vec<_>>(), [field]);
        }
    }

    #[test]
    fn the_sidebar_is_folded_or_not() {
        assert_eq!(SidebarForm { folded: "on".into() }.parse(), Ok(true));
        assert_eq!(SidebarForm::default().parse(), Ok(false));
        assert!(SidebarForm { folded: "off".into() }.parse().is_err());
    }
}
