"""Publishing: an approved release becomes a folder anyone can read and check."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from aigaq.adapters.clock import today
from aigaq.adapters.files import hash_folder, read_file, write_folder
from aigaq.publish.site import render_site
from aigaq.records.consent import Request
from aigaq.records.errors import BadInput
from aigaq.records.release import Release
from aigaq.services.actors import Actor
from aigaq.services.approving import propose_release, require_approval
from aigaq.services.public_view import Directory, basis_words, show_person
from aigaq.services.releasing import Clearance, clear
from aigaq.services.rights import read_rights
from aigaq.store import models
from aigaq.vault.listing import Finding, check_listing, write_listing

#: The listing of a published folder; every other file in it stands there with its SHA-256.
MANIFEST = "manifest-sha256.txt"
# What only a site has: an evidence package, like every BagIt bag, has a listing of that name too.
_MARKER = "look/site.css"

type Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Published:
    """What was written: the folder, how many files and people, and what was left out."""

    folder: Path
    files: int
    people: int
    withheld: dict[str, int]
    digest: str


def publish(
    actor: Actor,
    out: Path,
    *,
    title: str,
    draft: bool,
    progress: Progress = lambda done, total: None,
) -> Published:
    """Write the public site and data sets into `out`.

    Args:
        actor: who publishes.
        out: a new or empty folder, or one that an earlier run wrote.
        title: name of the collection as the public sees it.
        draft: mark every page a draft and ask for no approval.
        progress: called with people shown and people in all.

    Raises:
        NotAllowed: the actor may not propose releases.
        Refused: it is no draft and nobody else has approved exactly this release; it is proposed.
        BadInput: `out` holds something else.
    """
    request = Request("publication_profile", "public", today())
    clearance = clear(actor, request)
    if not draft:
        proposal = propose_release(actor, clearance, request)
        require_approval(proposal, "or make a draft with --draft")
    release = _release(clearance, request, title, draft, progress)
    files = write_folder(out, _with_manifest(render_site(release)), marker=_MARKER)
    return Published(out, files, len(release.people), dict(release.withheld), clearance.digest)


def propose(actor: Actor) -> UUID:
    """Propose what would be published today, and return the proposal's id for another member to approve.

    Raises:
        NotAllowed: the actor may not propose releases.
    """
    request = Request("publication_profile", "public", today())
    return propose_release(actor, clear(actor, request), request)


def _release(
    clearance: Clearance, request: Request, title: str, draft: bool, progress: Progress
) -> Release:
    rights = read_rights(request.purpose)
    page_of = {
        mention: str(one.person.id)
        for one in clearance.people
        for mention in (*one.person.mentions, *one.former)
    }
    directory = Directory(page_of, basis_words(rights, clearance.people))
    shown = []
    for done, one in enumerate(clearance.people, start=1):
        shown.append(show_person(one, directory))
        progress(done, len(clearance.people))
    return Release(
        title=title,
        purpose=request.purpose,
        audience=request.audience,
        made_on=request.on,
        draft=draft,
        people=tuple(sorted(shown, key=lambda person: person.display_name.casefold())),
        withheld=clearance.withheld,
        method=_method(),
    )


def _method() -> tuple[str, ...]:
    """Say in plain English how the collection was made and joined."""
    batches = models.Event.objects.filter(kind="judge.batch").count()
    paragraphs = [
        "Every statement on these pages is one source's claim: its words as they stand there, where they "
        "stand, and who speaks. Where sources differ, all are shown, and none is chosen for you.",
        "Accounts appear on one page only where a named member of the archive judged them to be about one "
        "person. Links that software proposed and nobody confirmed join nothing here.",
    ]
    if batches:
        paragraphs.append(
            "Some of these judgements were made as a batch: for historical lists, a member accepted all "
            "links above a stated probability at once. They are likely but were not each looked at."
        )
    return tuple(paragraphs)


def _with_manifest(files: Iterator[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    digests: dict[str, str] = {}
    for name, data in files:
        digests[name] = sha256(data).hexdigest()
        yield name, data
    yield MANIFEST, write_listing(digests)


def check_site(folder: Path) -> tuple[Finding, ...]:
    """Compare a published folder with its manifest.

    Returns:
        Everything that does not hold; empty when each file is as it was written and none was added.

    Raises:
        BadInput: the folder has no manifest.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise BadInput(f"{folder}: has no {MANIFEST}; it is no site that Aigaq published")
    digests = {name: digest for name, digest in hash_folder(folder) if name != MANIFEST}
    return check_listing(read_file(path), digests)
