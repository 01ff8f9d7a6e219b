//! Money: an integer number of hundredths, never a float.

use crate::{fold::fold, numbers::group_thousands, text};
use serde::{Deserialize, Serialize};
use std::{fmt, iter::Sum, num::ParseIntError};

/// An amount in hundredths of the workspace's currency. A deal's value is 0 to [`Money::MAX`]; a sum may be larger.
///
/// In JSON it is text: a browser's numbers are exact only up to 2^53, less than ten deals of the largest value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Money(i64);

/// The error of an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not a number.
    #[error("Write a number such as 1.250.000.000 or 1,5 tỷ")]
    NotANumber,
    /// A number that can be read in two ways, as `2 tỷ 50`: 2.050 or 2.500 triệu.
    #[error("This can be read in two ways. Write all digits, such as 2.050.000.000")]
    Unclear,
    /// Less than zero.
    #[error("Write an amount of 0 or more")]
    Negative,
    /// Greater than [`Money::MAX`].
    #[error("Write at most 9.999.999.999.999,99")]
    TooLarge,
    /// More than two decimals.
    #[error("Write at most two decimals")]
    TooFine,
}

impl Money {
    /// Zero.
    pub const ZERO: Self = Self(0);
    /// The largest amount of a record: that of DECIMAL(15,2).
    pub const MAX: Self = Self(999_999_999_999_999);

    /// The amount from hundredths, the value in the database.
    pub const fn from_hundredths(hundredths: i64) -> Self {
        Self(hundredths)
    }

    /// The hundredths, the value in the database.
    pub const fn hundredths(self) -> i64 {
        self.0
    }

    /// Parses an amount as Vietnamese write it: `1.250.000.000`, `1250000đ`, `1,5 tỷ`, `800 triệu đồng`, `2 tỷ 300 triệu`, `1 tỷ rưỡi`,
    /// `2tỷ3`, `12,50`, also `1,250,000` and a currency sign.
    ///
    /// - A single mark before exactly three digits separates thousands (`1.250` is 1250), but a comma before a unit is always decimal
    ///   (`1,250 tỷ` is 1250 triệu).
    /// - One digit after a unit is tenths of it, three are of the unit below: `2 tỷ 3` and `2 tỷ 300` are both 2300 triệu.
    ///
    /// # Errors
    /// [`MoneyError::Unclear`] for any other number of digits after the last unit.
    pub fn parse(text: &str) -> Result<Self, MoneyError> {
        let folded = fold(&text::cleaned(text));
        let bare = without_currency(&folded);
        if bare.starts_with(['-', '−']) {
            return Err(MoneyError::Negative);
        }
        match tokens(bare).as_slice() {
            [Token::Number(number)] => simple(number, 0),
            [Token::Number(number), Token::Word(word)] => simple(number, zeros_of(word).ok_or(MoneyError::NotANumber)?),
            tokens => compound(tokens),
        }
    }

    /// The amount as programs write it: `1250000`, `1250000.50`.
    pub fn decimal(self) -> String {
        let (sign, amount) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        match amount % 100 {
            0 => format!("{sign}{}", amount / 100),
            cents => format!("{sign}{}.{cents:02}", amount / 100),
        }
    }

    /// The amount without a currency sign, as in an input: `1.250.000,50`.
    pub fn plain(self) -> String {
        let cents = self.0.unsigned_abs() % 100;
        let sign = if self.0 < 0 { "-" } else { "" };
        let whole = group_thousands(self.0.unsigned_abs() / 100);
        if cents == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole},{cents:02}") }
    }
}

/// The signs of currencies, as [`Currency::sign`] writes them.
const SIGNS: &str = "₫$€¥₩฿£";

/// A folded amount without the currency around it: a sign, an ISO 4217 code, `d` or `dong`.
fn without_currency(folded: &str) -> &str {
    let is_sign = |c: char| SIGNS.contains(c) || c.is_whitespace();
    let bare = folded.trim_matches(is_sign);
    let is_code = |text: &str| Currency::ALL.iter().any(|currency| currency.code().eq_ignore_ascii_case(text));
    let bare = bare.split_at_checked(3).filter(|(code, _)| is_code(code)).map_or(bare, |(_, rest)| rest);
    let at_end = bare.len().checked_sub(3).and_then(|at| bare.split_at_checked(at));
    let bare = match at_end.filter(|(_, code)| is_code(code)) {
        Some((rest, _)) => rest,
        None => bare.strip_suffix("dong").or_else(|| bare.strip_suffix('d')).unwrap_or(bare),
    };
    bare.trim_matches(is_sign)
}

