//! Devices in words, from the `User-Agent` header: `Chrome on Windows`.
//!
//! The header is what a client says of itself: good enough to recognise one's own browsers by, proof of nothing. Browsers name older
//! ones beside themselves, so the first entry that occurs decides.

use std::fmt;

/// A part of the header and the browser that it stands for. Those that also name another one come before it.
const BROWSERS: [(&str, &str); 13] = [
    ("Zalo", "Zalo"),
    ("FBAN/", "Facebook"),
    ("FBAV/", "Facebook"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("coc_coc_browser/", "Cốc Cốc"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
];

/// A part of the header and the system that it stands for. Those that also name another one come before it.
const SYSTEMS: [(&str, &str); 7] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
];

/// A browser and the system it runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Device {
    /// The browser's name; `None` for an unknown one.
    pub browser: Option<&'static str>,
    /// The system's name; `None` for an unknown one.
    pub system: Option<&'static str>,
}

impl Device {
    /// The device that sent this header.
    pub fn of_user_agent(header: &str) -> Self {
        let first = |known: &[(&str, &'static str)]| known.iter().find(|(part, _)| header.contains(part)).map(|(_, name)| *name);
        Self { browser: first(&BROWSERS), system: first(&SYSTEMS) }
    }
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.browser, self.system) {
            (Some(browser), Some(system)) => write!(f, "{browser} on {system}"),
            (Some(browser), None) => f.write_str(browser),
            (None, Some(system)) => write!(f, "Unknown browser on {system}"),
            (None, None) => f.write_str("Unknown device"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_of_today_are_told_apart() {
        for (header, words) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
                "Chrome on Windows",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) coc_coc_browser/130.0.0 Chrome/124.0.0.0 Safari/537.36",
                "Cốc Cốc on Windows",
            ),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15",
                "Safari on macOS",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/142.0 Mobile/15E148 Safari/604.1",
                "Chrome on iPhone",
            ),
            (
                "Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
                "Safari on iPad",
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36",
                "Samsung Internet on Android",
            ),
            (
                "Mozilla/5.0 (Linux; Android 14; SM-A546E) AppleWebKit/537.36 Chrome/130.0.0.0 Mobile Safari/537.36 Zalo android/12",
                "Zalo on Android",
            ),
            (
                "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
                "Chrome on ChromeOS",
            ),
            ("curl/8.14.1", "curl"),
            ("Mozilla/5.0 (Windows NT 10.0)", "Unknown browser on Windows"),
            ("", "Unknown device"),
            ("<script>alert(1)</script>", "Unknown device"),
        ] {
            assert_eq!(Device::of_user_agent(header).to_string(), words, "{header}");
        }
    }
}
