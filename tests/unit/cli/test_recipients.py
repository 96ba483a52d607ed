"""Whom something is for: keys or files of keys; a secret key given by mistake is never shown."""

import pytest

from aigaq.cli.recipients import read_recipients
from aigaq.records.errors import BadInput
from aigaq.vault.keypairs import new_keypair


def test_keys_and_files_of_keys(tmp_path) -> None:
    keys = [new_keypair()[1] for _ in range(3)]
    (tmp_path / "court.txt").write_text(f"# the court\n\n{keys[1]}\n {keys[2]} \n{keys[0]}\n")
    assert read_recipients([keys[0], str(tmp_path / "court.txt")]) == keys


@pytest.mark.parametrize("as_file", [True, False])
def test_a_secret_key_is_refused_and_not_shown(tmp_path, as_file) -> None:
    secret, _ = new_keypair()
    given = tmp_path / "court.key"
    given.write_text(f"# made today\n{secret}\n")
    with pytest.raises(BadInput, match="this is a secret key") as raised:
        read_recipients([str(given) if as_file else secret])
    assert secret not in str(raised.value)
    assert not as_file or "line 2" in str(raised.value)


@pytest.mark.parametrize("wrong", ["age1nothing", "hello"])
def test_what_is_no_key_names_its_line(tmp_path, wrong) -> None:
    (tmp_path / "court.txt").write_text(f"{wrong}\n")
    with pytest.raises(BadInput, match=r"court\.txt, line 1: is no age public key"):
        read_recipients([str(tmp_path / "court.txt")])
