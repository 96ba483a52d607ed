"""The error tree of the domain. Every message is one line that says what is wrong and how to mend it."""


class AigaqError(Exception):
    """Anything Aigaq refuses, with a message fit to show a person."""


class BadInput(AigaqError):
    """The input can't be used as it stands (CLI exit code 2)."""


class BadDate(BadInput):
    """A text that is not an EDTF date (ISO 8601-2, Library of Congress EDTF level 0-2)."""


class BadLanguageTag(BadInput):
    """A language tag that is not BCP 47 with a script."""


class BadClaim(BadInput):
    """A claim whose parts contradict its property's definition."""


class NotAllowed(AigaqError):
    """The actor's role does not permit this act."""


class Locked(NotAllowed):
    """Something sealed is needed, and the actor has not unlocked their keys."""


class NotFound(AigaqError):
    """What was named does not exist in this archive."""


class Refused(AigaqError):
    """The act is understood and the answer is no (CLI exit code 1)."""
