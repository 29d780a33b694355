//! Categories: identifiers, which are parts of addresses, and names by language.

use std::collections::BTreeMap;

use lamplight_model::{Language, Named, paths};
use serde_json::Value;

use super::unknown_keys;
use crate::content::{is_plain, is_slug};
use crate::diagnostic::{Diagnostics, Kind};
use crate::fields::Fields;

const CATEGORY_KEYS: &[&str] = &["id", "name", "names"];

/// The categories that `site.toml` lists, in its order.
pub(super) fn read(
    fields: &Fields<'_>,
    languages: &[Language],
    diagnostics: &mut Diagnostics,
) -> Vec<Named> {
    let wanted = "a list: categories = [\"news\"], or [[categories]] tables with id and names";
    let items = match fields.value("categories") {
        None => return Vec::new(),
        Some(Value::Array(items)) => items.clone(),
        Some(Value::Object(map)) => {
            // `[categories.sea]`: the order is that of the file.
            let mut items: Vec<(usize, Value)> = map
                .iter()
                .map(|(id, value)| {
                    let mut item = serde_json::Map::new();
                    item.insert("id".into(), id.clone().into());
                    match value {
                        Value::Object(inner)
                            if !inner.contains_key("name") && !inner.contains_key("names") =>
                        {
                            item.insert("names".into(), value.clone());
                        }
                        Value::Object(inner) => item.extend(inner.clone()),
                        other => {
                            item.insert("name".into(), other.clone());
                        }
                    }
                    let at = fields.text.find(&format!("categories.{id}"));
                    let line = at.map_or_else(
                        || fields.line(id),
                        |at| fields.text[..at].matches('\n').count() + 1,
                    );
                    (line, Value::Object(item))
                })
                .collect();
            items.sort_by_key(|(line, _)| *line);
            items.into_iter().map(|(_, item)| item).collect()
        }
        Some(_) => {
            fields.wrong(diagnostics, "categories", wanted);
            return Vec::new();
        }
    };
    let mut out: Vec<Named> = Vec::new();
    for item in items {
        let category = match item {
            Value::String(name) => Some(named_category(&name, languages)),
            Value::Object(map) => {
                let table = fields.within("categories", map);
                unknown_keys(&table, CATEGORY_KEYS, " of a category", diagnostics);
                category(&table, languages, diagnostics)
            }
            _ => None,
        };
        match category {
            Some(category) if !is_slug(&category.id) => diagnostics.error(
                Kind::Config,
                fields.path,
                Some(fields.line("categories")),
                format!("`{}` can be no category's id.", category.id),
                "An id is part of an address: letters, digits and hyphens.",
            ),
            Some(category) if out.iter().any(|other| other.id == category.id) => diagnostics.error(
                Kind::Config,
                fields.path,
                Some(fields.line("categories")),
                format!("The category `{}` is listed twice.", category.id),
                "Remove one of the two.",
            ),
            Some(category) => {
                if !is_plain(&category.id) {
                    let (id, encoded) = (&category.id, paths::encode(&category.id));
                    diagnostics.warning(
                        Kind::Config,
                        fields.path,
                        Some(fields.item_line("categories", id)),
                        format!("In addresses the category `{id}` becomes `{encoded}`."),
                        "Write its id with letters, digits and hyphens, and the rest as its name.",
                    );
                }
                out.push(category);
            }
            None => diagnostics.error(
                Kind::Config,
                fields.path,
                Some(fields.line("categories")),
                "A category has no id.",
                format!("Write {wanted}."),
            ),
        }
    }
    out
}

/// A category that is known by its name only: its identifier is made of the name.
pub(crate) fn named_category(name: &str, languages: &[Language]) -> Named {
    let default = languages
        .first()
        .map(|l| l.code.clone())
        .unwrap_or_default();
    Named {
        id: category_id(name),
        names: BTreeMap::from([(default, name.trim().to_owned())]),
    }
}

/// `Life & Art` → `life-art`.
fn category_id(name: &str) -> String {
    name.to_lowercase()
        .split(|c: char| !c.is_alphanumeric() && c != '_' && c != '.')
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("-")
}

fn category(
    table: &Fields<'_>,
    languages: &[Language],
    diagnostics: &mut Diagnostics,
) -> Option<Named> {
    let default = languages
        .first()
        .map(|l| l.code.clone())
        .unwrap_or_default();
    let mut names = BTreeMap::new();
    for key in ["name", "names"] {
        match table.value(key) {
            None => {}
            Some(Value::String(name)) => {
                names.insert(default.clone(), name.trim().to_owned());
            }
            Some(Value::Object(by_language)) => {
                for (code, name) in by_language {
                    let Some(name) = name.as_str() else {
                        table.wrong(
                            diagnostics,
                            key,
                            "names by language: { en = \"Sea\", fr = \"Mer\" }",
                        );
                        continue;
                    };
                    let wanted = code.replace('_', "-");
                    match languages.iter().find(|l| l.code.eq_ignore_ascii_case(&wanted)) {
                        Some(language) => {
                            names.insert(language.code.clone(), name.trim().to_owned());
                        }
                        None => diagnostics.warning(
                            Kind::Language,
                            table.path,
                            Some(table.line(key)),
                            format!("A category has a name in `{code}`, which is not one of the languages."),
                            "Add the language to `languages`, or remove the name.",
                        ),
                    }
                }
            }
            Some(_) => table.wrong(
                diagnostics,
                key,
                "a text, or texts by language: { en = \"Sea\", fr = \"Mer\" }",
            ),
        }
    }
    let id = match table.string("id", diagnostics) {
        Some(id) if id.contains(['/', '\\']) => category_id(&id),
        Some(id) => id,
        None => category_id(names.get(&default).or_else(|| names.values().next())?),
    };
    if names.is_empty() {
        names.insert(default, id.clone());
    }
    Some(Named { id, names })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_category_id_is_made_of_its_name() {
        assert_eq!(category_id("Life & Art"), "life-art");
        assert_eq!(category_id("海"), "海");
    }
}
