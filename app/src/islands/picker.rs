//! Turns a picker's select into a search input, by the combobox pattern of the ARIA Authoring Practices. `ui::picker` renders the
//! HTML and documents its use.

use serde::{Deserialize, Serialize};

/// The answer to a search.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchResults {
    /// The first hits.
    pub found: Vec<SearchHit>,
    /// Whether there are further hits.
    pub more: bool,
}

/// A found record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchHit {
    /// The value of the select's option.
    pub value: String,
    /// The record's name.
    pub name: String,
    /// Further data that distinguishes records of the same name.
    pub detail: String,
}

#[cfg(feature = "hydrate")]
impl crate::server_functions::browser_json::FromJs for SearchResults {
    fn from_js(value: &wasm_bindgen::JsValue) -> Option<Self> {
        use crate::server_functions::browser_json::field;
        Some(Self { found: field(value, "found")?, more: field(value, "more")? })
    }
}

#[cfg(feature = "hydrate")]
impl crate::server_functions::browser_json::FromJs for SearchHit {
    fn from_js(value: &wasm_bindgen::JsValue) -> Option<Self> {
        use crate::server_functions::browser_json::field;
        Some(Self { value: field(value, "value")?, name: field(value, "name")?, detail: field(value, "detail")? })
    }
}

/// The kind of records that a picker searches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Companies.
    Companies,
    /// Contacts.
    Contacts,
    /// Contacts and companies.
    Parties,
}

impl Source {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Companies, Self::Contacts, Self::Parties];

    /// The value of `data-picker`.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Companies => "companies",
            Self::Contacts => "contacts",
            Self::Parties => "whom",
        }
    }
}

#[cfg(feature = "hydrate")]
pub(crate) mod browser {
    use super::{SearchHit, SearchResults, Source};
    use crate::{
        companies::functions::search_companies,
        contacts::functions::{search_contacts, search_parties},
        islands::{
            dom::{closest_target, debounce, dispatch_change, listen, query_all, query_one},
            listbox,
        },
        server_functions::ActionError,
    };
    use leptos::{prelude::document, task::spawn_local};
    use std::{
        cell::{Cell, RefCell},
        rc::Rc,
    };
    use wasm_bindgen::JsCast;
    use web_sys::{Element, Event, EventTarget, HtmlElement, HtmlInputElement, HtmlSelectElement, KeyboardEvent, MouseEvent};

    async fn search(source: Source, q: String) -> Result<SearchResults, ActionError> {
        match source {
            Source::Companies => search_companies(q).await,
            Source::Contacts => search_contacts(q).await,
            Source::Parties => search_parties(q).await,
        }
    }

    struct Picker {
        source: Source,
        select: HtmlSelectElement,
        input: HtmlInputElement,
        clear: HtmlElement,
        list: HtmlElement,
        status: HtmlElement,
        hits: RefCell<Vec<SearchHit>>,
        /// The id of the last request; every input increments it, so that late answers to earlier requests are ignored.
        request_id: Cell<u32>,
    }

    /// Attaches to the pickers of the page that have no listeners yet.
    pub fn attach() {
        let Some(body) = document().body() else { return };
        for root in query_all(&body, "[data-picker]") {
            if let Some(picker) = Picker::of(&root) {
                add_listeners(&Rc::new(picker));
            }
            let _ = root.remove_attribute("data-picker");
        }
    }

    fn add_listeners(picker: &Rc<Picker>) {
        let debounced = Rc::clone(picker);
        let search = debounce(Rc::new(move || debounced.search_if_used()));
        picker.on(&picker.input, "input", move |picker, _: Event| {
            picker.next_request();
            search();
        });
        picker.on(&picker.input, "click", |picker, _: Event| {
            if picker.list.hidden() {
                picker.search();
            }
        });
        picker.on(&picker.input, "keydown", |picker, event: KeyboardEvent| {
            if !event.is_composing() && picker.on_keydown(&event.key()) {
                event.prevent_default();
                event.stop_propagation();
            }
        });
        picker.on(&picker.input, "blur", |picker, _: Event| picker.on_blur());
        picker.on(&picker.clear, "click", |picker, _: Event| {
            picker.choose(None);
            let _ = picker.input.focus();
        });
        picker.on(&picker.list, "click", |picker, event: MouseEvent| {
            let index = closest_target(&event, "[data-place]").and_then(|option| option.get_attribute("data-place")?.parse().ok());
            if let Some(index) = index {
                picker.choose_at(index);
            }
        });
    }

    impl Picker {
        /// Adds an event listener that receives the picker.
        fn on<E: JsCast + 'static>(self: &Rc<Self>, target: &EventTarget, name: &'static str, handler: impl Fn(&Rc<Self>, E) + 'static) {
            let picker = Rc::clone(self);
            listen(target, name, move |event: E| handler(&picker, event));
        }

        fn of(root: &Element) -> Option<Self> {
            let select: HtmlSelectElement = query_one(root, "select")?.dyn_into().ok()?;
            let input: HtmlInputElement = query_one(root, "input[role=combobox]")?.dyn_into().ok()?;
            let picker = Self {
                source: root.get_attribute("data-picker").and_then(|slug| Source::ALL.into_iter().find(|source| source.slug() == slug))?,
                clear: query_one(root, "button")?,
                list: query_one(root, "ul")?,
                status: query_one(root, "[aria-live]")?,
                select,
                input,
                hits: RefCell::default(),
                request_id: Cell::default(),
            };
            // The label and the links to the field now lead to the input.
            let id = picker.select.id();
            picker.select.remove_attribute("id").ok()?;
            picker.input.set_id(&id);
            let had_focus = picker.is_focused(&picker.select);
            picker.select.set_hidden(true);
            picker.input.parent_element()?.remove_attribute("hidden").ok()?;
            picker.show_selected();
            if had_focus {
                let _ = picker.input.focus();
            }
            Some(picker)
        }

