"""Names as bags of words: each row's words, what agreement on each is worth, in numbers only.

The father's name stands in the bag with the rest: one account writes Nurlan Ahmetuly, another Nurlan with
the surname and a father Ahmet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from aigaq.linkage.cuts import apply_cuts, choose_cuts, propose_cuts
from aigaq.linkage.nearness import Near, find_near
from aigaq.linkage.ragged import Lists, make_lists, pick
from aigaq.linkage.spellings import Lexicon, Words, group, take
from aigaq.linkage.table import NOTHING, Census, Ints, Table

type Floats = npt.NDArray[np.float32]

#: Words of a name that are compared one by one, the rarest first.
SLOTS = 4
# As if every word had been met in one of 500 names, over 200 records: so that the rarity of a word in
# an archive of fifty people comes mostly from what names are like, and in a large one from its own.
_BACKGROUND_SHARE = 1 / 500
_BACKGROUND_RECORDS = 200
# A name is nearly like so many others: of pairs of two people one in a hundred has a word nearly like a rare
# one (500 to 10,000 generated rows, and the Alash mentions).
_NEAR_WORDS = 5.0
# Of the names nearly like a word, this share is taken for it in another script.
_MISTAKEN = 0.15


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All spellings of names in a table and the words they stand for."""

    spellings: Sequence[str]
    words: Words
    scripts: npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Forms:
    """Every form of every name, one line each, those with fewer words first.

    Attributes:
        row: line → row of the table.
        count: line → how many words the form has, more than `SLOTS` included.
        spelling, word: line × slot, `NOTHING` where a form has fewer words.
        script: line → script of its first word.
        spellings, own, near: line → all spellings, words, and words nearly meant, of the row's every form.
    """

    row: npt.NDArray[np.int64]
    count: Ints
    spelling: Ints
    word: Ints
    script: npt.NDArray[np.int8]
    spellings: Lists
    own: Lists
    near: Lists


def read_vocabulary(table: Table) -> tuple[Vocabulary, Mapping[str, Lists], tuple[Lists, ...]]:
    """Read all names of a table.

    Returns:
        The vocabulary; the spellings of every row's relatives by role; and of every form of its name.
    """
    lexicon = Lexicon(affixes=True)
    names = [take(lexicon.read(column.values), column) for column in table.names]
    kin = [take(lexicon.read(column.values), column) for column in table.kin.values()]
    counts = _count(len(lexicon.spellings), [*names, *kin])
    cuts = propose_cuts(lexicon, counts)
    counts.resize(len(lexicon.spellings), refcheck=False)
    scripts = lexicon.scripts()
    near = find_near(lexicon.spellings, scripts, counts)
    chosen = choose_cuts(cuts, near, counts)
    names, kin = ([apply_cuts(one, chosen) for one in held] for held in (names, kin))
    counts = _count(len(lexicon.spellings), [*names, *kin])
    words = group(counts, _keep_borne(near, counts))
    vocabulary = Vocabulary(lexicon.spellings, words, scripts)
    return vocabulary, dict(zip(table.kin, kin, strict=True)), tuple(names)


def _count(size: int, held: Sequence[Lists]) -> npt.NDArray[np.int64]:
    counts = np.zeros(size, np.int64)
    for one in held:
        counts += np.bincount(one.flat, minlength=size)
    return counts


def _keep_borne(near: Near, counts: npt.NDArray[np.int64]) -> Near:
    kept = (counts[near.left] > 0) & (counts[near.right] > 0)
    return Near(near.left[kept], near.right[kept], near.score[kept], near.sure[kept])


def list_forms(
    size: int, vocabulary: Vocabulary, names: Sequence[Lists], father: Lists | None
) -> Forms:
    """Return the forms of all names; see `Forms`.

    A form whose words all stand in another of the same row is that other, written in another script or
    shorter, and gets no line of its own.
    """
    everyone = _join(size, [*names, *([father] if father else [])])
    word = vocabulary.words.word
    per_row = Lists(everyone.start, everyone.flat)
    rarity = np.bincount(everyone.flat, minlength=len(word))
    rows, bags = _choose_forms(size, word, names, father)
    order, count, spelling = _fill_slots(rows, bags, word, rarity)
    lines = rows[order]
    words_of = np.where(spelling >= 0, word[spelling], NOTHING).astype(np.int32)
    script = np.where(spelling[:, 0] >= 0, vocabulary.scripts[spelling[:, 0]], -1)
    own = make_lists(size, per_row.rows(), word[per_row.flat])
    return Forms(
        row=lines,
        count=count,
        spelling=spelling,
        word=words_of,
        script=script.astype(np.int8),
        spellings=pick(per_row, lines),
        own=pick(own, lines),
        near=pick(list_near(size, vocabulary.words, per_row), lines),
    )


def list_near(size: int, words: Words, held: Lists) -> Lists:
    """Return for each row the words that its spellings may stand for as well."""
    lengths = np.diff(words.near_start)[held.flat]
    ends = np.cumsum(lengths)
    offset = np.repeat(words.near_start[:-1][held.flat] - (ends - lengths), lengths)
    numbers = words.near_flat[offset + np.arange(int(lengths.sum()))]
    return make_lists(size, np.repeat(held.rows(), lengths), numbers)


def _join(size: int, parts: Sequence[Lists]) -> Lists:
    rows = np.concatenate([part.rows() for part in parts])
    return make_lists(size, rows, np.concatenate([part.flat for part in parts]))


