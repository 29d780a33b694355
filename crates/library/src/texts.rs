//! The words of the library in one language.
//!
//! Entry point: [`Texts`], from the files in `crates/library/texts`, which press hands to the page's script.

use lamplight_model::record;

macro_rules! texts {
    ($($name:ident)*) => {
        /// By their names in `crates/library/texts/en.json`.
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub(crate) struct Texts { $(pub(crate) $name: String,)* }

        record!(Texts { $($name),* });

        impl Texts {
            /// A text by its name; empty if there is none.
            pub(crate) fn get(&self, name: &str) -> &str {
                match name {
                    $(stringify!($name) => &self.$name,)*
                    _ => "",
                }
            }
        }

        #[cfg(test)]
        pub(crate) const NAMES: &[&str] = &[$(stringify!($name)),*];
    };
}

texts! {
    save saved saving saved_said waits due removed undo full blocked persist_ask persist_yes persist_no seven_days
    on_device find language all_languages saved_only sort sort_newest sort_title sort_size count nothing nothing_found more
    kept
    continue_reading progress history history_hint history_off history_none history_clear history_sure history_yes
    history_cleared history_out read unread unread_only mark_read mark_unread row_more
    stored changed renew
    what_changed versions versions_count versions_of version_site version_own version_own_site version_earlier version_later
    version_from version_none version_back version_forth version_damaged version_newer version_gone
    version_alone version_unmade failed version_silent version_between version_same
    version_markup version_dated version_title version_summary version_pictures version_count version_unchanged note_new
    note_changed note_gone mark_added mark_removed version_close
    remove remove_named save_named
    keep_whole keep_hint everything images translations keep keep_size keeping stop pause go_on paused saves_data
    go_on_anyway unknown
    flight flight_hint checking ready not_ready nothing_saved bad_missing bad_damaged bad_new bad_images bad_app bad_unknown no_app
    mended
    outdated try_online
    space space_used space_saved space_kept space_app space_other
    carry carry_hint carry_articles carry_images carry_make carry_making carry_made carry_save carry_share carry_unshared
    carry_failed carry_offer carry_open carry_reading carry_from carry_nothing carry_new_saved carry_new_removed
    carry_new_articles carry_new_places carry_new_messages carry_new_history carry_new_settings carry_left carry_take
    carry_leave carry_taking carry_taken carry_partly carry_new_local carry_lack_articles carry_again carry_unread
    carry_foreign carry_other carry_newer carry_cut carry_damaged carry_invalid carry_large carry_unchanged
    carry_behind carry_ahead carry_clock carry_languages carry_unreadable carry_busy
    results_saved
    due_text part_said flight_opens opens_bare opens_page carry_back carry_back_articles carry_back_wishes
    list_hint kept_with waits_connection waits_site noted all_here
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_english_file_has_the_texts_that_are_asked_for_and_no_others() {
        let english: std::collections::BTreeMap<String, String> =
            serde_json::from_str(include_str!("../texts/en.json")).expect("names and texts");
        let mut names = NAMES.to_vec();
        names.sort_unstable();
        assert!(english.keys().eq(names.iter()), "{names:?}");
        let texts: Texts =
            lamplight_model::json::read(include_str!("../texts/en.json")).expect("reads");
        assert_eq!(texts.get("undo"), english["undo"]);
        assert_eq!(texts.get("nonsense"), "");
    }
}
