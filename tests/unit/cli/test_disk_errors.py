"""A full or failing disk is one line and an exit code, without a trace that prints what was at hand."""

import pytest
from django.db import IntegrityError, OperationalError

from aigaq.store.settings import prepare

prepare()

from aigaq.cli.session import errors_to_exit_codes  # noqa: E402


def failing(error):
    with errors_to_exit_codes():
        raise error


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), OperationalError("disk I/O error")]
)
def test_a_failing_disk_is_one_line(error, capsys):
    with pytest.raises(SystemExit) as caught:
        failing(error)
    said = capsys.readouterr().err
    assert caught.value.code == 2
    assert str(error) in said
    assert said.count("\n") == 1


def test_what_quotes_values_is_not_printed(capsys):
    with pytest.raises(IntegrityError):
        failing(IntegrityError("MARKER"))
    assert capsys.readouterr().err == ""