def _choose_forms(
    size: int, word: Ints, names: Sequence[Lists], father: Lists | None
) -> tuple[npt.NDArray[np.int64], Lists]:
    """Return the forms that count: the row of each, and its spellings, the father's name among them."""
    if len(names) == 1 or not any(len(other.flat) for other in names[1:]):
        bags = _join(size, [names[0], *([father] if father else [])])
        named = names[0].counts() > 0
        rows = np.flatnonzero(named)
        return rows, pick(bags, rows)
    rows_out: list[int] = []
    bags_out: list[list[int]] = []
    fathers = _as_sets(father, size)
    forms = [_as_sets(part, size) for part in names]
    word_of = word.tolist()
    for row in range(size):
        for bag in _drop_covered([one[row] for one in forms if one[row]], word_of):
            rows_out.append(row)
            bags_out.append(sorted(bag | fathers[row]))
    start = np.concatenate([[0], np.cumsum([len(bag) for bag in bags_out])]).astype(np.int64)
    flat = np.array([spelling for bag in bags_out for spelling in bag], np.int32)
    return np.array(rows_out, np.int64), Lists(start, flat)


def _as_sets(lists: Lists | None, size: int) -> list[set[int]]:
    if lists is None:
        return [set()] * size
    start, flat = lists.start.tolist(), lists.flat.tolist()
    return [set(flat[start[row] : start[row + 1]]) for row in range(size)]


def _drop_covered(bags: Sequence[set[int]], word: Sequence[int]) -> list[set[int]]:
    meant = [frozenset(word[spelling] for spelling in bag) for bag in bags]
    kept: list[int] = []
    for place in sorted(range(len(bags)), key=lambda p: -len(meant[p])):
        if not any(meant[place] <= meant[other] for other in kept):
            kept.append(place)
    return [bags[place] for place in sorted(kept)]


def _fill_slots(
    rows: npt.NDArray[np.int64], bags: Lists, word: Ints, rarity: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], Ints, Ints]:
    """Lay the spellings of each form into slots, the rarest first, one a word; short forms come first.

    Returns:
        Order of the forms, and in that order their number of words and their slots.
    """
    line = bags.rows()
    _, first = np.unique(line << 32 | word[bags.flat], return_index=True)
    line, flat = line[first], bags.flat[first]
    best = np.lexsort((flat, rarity[flat], line))
    line, flat = line[best], flat[best]
    start = np.searchsorted(line, np.arange(len(rows) + 1))
    count = np.diff(start).astype(np.int32)
    slots = np.full((len(rows), SLOTS), NOTHING, np.int32)
    rank = np.arange(len(line)) - start[line]
    few = rank < SLOTS
    slots[line[few], rank[few]] = flat[few]
    order = np.lexsort((rows, count))
    return order, count[order], slots[order]


@dataclass(frozen=True, slots=True)
class Worth:
    """What agreement on a word says, in bits: −log₂ of the share of names that would agree by chance.

    The term-frequency adjustment of Fellegi–Sunter linkage (Winkler 2000) on words, not on spellings: it
    works across scripts.

    Attributes:
        exact: spelling → worth of the very same spelling, among names in its script.
        same: spelling → worth of another spelling of its word.
        near: spelling → worth of a word that it may stand for.
    """

    exact: Floats
    same: Floats
    near: Floats


def weigh_words(
    forms: Forms,
    vocabulary: Vocabulary,
    census: Census | None = None,
    *,
    people: npt.NDArray[np.float64] | None = None,
) -> Worth:
    """Weigh every spelling by how many forms hold it, its word, or a word near it.

    Args:
        forms: what is linked.
        vocabulary: its spellings.
        census: how common they are in the archive that this is a part of; None where it is the whole.
        people: what each line counts for; a person told of five times bears their name once. All 1 without.
    """
    words = vocabulary.words
    size = len(vocabulary.spellings)
    part = np.ones(len(forms.row)) if people is None else people
    line, slot = np.nonzero(forms.spelling >= 0)
    held = np.bincount(forms.spelling[line, slot], weights=part[line], minlength=size)
    total = float(part.sum())
    written = forms.script >= 0
    in_script = np.bincount(forms.script[written], weights=part[written], minlength=8)
    if census is not None:
        held = np.array([census.counts.get(one, 0) for one in vocabulary.spellings], np.float64)
        in_script = in_script * (census.total // max(1.0, total))
        total = float(census.total)
    meant = np.bincount(words.word, weights=held, minlength=words.size)
    close = np.zeros(size)
    np.add.at(close, np.repeat(np.arange(size), np.diff(words.near_start)), meant[words.near_flat])
    return Worth(
        exact=_to_bits(held, np.maximum(in_script[vocabulary.scripts], held)),
        same=_to_bits(np.minimum(meant[words.word] + _MISTAKEN * close, total), total),
        near=_to_bits(
            np.minimum(_count_near(forms, words, part, close, census), total), total, _NEAR_WORDS
        ),
    )


def _count_near(
    forms: Forms,
    words: Words,
    part: npt.NDArray[np.float64],
    close: npt.NDArray[np.float64],
    census: Census | None,
) -> npt.NDArray[np.float64]:
    """Return for each spelling how many lines hold a word that may stand for its word.

    Of a part of an archive the lines say nothing of the rest; there the words near it are counted.
    """
    if census is not None:
        return close
    lines = np.bincount(forms.near.flat, part[forms.near.rows()], words.size)
    found: npt.NDArray[np.float64] = lines[words.word]
    return found


def _to_bits(
    count: npt.NDArray[np.float64], total: npt.NDArray[np.float64] | float, words: float = 1.0
) -> Floats:
    seen = count + words * _BACKGROUND_SHARE * _BACKGROUND_RECORDS
    return np.log2((total + _BACKGROUND_RECORDS) / seen).astype(np.float32)
