"""Which headings a mapping asks of its table."""

from collections.abc import Iterator

from aigaq.intake.mappingtypes import (
    Choice,
    ClaimSpec,
    ConsentSpec,
    RowSource,
    SourceTable,
    TableMapping,
)


def used_headings(mapping: TableMapping) -> tuple[str, ...]:
    """Return every heading `mapping` reads, each once, in the order of the file."""
    return tuple(dict.fromkeys(heading for heading in _all(mapping) if heading))


def _all(mapping: TableMapping) -> Iterator[str]:
    yield from (*mapping.key, mapping.page)
    for column in mapping.columns:
        yield from column.headings
        yield from _of_specs(column.specs)
    yield from _of_source(mapping)
    if mapping.testifier:
        yield from (mapping.testifier.name, mapping.testifier.contact)
        yield mapping.testifier.relation.column
    if mapping.consent:
        yield from _of_consent(mapping.consent)
    if mapping.claim:
        yield from _of_claim(mapping)


def _of_specs(specs: tuple[ClaimSpec, ...]) -> Iterator[str]:
    for spec in specs:
        yield spec.lang.column
        yield from (heading for heading, _ in spec.when)


def _of_source(mapping: TableMapping) -> Iterator[str]:
    source = mapping.source
    if isinstance(source, RowSource):
        yield from (source.voice.column, source.lang.column, source.dated.column)
    elif isinstance(source, SourceTable):
        yield source.column


def _of_consent(consent: ConsentSpec) -> Iterator[str]:
    yield from consent.purposes.values()
    choices: tuple[Choice, ...] = (
        consent.audience, consent.identity_mode, consent.place_granularity,
        consent.date_granularity, consent.about,
    )  # fmt: skip
    yield from (choice.column for choice in choices)


def _of_claim(mapping: TableMapping) -> Iterator[str]:
    claim = mapping.claim
    if claim is None:
        return
    yield from (claim.mention, claim.property, *claim.parts.values())
    yield from (claim.lang, claim.note, claim.episode, claim.leg, claim.qualifier)
    yield from (claim.voice.column, claim.certainty.column)
    for parts in claim.properties.values():
        for specs in parts.values():
            yield from _of_specs(specs)
