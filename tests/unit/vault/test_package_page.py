"""verify.html: the checks of verify.sh in a browser, from a file, without a network."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from .forgeries import FORGERIES, KEY, choose_flip, flip_bit, rewrite_manifests
from .local_authority import make_authority, make_customer
from .packages import LOG_KEY, OFFLINE, WITNESS, make_package

type Check = Callable[..., tuple[str, str]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    curve, rsa = make_authority(folder / "curve"), make_authority(folder / "rsa", "rsa")
    make_package(
        folder / "package",
        stamp=lambda note: {"a0": curve.stamp(note), "a1": rsa.stamp(note)},
        authorities={"a0": curve.root, "a1": rsa.root},
    )
    return folder / "package"


@pytest.fixture
def package(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "package"))


@pytest.fixture(scope="module")
def page(browser):
    opened = browser.new_page()
    asked: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.goto((OFFLINE / "verify.html").as_uri())
    yield opened
    assert asked == [(OFFLINE / "verify.html").as_uri()]
    opened.close()


@pytest.fixture
def check(page) -> Check:
    """A function that checks a folder and returns (verdict, all that the page says)."""

    def run(folder: Path, key: str = KEY, bag: str = "") -> tuple[str, str]:
        page.evaluate("document.getElementById('verdict').dataset.verdict = ''")
        page.set_input_files("#folder", folder)
        page.fill("#key", key)
        page.fill("#bag", bag)
        page.click("#check")
        ended = "#verdict:is([data-verdict=holds], [data-verdict=broken], [data-verdict=unsigned])"
        page.wait_for_selector(ended, timeout=60_000)
        return page.get_attribute("#verdict", "data-verdict"), page.inner_text("#verdict")

    return run


def test_a_package_holds(made: Path, check: Check) -> None:
    verdict, said = check(made)
    assert verdict == "holds", said
    assert f"Holds: signed by {LOG_KEY.name}" in said
    assert "28 fields proved, 8 withheld" in said
    assert f"Seen by the witness {WITNESS.name} on 2023-11-14 22:13 UTC (log of 10 acts)" in said
    assert said.count("at the latest: 5 of 5 acts (authority a") == 2


def test_without_a_key_the_signer_is_not_established(made: Path, check: Check) -> None:
    verdict, said = check(made, key="")
    assert verdict == "unsigned"
    assert "Consistent, signer not established" in said


def test_where_its_own_certificate_is_pinned_another_signer_of_its_root_is_refused(
    tmp_path: Path, check: Check
) -> None:
    authority = make_authority(tmp_path / "authority")
    other = make_customer(authority, tmp_path / "customer")
    pins = authority.root + authority.own
    for name, signer, pinned, verdict in (
        ("a", authority, pins, "holds"),
        ("b", other, pins, "broken"),
        ("c", other, authority.root, "holds"),
        ("d", authority, authority.own, "broken"),
    ):
        make_package(
            tmp_path / name,
            stamp=lambda note, by=signer: {"a0": by.stamp(note)},
            authorities={"a0": pinned},
        )
        found, said = check(tmp_path / name)
        assert found == verdict, (name, said)


def test_another_key_or_bag_is_refused(made: Path, check: Check) -> None:
    assert check(made, key=str(WITNESS.verifier))[0] == "broken"
    assert check(made, key="nonsense")[0] == "broken"
    assert check(made, bag="0" * 64)[0] == "broken"


@pytest.mark.parametrize(
    "name", sorted(set(FORGERIES) - {"a name with a line break", "a hidden file"})
)
def test_what_a_forger_changes_is_found(package: Path, check: Check, name: str) -> None:
    FORGERIES[name](package)
    rewrite_manifests(package)
    verdict, said = check(package)
    assert verdict == "broken", said


def test_a_rogue_authority_is_refused(package: Path, check: Check, tmp_path: Path) -> None:
    rogue = make_authority(tmp_path / "rogue")
    note = (package / "proof/log/10/checkpoint").read_bytes()
    (package / "proof/log/10/a0.tsr").write_bytes(rogue.stamp(note))
    rewrite_manifests(package)
    verdict, said = check(package)
    assert (verdict, "the signer is not the pinned authority" in said) == ("broken", True), said


def test_a_token_of_other_bytes_is_refused(package: Path, check: Check) -> None:
    shutil.copy(package / "proof/log/8/a0.tsr", package / "proof/log/10/a0.tsr")
    rewrite_manifests(package)
    assert "it is of other bytes" in check(package)[1]


def test_flipped_bits_are_found(made: Path, check: Check, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(made, tmp_path / "flips"))
    chance = random.Random(4)
    for _ in range(25):
        path, at = choose_flip(copy, chance)
        kept = path.read_bytes()
        flip_bit(path, at)
        assert check(copy)[0] == "broken", f"{path} {at}"
        path.write_bytes(kept)
    assert check(copy)[0] == "holds"
