//! The contract of [`RegistrationRecordStore`](crate::store::RegistrationRecordStore).

mod calls;
mod identities;
mod keeping;
mod races;
mod revision;

pub(super) use self::{
    identities::{a_login_name_has_one_owner, ids_and_login_names_are_kept_byte_for_byte},
    keeping::a_record_is_kept_until_it_is_replaced_or_removed,
    races::{
        a_record_is_added_again_with_success, one_of_many_changes_is_made, one_of_many_is_added,
    },
    revision::{the_revision_is_that_of_what_is_loaded, what_can_be_written_says_so_and_stays},
};
