//! An article's nodes, numbered, and nodes made of a translation.

use wasm_bindgen::JsCast;
use web_sys::{Element, Node};

use super::document;
use crate::blocks::{self, Out, Part, Tag, Unit, kind};

/// Reads an element in the language `from`; its nodes are put into `nodes`, each at its number.
pub(crate) fn read(element: &Element, from: &str, nodes: &mut Vec<Node>) -> blocks::Node {
    let id = nodes.len();
    nodes.push(element.clone().into());
    let attribute = |name| element.get_attribute(name).unwrap_or_default();
    let name = element.local_name();
    let tag = Tag {
        name: &name,
        class: &attribute("class"),
        // The article's own language is what the others are measured by.
        lang: if id == 0 { "" } else { &attribute("lang") },
        translate: &attribute("translate"),
    };
    let mut children = Vec::new();
    let mut next = element.first_child();
    while let Some(child) = next {
        if let Some(element) = child.dyn_ref::<Element>() {
            children.push(read(element, from, nodes));
        } else if child.node_type() == Node::TEXT_NODE {
            children.push(blocks::Node {
                id: nodes.len(),
                part: Part::Text(child.node_value().unwrap_or_default()),
            });
            nodes.push(child.clone());
        }
        next = child.next_sibling();
    }
    let alt = (name == "img").then(|| attribute("alt"));
    blocks::Node {
        id,
        part: Part::Element(kind(tag, from), children, alt),
    }
}

/// Puts a unit's translation into the place of its own nodes: as a new element, where it is all that the element
/// holds (a browser's own translator may have replaced the text in the old one). Whether that was possible.
pub(crate) fn put(unit: &Unit, out: &[Out], nodes: &mut [Node]) -> bool {
    match unit {
        Unit::Alt { image, .. } => {
            let (Some(image), [Out::Text(text)]) = (nodes[*image].dyn_ref::<Element>(), out) else {
                return false;
            };
            image.set_attribute("alt", text).is_ok()
        }
        Unit::Run {
            block,
            whole,
            nodes: run,
        } => {
            let Ok(place) = nodes[*block].clone().dyn_into::<Element>() else {
                return false;
            };
            let own = |id: usize| {
                nodes[id]
                    .parent_node()
                    .is_some_and(|parent| parent.is_same_node(Some(&place)))
            };
            if !whole && !run.iter().all(|node| own(node.id)) {
                return false;
            }
            let is_here = |node: &Node| {
                node.parent_node()
                    .is_some_and(|parent| parent.is_same_node(Some(&place)))
            };
            let after = run.last().and_then(|last| nodes[last.id].next_sibling());
            let fragment = document().create_document_fragment();
            for out in out {
                if let Some(node) = made(out, nodes) {
                    let _ = fragment.append_child(&node);
                }
            }
            let shown = if *whole {
                let Ok(fresh) = place.clone_node().map(Node::unchecked_into::<Element>) else {
                    return false;
                };
                let _ = fresh.append_child(&fragment);
                let _ = place.replace_with_with_node_1(&fresh);
                nodes[*block] = fresh.clone().into();
                fresh
            } else {
                for node in run
                    .iter()
                    .map(|node| &nodes[node.id])
                    .filter(|node| is_here(node))
                {
                    let _ = place.remove_child(node);
                }
                let _ = place.insert_before(&fragment, after.as_ref());
                place
            };
            let _ = shown.remove_attribute("lang");
            let _ = shown.remove_attribute("dir");
            true
        }
    }
}

fn made(out: &Out, nodes: &[Node]) -> Option<Node> {
    Some(match out {
        Out::Text(text) => document().create_text_node(text).into(),
        Out::Same(id) => nodes.get(*id)?.clone(),
        Out::Span(id, inside) => {
            let span = nodes.get(*id)?.clone_node().ok()?;
            for out in inside {
                let _ = span.append_child(&made(out, nodes)?);
            }
            span
        }
    })
}
