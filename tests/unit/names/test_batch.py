"""A score depends on the two names alone: not on what else is scored with them, nor in which order."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from aigaq.names import score
from aigaq.names.model import Scorer

from .strategies import names

# Words that read alike, letter for letter, and yet are compared differently: cut at a part that names
# are built with or not, read as pinyin or not, and with Hanzi of the same sound.
_ALIKE = (
    "Нұрлан Омар", "Nuerlan Omar", "Nuerllan Omar", "Тұрсын Омар", "Tuerxun Omar", "Tuerrxun Omar",
    "Nurlan Akhmet", "Nourlan Akhmet", "NURLAN ahmat", "Nurlan", "Aili Maimaiti", "Ailı Maymaytı",
    "艾力·买买提", "艾力 买买提", "Ai li Mai mai ti", "Abdugheni Tursun", "Abduğeni Tursun",
    "阿不都热依木·吐尔逊", "Abdurehim Tursun", "Gülnar Qizi", "Gulnar Kyzy", "Гүлнар Қызы", "Гулнар Кызы",
    "Nurlan Ahmetuly",
    "Nurlan Ahmet uly", "Нұрлан Ахметұлы", "Нурлан Ахметулы", "نۇرلان اقمەتۇلى",
)  # fmt: skip
_names = st.one_of(st.sampled_from(_ALIKE), names)


def _scores(batch: list[str], pairs: list[tuple[int, int]]) -> list[float]:
    left, right = np.array(pairs, np.int32).reshape(-1, 2).T
    scorer = Scorer(batch)
    return scorer.scores(np.ascontiguousarray(left), np.ascontiguousarray(right)).tolist()


@given(st.lists(_names, min_size=2, max_size=8), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_a_score_does_not_depend_on_the_batch_or_its_order(batch: list[str], rng) -> None:
    pairs = [(i, j) for i in range(len(batch)) for j in range(len(batch))]
    rng.shuffle(pairs)
    for (i, j), found in zip(pairs, _scores(batch, pairs), strict=True):
        assert found == score(batch[i], batch[j]), (batch[i], batch[j])


def test_words_that_read_alike_keep_their_own_scores_in_one_batch() -> None:
    batch = list(_ALIKE)
    pairs = [(i, j) for i in range(len(batch)) for j in range(len(batch))]
    alone = {(i, j): score(batch[i], batch[j]) for i, j in pairs}
    for order in (pairs, pairs[::-1]):
        found = dict(zip(order, _scores(batch, order), strict=True))
        assert found == alone


def test_a_store_scored_over_and_over_gives_the_same() -> None:
    scorer = Scorer(_ALIKE)
    names = np.arange(len(_ALIKE), dtype=np.int32)
    left, right = np.repeat(names, len(names)), np.tile(names, len(names))
    first = scorer.scores(left, right)
    assert np.array_equal(scorer.scores(left[::-1].copy(), right[::-1].copy())[::-1], first)
