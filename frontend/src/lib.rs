//! The WebAssembly entry point, which starts the islands.

use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the page's loader once the module is loaded.
#[wasm_bindgen]
pub fn hydrate() {
    app::hydration::register_forms();
    leptos::mount::hydrate_islands();
}
