//! The form by which readers write to the publication: on the page of contact, and in the panel of the program that
//! delivers messages.
//!
//! Entry points: [`form`], [`mailto`]. It works without script: as a plain post to the endpoint or, where there is
//! none, as an email that the browser begins (where it is shown: `style/parts/contact.css`). It must never know whether a program is there.

use lamplight_markdown::escape;
use lamplight_model::contact::{Contact, Service, Texts, limits};
use lamplight_model::paths;

use crate::join;

/// What stands in the form.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filled<'a> {
    /// What the ids of its elements begin with: a page may hold the form twice.
    pub id_prefix: &'a str,
    /// BCP 47 tag of the page.
    pub lang: &'a str,
    /// Absolute address of the page.
    pub page: &'a str,
    /// The reader's name.
    pub name: &'a str,
    /// The reader's email address.
    pub email: &'a str,
    /// What it is about.
    pub subject: &'a str,
    /// What is said.
    pub message: &'a str,
    /// Whether the reader agreed.
    pub consent: bool,
    /// What is wrong: names of fields, and the sentences that say so.
    pub errors: &'a [(&'a str, &'a str)],
}

impl Filled<'_> {
    /// What is wrong with a field; empty: nothing.
    fn error(&self, field: &str) -> &str {
        let mut errors = self.errors.iter();
        errors
            .find(|(of, _)| *of == field)
            .map_or("", |(_, error)| error)
    }
}

/// The link that begins an email to an address.
pub fn mailto(email: &str) -> String {
    // What an address may hold besides, and a link's path too (RFC 6068).
    ["mailto:", &*paths::encode_except(email, b"-._~@+!$*'")].concat()
}

/// The `<form class="contact-form">`, with what is `at` its fields.
pub fn form(contact: &Contact, texts: &Texts, at: &Filled<'_>) -> String {
    let mut out = String::from("<form class=\"contact-form\" method=\"post\"");
    let service = contact.service;
    match service {
        // As text, line by line: the only form of a post that an email can be begun with. Chromium takes its letters
        // for others beyond ASCII, so the style sheet shows it only where a program can do better.
        Service::None => join(
            &mut out,
            &[
                " action=\"",
                &escape(&mailto(&contact.email)),
                "\" enctype=\"text/plain\">\n",
            ],
        ),
        // Netlify takes what is posted to any page. An address here would be that of the answer: without one it is
        // Netlify's own page, which thanks.
        Service::Netlify => join(
            &mut out,
            &[
                " name=\"",
                &escape(&contact.form),
                "\" data-netlify=\"true\" netlify-honeypot=\"",
                service.honeypot(),
                "\">\n",
            ],
        ),
        _ => join(
            &mut out,
            &[" action=\"", &escape(&contact.endpoint), "\">\n"],
        ),
    }
    match service {
        Service::None | Service::Formspree => {}
        Service::Web3forms => hidden(&mut out, "access_key", &contact.form),
        Service::Netlify => hidden(&mut out, "form-name", &contact.form),
        Service::Own => {
            hidden(&mut out, "lang", at.lang);
            hidden(&mut out, "page", at.page);
        }
    }
    if service != Service::None {
        honeypot(&mut out, service, at.id_prefix);
    }

    let (required, optional) = (" required", "");
    let limit = |limit: usize| [" maxlength=\"", &*limit.to_string(), "\""].concat();
    let mut line =
        |name: &str, label: &str, kind: &str, must: &str, longest: usize, value: &str| {
            open_field(&mut out, texts, at, name, label, must.is_empty());
            out.push_str("<input");
            control(&mut out, at, name, must);
            join(
                &mut out,
                &[
                    kind,
                    &limit(longest),
                    " dir=\"auto\" value=\"",
                    &escape(value),
                    "\">",
                ],
            );
            close_field(&mut out, at, name);
        };
    line(
        "name",
        &texts.name,
        " type=\"text\" autocomplete=\"name\"",
        required,
        limits::NAME,
        at.name,
    );
    line(
        "email",
        &texts.email,
        " type=\"email\" autocomplete=\"email\" autocapitalize=\"off\" spellcheck=\"false\"",
        required,
        limits::EMAIL,
        at.email,
    );
    if contact.subject {
        line(
            "subject",
            &texts.subject,
            " type=\"text\" autocomplete=\"off\"",
            optional,
            limits::SUBJECT,
            at.subject,
        );
    }
    open_field(&mut out, texts, at, "message", &texts.message, false);
    out.push_str("<textarea");
    control(&mut out, at, "message", required);
    // Of a text that begins with an empty line the parser would take that away: it gets this one instead.
    join(
        &mut out,
        &[
            " rows=\"6\" dir=\"auto\">\n",
            &escape(at.message),
            "</textarea>",
        ],
    );
    close_field(&mut out, at, "message");
    if !contact.consent.is_empty() {
        consent(&mut out, contact, at);
    }

    let send = if service == Service::None {
        join(
            &mut out,
            &["<p class=\"hint\">", &escape(&texts.mail_only), "</p>\n"],
        );
        &texts.send_email
    } else {
        &texts.send
    };
    join(
        &mut out,
        &[
            "<p class=\"contact-actions\"><button class=\"button button-strong\">",
            &escape(send),
            "</button></p>\n</form>\n",
        ],
    );
    out
}

