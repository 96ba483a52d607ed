"""The cover page of a package, out of what it holds."""

import mimetypes
from collections.abc import Iterator, Sequence

from aigaq.publish.cover import Cover, CoverEntry, CoverItem
from aigaq.records.release import ReleasedPerson
from aigaq.services.package_records import PackageRecords
from aigaq.services.package_scope import Scope
from aigaq.services.public_view import Directory, basis_words, show_person
from aigaq.services.rights import read_rights
from aigaq.store import models


def item_path(item: models.Item, found: PackageRecords) -> str:
    """Return where a file lies in the package: under its hash, with the ending of its type."""
    ending = mimetypes.guess_extension(item.media_type) or ".bin"
    return f"data/items/{found.hashes[item.id]}{ending}"


def make_cover(
    scope: Scope, found: PackageRecords, key_name: str, *, sealed_list: bool, draft: bool = False
) -> Cover:
    """Gather what the cover page shows.

    Args:
        scope: what leaves.
        found: its proved records.
        key_name: name of the log key.
        sealed_list: whether the custodians' names are in the package for its recipients.
        draft: whether the page alone is shown, before anybody approved.
    """
    people = _people(scope)
    return Cover(
        title=_title(people),
        made_on=scope.request.on,
        people=people,
        whole=frozenset(map(str, found.whole)),
        items=tuple(_cover_items(scope, found, draft)),
        left_out=scope.left_out,
        seen=tuple(_seen(found.acts)),
        key_name=key_name,
        sealed_list=sealed_list,
        draft=draft,
    )


def _people(scope: Scope) -> tuple[ReleasedPerson, ...]:
    rights = read_rights(scope.request.purpose)
    shown = scope.clearance.people
    page_of = {mention.id: str(one.person.id) for one in shown for mention in one.account.mentions}
    directory = Directory(page_of, basis_words(rights, shown))
    return tuple(show_person(one, directory) for one in shown)


def _title(people: Sequence[ReleasedPerson]) -> str:
    if not people:
        return "Evidence files"
    if len(people) == 1:
        return people[0].display_name
    titles = {source.title for person in people for source in person.sources}
    return titles.pop() if len(titles) == 1 else f"{people[0].display_name} and others"


def _cover_items(scope: Scope, found: PackageRecords, draft: bool) -> Iterator[CoverItem]:
    paths = {item.id: item_path(item, found) for item in scope.items}
    for item in scope.items:
        rows = item.custody.order_by("position")
        yield CoverItem(
            path=paths[item.id],
            name=found.names[item.id] if draft else "",
            kind=item.kind,
            media_type=item.media_type,
            size=item.size,
            sha256=found.hashes[item.id],
            made_from=paths.get(item.parent_id, "") if item.parent_id else "",
            tool=item.tool,
            custody=tuple(
                CoverEntry(
                    row.happened or f"{row.at:%Y-%m-%d %H:%M} UTC",
                    row.action,
                    found.custodians[row.actor_id].pseudonym,
                )
                for row in rows
            ),
        )


def _seen(acts: Sequence[int]) -> Iterator[str]:
    """Say who outside saw the log that holds these acts, before the package was made."""
    last = max(acts, default=0)
    for stamp in models.Stamp.objects.order_by("at"):
        size = stamp.request.checkpoint_id
        covered = sum(act < size for act in acts)
        if covered:
            yield (
                f"A time-stamp authority confirms that {covered} of the {len(acts)} acts shown here stood "
                f"in the log by {stamp.at:%Y-%m-%d %H:%M} UTC."
            )
        if size > last:
            return
