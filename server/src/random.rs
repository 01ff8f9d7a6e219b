//! Random bytes as text.

use domain::random::Random;

/// `N` random bytes as lower-case hexadecimal digits.
pub fn hex<const N: usize>(random: &dyn Random) -> String {
    let mut bytes = [0; N];
    random.fill(&mut bytes);
    let digit = |value: u8| char::from(b"0123456789abcdef"[usize::from(value)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// A password that can be read aloud and typed: twelve syllables in four groups, such as `kabatu-rimena-suvaze-pidiga`.
///
/// A syllable is one of 16 x 4, six bits, so twelve are 72 bits.
pub fn readable_password(random: &dyn Random) -> String {
    const CONSONANTS: &[u8; 16] = b"bcdfghjklmnprstv";
    const VOWELS: &[u8; 4] = b"aeiu";
    let mut bytes = [0; 12];
    random.fill(&mut bytes);
    let mut password = String::new();
    for (i, byte) in bytes.iter().enumerate() {
        if i > 0 && i % 3 == 0 {
            password.push('-');
        }
        password.push(char::from(CONSONANTS[usize::from(byte & 15)]));
        password.push(char::from(VOWELS[usize::from(byte >> 4 & 3)]));
    }
    password
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Counting;
    impl Random for Counting {
        fn fill(&self, bytes: &mut [u8]) {
            for (byte, value) in bytes.iter_mut().zip(0..) {
                *byte = value;
            }
        }
    }

    #[test]
    fn bytes_become_text_that_can_be_typed() {
        assert_eq!(hex::<4>(&Counting), "00010203");
        assert_eq!(readable_password(&Counting), "bacada-fagaha-jakala-manapa");
    }
}