/// A part of a folded amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'a> {
    /// Digits with marks and blanks between them.
    Number(&'a str),
    /// Anything else up to the next blank or digit.
    Word(&'a str),
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let number = is_of_number(first);
        let end = rest.find(|c: char| if number { !is_of_number(c) } else { c == ' ' || c.is_ascii_digit() }).unwrap_or(rest.len());
        let (token, after) = rest.split_at(end);
        tokens.push(if number { Token::Number(token.trim()) } else { Token::Word(token) });
        rest = after.trim_start();
    }
    tokens
}

fn is_of_number(c: char) -> bool {
    c.is_ascii_digit() || ". ,".contains(c)
}

/// The power of ten of a folded unit word.
fn zeros_of(unit: &str) -> Option<usize> {
    Some(match unit {
        "nghin" | "ngan" | "k" => 3,
        "trieu" | "tr" | "m" => 6,
        "ty" | "ti" | "b" => 9,
        _ => return None,
    })
}

/// One number, times ten to the `zeros`.
fn simple(number: &str, zeros: usize) -> Result<Money, MoneyError> {
    let (whole, fraction) = split_decimal(number, zeros > 0).ok_or(MoneyError::NotANumber)?;
    hundredths(&whole, &fraction, zeros)
}

/// Numbers with units that descend (`2 ty 300 trieu`), and a rest of the last unit: `ruoi` (half), one digit or three.
fn compound(tokens: &[Token<'_>]) -> Result<Money, MoneyError> {
    let (mut total, mut zeros, mut rest) = (0_i64, usize::MAX, tokens);
    while let [Token::Number(number), Token::Word(word), after @ ..] = rest {
        let unit = zeros_of(word).filter(|unit| *unit < zeros).ok_or(MoneyError::NotANumber)?;
        // Only the first number may pass 999 of its unit, as in 1.200 tỷ 500 triệu.
        let is_plain = total == 0 || (number.len() <= 3 && number.bytes().all(|byte| byte.is_ascii_digit()));
        let (whole, fraction) = split_decimal(number, false).filter(|_| is_plain).ok_or(MoneyError::NotANumber)?;
        if !fraction.is_empty() {
            return Err(MoneyError::NotANumber);
        }
        total = total.checked_add(hundredths(&whole, "", unit)?.0).ok_or(MoneyError::TooLarge)?;
        (zeros, rest) = (unit, after);
    }
    let unit = 10_i64.checked_pow(u32::try_from(zeros).unwrap_or(u32::MAX)).ok_or(MoneyError::NotANumber)?;
    let below = match rest {
        [] => 0,
        [Token::Word("ruoi")] => unit / 2,
        [Token::Number(digits)] if digits.bytes().all(|byte| byte.is_ascii_digit()) => match (digits.len(), digits.parse::<i64>()) {
            (1, Ok(tenths @ 1..)) => tenths * unit / 10,
            (3, Ok(number @ 100..)) => number * unit / 1_000,
            _ => return Err(MoneyError::Unclear),
        },
        _ => return Err(MoneyError::NotANumber),
    };
    match total.checked_add(below * 100) {
        Some(total) if total <= Money::MAX.0 => Ok(Money(total)),
        _ => Err(MoneyError::TooLarge),
    }
}

/// The digits before and after the decimal mark, without thousands marks.
fn split_decimal(number: &str, has_unit: bool) -> Option<(String, String)> {
    let marks: Vec<(usize, char)> = number.char_indices().filter(|(_, c)| ".,".contains(*c)).collect();
    let decimal = match marks.as_slice() {
        [] => None,
        [(at, mark)] => {
            let three_follow = number.len() - at - 1 == 3;
            // A leading zero has no thousands: 0,125 tỷ is 125 million.
            let thousands = three_follow && !number.starts_with('0') && !(has_unit && *mark == ',');
            (!thousands).then_some(*at)
        }
        [.., (_, before), (at, last)] => (before != last).then_some(*at),
    };
    let (whole, fraction) = decimal.map_or((number, ""), |at| (&number[..at], &number[at + 1..]));
    let groups: Vec<&str> = whole.split(['.', ',', ' ']).collect();
    let grouped_right =
        groups.len() == 1 || (groups[0].len() <= 3 && !groups[0].starts_with('0') && groups[1..].iter().all(|group| group.len() == 3));
    let one_mark = whole.chars().filter(|c| !c.is_ascii_digit()).collect::<Vec<_>>().windows(2).all(|pair| pair[0] == pair[1]);
    let digits = groups.concat();
    let is_number = !digits.is_empty() && fraction.chars().all(|c| c.is_ascii_digit()) && (decimal.is_none() || !fraction.is_empty());
    (grouped_right && one_mark && is_number).then(|| (digits, fraction.to_owned()))
}

/// Hundredths of `whole.fraction` times ten to the `zeros`.
fn hundredths(whole: &str, fraction: &str, zeros: usize) -> Result<Money, MoneyError> {
    let fraction = fraction.trim_end_matches('0');
    let places = zeros + 2;
    if fraction.len() > places {
        return Err(MoneyError::TooFine);
    }
    let digits = format!("{whole}{fraction:0<places$}");
    match digits.trim_start_matches('0') {
        "" => Ok(Money::ZERO),
        significant => match significant.parse() {
            Ok(number) if number <= Money::MAX.0 => Ok(Money(number)),
            _ => Err(MoneyError::TooLarge),
        },
    }
}

impl From<Money> for String {
    fn from(amount: Money) -> Self {
        amount.0.to_string()
    }
}

impl TryFrom<String> for Money {
    type Error = ParseIntError;

    fn try_from(hundredths: String) -> Result<Self, ParseIntError> {
        hundredths.parse().map(Self)
    }
}

impl Sum for Money {
    /// Saturates: a sum above 92 quadrillion is shown as that, not as a negative number.
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        Self(amounts.fold(0, |sum, amount| sum.saturating_add(amount.0)))
    }
}

