"""The learned parameters, read from the package's own data file."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from aigaq.names.encode import SKIPS, Inventory

UNIT: Final = 64
"""Scores are whole numbers of 1/64 nat."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """Weights (row × column, 1/64 nat), word caps, calibration per kind of pair.

    `caps` is what a word that many people bear can say at most; `fit[kind]` the weights of
    `kernel.odds`; `least[kind]` how often the names of one person or place have nothing in common;
    `steeper` how much steeper the curve is in its middle.
    """

    inventory: Inventory
    weights: NDArray[np.int16]
    caps: Mapping[str, int]
    fit: NDArray[np.float64]
    least: NDArray[np.float64]
    steeper: float


def _split(packed: NDArray[np.uint8]) -> list[str]:
    return bytes(packed).decode().split("\n")


def expand(arrays: Mapping[str, NDArray[Any]]) -> NDArray[np.int16]:
    """The dense weights: row = parent row + a constant for each group of columns + sparse rest.

    Parents come before their children; parent -1 is the base of letters, -2 that of Hanzi. The floor
    of the row's kind is applied at the end.
    """
    parents, constants = arrays["parent"], arrays["constant"]
    starts, columns, values = arrays["at"], arrays["column"], arrays["value"]
    group = arrays["group"]
    out = np.empty((len(parents), arrays["base"].shape[1]), np.int16)
    for row, parent in enumerate(parents):
        source = arrays["base"][-1 - parent] if parent < 0 else out[parent]
        np.add(source, constants[row][group], out=out[row])
        here = slice(starts[row], starts[row + 1])
        out[row, columns[here]] += 4 * values[here]
    least = np.where((parents == -1)[:, None], *arrays["least"])
    floored: NDArray[np.int16] = np.maximum(out, least).astype(np.int16)
    return floored


def from_arrays(arrays: Mapping[str, NDArray[Any]]) -> Parameters:
    """Parameters from the arrays of the data file (see analysis/names for how they are made)."""
    rows = {name: i for i, name in enumerate(_split(arrays["rows"]))}
    columns = {name: i for i, name in enumerate(_split(arrays["columns"]))}
    weights = expand(arrays)
    words = _split(arrays["words"])
    drops = dict(zip(SKIPS, (int(v) for v in arrays["drops"]), strict=True))
    for skip in SKIPS:
        weights[:2, columns[skip]] = drops[skip]
    return Parameters(
        Inventory(rows, columns),
        weights,
        dict(zip(words, (int(v) for v in arrays["caps"]), strict=True)),
        np.ascontiguousarray(arrays["fit"], np.float64),
        np.ascontiguousarray(arrays["floor"], np.float64),
        float(arrays["steeper"]),
    )


@cache
def load() -> Parameters:
    """The shipped parameters, read once."""
    with (files("aigaq.names") / "data" / "model.npz").open("rb") as file, np.load(file) as data:
        return from_arrays({name: data[name] for name in data.files})


def nats(value: int) -> float:
    """A whole-number score in nats."""
    return value / UNIT if math.isfinite(value) else value
