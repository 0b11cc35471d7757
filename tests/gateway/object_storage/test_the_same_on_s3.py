"""What tests of mail and pictures say of folders holds for an object store: the very same tests run here."""

# ruff: noqa: F401, F403, F821 - which tests there are is known to their own files
from tests.gateway.intake.test_copies import *
from tests.gateway.rejudging.test_review import *
from tests.gateway.submissions.conftest import own_domain
from tests.gateway.test_content import *
from tests.gateway.test_delivery import *
from tests.gateway.test_import import folder, test_a_folder_is_imported_whole_and_once
from tests.gateway.test_intake import *
from tests.gateway.test_make_mail import test_packed_raw_comes_back_and_copies_lie_in_the_mailboxes
from tests.gateway.test_previews import *

# These reach into the folder. What they say is said of objects in `test_storing.py`.
del test_a_half_written_raw_file_is_written_again
del test_a_message_that_can_not_be_read_is_tried_again_and_given_up_in_the_end
del test_a_raw_file_that_is_gone_or_changed_is_an_error_and_no_other_mail
del test_what_can_not_be_stored_is_not_acknowledged