/// A workspace's currency: those of Vietnam's large trading partners. None has more than two decimals, which is what [`Money`] keeps.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Currency {
    /// Vietnamese đồng.
    #[default]
    #[serde(rename = "VND")]
    Vnd,
    /// US dollar.
    #[serde(rename = "USD")]
    Usd,
    /// Euro.
    #[serde(rename = "EUR")]
    Eur,
    /// Japanese yen.
    #[serde(rename = "JPY")]
    Jpy,
    /// South Korean won.
    #[serde(rename = "KRW")]
    Krw,
    /// Chinese yuan.
    #[serde(rename = "CNY")]
    Cny,
    /// Singapore dollar.
    #[serde(rename = "SGD")]
    Sgd,
    /// Thai baht.
    #[serde(rename = "THB")]
    Thb,
    /// Australian dollar.
    #[serde(rename = "AUD")]
    Aud,
    /// Pound sterling.
    #[serde(rename = "GBP")]
    Gbp,
}

impl Currency {
    /// Every currency a workspace may choose.
    pub const ALL: [Self; 10] =
        [Self::Vnd, Self::Usd, Self::Eur, Self::Jpy, Self::Krw, Self::Cny, Self::Sgd, Self::Thb, Self::Aud, Self::Gbp];

    /// The ISO 4217 code, the value in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Vnd => "VND",
            Self::Usd => "USD",
            Self::Eur => "EUR",
            Self::Jpy => "JPY",
            Self::Krw => "KRW",
            Self::Cny => "CNY",
            Self::Sgd => "SGD",
            Self::Thb => "THB",
            Self::Aud => "AUD",
            Self::Gbp => "GBP",
        }
    }

    /// The name.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Vnd => "Vietnamese đồng",
            Self::Usd => "US dollar",
            Self::Eur => "Euro",
            Self::Jpy => "Japanese yen",
            Self::Krw => "South Korean won",
            Self::Cny => "Chinese yuan",
            Self::Sgd => "Singapore dollar",
            Self::Thb => "Thai baht",
            Self::Aud => "Australian dollar",
            Self::Gbp => "Pound sterling",
        }
    }

    /// The currency of an ISO 4217 code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|currency| currency.code() == code)
    }

    /// The currency sign, written after an amount; the code where the sign is another currency's too.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Vnd => "₫",
            Self::Usd => "$",
            Self::Eur => "€",
            Self::Jpy => "¥",
            Self::Krw => "₩",
            Self::Thb => "฿",
            Self::Gbp => "£",
            Self::Cny | Self::Sgd | Self::Aud => self.code(),
        }
    }

    /// `1.250.000.000 ₫`, with a no-break space before the sign.
    pub fn show(self, amount: Money) -> String {
        format!("{}\u{a0}{}", amount.plain(), self.sign())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn units(units: i64) -> Result<Money, MoneyError> {
        Ok(Money(units * 100))
    }

    #[test]
    fn amounts_are_read_as_people_write_them() {
        for (text, amount) in [
            ("1.250.000.000", units(1_250_000_000)),
            ("1,250,000,000", units(1_250_000_000)),
            ("1250000", units(1_250_000)),
            ("1 250 000", units(1_250_000)),
            ("1,5 tỷ", units(1_500_000_000)),
            ("1.5 ty", units(1_500_000_000)),
            ("1,5 TỈ", units(1_500_000_000)),
            ("1,250 tỷ", units(1_250_000_000)),
            ("1.500 tỷ", units(1_500_000_000_000)),
            ("0.125 tỷ", units(125_000_000)),
            ("0,5", Ok(Money(50))),
            ("800 triệu", units(800_000_000)),
            ("800tr", units(800_000_000)),
            ("50k", units(50_000)),
            ("1.250", units(1_250)),
            ("0", units(0)),
            ("12,50", Ok(Money(1_250))),
            ("12,5", Ok(Money(1_250))),
            ("1.234,56", Ok(Money(123_456))),
            ("1,234.56", Ok(Money(123_456))),
            ("1.250.000 ₫", units(1_250_000)),
            ("1.250.000 đ", units(1_250_000)),
            ("1.250.000 VND", units(1_250_000)),
            ("1.500.000đ", units(1_500_000)),
            ("1.500.000 đồng", units(1_500_000)),
            ("1.500.000VNĐ", units(1_500_000)),
            ("VND 1.500.000", units(1_500_000)),
            ("₫1.500.000", units(1_500_000)),
            ("800 triệu đồng", units(800_000_000)),
            ("USD 1,234.56", Ok(Money(123_456))),
            ("1.234,56 usd", Ok(Money(123_456))),
            ("￥1.500", units(1_500)),
            ("12,50 SGD", Ok(Money(1_250))),
            ("2 tỷ 300 triệu", units(2_300_000_000)),
            ("2 tỷ 300 triệu đồng", units(2_300_000_000)),
            ("2 TỶ 300 TRIỆU 500 NGHÌN", units(2_300_500_000)),
            ("1.200 tỷ 500 triệu", units(1_200_500_000_000)),
            ("1 tỷ rưỡi", units(1_500_000_000)),
            ("2 triệu rưỡi", units(2_500_000)),
            ("2tỷ3", units(2_300_000_000)),
            ("2 tỷ 300", units(2_300_000_000)),
            ("1tr2", units(1_200_000)),
            ("350tr", units(350_000_000)),
            ("350k500", units(350_500)),
            ("１.５００.０００\u{a0}đ", units(1_500_000)),
            ("\u{202a}1.500\u{200b}.000\u{202c}", units(1_500_000)),
            ("9.999.999.999.999,99", Ok(Money::MAX)),
        ] {
            assert_eq!(Money::parse(text), amount, "{text}");
        }
    }

    #[test]
    fn nonsense_is_told_apart() {
        for text in ["", "abc", "1,5 tyy", "1..5", "1.25.000", "12.34.56", "tỷ", ",5", "1,", "1e5", "1.250,000.5", "0.001.000"] {
            assert_eq!(Money::parse(text), Err(MoneyError::NotANumber), "{text}");
        }
        for text in [
            "2,5 tỷ 300 triệu",
            "300 triệu 2 tỷ",
            "2 tỷ 3 tỷ",
            "2 tỷ 3000 triệu",
            "2 tỷ 1.5",
            "rưỡi",
            "tỷ rưỡi",
            "2 rưỡi",
            "2 tỷ 300.000",
            "5 đô",
            "d",
            "vnd",
        ] {
            assert_eq!(Money::parse(text), Err(MoneyError::NotANumber), "{text}");
        }
        for text in ["2 tỷ 50", "2tr05", "2 tỷ 0", "2 tỷ 050", "2 tỷ 3000"] {
            assert_eq!(Money::parse(text), Err(MoneyError::Unclear), "{text}");
        }
        assert_eq!(Money::parse("9999 tỷ 999 triệu 999 nghìn 999 rưỡi"), Err(MoneyError::NotANumber));
        assert_eq!(Money::parse("10.000 tỷ 1 triệu"), Err(MoneyError::TooLarge));
        assert_eq!(Money::parse("-5"), Err(MoneyError::Negative));
        assert_eq!(Money::parse("10.000.000.000.000"), Err(MoneyError::TooLarge));
        assert_eq!(Money::parse("99999999999999999999999"), Err(MoneyError::TooLarge));
        assert_eq!(Money::parse("1,2345"), Err(MoneyError::TooFine));
        assert_eq!(Money::parse("0,001"), Err(MoneyError::TooFine));
    }

    #[test]
    fn amounts_show_with_dots_and_the_sign_after() {
        assert_eq!(Currency::Vnd.show(Money(125_000_000_000)), "1.250.000.000\u{a0}₫");
        assert_eq!(Currency::Usd.show(Money(-123_456)), "-1.234,56\u{a0}$");
        assert_eq!(Money(5).plain(), "0,05");
        assert_eq!([125_000_050, 500, -5, 0].map(|hundredths| Money(hundredths).decimal()), ["1250000.50", "5", "-0.05", "0"]);
    }

    #[test]
    fn a_sum_never_turns_negative() {
        assert_eq!([Money(i64::MAX), Money(1)].into_iter().sum::<Money>(), Money(i64::MAX));
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back(hundredths in 0..=Money::MAX.0) {
            let amount = Money(hundredths);
            prop_assert_eq!(Money::parse(&amount.plain()), Ok(amount));
            for currency in Currency::ALL {
                prop_assert_eq!(Money::parse(&currency.show(amount)), Ok(amount));
            }
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,30}") {
            let _ = Money::parse(&text);
        }
    }
}
