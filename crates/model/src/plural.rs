//! Which plural form a number needs: the category of a whole number in a language, by CLDR.
//!
//! Entry point: [`category`]. In a browser its own `Intl.PluralRules` knows, natively ICU4X does; the program
//! that readers download has no rules.

/// The category of a number in a language (BCP 47): `one`, `few`, …, `other`.
#[cfg(target_arch = "wasm32")]
pub(crate) fn category(lang: &str, number: u32) -> String {
    let locales = js_sys::Array::of1(&lang.into());
    let rules = js_sys::Intl::PluralRules::new(&locales, &js_sys::Object::new());
    rules.select(f64::from(number)).into()
}

#[cfg(not(target_arch = "wasm32"))]
pub(crate) use native::category;
#[cfg(not(target_arch = "wasm32"))]
pub(crate) use native::{Rules, name};

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use icu_locale_core::Locale;
    use icu_plurals::{PluralCategory, PluralRules};

    /// The rules of one language; of one that CLDR does not know, that all numbers are `other`.
    pub(crate) struct Rules(Option<PluralRules>);

    impl Rules {
        pub(crate) fn of(lang: &str) -> Self {
            let locale = Locale::try_from_str(lang).unwrap_or(Locale::UNKNOWN);
            Self(PluralRules::try_new(locale.into(), Default::default()).ok())
        }

        pub(crate) fn category(&self, number: u32) -> PluralCategory {
            let rules = self.0.as_ref();
            rules.map_or(PluralCategory::Other, |rules| rules.category_for(number))
        }

        /// Those that the language has, for any number.
        pub(crate) fn categories(&self) -> Vec<PluralCategory> {
            self.0.iter().flat_map(|rules| rules.categories()).collect()
        }
    }

    /// As in `Intl.PluralRules` and in files of texts.
    pub(crate) fn name(category: PluralCategory) -> &'static str {
        match category {
            PluralCategory::Zero => "zero",
            PluralCategory::One => "one",
            PluralCategory::Two => "two",
            PluralCategory::Few => "few",
            PluralCategory::Many => "many",
            PluralCategory::Other => "other",
        }
    }

    /// The category of a number in a language (BCP 47): `one`, `few`, …, `other`.
    pub(crate) fn category(lang: &str, number: u32) -> String {
        name(Rules::of(lang).category(number)).to_owned()
    }
}
