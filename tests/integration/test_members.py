"""Who may do what, and what a password opens."""

import pytest

from aigaq.records.errors import BadInput, NotAllowed, NotFound
from aigaq.services.actors import ROLES
from aigaq.services.members import add_first_member, add_member, find_member, unlock

PASSWORD = "one password for the tests"


def test_there_is_one_first_administrator(admin):
    with pytest.raises(NotAllowed):
        add_first_member("Someone", PASSWORD)


def test_a_password_opens_the_same_keys_again(admin):
    assert unlock(find_member("Ana"), PASSWORD).keys == admin.keys


def test_a_wrong_password_opens_nothing(admin):
    with pytest.raises(NotAllowed, match="password"):
        unlock(find_member("Ana"), "another")


def test_an_editor_opens_identity_alone_and_a_volunteer_nothing(admin, member):
    assert set(unlock(member("Erlan", "editor"), PASSWORD).keys) == {"identity"}
    assert unlock(member("Vera", "volunteer"), PASSWORD).keys == {}


def test_a_locked_administrator_cannot_pass_keys_on(admin):
    with pytest.raises(NotAllowed, match="locked"):
        add_member(find_member("Ana"), "Erlan", "editor", PASSWORD)
    with pytest.raises(NotFound):
        find_member("Erlan")


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"administrator"}))
def test_only_an_administrator_adds_members(member, role):
    with pytest.raises(NotAllowed):
        add_member(member("Someone", role), "A friend", "reader", PASSWORD)


def test_names_and_roles_are_checked(admin):
    with pytest.raises(BadInput, match="no role"):
        add_member(admin, "Bota", "owner", PASSWORD)
    with pytest.raises(BadInput, match="already"):
        add_member(admin, "Ana", "reader", PASSWORD)
    with pytest.raises(BadInput):
        add_member(admin, "  ", "reader", PASSWORD)


def test_who_acts_has_to_be_said_where_there_are_several(admin, member):
    assert find_member("").id == admin.id
    member("Vera", "volunteer")
    with pytest.raises(NotFound, match="--as"):
        find_member("")


def test_keys_never_show_in_a_representation(admin):
    assert "keys" not in repr(admin)
