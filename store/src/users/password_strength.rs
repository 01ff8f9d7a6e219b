//! Strength of passwords.

use domain::users::Password;

/// Guesses, as a power of ten, that a password must withstand. The 3,000 commonest fall within 10^3.5; the rest of the way
/// to 10^5 are such words with a year or a capital letter, and the person's own name with a few digits.
const LEAST_GUESSES_LOG10: f64 = 5.0;

/// The message of a password that is easy to guess.
pub(crate) const EASY_TO_GUESS: &str = "This password is among the first that anybody would guess. Use another";

/// Whether a password falls to its first 100,000 guesses, by zxcvbn's estimate (D. L. Wheeler, USENIX Security 2016).
/// `about` is what a guesser knows of the person: their name and address.
pub(crate) fn is_easy_to_guess(password: &Password, about: &[&str]) -> bool {
    zxcvbn::zxcvbn(password.expose(), about).guesses_log10() < LEAST_GUESSES_LOG10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_passwords_and_the_own_name_are_weak() {
        let easy = |text| is_easy_to_guess(&Password::to_compare(text), &["Phạm Minh Hưng", "hung@viethung.vn"]);
        for password in
            ["password", "12345678", "iloveyou", "qwertyuiop", "Password1", "football", "trustno1", "anhyeuem", "11111111", "hung1234"]
        {
            assert!(easy(password), "{password}");
        }
        for password in ["mật khẩu dài", "correct horse battery staple", "Tr0ub4dour&3"] {
            assert!(!easy(password), "{password}");
        }
    }
}
