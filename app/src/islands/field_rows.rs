//! Rows of custom fields: buttons add and remove rows. Without a script the form has a few empty rows.

use super::dom::{closest_target, dispatch_change, listen, query_one};
use web_sys::{HtmlElement, HtmlFormElement, MouseEvent};

/// Attaches to the buttons of a form's rows, and shows them.
pub fn attach_to(form: &HtmlFormElement) {
    let (Some(rows), Some(template), Some(add)) =
        (query_one(form, "[data-rows]"), query_one(form, "template"), query_one(form, "[data-add-row]"))
    else {
        return;
    };
    let mut number = rows.child_element_count();
    listen(form, "click", move |event: MouseEvent| {
        if closest_target(&event, "[data-add-row]").is_some() {
            number += 1;
            let row = template.inner_html().replace('§', &number.to_string());
            let _ = rows.insert_adjacent_html("beforeend", &row);
            focus(rows.last_element_child().and_then(|row| query_one(&row, "input")));
            dispatch_change(&rows);
        } else if let Some(row) = closest_target(&event, "[data-remove-row]").and_then(|button| button.closest("li").ok().flatten()) {
            let neighbour = row.next_element_sibling().or_else(|| row.previous_element_sibling());
            row.remove();
            focus(neighbour.and_then(|row| query_one(&row, "input")).or_else(|| Some(add.clone())));
            dispatch_change(&rows);
        }
    });
    let _ = form.set_attribute("data-scripted", "");
}

fn focus(element: Option<HtmlElement>) {
    if let Some(element) = element {
        let _ = element.focus();
    }
}
