//! Turns a picker's select into an input that searches as one types: the listbox pattern of the ARIA practices. The HTML and
//! how to use it: `ui::picker`.

use serde::{Deserialize, Serialize};

/// What a search as one types answers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchResults {
    /// The first of what was found.
    pub found: Vec<SearchHit>,
    /// There is more.
    pub more: bool,
}

/// One record found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchHit {
    /// What the select takes for it.
    pub value: String,
    /// Its name.
    pub name: String,
    /// What tells it from others of its name.
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

/// Where a picker looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Companies.
    Companies,
    /// Contacts.
    Contacts,
    /// Contacts and companies.
    Whom,
}

impl Source {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Companies, Self::Contacts, Self::Whom];

    /// As the page names it to the island.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Companies => "companies",
            Self::Contacts => "contacts",
            Self::Whom => "whom",
        }
    }
}

#[cfg(feature = "hydrate")]
pub(crate) mod browser {
    use super::{SearchHit, SearchResults, Source};
    use crate::{
        companies::functions::search_companies,
        contacts::functions::{search_contacts, search_whom},
        islands::dom::{closest_target, dispatch_change, listen, query_all, query_one},
        server_functions::ActionError,
    };
    use leptos::{prelude::document, task::spawn_local};
    use leptos_use::use_debounce_fn;
    use std::{
        cell::{Cell, RefCell},
        rc::Rc,
    };
    use wasm_bindgen::JsCast;
    use web_sys::{Element, Event, HtmlElement, HtmlInputElement, HtmlSelectElement, KeyboardEvent, MouseEvent};

    /// Debounce delay of a search, in milliseconds.
    const DEBOUNCE: f64 = 300.0;

    async fn search(source: Source, q: String) -> Result<SearchResults, ActionError> {
        match source {
            Source::Companies => search_companies(q).await,
            Source::Contacts => search_contacts(q).await,
            Source::Whom => search_whom(q).await,
        }
    }

    struct Picker {
        source: Source,
        select: HtmlSelectElement,
        input: HtmlInputElement,
        clear: HtmlElement,
        list: HtmlElement,
        said: HtmlElement,
        found: RefCell<Vec<SearchHit>>,
        /// Which of them Enter takes, counted from 0.
        active: Cell<Option<usize>>,
        /// Counts what was typed, so that a late answer to an earlier question is passed over.
        asked: Cell<u32>,
    }

    /// Attaches to the pickers that it is not attached to yet.
    pub fn attach() {
        let Some(body) = document().body() else { return };
        for root in query_all(&body, "[data-picker]") {
            if let Some(picker) = Picker::of(&root) {
                listen_to(&Rc::new(picker));
            }
            let _ = root.remove_attribute("data-picker");
        }
    }

    fn listen_to(picker: &Rc<Picker>) {
        let of = Rc::clone(picker);
        let search = use_debounce_fn(move || of.search_if_used(), DEBOUNCE);
        let typed = Rc::clone(picker);
        listen(&picker.input, "input", move |_: Event| {
            typed.asked.set(typed.asked.get() + 1);
            drop(search());
        });
        let of = Rc::clone(picker);
        listen(&picker.input, "click", move |_: Event| {
            if of.list.hidden() {
                of.search();
            }
        });
        let of = Rc::clone(picker);
        listen(&picker.input, "keydown", move |event: KeyboardEvent| {
            if !event.is_composing() && of.key(&event.key()) {
                event.prevent_default();
                event.stop_propagation();
            }
        });
        let of = Rc::clone(picker);
        listen(&picker.input, "blur", move |_: Event| of.left());
        let of = Rc::clone(picker);
        listen(&picker.clear, "click", move |_: Event| {
            of.choose(None);
            let _ = of.input.focus();
        });
        // The list is pressed without the input being left.
        listen(&picker.list, "mousedown", |event: MouseEvent| event.prevent_default());
        let of = Rc::clone(picker);
        listen(&picker.list, "click", move |event: MouseEvent| {
            let place = closest_target(&event, "[data-place]").and_then(|option| option.get_attribute("data-place")?.parse().ok());
            if let Some(place) = place {
                of.take(place);
            }
        });
    }

    impl Picker {
        fn of(root: &Element) -> Option<Self> {
            let select: HtmlSelectElement = query_one(root, "select")?.dyn_into().ok()?;
            let input: HtmlInputElement = query_one(root, "input[role=combobox]")?.dyn_into().ok()?;
            let picker = Self {
                source: root.get_attribute("data-picker").and_then(|slug| Source::ALL.into_iter().find(|source| source.slug() == slug))?,
                clear: query_one(root, "button")?,
                list: query_one(root, "ul")?,
                said: query_one(root, "[aria-live]")?,
                select,
                input,
                found: RefCell::default(),
                active: Cell::default(),
                asked: Cell::default(),
            };
            // The label and links to the field now mean the input.
            let id = picker.select.id();
            picker.select.remove_attribute("id").ok()?;
            picker.input.set_id(&id);
            let in_use = picker.is_focused(&picker.select);
            picker.select.set_hidden(true);
            picker.input.parent_element()?.remove_attribute("hidden").ok()?;
            picker.show_chosen();
            // Whoever was at the select stays at the field.
            if in_use {
                let _ = picker.input.focus();
            }
            Some(picker)
        }

        fn is_focused(&self, element: &Element) -> bool {
            document().active_element().is_some_and(|focused| focused.is_same_node(Some(element)))
        }

        /// The name of what is chosen; nothing is chosen where the value is empty.
        fn chosen(&self) -> String {
            let option = self.select.selected_options().item(0).filter(|_| !self.select.value().is_empty());
            option.and_then(|option| option.text_content()).unwrap_or_default()
        }

