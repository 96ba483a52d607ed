import pytest
from hypothesis import given
from hypothesis import strategies as st

from aigaq.intake.mapping import load_mapping
from aigaq.records.errors import BadInput

from .builders import WIDE, complaint

SOURCE = "version: 1\nshape: wide\nsource: {key: k, kind: list, title: T}\n"
CLAIMS = """version: 1
shape: claims
source: {key: k, kind: list, title: T}
claim: {mention: m, property: p, value: v}
"""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "version: 1"),
        ("version: 2", "version: 1"),
        ("version: 1\nshape: tall", "wide"),
        ("a: [", "not valid YAML"),
        ("a: 1\na: 2", "line 2: the key 'a' stands here twice"),
        ("a: &x [*x]", "contains itself"),
        ("- 1", "should be a mapping"),
        (SOURCE + "colums: {}", "unknown key 'colums'"),
        (SOURCE, "needs “columns:”"),
        (SOURCE + "columns: {a: {property: nmae}}", "columns.a: there is no property 'nmae'"),
        (SOURCE + "columns: {a: {property: name, colour: red}}", "unknown key 'colour'"),
        (SOURCE + "columns: {a: {property: facility_kind}}", "is not said of a person"),
        (SOURCE + "columns: {a: {property: birth}}", "say how it is written"),
        (SOURCE + "columns: {a: {property: birth, dates: ['%d/%m']}}", "needs a year"),
        (SOURCE + "columns: {a: {property: birth, dates: ['%b %Y']}}", "months: es"),
        (SOURCE + "columns: {a: {property: name, lang: es}}", "columns.a.lang: language tag 'es'"),
        (SOURCE + "columns: {a: {property: sex, terms: {m: man}}}", "'man' is no term of sex"),
        (SOURCE + "columns: {a: {property: sex, otherwise: man}}", "'man' is no term of sex"),
        (SOURCE + "columns: {a: {property: name, match: '('}}", "not a regular expression"),
        (SOURCE + "columns: {a: {property: name, voice: loud}}", "'loud' is no term of voice"),
        (SOURCE + "columns: {a: {property: name, certainty: 4}}", "from 1 to 3, not '4'"),
        (SOURCE + "columns: {a: {property: sex, qualifier: alias}}", "takes no qualifier"),
        (SOURCE + "columns: {_a: name}", "begin with _"),
        (SOURCE + "columns: {a: name}\nfixed: [{property: status}]", "needs a value"),
        (SOURCE + "columns: {a: name}\nformat: {encoding: utf-9}", "no encoding 'utf-9'"),
        (SOURCE + "columns: {a: name}\nformat: {delimiter: ab}", "one character"),
        (SOURCE + "columns: {a: name}\nabsent: {gone: [x]}", "unknown key 'gone'"),
        (SOURCE + "columns: {a: name}\ncompose: [{property: name}]", "compose[1]: needs “columns”"),
        (SOURCE + "columns: {a: name}\nconsent: {purposes: {fame: x}}", "no term of consent_purpose"),
        (SOURCE + "columns: {a: name}\nconsent: {purposes: {media: x}, yes: [1], no: [1]}", "two answers"),
        (SOURCE + "columns: {a: name}\nconsent: {purposes: {media: x}, about: me}", "self or proxy"),
        (SOURCE.replace("kind: list", "kind: lost") + "columns: {a: name}", "no term of source_kind"),
        (SOURCE.replace("title: T", "dated: May") + "columns: {a: name}", "needs 'title'"),
        (SOURCE.replace("title: T", "title: T, dated: May") + "columns: {a: name}", "dated: date 'May'"),
        (SOURCE.replace("title: T", "title: T, lang: kk") + "columns: {a: name}", "needs a language"),
        (
            SOURCE.replace("title: T", "title: T, publication_basis: court_record") + "columns: {a: name}",
            "basis_reason",
        ),
        (CLAIMS + "columns: {a: name}", "belongs to the shape “wide”"),
        (CLAIMS + "key: a", "key belongs to the shape “wide”"),
        (CLAIMS.replace("value: v", "note: n"), "claim: needs 'value'"),
        (CLAIMS.replace("value: v", "value: v, certainty: {column: c, terms: {x: 9}}"), "certainty is 1"),
        (CLAIMS.replace("value: v", "value: v, properties: {x: nmae}"), "no property 'nmae'"),
    ],
)  # fmt: skip
def test_every_mistake_is_one_line_that_names_file_field_and_mend(text: str, words: str) -> None:
    with pytest.raises(BadInput) as caught:
        load_mapping(text, "map.yaml")
    message = str(caught.value)
    assert words in message
    assert message.startswith("map.yaml")
    assert "\n" not in message


def test_answers_and_numbers_stay_text() -> None:
    mapping = load_mapping(
        SOURCE + "columns: {a: {property: was_minor, terms: {1: yes, 0: no}}}", "map.yaml"
    )
    terms = mapping.columns[0].specs[0].terms
    assert (terms["1"], terms["0"]) == ("yes", "no")


def test_a_merge_key_takes_over_another_entry() -> None:
    more = (
        "\ncompose:\n  - &n {property: name, columns: [id, phone]}\n  - {<<: *n, lang: kk-Cyrl}\n"
    )
    specs = load_mapping(WIDE + more, "map.yaml").columns[-1].specs
    assert (specs[0].definition.code, specs[0].lang.fixed) == ("name", "kk-Cyrl")


def test_headings_are_all_that_the_mapping_reads() -> None:
    mapping = load_mapping(
        SOURCE.replace("{key", "{per: row, key")
        + "key: [k1, k2]\npage: p\ncolumns: {a: {property: name, lang: {column: l}, "
        "when: {w: x}}}\ntestifier: {name: t, contact: c, relation: r}\n"
        "consent: {purposes: {media: m}, audience: {column: au}}",
        "map.yaml",
    )
    assert set(mapping.headings) == {"k1", "k2", "p", "a", "l", "w", "t", "c", "r", "m", "au"}


@given(st.text(max_size=200))
def test_any_text_is_a_mapping_or_bad_input(text: str) -> None:
    assert "\n" not in complaint(lambda: load_mapping(text, "map.yaml"))


@given(st.data())
def test_a_spoiled_mapping_is_a_mapping_or_bad_input(data: st.DataObject) -> None:
    lines = WIDE.split("\n")
    at = data.draw(st.integers(0, len(lines) - 1))
    junk = data.draw(st.sampled_from(["[", "{", "a: b", "- x", ": ", "&a", "*a", "", "!!python/x"]))
    lines[at] = data.draw(st.sampled_from([junk, lines[at] + junk, junk + lines[at]]))
    assert "\n" not in complaint(lambda: load_mapping("\n".join(lines), "map.yaml"))


def test_nesting_without_end_is_refused() -> None:
    with pytest.raises(BadInput, match="nested too deeply"):
        load_mapping("[" * 20_000, "map.yaml")