fn hidden(out: &mut String, name: &str, value: &str) {
    join(
        out,
        &[
            "<input type=\"hidden\" name=\"",
            name,
            "\" value=\"",
            &escape(value),
            "\">\n",
        ],
    );
}

/// The field that only machines fill in: out of sight, of the keyboard's way and of what is read aloud.
fn honeypot(out: &mut String, service: Service, prefix: &str) {
    // Web3Forms wants a box that is not ticked; the others, a text that stays empty.
    let kind = if service == Service::Web3forms {
        "checkbox\" value=\"yes"
    } else {
        "text"
    };
    let (name, prefix) = (service.honeypot(), escape(prefix));
    join(
        out,
        &[
            "<div class=\"visually-hidden\" aria-hidden=\"true\"><label for=\"",
            &prefix,
            "-",
            name,
            "\">Leave this empty</label><input type=\"",
            kind,
            "\" id=\"",
            &prefix,
            "-",
            name,
            "\" name=\"",
            name,
            "\" tabindex=\"-1\" autocomplete=\"off\"></div>\n",
        ],
    );
}

fn open_field(
    out: &mut String,
    texts: &Texts,
    at: &Filled<'_>,
    name: &str,
    label: &str,
    optional: bool,
) {
    join(
        out,
        &[
            "<div class=\"field\"><label for=\"",
            &escape(at.id_prefix),
            "-",
            name,
            "\">",
            &escape(label),
        ],
    );
    if optional {
        join(
            out,
            &[
                " <span class=\"field-optional\">(",
                &escape(&texts.optional),
                ")</span>",
            ],
        );
    }
    out.push_str("</label>");
}

/// What all controls have: their names, and which element says what is wrong.
fn control(out: &mut String, at: &Filled<'_>, name: &str, required: &str) {
    let prefix = escape(at.id_prefix);
    let invalid = if at.error(name).is_empty() {
        ""
    } else {
        " aria-invalid=\"true\""
    };
    join(
        out,
        &[
            " id=\"",
            &prefix,
            "-",
            name,
            "\" name=\"",
            name,
            "\" aria-describedby=\"",
            &prefix,
            "-",
            name,
            "-error\"",
            invalid,
            required,
        ],
    );
}

fn close_field(out: &mut String, at: &Filled<'_>, name: &str) {
    let error = at.error(name);
    join(
        out,
        &[
            "<p class=\"field-error\" id=\"",
            &escape(at.id_prefix),
            "-",
            name,
            "-error\"",
            if error.is_empty() { " hidden>" } else { ">" },
            &escape(error),
            "</p></div>\n",
        ],
    );
}

