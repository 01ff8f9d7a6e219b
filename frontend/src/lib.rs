//! The wasm entry: brings the islands to life.

// Without this nothing of `app` is linked, and no island is found.
use app as _;
use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the page's loader once the module is there.
#[wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
