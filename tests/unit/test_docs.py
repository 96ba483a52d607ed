"""What the documentation says exists: links, commands, modules, targets; and the guide, run as it stands."""

import ast
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
import typer

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "aigaq"
_IGNORED = {".venv", "node_modules", ".git", ".pytest_cache", "demo", "build", "dist"}
PAGES = sorted(
    path for path in ROOT.rglob("*.md") if not _IGNORED & set(path.relative_to(ROOT).parts)
)
GUIDES = sorted((ROOT / "docs").rglob("*.md"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def shell_lines(text: str) -> list[str]:
    """Return the lines of sh blocks, without the prompt."""
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    return [line.removeprefix("$ ") for block in blocks for line in block.splitlines()]


@cache
def commands() -> dict[str, set[str]]:
    """Return command (`rights basis`) → its options."""
    from aigaq.cli.main import build_app  # noqa: PLC0415  Django is set up there, once

    found: dict[str, set[str]] = {}

    def walk(command: object, path: str) -> None:
        for name, inner in getattr(command, "commands", {}).items():
            walk(inner, f"{path} {name}".strip())
        if not hasattr(command, "commands"):
            options = {
                text
                for one in command.params  # type: ignore[attr-defined]
                for text in (*one.opts, *one.secondary_opts)
                if text.startswith("--")
            }
            found[path] = options | {"--help"}

    walk(typer.main.get_command(build_app()), "")
    return found


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_relative_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    links = re.findall(r"\]\(([^)\s#]+)(?:#[^)]*)?\)", text)
    broken = [
        link
        for link in links
        if not re.match(r"[a-z]+:", link) and not (page.parent / link).exists()
    ]
    assert broken == []


def _calls(text: str) -> list[str]:
    """Return every `aigaq …` a page shows, in sh blocks and in running text."""
    inline = re.findall(r"`(aigaq [^`]+)`", re.sub(r"^```.*?^```", "", text, flags=re.S | re.M))
    shown = [line[line.index("aigaq ") :] for line in shell_lines(text) if _runs_aigaq(line)]
    return [*inline, *shown]


def _runs_aigaq(line: str) -> bool:
    return re.search(r"(?:^|\$\(|\| |[A-Z_]+=\S+ )aigaq ", line) is not None


def _known(call: str) -> str:
    """Return the command that a line calls, the longest name that fits."""
    words = call.split()[1:]
    for length in (2, 1):
        if " ".join(words[:length]) in commands():
            return " ".join(words[:length])
    return ""


_GROUPS = ("aigaq --help", "aigaq rights --help", "aigaq names", "aigaq rights", "aigaq member")


@pytest.mark.parametrize(
    "page", [ROOT / "README.md", ROOT / "ARCHITECTURE.md", *GUIDES], ids=name_of
)
def test_commands_and_options_exist(page: Path) -> None:
    for call in _calls(page.read_text("utf-8")):
        if call in _GROUPS:
            continue
        name = _known(call)
        assert name, f"there is no such command: {call}"
        used = set(re.findall(r"(?<=\s)--[a-z][a-z-]*", call.split(" | ")[0]))
        assert used <= commands()[name], call


@cache
def helps() -> dict[str, list[str]]:
    """Return command → its sentence and its parameters' help, as the command line gives them."""
    from aigaq.cli.main import build_app  # noqa: PLC0415  Django is set up there, once

    found = {}
    line = typer.main.get_command(build_app())
    for name in commands():
        command: object = line
        for word in name.split():
            command = command.commands[word]  # type: ignore[attr-defined]
        texts = [command.help, *(getattr(one, "help", "") for one in command.params)]  # type: ignore[attr-defined]
        found[name] = [" ".join(text.split()) for text in texts if text]
    return found


def test_every_command_is_in_the_reference() -> None:
    text = (ROOT / "docs" / "reference" / "commands.md").read_text("utf-8")
    described = set(re.findall(r"^## aigaq (.+)$", text, re.MULTILINE))
    assert described == set(commands())
    for name, options in commands().items():
        part = text.split(f"## aigaq {name}\n")[1].split("\n## ")[0]
        assert set(re.findall(r"`(--[a-z-]+)", part)) == options - {"--help"}, name
        missing = [
            said for said in helps()[name] if said not in part and "this message" not in said
        ]
        assert missing == [], name


_DOOR = re.compile(r"`([a-z_]+/[a-z_0-9/]+\.py)(?:: ([A-Za-z_, ]+))?`")


def test_doors_of_the_house_are_where_it_says() -> None:
    doors = _DOOR.findall((ROOT / "ARCHITECTURE.md").read_text("utf-8"))
    assert len(doors) > 30
    for module, names in doors:
        tree = ast.parse((SOURCE / module).read_text("utf-8"))
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        defined = {node.name for node in tree.body if isinstance(node, kinds)}
        assert set(filter(None, names.split(", "))) <= defined, module


def test_every_room_is_in_the_house() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    rows = set(re.findall(r"^\| ([a-z]+) \|", text, re.MULTILINE)) - {"room"}
    rooms = {path.parent.name for path in SOURCE.glob("*/__init__.py")}
    assert rows == rooms
    picture = text.split("```")[1]
    assert all(f" {room}/ " in picture for room in rooms)


def test_the_two_commands_of_the_readme_are_targets() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    said = set(re.findall(r"\bmake ([a-z]+)", (ROOT / "README.md").read_text("utf-8")))
    assert {"demo", "test"} <= said <= targets


def test_decisions_are_numbered_and_listed() -> None:
    folder = ROOT / "docs" / "adr"
    pages = sorted(path.name for path in folder.glob("[0-9]*.md"))
    assert [int(page[:4]) for page in pages] == list(range(1, len(pages) + 1))
    listed = re.findall(r"\((\d{4}[^)]*\.md)\)", (folder / "README.md").read_text("utf-8"))
    assert listed == pages
    for page in pages:
        lines = (folder / page).read_text("utf-8").splitlines()
        assert len(lines) <= 25, page
        heads = [line for line in lines if line.startswith("## ")]
        assert heads == ["## Context", "## Decision", "## Consequences"], page


def _walked(page: Path) -> list[tuple[str, str]]:
    """Return the (command, output) pairs of a page's sh blocks; `…` in an output stands for anything."""
    blocks = re.findall(r"^```sh\n(.*?)^```", page.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    steps: list[tuple[str, str]] = []
    for block in blocks:
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            # A here-document belongs to its command; everything after it is what is printed.
            found = re.match(r"(?s)([^\n]*<<'END'\n.*?\nEND\n|(?:[^\n]*\\\n)*[^\n]*\n)(.*)", part)
            assert found, part
            steps.append((found[1].rstrip("\n"), found[2]))
    return steps


def _pattern(output: str) -> str:
    return ".*?".join(map(re.escape, output.strip().split("…")))


def _run(steps: list[tuple[str, str]], folder: Path) -> None:
    """Run commands in one shell, in a folder with the samples, and compare what each prints."""
    shutil.copytree(ROOT / "samples", folder / "samples")
    mark = "-- end of step --"
    script = "".join(f"{{ {command}\n}} 2>&1\necho '{mark}'\n" for command, _ in steps)
    clean = {key: text for key, text in os.environ.items() if not key.startswith("AIGAQ_")}
    path = f"{Path(sys.executable).parent}:{clean['PATH']}"
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env={**clean, "PATH": path, "COLUMNS": "120", "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    printed = done.stdout.split(f"{mark}\n")
    assert len(printed) == len(steps) + 1, done.stderr
    for (command, output), real in zip(steps, printed, strict=False):
        assert re.fullmatch(_pattern(output), real.strip(), re.DOTALL), f"$ {command}\n{real}"


@pytest.mark.slow
@pytest.mark.parametrize(
    "guide", ["start", "importing", "evidence", "packages", "backup", "log", "linking"]
)
def test_the_guide_does_what_it_says(guide: str, tmp_path: Path) -> None:
    steps = _walked(ROOT / "docs" / "guide" / f"{guide}.md")
    assert len(steps) > 5
    _run(steps, tmp_path)


def _examples(page: str, kind: str) -> list[str]:
    text = (ROOT / "docs" / "reference" / page).read_text("utf-8")
    return re.findall(rf"^```{kind}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


@pytest.mark.slow
def test_the_examples_of_the_reference_are_taken(tmp_path: Path) -> None:
    (document,) = _examples("record.md", "yaml")
    (said,) = _examples("record.md", "text")
    (tmp_path / "FILE.yaml").write_text(document, "utf-8")
    tables = _examples("judgements.md", "csv")
    for number, table in enumerate(tables):
        (tmp_path / f"{number}.csv").write_text(table, "utf-8")
    table, mapping = "samples/testimonies_fictional.csv", "samples/mappings/testimonies.yaml"
    secrets = "AIGAQ_PASSPHRASE=one AIGAQ_MEMBER_PASSWORD=two AIGAQ_ARCHIVE=archive"
    steps = [
        (f"export {secrets}", ""),
        ("aigaq init archive --as Sara", "Archive made in …"),
        (f"aigaq import {table} --mapping {mapping}", "… added 12 accounts …"),
        ("aigaq record FILE.yaml", said),
        ("aigaq judge --file 0.csv", "2 decisions recorded in the name of …"),
        ("aigaq judge --file 1.csv", "1 decision recorded in the name of …"),
    ]
    assert len(tables) == 2
    _run(steps, tmp_path)