        fn show_chosen(&self) {
            self.input.set_value(&self.chosen());
            self.clear.set_hidden(self.select.value().is_empty());
        }

        /// The input may have been left, a choice made, or the text taken out again since it was typed in.
        fn search_if_used(self: &Rc<Self>) {
            if !self.is_focused(&self.input) {
                return;
            }
            if self.input.value() == self.chosen() { self.open(false) } else { self.search() }
        }

        /// Asks for what is typed; for the first of all where that is what is chosen.
        fn search(self: &Rc<Self>) {
            let number = self.asked.get() + 1;
            self.asked.set(number);
            let typed = self.input.value();
            let q = if typed == self.chosen() { String::new() } else { typed };
            let of = Rc::clone(self);
            spawn_local(async move {
                let answer = search(of.source, q.clone()).await;
                if of.asked.get() == number && of.is_focused(&of.input) {
                    match answer {
                        Ok(answer) => of.show(answer, !q.trim().is_empty()),
                        Err(error) => of.say(&error.to_string()),
                    }
                }
            });
        }

        fn show(&self, answer: SearchResults, with_first: bool) {
            let said = match answer.found.len() {
                0 => "No match".to_owned(),
                number if answer.more => format!("{number} shown, type more to narrow them down"),
                number => format!("{number} found"),
            };
            self.say(&said);
            for (place, found) in answer.found.iter().enumerate() {
                let Some(option) = self.line(&found.name) else { continue };
                option.set_id(&format!("{}-{place}", self.list.id()));
                let _ = option.set_attribute("data-place", &place.to_string());
                if let Ok(detail) = document().create_element("small") {
                    detail.set_text_content(Some(&found.detail));
                    let _ = option.append_child(&detail);
                }
            }
            let first = (with_first && !answer.found.is_empty()).then_some(0);
            *self.found.borrow_mut() = answer.found;
            self.activate(first);
        }

        /// Tells screen readers, and opens the list with nothing else in it.
        fn say(&self, words: &str) {
            self.list.set_text_content(None);
            self.found.borrow_mut().clear();
            self.said.set_text_content(Some(words));
            if words.ends_with("found") || words.ends_with("down") {
                self.open(true);
            } else if let Some(line) = self.line(words) {
                let _ = line.set_attribute("aria-disabled", "true");
                self.open(true);
            }
        }

        fn line(&self, words: &str) -> Option<Element> {
            let line = document().create_element("li").ok()?;
            let _ = line.set_attribute("role", "option");
            line.set_text_content(Some(words));
            self.list.append_child(&line).ok()?;
            Some(line)
        }

        fn open(&self, open: bool) {
            self.list.set_hidden(!open);
            let _ = self.input.set_attribute("aria-expanded", if open { "true" } else { "false" });
            if !open {
                self.activate(None);
            }
        }

        fn activate(&self, place: Option<usize>) {
            self.active.set(place);
            for option in query_all(&self.list, "[data-place]") {
                let is_it = place.is_some_and(|place| option.get_attribute("data-place").as_deref() == Some(&place.to_string()));
                let _ = option.set_attribute("aria-selected", if is_it { "true" } else { "false" });
                if is_it {
                    let _ = self.input.set_attribute("aria-activedescendant", &option.id());
                    option.scroll_into_view_with_bool(false);
                }
            }
            if place.is_none() {
                let _ = self.input.remove_attribute("aria-activedescendant");
            }
        }

        /// What a key does; whether it does anything.
        fn key(self: &Rc<Self>, key: &str) -> bool {
            let open = !self.list.hidden();
            let last = self.found.borrow().len().checked_sub(1);
            match (key, open) {
                ("ArrowDown" | "ArrowUp", false) => self.search(),
                ("ArrowDown", true) => {
                    self.activate(last.map(|last| self.active.get().map_or(0, |at| if at == last { 0 } else { at + 1 })))
                }
                ("ArrowUp", true) => self.activate(last.map(|last| self.active.get().and_then(|at| at.checked_sub(1)).unwrap_or(last))),
                ("Enter", true) => self.active.get().map_or_else(|| self.open(false), |place| self.take(place)),
                ("Escape", true) => self.open(false),
                ("Tab", true) => {
                    if let Some(place) = self.active.get() {
                        self.take(place);
                    }
                    return false;
                }
                _ => return false,
            }
            true
        }

        fn take(&self, place: usize) {
            let found = self.found.borrow().get(place).cloned();
            self.choose(found.as_ref());
        }

        /// Makes it the select's value, and tells whoever listens.
        fn choose(&self, found: Option<&SearchHit>) {
            let value = found.map(|found| found.value.as_str()).unwrap_or_default();
            self.select.set_value(value);
            if let (Some(found), false) = (found, self.select.value() == value)
                && let Ok(option) = document().create_element("option")
            {
                let _ = option.set_attribute("value", value);
                option.set_text_content(Some(&found.name));
                let _ = self.select.append_child(&option);
                self.select.set_value(value);
            }
            // Whatever was asked for before is no longer wanted.
            self.asked.set(self.asked.get() + 1);
            self.open(false);
            self.show_chosen();
            dispatch_change(&self.select);
        }

        /// The input shows what is chosen; left empty, nothing is.
        fn left(&self) {
            self.asked.set(self.asked.get() + 1);
            self.open(false);
            if self.input.value().trim().is_empty() && !self.select.value().is_empty() {
                self.choose(None);
            }
            self.show_chosen();
        }
    }
}
