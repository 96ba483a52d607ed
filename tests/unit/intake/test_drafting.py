import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aigaq.intake.drafts import ConsentDraft, SourceDraft
from aigaq.intake.mapping import load_mapping
from aigaq.intake.sources import read_sources
from aigaq.records.claims import ClaimState, check_value
from aigaq.records.errors import BadInput
from aigaq.records.vocabulary import property_of

from .builders import HEADER, draft, values, wide

HEAD = ",".join(HEADER) + "\n"
TESTIMONY = """
version: 1
shape: wide
source: {per: row, key: t, kind: testimony, title: Testimony, voice: relative, lang: {column: tag}}
key: id
columns: {name: name}
testifier: {name: who, contact: reach, relation: {column: is, terms: {қызы: daughter}}}
consent:
  purposes: {media: press, publication_profile: page}
  yes: [иә]
  no: [жоқ]
  audience: {column: to}
"""
CLAIMS = """
version: 1
shape: claims
source: {table: sources.csv, column: source_key}
absent: {refused: [refused]}
claim: {mention: m, property: p, value: v, date: d, refers_to: r, qualifier: q, lang: l, episode: e}
"""
SOURCES = b"key,kind,title,lang\ns1,book,A book,ru-Cyrl\n"


def test_a_row_becomes_claims_with_words_place_and_language() -> None:
    data = (HEAD + "7,  Pérez   Ana ,qu-Latn,NOV/1976,Femenino,24 años,,\n").encode()
    (row,), rejects = draft(data, wide())
    assert rejects == []
    assert (row.source.key, row.mention, row.row) == ("list-1", "7", 2)
    name, taken, sex, age = row.claims
    assert (name.value, name.words, name.lang) == ("Pérez Ana", "  Pérez   Ana ", "qu-Latn")
    assert (taken.value, taken.words, taken.lang) == ("1976-11", "NOV/1976", "es-Latn")
    assert (taken.episode, taken.leg, sex.episode) == (1, 1, 0)
    assert (sex.value, age.value, age.episode, age.leg) == ("female", "24", 1, 0)
    assert name.locator.file == hashlib.sha256(data).hexdigest()
    assert name.locator.describe() == "row 2, column “name”"


def test_the_four_absences_are_claims_and_blanks_are_not() -> None:
    more = "\ncompose: [{property: birth_place, columns: [place, phone], join: ', '}]\n"
    text = HEAD + "1,Desconocido,,sin datos,,,sin datos,\n2,Ana,,,,,sin datos,Lima\n"
    (first, second), rejects = draft(text.encode(), wide(more))
    assert rejects == []
    assert [(c.property, c.state, c.value, c.words) for c in first.claims] == [
        ("name", ClaimState.UNKNOWN, "", "Desconocido"),
        ("arrest_date", ClaimState.NOT_STATED, "", "sin datos"),
        ("arrest_place", ClaimState.NOT_STATED, "", "sin datos"),
        ("birth_place", ClaimState.NOT_STATED, "", "sin datos"),
    ]
    assert values(second, "birth_place") == ["Lima"]


def test_an_absence_is_said_once_though_a_column_has_several_entries() -> None:
    more = "  kids: [{property: children, match: '\\d+'}, {property: children, match: none, value: '0'}]"
    text = HEAD.strip() + ",kids\n1,Ana,,,,,,,sin datos\n2,Eva,,,,,,,none\n3,Ida,,,,,,,many\n"
    good, rejects = draft(text.encode(), wide(more))
    assert [c.state for c in good[0].claims if c.property == "children"] == [ClaimState.NOT_STATED]
    assert values(good[1], "children") == ["0"]
    assert [(r.row, r.column) for r in rejects] == [(4, "kids")]


def test_a_repeated_row_is_left_out_and_a_repeated_key_is_not_taken() -> None:
    text = HEAD + "1,Ana,,,,,,\n1,Ana,,,,,,\n1,Eva,,,,,,\n"
    good, rejects = draft(text.encode(), wide())
    assert [row.row for row in good] == [2]
    assert [(r.row, r.column, r.value) for r in rejects] == [(4, "id", "1")]


def test_without_a_key_the_content_is_the_key_whatever_the_row() -> None:
    mapping = load_mapping(
        "version: 1\nshape: wide\nsource: {key: k, kind: list, title: T}\ncolumns: {name: name}",
        "m",
    )
    first, _ = draft(b"name,x\nAna,1\nEva,2\n", mapping)
    second, _ = draft(b"name,x\nEva,2\nIda,3\nAna,1\nAna,4\n", mapping)
    keys = {values(row, "name")[0]: row.mention for row in first}
    assert [row.mention for row in second][:3:2] == [keys["Eva"], keys["Ana"]]
    assert len({row.mention for row in second}) == 4


def test_a_key_of_several_columns_and_a_key_too_long() -> None:
    spec = (
        "version: 1\nshape: wide\nsource: {key: k, kind: list, title: T}\nkey: [a, b]\n"
        "columns: {name: name}"
    )
    text = f"a,b,name\nx|,y,Ana\nx,|y,Eva\n{'z' * 300},,Ida\n,,Ada\n"
    good, rejects = draft(text.encode(), load_mapping(spec, "m"))
    assert len({row.mention for row in good}) == 2
    assert [(r.row, r.column, r.reason[:14]) for r in rejects] == [
        (4, "a", "301 characters"), (5, "a", "the key is mis"),
    ]  # fmt: skip


