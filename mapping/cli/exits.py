"""How commands end: one message and one exit status for each way to fail."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING, Any, Final, TextIO

import typer
from typer.core import TyperGroup

from mapping.cli.console import complain, print_faults, summary
from mapping.cli.report_json import is_wanted, print_stopped
from mapping.startup import INTERRUPTED

if TYPE_CHECKING:
    from collections.abc import Sequence

DONE: Final = 0
FAULTS: Final = 1  # the input has faults or is missing
USAGE: Final = 2  # options or arguments make no sense
SURROUNDINGS: Final = 3  # disk full, no permission, no browser
TRACEBACK: Final = "CLAIMATLAS_TRACEBACK"  # set, it lets what nobody foresaw through
PIPE_CLOSED: Final = 141  # as a shell reports SIGPIPE; 1 would blame the input


class Commands(TyperGroup):
    """The commands of ``claimatlas``; whatever goes wrong in one ends here."""

    _for_tools = False  # whether standard output must get an object in any case

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
        self._for_tools = is_wanted(sys.argv[1:] if args is None else args)
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
            status = self._report_usage(error)
        except typer.Abort:
            status = INTERRUPTED
        except OSError as error:  # what is still buffered finds the disk full or the reader gone
            status = self._report_system_error(error)
        except SystemExit as end:  # how typer ends where the reader of its help has gone
            status = PIPE_CLOSED if isinstance(end.__context__, BrokenPipeError) else end.code
        sys.exit(status or DONE)

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 -- typer's own types are private
        """Run the command that the context names, and give its failures their status."""
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort, typer.TyperException):
            raise
        except Exception as error:
            raise typer.Exit(self._status_of(error)) from error

    def _status_of(self, error: Exception) -> int:
        """Report a failure; its exit status."""
        # Here, since --help need not wait for pandas.
        from geodata import errors  # noqa: PLC0415 -- see above

        match error:
            case errors.ClaimsError():
                print_faults(error.report)
                complain(summary(error.report))
                return FAULTS
            case errors.ArgumentError():
                return self._end(f"claimatlas: {error}", USAGE)
            case OSError():  # SurroundingsError too
                return self._report_system_error(error)
            case MemoryError():
                message = "claimatlas: there is not enough memory for this input"
                return self._end(message, SURROUNDINGS)
            case errors.ClaimatlasError():
                return self._end(str(error), FAULTS)
        if os.environ.get(TRACEBACK):
            raise error
        message = (
            f"claimatlas: a fault of the program, not of yours ({type(error).__name__}: {error}): "
            f"please report it with the input; {TRACEBACK}=1 shows where it happened"
        )
        return self._end(message, FAULTS)

    def _report_system_error(self, error: OSError) -> int:
        """Say what the system refused; nothing where only the reader of a pipe has gone."""
        try:
            sys.stdout.flush()
        except OSError:
            _silence(sys.stdout)
        if isinstance(error, BrokenPipeError):
            return PIPE_CLOSED
        reason = error.strerror or str(error) or type(error).__name__
        message = f"{error.filename}: {reason}" if error.filename else f"claimatlas: {reason}"
        return self._end(message, SURROUNDINGS)

    def _report_usage(self, error: typer.TyperException) -> int:
        """Say in one message what is wrong with the command line, and where its help is."""
        context = getattr(error, "ctx", None)
        command = "claimatlas" if context is None else context.command_path
        message = f"{command}: {error.format_message()} (see {command} --help)"
        return self._end(message, error.exit_code)

    def _end(self, message: str, status: int) -> int:
        """Tell a person, and a program that waits for an object, why there is no result."""
        with contextlib.suppress(OSError):  # standard error itself may be what fails
            complain(message)
        if self._for_tools:
            with contextlib.suppress(OSError):  # … or standard output
                print_stopped(message)
                sys.stdout.flush()
        return status


def _silence(stream: TextIO) -> None:
    """Let nothing more be written, not even by the flush when Python ends."""
    with contextlib.suppress(OSError, ValueError):  # a stream of a test has no descriptor
        descriptor = os.open(os.devnull, os.O_WRONLY)
        os.dup2(descriptor, stream.fileno())
        os.close(descriptor)
