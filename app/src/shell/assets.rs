//! The names of the files a page asks for, read once at start: each carries a hash of its content and is cached for ever.

use leptos::{
    hydration::{AutoReload, HydrationScripts},
    prelude::*,
};
use std::{fs, path::Path};

/// Addresses of style, script, icons and fonts.
#[derive(Debug, Clone)]
pub struct Assets {
    /// The style sheet's address.
    pub style: String,
    /// The icon sprite's address, without `#name`.
    pub icons: String,
    /// The fonts that every page needs: loaded with it, so that text is not drawn twice.
    pub fonts: Vec<String>,
    /// What the islands' script does once it is woken, as Leptos writes it.
    start_islands: String,
    /// Under `cargo leptos watch`: what loads the page again after a build.
    pub reload: Option<Reload>,
}

/// Loads the open page again after each build, in development.
#[derive(Debug, Clone)]
pub struct Reload {
    /// The port on which cargo-leptos tells of a build.
    pub port: u16,
    script: String,
}

/// The islands' code is loaded at the first sign of a person, for a page is whole without it: it weighs as much as all the
/// rest, and compiling it would hold up the first paint. A page that shows what others do (`data-live`), and whose cards somebody
/// may drag with the very first touch, wakes by itself two seconds after it is whole. Keys pressed until then, but in a field, are kept, and islands have them pressed again. Signing out removes
/// the user's drafts (`islands::drafts`), whether or not the islands run yet. `START` stands for Leptos' own script.
const LAZY_HYDRATION: &str = r#"const keys=[],keep=(key)=>key.target.closest("input,textarea,select")||keys.push(key);
window.replayKeys=()=>{removeEventListener("keydown",keep,true);keys.splice(0).forEach((key)=>key.target.isConnected&&key.target.dispatchEvent(new KeyboardEvent("keydown",key)))};
addEventListener("keydown",keep,true);
const signs=["pointermove","pointerdown","keydown","focusin","wheel"];
const wake=()=>{clearTimeout(timer);signs.forEach((name)=>removeEventListener(name,wake,true));START};
const timer=document.querySelector("[data-live]")&&setTimeout(wake,2000);
signs.forEach((name)=>addEventListener(name,wake,{capture:true,passive:true}));
addEventListener("submit",({target:form})=>{if(form.getAttribute("action")==="/logout"){const user=form.elements.shown_to.value.split(".")[0],of="draft "+user;try{Object.keys(localStorage).filter((key)=>key.startsWith(of)).forEach((key)=>localStorage.removeItem(key));localStorage.setItem("signed-out",user)}catch{}}},true);
if(document.activeElement!==document.body)wake();"#;

/// A page that a link leads to is fetched as the button goes down, a tenth of a second before the click. Every GET is free of
/// side effects; a link that opens a dialog leads nowhere.
const SPECULATION: &str = r#"{"prefetch":[{"where":{"and":[{"href_matches":"/*"},{"not":{"selector_matches":"[data-form-dialog]"}}]},"eagerness":"conservative"}]}"#;

impl Assets {
    /// Reads the hashes beside the binary (`hash.txt`) and of the icons in `site_root`. Files not there, as before the
    /// site is built, get their plain names.
    pub fn read(site_root: &Path) -> Self {
        let hash_file = std::env::current_exe().ok().and_then(|exe| Some(exe.parent()?.join("hash.txt"))).filter(|file| file.exists());
        let hashes = hash_file.and_then(|file| fs::read_to_string(file).ok());
        let style_hash = hashes.as_deref().and_then(|hashes| hashes.lines().find_map(|line| line.strip_prefix("css:")));
        let options =
            LeptosOptions::builder().output_name("minicrm").site_root(site_root.to_string_lossy()).hash_files(hashes.is_some()).build();
        let reload = std::env::var_os("LEPTOS_WATCH").and_then(|_| reload_script(std::env::var("LEPTOS_RELOAD_PORT").ok()?.parse().ok()?));
        Self {
            reload,
            style: style_hash.map_or_else(|| "/pkg/minicrm.css".to_owned(), |hash| format!("/pkg/minicrm.{}.css", hash.trim())),
            icons: fs::read(site_root.join("icons.svg"))
                .map_or_else(|_| "/icons.svg".to_owned(), |svg| format!("/icons.svg?v={:016x}", fnv1a(&svg))),
            fonts: preloaded_fonts(site_root),
            start_islands: start_islands(options),
        }
    }

    /// The page's inline scripts, allowed by the response's nonce: what loads the islands' code, and which pages to fetch ahead.
    pub fn scripts(&self, nonce: &str) -> String {
        let wake = LAZY_HYDRATION.replace("START", &self.start_islands);
        let reload = self.reload.as_ref().map(|reload| format!("<script nonce=\"{nonce}\">{}</script>", reload.script)).unwrap_or_default();
        format!(
            "{reload}<script type=\"module\" nonce=\"{nonce}\">{wake}</script><script type=\"speculationrules\" nonce=\"{nonce}\">{SPECULATION}</script>"
        )
    }
}

/// The text of the script that Leptos writes, without the elements around it, which would load the code at once.
fn start_islands(options: LeptosOptions) -> String {
    let html = Owner::new().with(|| view! { <HydrationScripts options islands=true/> }.to_html());
    let script = html.split_once("<script type=\"module\">").and_then(|(_, rest)| rest.split_once("</script>"));
    script.map(|(text, _)| text.to_owned()).unwrap_or_default()
}

/// The script that Leptos writes for development.
fn reload_script(port: u16) -> Option<Reload> {
    let options = LeptosOptions::builder().output_name("minicrm").reload_port(u32::from(port)).build();
    let html = Owner::new().with(|| view! { <AutoReload options/> }.to_html());
    let (_, rest) = html.split_once("<script>")?;
    Some(Reload { port, script: rest.split_once("</script>")?.0.to_owned() })
}

/// The files for the letters of English and Vietnamese; those of other languages come on demand.
fn preloaded_fonts(site_root: &Path) -> Vec<String> {
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
    fn the_inline_scripts_get_the_nonce() {
        let assets = Assets::read(Path::new("nowhere"));
        let scripts = assets.scripts("abc");
        assert_eq!((scripts.matches("<script").count(), scripts.matches("nonce=\"abc\"").count()), (2, 2));
        assert!(scripts.contains("mod.hydrate()") && !scripts.contains("START"), "Leptos writes its script another way: {scripts}");
        assert_eq!(assets.style, "/pkg/minicrm.css");
    }
}
