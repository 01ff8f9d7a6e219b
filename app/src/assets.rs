//! The names of the files a page asks for, read once at start: each carries a hash of its content and is cached for ever.

use leptos::{hydration::HydrationScripts, prelude::*};
use std::{fs, path::Path};

/// Addresses of style, script and icons.
#[derive(Debug, Clone)]
pub struct Assets {
    /// The style sheet's address.
    pub style: String,
    /// The icon sprite's address, without `#name`.
    pub icons: String,
    /// The fonts that every page needs: loaded with it, so that text is not drawn twice.
    pub fonts: Vec<String>,
    /// Elements that load the islands' code. Their inline script lacks its nonce: see [`Assets::scripts`].
    scripts: String,
}

impl Assets {
    /// Reads the hashes beside the binary (`hash.txt`) and of the icons in `site_root`. Files not there, as before the
    /// site is built, get their plain names.
    pub fn read(site_root: &Path) -> Self {
        let hash_file = std::env::current_exe().ok().and_then(|exe| Some(exe.parent()?.join("hash.txt"))).filter(|file| file.exists());
        let hashes = hash_file.and_then(|file| fs::read_to_string(file).ok());
        let style_hash = hashes.as_deref().and_then(|hashes| hashes.lines().find_map(|line| line.strip_prefix("css:")));
        let options =
            LeptosOptions::builder().output_name("minicrm").site_root(site_root.to_string_lossy()).hash_files(hashes.is_some()).build();
        Self {
            style: style_hash.map_or_else(|| "/pkg/minicrm.css".to_owned(), |hash| format!("/pkg/minicrm.{}.css", hash.trim())),
            icons: fs::read(site_root.join("icons.svg"))
                .map_or_else(|_| "/icons.svg".to_owned(), |svg| format!("/icons.svg?v={:016x}", fnv1a(&svg))),
            fonts: first_fonts(site_root),
            scripts: Owner::new().with(|| view! { <HydrationScripts options islands=true/> }.to_html()),
        }
    }

    /// The elements that load the islands' code, their inline script allowed by the response's nonce.
    pub fn scripts(&self, nonce: &str) -> String {
        self.scripts.replace("<script type=\"module\"", &format!("<script type=\"module\" nonce=\"{nonce}\""))
    }
}

/// The files for the letters of English and Vietnamese; those of other languages come on demand.
fn first_fonts(site_root: &Path) -> Vec<String> {
    let names =
        fs::read_dir(site_root.join("fonts")).into_iter().flatten().flatten().filter_map(|file| file.file_name().into_string().ok());
    let mut fonts: Vec<_> = names
        .filter(|name| {
            name.ends_with(".woff2")
                && (name.starts_with("geist-latin-") || name.starts_with("geist-vietnamese-"))
                && !name.contains("-ext-")
        })
        .map(|name| format!("/fonts/{name}"))
        .collect();
    fonts.sort_unstable();
    fonts
}

/// FNV-1a, 64 bits (Fowler, Noll, Vo): tells one build's icons from another's. Nothing secret rests on it.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inline_script_gets_the_nonce() {
        let assets = Assets::read(Path::new("nowhere"));
        assert_eq!(assets.scripts("abc").matches("<script type=\"module\" nonce=\"abc\"").count(), 1);
        assert_eq!(assets.style, "/pkg/minicrm.css");
    }
}
