"""Shares of a key: any enough of them give it back, fewer or wrong ones give nothing."""

from itertools import combinations

import pytest

from aigaq.vault.escrow import BadShares, is_share, join_shares, make_shares, number_words

PUBLIC, SHARES = make_shares(2, 3)


@pytest.mark.parametrize("chosen", list(combinations(range(3), 2)))
def test_any_two_of_three_give_the_key(chosen):
    assert [key for _, key in join_shares(SHARES[place] for place in chosen)] == [PUBLIC]


def test_all_three_do_too():
    assert [key for _, key in join_shares(SHARES)] == [PUBLIC]


def test_shares_of_an_older_key_among_them_do_no_harm():
    """Whoever has more may give them all, whichever of the texts comes first in the alphabet."""
    for _ in range(4):
        key, shares = make_shares(2, 3)
        other, others = make_shares(2, 3)
        assert [one for _, one in join_shares([*shares[:2], others[2]])] == [key]
        assert {one for _, one in join_shares([*shares[1:], *others, "junk"])} == {key, other}
        assert [one for _, one in join_shares([*shares[:2], mistyped(shares[2])])] == [key]


def test_as_many_as_are_needed_are_chosen_from_all():
    key, shares = make_shares(3, 5)
    assert [one for _, one in join_shares([*shares, *make_shares(3, 5)[1][:2]])] == [key]
    with pytest.raises(BadShares, match="too few"):
        join_shares([*shares[:2], *make_shares(3, 5)[1][:2]])


def test_a_share_is_known_by_its_checksum():
    assert is_share(f"SHARE 1\n{number_words(SHARES[0])}")
    assert not any(map(is_share, ("", "hello world", mistyped(SHARES[0]))))


def test_sheets_are_read_as_they_are_printed():
    sheets = [f"SHARE 1 of 3\nAny 2 open it.\n\n{number_words(one)}\n" for one in SHARES[1:]]
    assert [key for _, key in join_shares(sheets)] == [PUBLIC]
    assert [key for _, key in join_shares([SHARES[0].upper(), f"\n {SHARES[2]} \n"])] == [PUBLIC]


def mistyped(share):
    words = share.split()
    return " ".join([*words[:20], "academic" if words[20] != "academic" else "acid", *words[21:]])


@pytest.mark.parametrize(
    "shares",
    [
        [],
        SHARES[:1],
        [SHARES[0], SHARES[0]],
        [SHARES[0], mistyped(SHARES[1])],
        [SHARES[0], "hello world"],
        [SHARES[0], " ".join(SHARES[1].split()[:-1])],
        [SHARES[0], make_shares(2, 3)[1][1]],
    ],
)
def test_too_few_wrong_or_foreign_shares_give_nothing_and_are_not_repeated(shares):
    with pytest.raises(BadShares) as caught:
        join_shares(shares)
    assert not any(
        word in str(caught.value) for share in shares for word in share.split()[:3] if len(word) > 3
    )
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(("needed", "total"), [(1, 3), (3, 2), (2, 17), (0, 0)])
def test_numbers_that_protect_nothing_are_refused(needed, total):
    with pytest.raises(ValueError, match="shares"):
        make_shares(needed, total)


def test_words_are_numbered():
    assert number_words("a b c d").split() == ["1.", "a", "2.", "b", "3.", "c", "4.", "d"]
