//! Numbers as Vietnamese write them.

/// Formats a number with dots between groups of three digits, as in Vietnamese: `1.284`.
pub fn group_thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() * 4 / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push('.');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_have_three_digits() {
        assert_eq!([0, 999, 1_284, 1_250_000].map(group_thousands), ["0", "999", "1.284", "1.250.000"]);
    }
}
