"""Views of the subjects that are not persons: everything known of them is claims, gathered here by name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from aigaq.records.claims import Claim, Subject, SubjectKind
from aigaq.records.errors import BadClaim


@dataclass(frozen=True, slots=True)
class SubjectView:
    """What is said of one subject.

    Attributes:
        id: the subject.
        names: the name claims, oldest first.
        claims: every other claim in force, oldest first.
    """

    id: UUID
    names: tuple[Claim, ...]
    claims: tuple[Claim, ...]

    def said(self, property_code: str) -> tuple[Claim, ...]:
        """Return the claims for one property, contradictions and all."""
        return tuple(claim for claim in self.claims if claim.property == property_code)


class Facility(SubjectView):
    """A camp, prison or detention centre; its kind changes over time and is claimed."""

    __slots__ = ()


class Site(SubjectView):
    """A mosque, shrine, cemetery or other place something was done to."""

    __slots__ = ()


class ActorBody(SubjectView):
    """A body or an official: whoever may have acted, ordered or replied."""

    __slots__ = ()


class Group(SubjectView):
    """A group of people spoken of as one."""

    __slots__ = ()


class Policy(SubjectView):
    """An order, campaign or rule, such as one language for all public places."""

    __slots__ = ()


class Event(SubjectView):
    """Something that happened that is not one person's detention."""

    __slots__ = ()


class Figure(SubjectView):
    """A reported number (“up to 2 million, according to some estimates”), never a count of ours."""

    __slots__ = ()


_VIEWS: dict[SubjectKind, type[SubjectView]] = {
    SubjectKind.FACILITY: Facility,
    SubjectKind.SITE: Site,
    SubjectKind.BODY: ActorBody,
    SubjectKind.GROUP: Group,
    SubjectKind.POLICY: Policy,
    SubjectKind.EVENT: Event,
    SubjectKind.FIGURE: Figure,
}


def view_subject(kind: SubjectKind, id: UUID, claims: Iterable[Claim]) -> SubjectView:
    """Gather the claims about a subject that is not a person.

    Args:
        kind: its kind; a mention is a person's and is viewed by `person.build_person`.
        id: its id.
        claims: claims in force, any order; those about other subjects are passed over.

    Raises:
        BadClaim: the kind is `mention`.
    """
    if kind not in _VIEWS:
        raise BadClaim("a mention is viewed as a person, not as a subject")
    about = [claim for claim in claims if claim.subject == Subject(kind, id)]
    ordered: Sequence[Claim] = sorted(about, key=lambda claim: (claim.recorded_at, claim.id))
    return _VIEWS[kind](
        id,
        tuple(claim for claim in ordered if claim.property == "name"),
        tuple(claim for claim in ordered if claim.property != "name"),
    )
