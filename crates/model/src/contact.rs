//! What press tells the contact program and the contact page of the publication: where messages go, what is asked
//! for, when somebody is around, and in which words.
//!
//! Entry points: [`Contact`], [`Texts`]. Formats are described in `docs/formats.md`.

use serde::Serialize;

/// `[contact]` of `site.toml`, in one language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Contact {
    /// The kind of endpoint; [`Service::None`] where messages are written as emails only.
    pub service: Service,
    /// Where messages are posted: an absolute address, or a path of the site's own host. Empty without an endpoint.
    pub endpoint: String,
    /// What the service knows the form by: Web3Forms' access key, Netlify's form name; else empty.
    pub form: String,
    /// The publication's address for emails; may be empty where there is an endpoint.
    pub email: String,
    /// Whether a subject is asked for; it may always be left out.
    pub subject: bool,
    /// What the reader has to agree to before sending; empty: nothing.
    pub consent: String,
    /// IANA time zone of the hours; empty where no hours are said.
    pub zone: String,
    /// When somebody is around, in the order of days and times.
    pub hours: Vec<Hours>,
    /// Days that are not as their weekday says.
    pub holidays: Vec<Holiday>,
    /// For how many days a delivered message stays on the reader's device.
    pub keep_days: u32,
}

crate::record!(Contact {
    service,
    endpoint,
    form,
    email,
    subject,
    consent,
    zone,
    hours,
    holidays,
    keep_days
});

/// A kind of endpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Service {
    /// None: messages are written as emails.
    #[default]
    None,
    /// One that keeps the contract of `docs/contact.md`, as `press receive` does.
    Own,
    /// <https://formspree.io>
    Formspree,
    /// <https://web3forms.com>
    Web3forms,
    /// Netlify Forms, for a site that Netlify hosts.
    Netlify,
}

impl crate::json::Fill for Service {
    fn fill(&mut self, json: crate::json::Json) -> bool {
        let crate::json::Json::Text(text) = json else {
            return false;
        };
        *self = match &*text {
            "none" => Self::None,
            "own" => Self::Own,
            "formspree" => Self::Formspree,
            "web3forms" => Self::Web3forms,
            "netlify" => Self::Netlify,
            _ => return false,
        };
        true
    }
}

impl Service {
    /// The name of the field that only machines fill in.
    pub fn honeypot(self) -> &'static str {
        match self {
            Self::Formspree => "_gotcha",
            Self::Web3forms => "botcheck",
            Self::None | Self::Own | Self::Netlify => "leave_empty",
        }
    }
}

/// From when to when somebody is around on a weekday.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Hours {
    /// 0 is Monday, 6 Sunday.
    pub day: u32,
    /// Minutes from midnight, by the clock of the zone.
    pub from: u32,
    /// Minutes from midnight, after `from`; 1440 is the end of the day.
    pub to: u32,
}

crate::record!(Hours { day, from, to });

/// A day that is not as its weekday says; a day with two spans is there twice.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Holiday {
    /// `2026-12-25`, or each year `12-25`, by the calendar of the zone.
    pub date: String,
    /// Minutes from midnight; equal to `to` where nobody is around all day.
    pub from: u32,
    /// Minutes from midnight.
    pub to: u32,
}

crate::record!(Holiday { date, from, to });

/// The most characters that a field of a message may have (`docs/contact.md`).
pub mod limits {
    /// Name.
    pub const NAME: usize = 200;
    /// Email address (RFC 5321, 4.5.3.1.3, without its brackets).
    pub const EMAIL: usize = 254;
    /// Subject.
    pub const SUBJECT: usize = 200;
    /// Message.
    pub const MESSAGE: usize = 20_000;
}

macro_rules! texts {
    ($($name:ident)*) => {
        /// The words of contact page and panel in one language, by their names in `crates/contact/texts/en.json`.
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
        #[expect(missing_docs, reason = "English says what each is")]
        pub struct Texts { $(pub $name: String,)* }

        crate::record!(Texts { $($name),* });
    };
}

texts! {
    title close around_until around back away write_us hours closed weekdays days zone
    holidays every_year months by_email name email subject message optional consent_needed
    name_needed email_needed email_wrong message_needed too_long send send_email mail_only saved_here not_saved throw_away
    thrown_away undo privacy privacy_email messages draft waiting waiting_until waits_moment sending delivered leaves refused
    gave_up damaged elsewhere edit copy copied as_email save_file send_now again reason_size reason_other fix
    may_have_arrived
}
