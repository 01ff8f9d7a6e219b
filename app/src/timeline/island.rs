//! "Show older entries" of a timeline: appends the next page of entries. Without a script the link opens that page instead.

use leptos::prelude::*;

/// Wraps `#timeline`: the link to older entries loads them into the page.
#[cfg(feature = "ssr")]
pub fn timeline_on_demand(content: impl IntoView + 'static) -> impl IntoView {
    crate::islands::wrap(move || view! { <TimelineOlder>{content}</TimelineOlder> })
}

/// The island behind [`timeline_on_demand`].
#[island]
fn TimelineOlder(children: Children) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    browser::attach();
    children()
}

#[cfg(feature = "hydrate")]
mod browser {
    use crate::islands::dom::{by_id, closest_target, fetch_for_link, listen, opens_elsewhere, query_all, query_one};
    use leptos::prelude::document;
    use web_sys::{Element, HtmlElement, MouseEvent};

    /// Listens on the document, because the timeline's content is replaced when an activity is logged.
    pub fn attach() {
        listen(&document(), "click", |event: MouseEvent| {
            if let (Some(link), false) = (closest_target(&event, "a[data-older]"), opens_elsewhere(&event)) {
                event.prevent_default();
                let url = link.get_attribute("href").unwrap_or_default();
                fetch_for_link(link, url, |link, page| append(link, &page.get_element_by_id("timeline")?));
            }
        });
    }

    fn append(link: &HtmlElement, fetched: &Element) -> Option<()> {
        let current: Element = by_id("timeline")?;
        let first = query_one(fetched, "li")?;
        for day in query_all(fetched, "[data-day]") {
            let last = query_all(&current, "[data-day]").pop()?;
            // The first fetched day may continue the last shown day.
            if last.get_attribute("data-day") == day.get_attribute("data-day") {
                let list = query_one(&last, "ol")?;
                for entry in query_all(&day, "li") {
                    list.append_child(&entry).ok()?;
                }
            } else {
                last.after_with_node_1(&day).ok()?;
            }
        }
        match query_one(fetched, "a[data-older]") {
            Some(next) => link.replace_with_with_node_1(&next).ok()?,
            None => link.remove(),
        }
        let _ = first.set_attribute("tabindex", "-1");
        let _ = first.focus();
        Some(())
    }
}
