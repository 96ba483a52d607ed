"""YAML read so that nothing in it surprises: every scalar is text, a repeated key is an error.

(YAML 1.1 would turn the answer `no` into False and `1e3` into a number.)
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

import yaml

from aigaq.records.errors import BadInput

_LONGEST = 1_000_000
_MERGE = "<<"  # YAML 1.1 merge key: take over another mapping's keys
type Plain = str | list[Plain] | dict[str, Plain]


@dataclass(slots=True)
class Node:
    """One place of the file, with the path to it for messages.

    Attributes:
        file: name of the file.
        path: keys to this place, joined with dots; "" at the top.
        data: what stands there.
    """

    file: str
    path: str
    data: Plain

    def fail(self, problem: str) -> NoReturn:
        """Raise BadInput naming the file, this place and `problem`."""
        raise BadInput(f"{self.file}: {self.path or 'the file'}: {problem}")

    def keys(self, *allowed: str) -> None:
        """Check that this is a mapping with no other keys than `allowed`.

        Raises:
            BadInput: it is not.
        """
        for key in self.fields():
            if key not in allowed:
                self.fail(f"unknown key {key!r}; it can have {', '.join(allowed)}")

    def fields(self) -> dict[str, Plain]:
        """Return the mapping that stands here.

        Raises:
            BadInput: something else does.
        """
        if not isinstance(self.data, dict):
            self.fail("should be a mapping (key: value)")
        return self.data

    def items(self) -> Iterator[tuple[str, "Node"]]:
        """Yield every key with its place."""
        for key, value in self.fields().items():
            yield key, Node(self.file, f"{self.path}.{key}" if self.path else key, value)

    def child(self, key: str) -> "Node | None":
        """Return the place under `key`, None when there is none."""
        return dict(self.items()).get(key)

    def each(self) -> Iterator["Node"]:
        """Yield the places of a list; a single value is a list of one."""
        if not isinstance(self.data, list):
            yield self
            return
        for index, value in enumerate(self.data, start=1):
            yield Node(self.file, f"{self.path}[{index}]", value)

    def text(self) -> str:
        """Return the text that stands here.

        Raises:
            BadInput: a list or a mapping does.
        """
        if not isinstance(self.data, str):
            self.fail("should be one text")
        return self.data

    def texts(self) -> tuple[str, ...]:
        """Return the texts that stand here, one or a list of them."""
        return tuple(node.text() for node in self.each())

    def texts_of(self, key: str) -> tuple[str, ...]:
        """Return the texts under `key`, one or a list of them; none when there is no such key."""
        child = self.child(key)
        return () if child is None else child.texts()

    def get(self, key: str, default: str = "") -> str:
        """Return the text under `key`, `default` when there is none."""
        child = self.child(key)
        return default if child is None else child.text()

    def need(self, key: str) -> str:
        """Return the text under `key`.

        Raises:
            BadInput: it is missing or empty.
        """
        found = self.get(key)
        if not found:
            self.fail(f"needs {key!r}")
        return found

    def number(self, key: str, low: int, high: int) -> int | None:
        """Return the whole number under `key`, None when there is none.

        Raises:
            BadInput: it is no whole number from `low` to `high`.
        """
        found = self.get(key)
        if not found:
            return None
        if not (found.isdecimal() and len(found) < 10 and low <= int(found) <= high):
            self.fail(f"{key} should be a whole number from {low} to {high}, not {found!r}")
        return int(found)


def read_yaml(text: str, name: str) -> Node:
    """Read a YAML document.

    Args:
        text: its text.
        name: file name for messages.

    Raises:
        BadInput: it is not YAML, repeats a key, or contains itself.
    """
    if len(text) > _LONGEST:
        raise BadInput(f"{name}: the file is longer than {_LONGEST:,} characters; is it a mapping?")
    try:
        root = yaml.compose(text, Loader=yaml.BaseLoader)
        return Node(name, "", {} if root is None else _plain(root, name, {}))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "it holds characters that YAML does not allow"
        raise BadInput(f"{name}{where}: not valid YAML: {problem}") from error
    except RecursionError as error:
        raise BadInput(f"{name}: nested too deeply to be a mapping file") from error


def _plain(node: yaml.Node, name: str, known: dict[int, Plain]) -> Plain:
    if id(node) not in known:
        known[id(node)] = _OPEN
        known[id(node)] = _convert(node, name, known)
    if known[id(node)] is _OPEN:
        raise BadInput(f"{name}, line {node.start_mark.line + 1}: this part contains itself")
    return known[id(node)]


_OPEN: Plain = ["being read"]


def _convert(node: yaml.Node, name: str, known: dict[int, Plain]) -> Plain:
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(child, name, known) for child in node.value]
    found: dict[str, Plain] = {}
    base: dict[str, Plain] = {}
    for key_node, value in node.value:
        key, line = _plain(key_node, name, known), key_node.start_mark.line + 1
        if not isinstance(key, str):
            raise BadInput(f"{name}, line {line}: a key should be one text")
        if key in found:
            raise BadInput(f"{name}, line {line}: the key {key!r} stands here twice")
        plain = _plain(value, name, known)
        if key != _MERGE:
            found[key] = plain
        elif isinstance(plain, dict):
            base.update(plain)
        else:
            raise BadInput(f"{name}, line {line}: “<<” takes a mapping (<<: *name)")
    return base | found