        fn is_focused(&self, element: &Element) -> bool {
            document().active_element().is_some_and(|focused| focused.is_same_node(Some(element)))
        }

        /// The name of the selected record; empty without one.
        fn selected_name(&self) -> String {
            let option = self.select.selected_options().item(0).filter(|_| !self.select.value().is_empty());
            option.and_then(|option| option.text_content()).unwrap_or_default()
        }

        fn show_selected(&self) {
            self.input.set_value(&self.selected_name());
            self.clear.set_hidden(self.select.value().is_empty());
        }

        /// Searches, or closes the list if the input shows the selected record again. Does nothing once the input has lost the focus.
        fn search_if_used(self: &Rc<Self>) {
            if !self.is_focused(&self.input) {
                return;
            }
            if self.input.value() == self.selected_name() { self.open(false) } else { self.search() }
        }

        /// Searches for the typed text. While the input shows the selected record, searches for the first records of all.
        fn search(self: &Rc<Self>) {
            let request_id = self.next_request();
            let typed = self.input.value();
            let q = if typed == self.selected_name() { String::new() } else { typed };
            let picker = Rc::clone(self);
            spawn_local(async move {
                let answer = search(picker.source, q.clone()).await;
                if picker.request_id.get() == request_id && picker.is_focused(&picker.input) {
                    match answer {
                        Ok(results) => picker.show(results, !q.trim().is_empty()),
                        Err(error) => picker.show_status(&error.to_string()),
                    }
                }
            });
        }

        /// Starts a request: answers to earlier requests are ignored from now on. Returns its id.
        fn next_request(&self) -> u32 {
            self.request_id.set(self.request_id.get() + 1);
            self.request_id.get()
        }

        /// Shows the hits as options. `activate_first`: makes the first hit the active option.
        fn show(&self, results: SearchResults, activate_first: bool) {
            let status = match results.found.len() {
                0 => "No match".to_owned(),
                number if results.more => format!("{number} shown, type more to narrow them down"),
                number => format!("{number} found"),
            };
            self.show_status(&status);
            for (index, hit) in results.found.iter().enumerate() {
                let Some(option) = self.push_option(&hit.name) else { continue };
                option.set_id(&format!("{}-{index}", self.list.id()));
                let _ = option.set_attribute("data-place", &index.to_string());
                if let Ok(detail) = document().create_element("small") {
                    detail.set_text_content(Some(&hit.detail));
                    let _ = option.append_child(&detail);
                }
            }
            let first = (activate_first && !results.found.is_empty()).then_some(0);
            *self.hits.borrow_mut() = results.found;
            listbox::activate(&self.input, &self.list, first);
        }

        /// Clears the list, writes the status to the live region and opens the list. A status other than a number of hits is also
        /// shown as a disabled option.
        fn show_status(&self, status: &str) {
            self.list.set_text_content(None);
            self.hits.borrow_mut().clear();
            self.status.set_text_content(Some(status));
            if status.ends_with("found") || status.ends_with("down") {
                self.open(true);
            } else if let Some(option) = self.push_option(status) {
                let _ = option.set_attribute("aria-disabled", "true");
                self.open(true);
            }
        }

        /// Appends an option to the list.
        fn push_option(&self, label: &str) -> Option<Element> {
            let option = document().create_element("li").ok()?;
            let _ = option.set_attribute("role", "option");
            option.set_text_content(Some(label));
            self.list.append_child(&option).ok()?;
            Some(option)
        }

        fn open(&self, open: bool) {
            listbox::open(&self.input, &self.list, open);
        }

        /// Handles a key of the input. Returns whether the browser's default action must be prevented.
        fn on_keydown(self: &Rc<Self>, key: &str) -> bool {
            let active = listbox::active(&self.list).map(|(index, _)| index);
            match (key, self.list.hidden()) {
                ("ArrowDown" | "ArrowUp", true) => self.search(),
                ("Enter", false) => active.map_or_else(|| self.open(false), |index| self.choose_at(index)),
                ("Escape", false) => self.open(false),
                ("Tab", false) => {
                    if let Some(index) = active {
                        self.choose_at(index);
                    }
                    return false;
                }
                (_, hidden) => return !hidden && listbox::move_by_key(&self.input, &self.list, key),
            }
            true
        }

        fn choose_at(&self, index: usize) {
            let hit = self.hits.borrow().get(index).cloned();
            self.choose(hit.as_ref());
        }

        /// Selects the hit, or clears the selection, and dispatches `change` on the select.
        fn choose(&self, hit: Option<&SearchHit>) {
            let value = hit.map(|hit| hit.value.as_str()).unwrap_or_default();
            self.select.set_value(value);
            if let (Some(hit), false) = (hit, self.select.value() == value)
                && let Ok(option) = document().create_element("option")
            {
                let _ = option.set_attribute("value", value);
                option.set_text_content(Some(&hit.name));
                let _ = self.select.append_child(&option);
                self.select.set_value(value);
            }
            self.next_request();
            self.open(false);
            self.show_selected();
            dispatch_change(&self.select);
        }

        /// Shows the selected record when the input loses the focus; an emptied input clears the selection.
        fn on_blur(&self) {
            self.next_request();
            self.open(false);
            if self.input.value().trim().is_empty() && !self.select.value().is_empty() {
                self.choose(None);
            }
            self.show_selected();
        }
    }
}
