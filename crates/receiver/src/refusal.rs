//! Why a message was not stored, as a status, a field and a sentence.
//!
//! Entry point: [`Refusal`]. Nothing the reader wrote is repeated in a sentence.

use std::time::Duration;

use axum::http::StatusCode;

use crate::texts::Texts;

/// A field that a reader fills in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    Name,
    Email,
    Subject,
    Message,
}

impl Field {
    /// Its name in forms.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Email => "email",
            Self::Subject => "subject",
            Self::Message => "message",
        }
    }

    /// How many characters it may have.
    pub(crate) fn most(self) -> usize {
        match self {
            Self::Name | Self::Subject => 200,
            Self::Email => 254,
            Self::Message => 20_000,
        }
    }
}

/// Why a message was not stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The request breaks the contract; one sentence for whoever wrote the form.
    Malformed(String),
    /// The body is of a type that is not taken.
    Type,
    /// The body is larger than is taken.
    TooLarge,
    /// Another site's form posted it.
    Foreign,
    /// A field lacks.
    Missing(Field),
    /// The address is none.
    BadEmail,
    /// A field is too long.
    TooLong(Field),
    /// The reader did not consent.
    NoConsent,
    /// The key was used for another message, which is stored.
    OtherMessage,
    /// This address writes too often; it may again after this time.
    TooMany(Duration),
    /// The store is as large as it may be.
    Full,
    /// The receiver cannot store now; worth another try after this time.
    Later(Duration),
}

impl Refusal {
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::Foreign => StatusCode::FORBIDDEN,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Type => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Missing(_)
            | Self::BadEmail
            | Self::TooLong(_)
            | Self::NoConsent
            | Self::OtherMessage => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Full | Self::Later(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The field it is about.
    pub(crate) fn field(&self) -> Option<&'static str> {
        match self {
            Self::Missing(field) | Self::TooLong(field) => Some(field.as_str()),
            Self::BadEmail => Some("email"),
            Self::NoConsent => Some("consent"),
            Self::OtherMessage => Some("key"),
            _ => None,
        }
    }

    /// After how long to try again, whole seconds, at least one.
    pub(crate) fn retry_after(&self) -> Option<u64> {
        match self {
            Self::TooMany(wait) | Self::Later(wait) => {
                Some(wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).map(|s| s.max(1))
            }
            // Somebody has to do something about it.
            Self::Full => Some(3600),
            _ => None,
        }
    }

    /// One word for the log.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "malformed",
            Self::Type => "type",
            Self::TooLarge => "too-large",
            Self::Foreign => "foreign-origin",
            Self::Missing(_) => "missing-field",
            Self::BadEmail => "bad-address",
            Self::TooLong(_) => "too-long",
            Self::NoConsent => "no-consent",
            Self::OtherMessage => "key-used",
            Self::TooMany(_) => "too-many",
            Self::Full => "full",
            Self::Later(_) => "later",
        }
    }

    /// For the reader, in the page's language.
    pub(crate) fn sentence(&self, texts: &Texts) -> String {
        match self {
            Self::Malformed(_) | Self::Type => texts.malformed.clone(),
            Self::TooLarge => texts.too_large.clone(),
            Self::Foreign => texts.foreign.clone(),
            Self::Missing(Field::Email) | Self::BadEmail => texts.bad_email.clone(),
            Self::Missing(_) => texts.no_message.clone(),
            Self::TooLong(field) => {
                let text = match field {
                    Field::Name => &texts.long_name,
                    Field::Email => &texts.bad_email,
                    Field::Subject => &texts.long_subject,
                    Field::Message => &texts.long_message,
                };
                text.replace("{max}", &field.most().to_string())
            }
            Self::NoConsent => texts.no_consent.clone(),
            Self::OtherMessage => texts.other_message.clone(),
            Self::TooMany(_) => texts.too_many.clone(),
            Self::Full | Self::Later(_) => texts.later.clone(),
        }
    }

    /// For programs and the app: a broken contract is told to whoever wrote the form.
    pub(crate) fn error(&self, texts: &Texts) -> String {
        match self {
            Self::Malformed(told) => told.clone(),
            Self::Type => {
                "Messages are application/json or application/x-www-form-urlencoded.".into()
            }
            _ => self.sentence(texts),
        }
    }
}
