"""Time-stamps in a package: judged at their own time, against the certificates that were pinned."""

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from .forgeries import in_python, in_shell, rewrite_manifests
from .local_authority import LocalAuthority, make_authority, make_customer
from .packages import make_package


@pytest.fixture(scope="module")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, LocalAuthority]:
    folder = tmp_path_factory.mktemp("authorities")
    return {
        "curve": make_authority(folder / "curve"),
        "rsa": make_authority(folder / "rsa", "rsa"),
        "rogue": make_authority(folder / "rogue"),
    }


type Make = Callable[[Sequence[str], Sequence[str]], Path]


@pytest.fixture
def make(authorities: Mapping[str, LocalAuthority], tmp_path: Path) -> Make:
    """Make a package stamped by some authorities, with the roots of others pinned in their place."""

    def made(stamped_by: Sequence[str], pinned: Sequence[str]) -> Path:
        names = [f"a{number}" for number in range(len(stamped_by))]
        make_package(
            tmp_path / "package",
            stamp=lambda note: {
                name: authorities[by].stamp(note)
                for name, by in zip(names, stamped_by, strict=True)
            },
            authorities={
                name: authorities[by].root for name, by in zip(names, pinned, strict=True)
            },
        )
        return tmp_path / "package"

    return made


def test_tokens_of_pinned_authorities_give_the_time(make: Make) -> None:
    before = int(time.time())
    package = make(["curve", "rsa"], ["curve", "rsa"])
    ran = in_shell(package)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.count("5 of 5 acts (authority a") == 2
    assert ran.stdout.count("4 of 5 acts (authority a") == 2
    verdict = in_python(package)
    assert verdict.findings == ()
    assert all(before <= one.at <= time.time() for one in verdict.times)
    day = time.strftime("%Y-%m-%d %H:%M", time.gmtime(verdict.times[0].at))
    assert f"on record by {day} UTC at the latest" in ran.stdout


def test_a_rogue_authority_inside_its_own_token_is_refused(make: Make) -> None:
    package = make(["rogue"], ["curve"])
    assert "a0.tsr does not hold" in in_shell(package).stdout
    assert in_python(package).findings


def test_where_its_own_certificate_is_pinned_another_signer_of_its_root_is_refused(
    authorities: Mapping[str, LocalAuthority], tmp_path: Path
) -> None:
    curve = authorities["curve"]
    other = make_customer(curve, tmp_path / "other")
    for name, signer, holds in (("own", curve, True), ("other", other, False)):
        for order, pins in (("a", curve.root + curve.own), ("b", curve.own + curve.root)):
            package = tmp_path / f"{name} {order}"
            make_package(
                package,
                stamp=lambda note, by=signer: {"a0": by.stamp(note)},
                authorities={"a0": pins},
            )
            ran = in_shell(package)
            assert (ran.returncode == 0) is holds, ran.stdout
            assert (in_python(package).findings == ()) is holds
    assert "signed by another than the pinned authority" in in_shell(tmp_path / "other a").stdout
    make_package(
        tmp_path / "root",
        stamp=lambda note: {"a0": other.stamp(note)},
        authorities={"a0": curve.root},
    )
    assert in_shell(tmp_path / "root").returncode == 0  # the root alone was pinned


def test_a_certificate_pinned_without_its_root_is_refused(
    authorities: Mapping[str, LocalAuthority], tmp_path: Path
) -> None:
    curve = authorities["curve"]
    make_package(
        tmp_path / "package",
        stamp=lambda note: {"a0": curve.stamp(note)},
        authorities={"a0": curve.own},
    )
    assert in_shell(tmp_path / "package").returncode == 1
    assert in_python(tmp_path / "package").findings


def test_a_rogue_certificate_put_in_place_of_the_pinned_one_is_refused(
    make: Make, authorities: Mapping[str, LocalAuthority]
) -> None:
    package = make(["rogue"], ["curve"])
    (package / "proof/authorities/a0.pem").write_bytes(authorities["rogue"].root)
    rewrite_manifests(package)
    assert "contents are not those" in in_shell(package).stdout
    assert in_python(package).findings


def test_a_token_over_another_checkpoint_is_refused(make: Make) -> None:
    package = make(["curve"], ["curve"])
    token = (package / "proof/log/8/a0.tsr").read_bytes()
    (package / "proof/log/10/a0.tsr").write_bytes(token)
    rewrite_manifests(package)
    assert "proof/log/10/a0.tsr does not hold" in in_shell(package).stdout
    assert in_python(package).findings


@pytest.mark.parametrize("junk", [b"", b"junk", b"0\x03\x02\x01\x00"])
def test_what_is_no_token_is_refused(make: Make, junk: bytes) -> None:
    package = make(["curve"], ["curve"])
    (package / "proof/log/10/a0.tsr").write_bytes(junk)
    rewrite_manifests(package)
    assert in_shell(package).returncode == 1
    assert in_python(package).findings


def test_a_token_without_its_certificate_is_refused(make: Make) -> None:
    package = make(["curve"], ["curve"])
    (package / "proof/authorities/a0.pem").unlink()
    rewrite_manifests(package)
    assert in_shell(package).returncode == 1
    assert in_python(package).findings


def test_a_token_outlives_its_authority_s_certificate(
    tmp_path: Path,
) -> None:
    short = make_authority(tmp_path / "short", lives=3)
    package = tmp_path / "package"
    make_package(
        package, stamp=lambda note: {"a0": short.stamp(note)}, authorities={"a0": short.root}
    )
    time.sleep(max(0, short.until - time.time()) + 1)
    assert short.is_over()
    assert in_shell(package).returncode == 0
    assert in_python(package).findings == ()
