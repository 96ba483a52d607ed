"""Names of people and places across scripts: taken apart, keyed, compared and searched.

`score` says how likely two spellings are one name; `rank` orders candidates; `explain` shows which
pieces matched. Nothing here reads or writes anything but the room's own data files.
"""

from aigaq.names.explain import Correspondence, Explanation, WordMatch, explain
from aigaq.names.index import Index
from aigaq.names.keys import keys
from aigaq.names.model import POSSIBLE, SAME, Ranked, rank, score, score_pairs
from aigaq.names.parse import ParsedName, parse
from aigaq.names.scripts import MAX_LENGTH, NameTooLong, fold, script_of

__all__ = [
    "MAX_LENGTH",
    "POSSIBLE",
    "SAME",
    "Correspondence",
    "Explanation",
    "Index",
    "NameTooLong",
    "ParsedName",
    "Ranked",
    "WordMatch",
    "explain",
    "fold",
    "keys",
    "parse",
    "rank",
    "score",
    "score_pairs",
    "script_of",
]