fn consent(out: &mut String, contact: &Contact, at: &Filled<'_>) {
    out.push_str("<div class=\"field field-consent\"><input type=\"checkbox\"");
    control(out, at, "consent", " required");
    join(
        out,
        &[
            " value=\"yes\"",
            if at.consent { " checked" } else { "" },
            "><label for=\"",
            &escape(at.id_prefix),
            "-consent\" dir=\"auto\">",
            &escape(&contact.consent),
            "</label>",
        ],
    );
    close_field(out, at, "consent");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts() -> Texts {
        let text = include_str!("../../contact/texts/en.json");
        lamplight_model::json::read(text).expect("the texts")
    }

    fn at<'a>() -> Filled<'a> {
        Filled {
            id_prefix: "contact",
            lang: "en",
            page: "https://example.org/contact/",
            ..Filled::default()
        }
    }

    fn own() -> Contact {
        Contact {
            service: Service::Own,
            endpoint: "https://example.org/messages?a=1&b=2".into(),
            ..Contact::default()
        }
    }

    #[test]
    fn an_own_endpoint_gets_a_plain_post_with_language_and_page() {
        assert_eq!(
            form(&own(), &texts(), &at()),
            r#"<form class="contact-form" method="post" action="https://example.org/messages?a=1&amp;b=2">
<input type="hidden" name="lang" value="en">
<input type="hidden" name="page" value="https://example.org/contact/">
<div class="visually-hidden" aria-hidden="true"><label for="contact-leave_empty">Leave this empty</label><input type="text" id="contact-leave_empty" name="leave_empty" tabindex="-1" autocomplete="off"></div>
<div class="field"><label for="contact-name">Name</label><input id="contact-name" name="name" aria-describedby="contact-name-error" required type="text" autocomplete="name" maxlength="200" dir="auto" value=""><p class="field-error" id="contact-name-error" hidden></p></div>
<div class="field"><label for="contact-email">Email</label><input id="contact-email" name="email" aria-describedby="contact-email-error" required type="email" autocomplete="email" autocapitalize="off" spellcheck="false" maxlength="254" dir="auto" value=""><p class="field-error" id="contact-email-error" hidden></p></div>
<div class="field"><label for="contact-message">Message</label><textarea id="contact-message" name="message" aria-describedby="contact-message-error" required rows="6" dir="auto">
</textarea><p class="field-error" id="contact-message-error" hidden></p></div>
<p class="contact-actions"><button class="button button-strong">Send</button></p>
</form>
"#
        );
    }

    #[test]
    fn what_was_written_comes_back_escaped_with_what_is_wrong_beside_it() {
        let contact = Contact {
            subject: true,
            consent: "Terms & \"more\"".into(),
            ..own()
        };
        let filled = Filled {
            id_prefix: "panel",
            name: "\"><script>",
            email: "jo@",
            subject: "a & b",
            message: "\n</textarea><b>",
            consent: true,
            errors: &[("email", "Not <whole>"), ("consent", "Agree")],
            ..at()
        };
        let html = form(&contact, &texts(), &filled);
        for part in [
            "dir=\"auto\" value=\"&quot;&gt;&lt;script&gt;\"><p class=\"field-error\" id=\"panel-name-error\" hidden></p>",
            "aria-describedby=\"panel-email-error\" aria-invalid=\"true\" required type=\"email\"",
            "value=\"jo@\"><p class=\"field-error\" id=\"panel-email-error\">Not &lt;whole&gt;</p>",
            "<label for=\"panel-subject\">Subject <span class=\"field-optional\">(optional)</span></label><input id=\"panel-subject\" name=\"subject\" aria-describedby=\"panel-subject-error\" type=\"text\"",
            "value=\"a &amp; b\">",
            "dir=\"auto\">\n\n&lt;/textarea&gt;&lt;b&gt;</textarea>",
            "<input type=\"checkbox\" id=\"panel-consent\" name=\"consent\" aria-describedby=\"panel-consent-error\" aria-invalid=\"true\" required value=\"yes\" checked><label for=\"panel-consent\" dir=\"auto\">Terms &amp; &quot;more&quot;</label><p class=\"field-error\" id=\"panel-consent-error\">Agree</p>",
        ] {
            assert!(html.contains(part), "{part} is not in {html}");
        }
        assert!(!html.contains("<script>") && !html.contains("<b>"));
    }

    #[test]
    fn each_service_gets_what_it_asks_for() {
        let of = |service, form_name: &str| {
            let contact = Contact {
                service,
                endpoint: "https://service.example/f/x".into(),
                form: form_name.into(),
                ..Contact::default()
            };
            form(&contact, &texts(), &at())
        };
        let formspree = of(Service::Formspree, "");
        assert!(formspree.contains("action=\"https://service.example/f/x\""));
        assert!(formspree.contains("name=\"_gotcha\"") && !formspree.contains("type=\"hidden\""));
        let web3forms = of(Service::Web3forms, "k&y");
        assert!(
            web3forms.contains("<input type=\"hidden\" name=\"access_key\" value=\"k&amp;y\">")
        );
        assert!(
            web3forms.contains("type=\"checkbox\" value=\"yes\" id=\"contact-botcheck\""),
            "{web3forms}"
        );
        let netlify = of(Service::Netlify, "letters");
        assert!(
            netlify.starts_with(
                "<form class=\"contact-form\" method=\"post\" name=\"letters\" data-netlify=\"true\" netlify-honeypot=\"leave_empty\">\n<input type=\"hidden\" name=\"form-name\" value=\"letters\">"
            ),
            "{netlify}"
        );
    }

    #[test]
    fn without_an_endpoint_the_form_begins_an_email_and_says_so() {
        let contact = Contact {
            email: "the desk?@example.org".into(),
            ..Contact::default()
        };
        let html = form(&contact, &texts(), &at());
        assert!(
            html.starts_with(
                "<form class=\"contact-form\" method=\"post\" action=\"mailto:the%20desk%3F@example.org\" enctype=\"text/plain\">"
            ),
            "{html}"
        );
        assert!(html.contains("Your email program opens with what you wrote."));
        assert!(html.contains(">Open in my email program</button>"));
        // Every field would be a line of the email.
        assert!(!html.contains("leave_empty") && !html.contains("hidden\" name"));
    }

    #[test]
    fn every_label_and_every_description_has_its_element() {
        let contact = Contact {
            subject: true,
            consent: "Yes".into(),
            ..own()
        };
        let html = form(&contact, &texts(), &at());
        let values = |name: &str| -> Vec<String> {
            let parts = html.split(name).skip(1);
            let values = parts.filter_map(|rest| rest.split('"').next());
            values.map(str::to_owned).collect()
        };
        let ids = values(" id=\"");
        let named = [values(" for=\""), values("describedby=\"")].concat();
        assert_eq!(named.len(), 11);
        for id in named {
            assert!(ids.contains(&id), "{id}");
        }
    }
}
