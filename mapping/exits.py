"""How commands end: one message and one exit status for each way to fail."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING, Any, Final, TextIO

import typer
from typer.core import TyperGroup

from mapping.console import complain, print_faults, summary

if TYPE_CHECKING:
    from collections.abc import Sequence

DONE: Final = 0
FAULTS: Final = 1  # the input has faults or is missing
USAGE: Final = 2  # options or arguments make no sense
SURROUNDINGS: Final = 3  # disk full, no permission, no browser
INTERRUPTED: Final = 130  # as a shell reports Ctrl-C
PIPE_CLOSED: Final = 141  # as a shell reports SIGPIPE; 1 would blame the input


class Commands(TyperGroup):
    """The commands of ``claimatlas``; whatever goes wrong in one ends here."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: ARG002 -- typer's signature; it ends here
        windows_expand_args: bool = True,
        **extra: Any,  # noqa: ANN401 -- typer's signature
    ) -> Any:  # noqa: ANN401 -- typer's signature
        """Run a command line, then end the process with its exit status."""
        try:
            status = super().main(
                args,
                prog_name,
                complete_var,
                standalone_mode=False,
                windows_expand_args=windows_expand_args,
                **extra,
            )
            sys.stdout.flush()
        except typer.TyperException as error:
            status = _report_usage(error)
        except typer.Abort:
            status = INTERRUPTED
        except OSError as error:  # what is still buffered finds the disk full or the reader gone
            status = _report_system_error(error)
        sys.exit(status or DONE)

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 -- typer's own types are private
        """Run the command that the context names, and give its failures their status."""
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort, typer.TyperException):
            raise
        except Exception as error:
            raise typer.Exit(_status_of(error)) from error


def _status_of(error: Exception) -> int:
    """Report a failure; its exit status. What nobody foresaw is raised again."""
    # Here, since --help need not wait for pandas.
    from geodata import errors  # noqa: PLC0415 -- see above

    match error:
        case errors.ClaimsError():
            print_faults(error.report)
            complain(summary(error.report))
            return FAULTS
        case errors.ArgumentError():
            complain(f"claimatlas: {error}")
            return USAGE
        case OSError():  # SurroundingsError too
            return _report_system_error(error)
        case MemoryError():
            complain("claimatlas: there is not enough memory for this input")
            return SURROUNDINGS
        case errors.ClaimatlasError():
            complain(str(error))
            return FAULTS
    raise error


def _report_system_error(error: OSError) -> int:
    """Say what the system refused; nothing where only the reader of a pipe has gone."""
    try:
        sys.stdout.flush()
    except OSError:
        _silence(sys.stdout)
    if isinstance(error, BrokenPipeError):
        return PIPE_CLOSED
    reason = error.strerror or str(error) or type(error).__name__
    complain(f"{error.filename}: {reason}" if error.filename else f"claimatlas: {reason}")
    return SURROUNDINGS


def _report_usage(error: typer.TyperException) -> int:
    """Say in one message what is wrong with the command line, and where its help is."""
    context = getattr(error, "ctx", None)
    command = "claimatlas" if context is None else context.command_path
    complain(f"{command}: {error.format_message()} (see {command} --help)")
    return error.exit_code


def _silence(stream: TextIO) -> None:
    """Let nothing more be written, not even by the flush when Python ends."""
    with contextlib.suppress(OSError, ValueError):  # a stream of a test has no descriptor
        descriptor = os.open(os.devnull, os.O_WRONLY)
        os.dup2(descriptor, stream.fileno())
        os.close(descriptor)