def test_testimonies_keep_who_spoke_apart_from_what_was_said() -> None:
    text = (
        "id,name,tag,who,reach,is,press,page,to\n"
        "1,Айгүл,kk-Cyrl,Дана,+7 700,қызы,иә,,public\n"
        "2,Нұр,kk-Cyrl,Дана,+7 700,daughter,жоқ,иә,\n"
        "3,Бек,kk-Cyrl,,,,,,\n"
        "4,Ер,kk-Cyrl,Али,,neighbor?,,,\n"
        "5,Ас,kk-Cyrl,Али,,,maybe,,\n"
        "6,Ай,kk-Cyrl,Али,,,,,everyone\n"
    )
    good, rejects = draft(text.encode(), load_mapping(TESTIMONY, "m"))
    first, second, third = good
    assert first.source == SourceDraft(
        "t/1", "testimony", "Testimony", lang="kk-Cyrl", voice="relative"
    )
    assert first.testifier is not None
    assert second.testifier is not None
    assert (first.testifier.relation, second.testifier.relation) == ("daughter", "daughter")
    assert first.testifier.key == second.testifier.key == "1"
    assert third.testifier is None
    assert first.consent == ConsentDraft(
        {"media": "yes", "publication_profile": "ask_again"}, audience="public"
    )
    assert second.consent == ConsentDraft({"media": "no", "publication_profile": "yes"})
    for row in good:
        assert not any("Дана" in repr(claim) or "+7 700" in repr(claim) for claim in row.claims)
    assert [(r.row, r.column, r.value) for r in rejects] == [
        (5, "is", "neighbor?"), (6, "press", "maybe"), (7, "to", "everyone"),
    ]  # fmt: skip


def test_claims_are_told_with_their_source_kin_and_episode() -> None:
    mapping = load_mapping(CLAIMS, "m")
    sources = read_sources(SOURCES, "sources.csv", mapping)
    text = (
        "source_key,m,p,v,d,r,q,l,e\n"
        "s1,m1,name,Алия,,,former,,\n"
        "s1,m1,relative,,,m2,child,,\n"
        "s1,m1,arrest_date,,1937-11~,,,,2\n"
        "s1,m1,ethnicity,refused,,,,,\n"
        "s1,m1,name,Алия,,,former,,\n"
        "s1,,name,Х,,,,,\n"
        "s9,m1,name,Х,,,,,\n"
        "s1,m1,colour,red,,,,,\n"
        "s1,m1,name,Х,,,horse,,\n"
        "s1,m1,arrest_date,,1937-02-31,,,,\n"
        "s1,m1,birth,,,,,,\n"
        "s1,m1,name,Х,,,,ru,\n"
        "s1,m1,arrest_date,,1937,,,,first\n"
    )
    good, rejects = draft(text.encode(), mapping, "claims.csv", sources)
    found = [
        (c.property, c.state, c.value, c.words, c.qualifier, c.refers_to, c.episode)
        for row in good
        for c in row.claims
    ]
    assert found == [
        ("name", "known", "Алия", "Алия", "former", "", 0),
        ("relative", "known", "", "", "child", "m2", 0),
        ("arrest_date", "known", "1937-11~", "1937-11~", "", "", 2),
        ("ethnicity", "refused", "", "refused", "", "", 0),
    ]
    assert [(r.row, r.column) for r in rejects] == [
        (7, "m"), (8, "source_key"), (9, "p"), (10, "q"), (11, "d"), (12, "d"), (13, "l"), (14, "e"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"kind,title\nbook,A", "no column"),
        (b"key,kind,title\n,book,A", "row 2: a source needs a key"),
        (b"key,kind,title\ns,boook,A", "row 2, column “kind”"),
        (b"key,kind,title\ns,book,A\ns,book,B", "row 3: the key 's' stands already above"),
        (b"key,kind,title\ns,book", "row 2"),
        (b"key,kind,title,lang\ns,book,A,kk", "row 2: source: lang: language tag 'kk'"),
    ],
)
def test_a_wrong_table_of_sources_stops_the_import(data: bytes, words: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_sources(data, "sources.csv", load_mapping(CLAIMS, "m"))
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("entry", "cell", "reason"),
    [
        ("{property: source_link}", "javascript:alert(1)", "no web address"),
        ("{property: children}", "two", "no number"),
        ("{property: other_name, match: 'x+'}", "y", "fits none of the patterns"),
        ("{property: other_name}", "y" * 257, "257 characters; a name has at most 256"),
        (
            "{property: relative_name, match: '(?P<value>.+) (?P<qualifier>.+)'}",
            "A b",
            "qualifiers",
        ),
    ],
)
def test_cells_of_the_wrong_kind(entry: str, cell: str, reason: str) -> None:
    text = HEAD.strip() + f",x\n1,Ana,,,,,,,{cell}\n"
    good, (reject,) = draft(text.encode(), wide(f"  x: {entry}\n"))
    assert good == []
    assert (reject.column, reject.value) == ("x", cell)
    assert reason in reject.reason


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), max_size=30))
def test_whatever_a_cell_says_is_kept_or_the_row_is_named(text: str) -> None:
    quoted = '"' + text.replace('"', '""') + '"'
    more = "  kids: children\n  born: {property: birth, dates: [edtf, '%d.%m.%Y']}\n"
    for column in ("kids", "born", "place"):
        row = dict.fromkeys([*HEADER, "kids", "born"], "")
        row.update({"id": "1", "name": "Ana", column: quoted})
        data = (HEAD.strip() + ",kids,born\n" + ",".join(row.values())).encode()
        good, rejects = draft(data, wide(more))
        assert len(good) + len(rejects) == 1
        for claim in (claim for one in good for claim in one.claims):
            if claim.value and claim.property != "name":
                assert claim.words == text.replace("\ufeff", "")
                check_value(property_of(claim.property), claim.value)
