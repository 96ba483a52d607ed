"""What somebody may do to a package, with and without the means to make its listings fit again."""

import json
import os
import random
import shutil
import subprocess
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path

from aigaq.vault.bag import PAYLOAD, TAGS
from aigaq.vault.package import manifests
from aigaq.vault.verify_package import PackageVerdict, verify_package

from .packages import LOG_KEY, OFFLINE

KEY = str(LOG_KEY.verifier)


def hash_files(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def rewrite_manifests(folder: Path) -> None:
    """Make the listings fit, as a forger would."""
    digests = hash_files(folder)
    for name in (PAYLOAD, TAGS):
        digests.pop(name, None)
    for name, data in manifests(digests).items():
        (folder / name).write_bytes(data)


def in_python(folder: Path, key: str = KEY, bag: str = "") -> PackageVerdict:
    digests = hash_files(folder)
    return verify_package(digests, lambda path: (folder / path).read_bytes(), key=key, bag=bag)


def in_shell(
    folder: Path, *arguments: str, shell: str = "dash", path: str = os.environ["PATH"]
) -> subprocess.CompletedProcess[str]:
    """Run our own copy of verify.sh over a package."""
    given = list(arguments or (KEY,))
    given += ["-"] * (2 - len(given))
    return subprocess.run(
        [shell, str(OFFLINE / "verify.sh"), *given, str(folder)],
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        env={"PATH": path},
        timeout=300,
    )


def bare_path(folder: Path, tools: str = "dash openssl sha256sum mkdir rm") -> str:
    """Return a PATH with nothing in it but what verify.sh says it needs."""
    folder.mkdir()
    for tool in tools.split():
        found = shutil.which(tool)
        if found is not None:
            (folder / tool).symlink_to(found)
    return str(folder)


def flip_bit(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at // 8] ^= 1 << at % 8
    path.write_bytes(data)


def choose_flip(folder: Path, chance: random.Random) -> tuple[Path, int]:
    """Choose a file, any with the same chance, and a bit of it."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.stat().st_size)
    path = chance.choice(files)
    return path, chance.randrange(8 * path.stat().st_size)


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def _records(folder: Path) -> Path:
    return folder / "data/claims.json"


def _items(folder: Path) -> list[Path]:
    return sorted((folder / "data/items").iterdir())


def _swap_items(folder: Path) -> None:
    first, second = _items(folder)
    one, other = first.read_bytes(), second.read_bytes()
    first.write_bytes(other)
    second.write_bytes(one)


def _replace_item(folder: Path) -> None:
    first = _items(folder)[0]
    first.unlink()
    data = b"another video"
    first.with_name(f"{sha256(data).hexdigest()}.mp4").write_bytes(data)


def _swap_records(folder: Path) -> None:
    lines = _records(folder).read_text("utf-8").split("\n")
    places = [at for at, line in enumerate(lines) if '"field":["value"' in line]
    lines[places[0]], lines[places[1]] = lines[places[1]], lines[places[0]]
    _records(folder).write_text("\n".join(lines), "utf-8")


def _show_hidden(folder: Path) -> None:
    lines = _records(folder).read_text("utf-8").split("\n")
    place = next(at for at, line in enumerate(lines) if line.startswith('{"hidden"'))
    pair = json.dumps(["words", "what was never said"])
    lines[place] = f'{{"salt":"{"0" * 64}","field":{pair}}},'
    _records(folder).write_text("\n".join(lines), "utf-8")


def _commit_anew(folder: Path) -> None:
    """Change the cover page and put its hash where the signed act holds the old one."""
    (folder / "README.html").write_text("another story")
    export = folder / "proof/export.json"
    text = export.read_text()
    old = text.split('["contents","')[1][:64]
    export.write_text(text.replace(old, "0" * 64))


def _older_checkpoint_only(folder: Path) -> None:
    """Leave out the checkpoint that covers the act of packaging."""
    shutil.rmtree(folder / "proof/log/10")


def _no_checkpoint(folder: Path) -> None:
    shutil.rmtree(folder / "proof/log")


def _tell_twice(folder: Path) -> None:
    """Tell of one act five times, so that a count of lines would say that the token covers all."""
    path = folder / "proof/log/8/acts.txt"
    path.write_text(5 * (path.read_text().split("\n")[0] + "\n"))


def _turn_acts(folder: Path) -> None:
    path = folder / "proof/log/10/acts.txt"
    path.write_text("".join(reversed(path.read_text().splitlines(keepends=True))))


def _add(path: Path, text: str = "x\n") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


#: name → what is done to a package; the forger then writes the listings anew.
FORGERIES: Mapping[str, Callable[[Path], object]] = {
    "a claim's value": lambda at: edit(_records(at), "Қазақстан", "Қазакстан"),
    "a stated value": lambda at: edit(_records(at), '["value","1937"]', '["value","1938"]'),
    "a salt": lambda at: edit(_records(at), '{"salt":"', '{"salt":"0000000000000000'),
    "fields of two claims swapped": _swap_records,
    "a hidden field invented": _show_hidden,
    "a record left out": lambda at: (at / "data/items.json").unlink(),
    "a record's place": lambda at: edit(_records(at), '"place":1,', '"place":2,'),
    "an act's place": lambda at: edit(_records(at), '{"act":3', '{"act":4'),
    "white space in a file of records": lambda at: edit(_records(at), '"of":12', '"of": 12'),
    "items swapped": _swap_items,
    "an item replaced": _replace_item,
    "an item removed": lambda at: _items(at)[0].unlink(),
    "a file added": lambda at: (at / "data/extra.txt").write_text("more"),
    "the cover page": lambda at: (at / "README.html").write_text("another story"),
    "the cover page and its hash": _commit_anew,
    "the checker in the package": lambda at: (at / "verify.sh").write_text("echo HOLDS"),
    "a witness's key": lambda at: edit(at / "proof/witnesses.txt", "partner", "another"),
    "a cosignature": lambda at: edit(at / "proof/log/10/cosignatures", "partner", "another"),
    "the root in a checkpoint": lambda at: edit(at / "proof/log/10/checkpoint", "\n10\n", "\n11\n"),
    "a second signature": lambda at: (at / "proof/log/10/checkpoint").write_bytes(
        2 * (at / "proof/log/10/checkpoint").read_bytes()
    ),
    "the newest checkpoint removed": _older_checkpoint_only,
    "every checkpoint removed": _no_checkpoint,
    "a path of proof": lambda at: edit(at / "proof/log/10/acts.txt", " ", " " + "0" * 64 + " "),
    "an act of no record": lambda at: edit(at / "proof/log/10/acts.txt", "2 ", "1 "),
    "an act told of five times": _tell_twice,
    "acts in another order": _turn_acts,
    "a value stated by the export": lambda at: edit(
        at / "proof/export.json", '"fields":[\n', '"fields":[\n{"stated":["at","1999-01-01"]},\n'
    ),
    "any text stated by the export": lambda at: edit(
        at / "proof/export.json", '"fields":[\n', '"fields":[\n{"stated":[ a forgery\n'
    ),
    "a NUL in the export": lambda at: edit(at / "proof/export.json", '"contents"', '"con\0tents"'),
    "a comma gone from the export": lambda at: edit(at / "proof/export.json", "},\n", "}\n"),
    "blanks in a path of proof": lambda at: edit(at / "proof/log/10/acts.txt", " ", "  "),
    "a blank at a line's end": lambda at: edit(at / "proof/log/10/acts.txt", "\n", " \n"),
    "a NUL in a cosignature": lambda at: edit(
        at / "proof/log/10/cosignatures", "partner", "part\0ner"
    ),
    "a page beside a checkpoint": lambda at: _add(at / "proof/log/10/statement.html"),
    "a page beside the logs": lambda at: _add(at / "proof/log/README.html"),
    "claims beside a checkpoint": lambda at: _add(at / "proof/log/10/data/claims.json"),
    "a checkpoint below a checkpoint": lambda at: _add(at / "proof/log/10/10/checkpoint"),
    "a log without a checkpoint": lambda at: _add(at / "proof/log/12/acts.txt", ""),
    "a log of size 08": lambda at: shutil.copytree(at / "proof/log/8", at / "proof/log/08"),
    "a token named after a folder": lambda at: _add(at / "proof/log/10/..a.tsr"),
    "fetch.txt": lambda at: (at / "fetch.txt").write_text("https://example.org/a 1 data/a\n"),
    "a hidden file": lambda at: (at / ".hidden").write_text("x"),
    "a name with a line break": lambda at: (at / "data/a\nHOLDS: b").write_text("x"),
}
