"""What is not a person: a bulldozed mosque, an order, a petition, an estimate."""

import pytest

from aigaq.records.claims import SubjectKind
from aigaq.records.errors import BadInput, NotAllowed
from aigaq.records.vocabulary import vocabulary
from aigaq.services.recording import read_subjects, record_document
from aigaq.store import models

DOCUMENT = {
    "sources": [
        {"key": "press", "kind": "press_article", "title": "An article", "lang": "en-Latn", "voice": "press"}
    ],
    "subjects": [
        {
            "key": "mosque",
            "kind": "site",
            "claims": [
                {"property": "name", "value": "A centuries-old mosque", "source": "press"},
                {"property": "destroyed_date", "value": "2017/2019", "source": "press"},
            ],
        },
        {
            "key": "one-language",
            "kind": "policy",
            "claims": [
                {"property": "policy_text", "value": "Mandarin alone in public places", "source": "press"}
            ],
        },
        {
            "key": "up-to-two-million",
            "kind": "figure",
            "claims": [
                {
                    "property": "number_high",
                    "value": "2000000",
                    "words": "up to 2 million, according to some estimates",
                    "source": "press",
                },
                {"property": "counted_what", "value": "people detained", "source": "press"},
            ],
        },
        {
            "key": "county",
            "kind": "body",
            "claims": [{"property": "name", "value": "The county", "source": "press"}],
        },
    ],
    "acts": [
        {
            "kind": "cultural_site_destroyed",
            "source": "press",
            "subject": "mosque",
            "began": "2017",
            "involvements": [{"body": "county", "degree": "ordered"}],
        }
    ],
    "interventions": [
        {
            "kind": "petition",
            "source": "press",
            "addressee": "The President of Kazakhstan",
            "on": "2017-06",
            "by": "writers",
        }
    ],
}  # fmt: skip


@pytest.fixture
def document():
    """The document, with vocabulary codes as they are today."""
    kinds = vocabulary("act_kind").terms
    destroyed = next(code for code in kinds if "destr" in code or "mosque" in code)
    degree = next(iter(vocabulary("involvement_degree").terms))
    petition = next(code for code in vocabulary("intervention_kind").terms if "petition" in code)
    act = {**DOCUMENT["acts"][0], "kind": destroyed}
    act["involvements"] = [{"body": "county", "degree": degree}]
    return {
        **DOCUMENT,
        "acts": [act],
        "interventions": [{**DOCUMENT["interventions"][0], "kind": petition}],
    }


def test_each_has_its_place(admin, document):
    done = record_document(admin, document, "article.yaml")
    assert (done.sources, done.subjects, done.claims, done.acts, done.interventions) == (
        1,
        4,
        6,
        1,
        1,
    )
    (figure,) = read_subjects(admin, SubjectKind.FIGURE)
    (claim,) = figure.said("number_high")
    assert (claim.value, claim.words) == ("2000000", "up to 2 million, according to some estimates")
    (mosque,) = read_subjects(admin, SubjectKind.SITE)
    assert mosque.names[0].value == "A centuries-old mosque"
    assert models.Act.objects.get().subject.key == "mosque"


def test_a_second_recording_adds_nothing(admin, document):
    record_document(admin, document, "article.yaml")
    again = record_document(admin, document, "article.yaml")
    assert (again.sources, again.subjects, again.claims, again.acts, again.interventions) == (
        0,
    ) * 5
    assert models.Intervention.objects.count() == 1


@pytest.mark.parametrize(
    "broken",
    [
        {"subjects": [{"key": "x", "kind": "person"}]},
        {
            "subjects": [
                {
                    "key": "x",
                    "kind": "site",
                    "claims": [{"property": "birth", "value": "1900", "source": "s"}],
                }
            ]
        },
        {"acts": [{"kind": "no such act", "source": "press"}]},
        {"interventions": [{"kind": "petition"}]},
        {"sources": [{"kind": "list"}]},
        {"sources": [{"key": "s", "kind": "list", "title": "A list", "dated": "spring"}]},
        {"sources": [{"key": "s", "kind": "list", "titel": "A list"}]},
    ],
)
def test_a_broken_document_records_nothing(admin, broken):
    with pytest.raises(BadInput):
        record_document(admin, broken, "broken.yaml")
    assert not models.Subject.objects.exists()
    assert not models.Source.objects.exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"began": "in March"}, "began"),
        ({"involvments": []}, "no field 'involvments'"),
        ({"involvements": [{"body": "county", "degree": "a bit"}]}, "involvement_degree"),
        ({"involvements": [{"body": "county", "degree": "ordered", "certainty": 7}]}, "certainty"),
    ],
)
def test_a_slip_is_found_also_in_what_is_recorded_already(admin, document, change, said):
    record_document(admin, document, "article.yaml")
    slip = {**document, "acts": [{**document["acts"][0], **change}]}
    with pytest.raises(BadInput, match=said):
        record_document(admin, slip, "article.yaml")


def test_a_reader_may_not_record(member, document):
    with pytest.raises(NotAllowed):
        record_document(member("Rita", "reader"), document, "article.yaml")
