"""Who signed in, or tried to, stands in the log."""

import pytest

from aigaq.records.errors import NotAllowed
from aigaq.services.checking import check_acts
from aigaq.services.signing_in import sign_in
from aigaq.store import models

from .conftest import PASSWORD


def kinds():
    return list(models.Event.objects.order_by("at", "id").values_list("kind", "actor_id"))


def test_signing_in_is_an_act_and_unlocks(admin, member):
    reader = member("Rai", "reviewer")
    unlocked = sign_in(reader, PASSWORD)
    assert unlocked.key("identity")
    assert kinds()[-1] == ("sign-in", reader.id)
    assert all(one.finding is None for one in check_acts(admin))


def test_a_wrong_password_unlocks_nothing_and_is_on_record(admin, member):
    reader = member("Rai", "reviewer")
    with pytest.raises(NotAllowed, match="not Rai's password"):
        sign_in(reader, "a guess")
    assert kinds()[-1] == ("sign-in.refused", reader.id)
