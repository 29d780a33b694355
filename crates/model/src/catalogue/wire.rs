//! How the app gets a language's texts: a JSON array of strings, in the order of their names.
//!
//! Entry point: [`wire`]. First stand the schema (which names there are, so that texts of another version of
//! the app are told apart) and the language's tag. Of a text with plural forms the form `other` comes first, then
//! a line `category=form` for each that differs. Shared with the build script, which makes English.

use serde_json::Value;

/// The texts of a language, in the order of their names, for the app.
pub(crate) fn wire<'t>(schema: &str, lang: &str, texts: impl Iterator<Item = &'t Value>) -> String {
    let own = [schema.to_owned(), lang.to_owned()].into_iter();
    let all: Vec<Value> = own.chain(texts.map(text)).map(Value::String).collect();
    Value::Array(all).to_string()
}

fn text(value: &Value) -> String {
    let Value::Object(forms) = value else {
        return value.as_str().unwrap_or_default().to_owned();
    };
    let other = forms.get("other").unwrap_or(&Value::Null);
    let mut out = other.as_str().unwrap_or_default().to_owned();
    for (category, form) in forms.iter().filter(|(_, form)| *form != other) {
        out.push('\n');
        out.push_str(category);
        out.push('=');
        out.push_str(form.as_str().unwrap_or_default());
    }
    out
}
