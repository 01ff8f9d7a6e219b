//! Text in cells of exported CSV files.

use std::borrow::Cow;

/// Characters with which spreadsheets start a formula, or which they drop to find one behind them (OWASP, CSV injection).
const FORMULA_STARTS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// The text for a cell: with a leading `'` if a spreadsheet would take it for a formula.
///
/// Text that would read like an escaped one, such as `'=1`, gets a `'` as well, so that [`unescape_cell`] gives each text back.
pub fn escape_cell(text: &str) -> Cow<'_, str> {
    if text.trim_start_matches('\'').starts_with(FORMULA_STARTS) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// The text of a cell that [`escape_cell`] wrote.
pub fn unescape_cell(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if text.trim_start_matches('\'').starts_with(FORMULA_STARTS) => text,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn formulas_are_escaped_and_nothing_else() {
        for formula in ["=1+1", "+84 903", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1", "''@x"] {
            assert_eq!(escape_cell(formula), format!("'{formula}"));
        }
        for text in ["", "Đường", "'quoted'", "'", "a=1", " =1", "{\"a\":1}"] {
            assert_eq!(escape_cell(text), text);
        }
    }

    proptest! {
        #[test]
        fn every_text_comes_back(text in "[-'=+@\t\r a]{0,6}") {
            let cell = escape_cell(&text);
            prop_assert!(!cell.starts_with(FORMULA_STARTS));
            prop_assert_eq!(unescape_cell(&cell), text.as_str());
        }
    }
}
