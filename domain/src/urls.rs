//! Safe redirect targets: paths of this site only.

/// The redirect target if `target` is a path of this site, else `None`.
///
/// Browsers read `//host`, `/\host` and a path with a tab or line break as the URL of another site, so such targets and any with a
/// scheme are refused. So is `/login`, which would loop.
pub fn safe_next(target: &str) -> Option<&str> {
    let mut chars = target.chars();
    let starts_as_path = chars.next() == Some('/') && !matches!(chars.next(), Some('/' | '\\'));
    let plain = !target.contains(|c: char| c == '\\' || c.is_control() || c.is_whitespace());
    let lower = target.to_ascii_lowercase();
    let hidden = ["/%2f", "/%5c", "%5c", "%0a", "%0d", "%09", "%00"].iter().any(|trick| lower.contains(trick));
    let path = lower.split(['?', '#']).next().unwrap_or_default();
    let not_a_page =
        path.split('/').any(|part| part == "..") || ["/login", "/register", "/logout"].contains(&path) || path.starts_with("/fn/");
    (starts_as_path && plain && !hidden && !not_a_page && target.len() <= 2_000).then_some(target)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_our_own_are_kept() {
        for target in ["/", "/companies?q=cong+ty&tag=a&tag=b", "/deals/0190-x#tab", "/companies?q=%C4%90"] {
            assert_eq!(safe_next(target), Some(target));
        }
    }

    #[test]
    fn other_sites_are_refused() {
        for target in [
            "",
            "companies",
            "//evil.vn",
            "///evil.vn",
            "/\\evil.vn",
            "\\\\evil.vn",
            "/\\/evil.vn",
            "https://evil.vn",
            "http:evil.vn",
            "javascript:alert(1)",
            "data:text/html,x",
            "/%5cevil.vn",
            "/%5Cevil.vn",
            "/%2f/evil.vn",
            "/%2Fevil.vn",
            "/\t/evil.vn",
            "/\n/evil.vn",
            "/%09/evil.vn",
            "/%0d%0aLocation:x",
            "//user@evil.vn",
            "@evil.vn",
            " /companies",
            "/companies\r\nX: y",
            "/a/../../b",
            "/login?next=/login",
            "/fn/move_deal",
        ] {
            assert_eq!(safe_next(target), None, "{target:?}");
        }
    }
}
