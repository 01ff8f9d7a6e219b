//! URLs of asset files, read once at start. File names contain a content hash, so browsers cache the files for ever.

use leptos::{
    hydration::{AutoReload, HydrationScripts},
    prelude::*,
};
use std::{fs, path::Path};

/// URLs of style sheet, script, icons and fonts.
#[derive(Debug, Clone)]
pub struct Assets {
    /// The URL of the style sheet.
    pub style: String,
    /// The URL of the icon sprite, without `#name`.
    pub icons: String,
    /// The fonts that every page needs, preloaded so that text is not rendered twice.
    pub fonts: Vec<String>,
    /// The body of Leptos' hydration script.
    start_islands: String,
    /// The reload script under `cargo leptos watch`.
    pub reload: Option<Reload>,
}

/// Reloads the open page after each build, in development.
#[derive(Debug, Clone)]
pub struct Reload {
    /// The port of cargo-leptos' reload socket.
    pub port: u16,
    script: String,
}

/// What works before the islands are loaded, which the first user input does: pages work without their code, it weighs as much as the
/// rest of the page, and compiling it would delay the first paint. A page with live updates (`data-live`) loads it after two seconds
/// without input, so that the first touch can drag a card.
///
/// - Ctrl+K opens the palette and `/` goes to the search (`aria-keyshortcuts`), before the islands are loaded and after: what is typed
///   next is in their fields.
/// - Other keys pressed before, except in a field, are recorded and replayed by the islands.
/// - Signing out removes the user's drafts (`islands::drafts`) and records opened last (`islands::recent`).
///
/// `ISLANDS` is replaced by Leptos' own script.
const START: &str = r#"const one=(selector)=>document.querySelector(selector),palette=document.getElementById("palette"),keys=[],
openPalette=()=>{palette.querySelector("form").reset();palette.showModal()},
onKey=(key)=>{
const mod=key.ctrlKey||key.metaKey,typed=key.target.closest("input,textarea,select,[contenteditable]"),free=!one("dialog[open],a[aria-busy]");
if(palette&&mod&&!key.altKey&&!key.shiftKey&&key.key.toLowerCase()==="k"){key.preventDefault();free&&openPalette();return}
if(mod||key.altKey||typed||!free||key.isComposing)return;
if(key.key==="/"){const search=[...document.querySelectorAll("[aria-keyshortcuts='/']")].find((shown)=>shown.offsetParent);if(search){key.preventDefault();search.focus();search.click()}}
else if(!window.replayKeys.done)keys.push(key)};
window.replayKeys=()=>{window.replayKeys.done=true;keys.splice(0).forEach((key)=>key.target.isConnected&&key.target.dispatchEvent(new KeyboardEvent("keydown",key)))};
addEventListener("keydown",onKey,true);
addEventListener("click",(click)=>{if(click.target.closest("[data-opens-palette]")&&!(click.ctrlKey||click.metaKey||click.shiftKey||click.altKey)){click.preventDefault();openPalette()}},true);
const signs=["pointermove","pointerdown","keydown","focusin","wheel"];
const wake=()=>{clearTimeout(timer);signs.forEach((name)=>removeEventListener(name,wake,true));ISLANDS};
const timer=one("[data-live]")&&setTimeout(wake,2000);
signs.forEach((name)=>addEventListener(name,wake,{capture:true,passive:true}));
addEventListener("submit",({target:form})=>{if(form.getAttribute("action")==="/logout"){const user=form.elements.shown_to.value.split(".")[0],kept=["draft "+user,"recent "+user];try{Object.keys(localStorage).filter((key)=>kept.some((of)=>key.startsWith(of))).forEach((key)=>localStorage.removeItem(key));localStorage.setItem("signed-out",user)}catch{}}},true);
if(document.activeElement!==document.body)wake();"#;

/// Speculation rules: a linked page is prefetched on pointer down, about a tenth of a second before the click. Every GET is free of
/// side effects. Links that open a dialog, and those to files, are excluded.
const SPECULATION: &str = r#"{"prefetch":[{"where":{"and":[{"href_matches":"/*"},{"not":{"selector_matches":"[data-form-dialog],[download]"}}]},"eagerness":"conservative"}]}"#;

impl Assets {
    /// Reads the hashes from `hash.txt` beside the binary, and hashes the icons in `site_root`. Missing files, as before the site
    /// is built, get names without a hash.
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

    /// The inline scripts of a page, allowed by the response's nonce: [`START`] and speculation rules.
    pub fn scripts(&self, nonce: &str) -> String {
        let wake = START.replace("ISLANDS", &self.start_islands);
        let reload = self.reload.as_ref().map(|reload| format!("<script nonce=\"{nonce}\">{}</script>", reload.script)).unwrap_or_default();
        format!(
            "{reload}<script type=\"module\" nonce=\"{nonce}\">{wake}</script><script type=\"speculationrules\" nonce=\"{nonce}\">{SPECULATION}</script>"
        )
    }
}

/// The body of Leptos' hydration script, without its `<script>` and `<link>` elements, which would load the code at once.
fn start_islands(options: LeptosOptions) -> String {
    let html = Owner::new().with(|| view! { <HydrationScripts options islands=true/> }.to_html());
    let script = html.split_once("<script type=\"module\">").and_then(|(_, rest)| rest.split_once("</script>"));
    script.map(|(text, _)| text.to_owned()).unwrap_or_default()
}

/// The reload script of Leptos.
fn reload_script(port: u16) -> Option<Reload> {
    let options = LeptosOptions::builder().output_name("minicrm").reload_port(u32::from(port)).build();
    let html = Owner::new().with(|| view! { <AutoReload options/> }.to_html());
    let (_, rest) = html.split_once("<script>")?;
    Some(Reload { port, script: rest.split_once("</script>")?.0.to_owned() })
}

/// The URLs of the fonts for English and Vietnamese; the browser loads fonts of other scripts on demand.
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

/// FNV-1a, 64 bits (Fowler, Noll, Vo). Distinguishes builds of the icon sprite; not a cryptographic hash.
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
        assert!(scripts.contains("mod.hydrate()") && !scripts.contains("ISLANDS"), "Leptos writes its script another way: {scripts}");
        assert_eq!(assets.style, "/pkg/minicrm.css");
    }
}
