"""Write docs/cli.md from the commands themselves."""

import inspect
from pathlib import Path
from typing import Any, Iterator

import typer

from spacy_rnn.cli.app import rnn_cli

INTRO = """# Commands

Made by `python scripts/document_commands.py` from the commands; `spacy rnn COMMAND --help` says the
same. Run them as `python -m spacy rnn ...` if `spacy` is not on your path. Errors that you can
mend are told in a sentence, and the exit code is 1 then.
"""


def main(output: Path = typer.Argument(Path("docs/cli.md"), help="Where to write")) -> None:
    """Write the page about the commands."""
    output.write_text(page(), encoding="utf8")


def page() -> str:
    """RETURNS: the page as Markdown."""
    commands = typer.main.get_command(rnn_cli).commands
    return INTRO + "".join(part for name in sorted(commands) for part in _section(commands[name]))


def _section(command: Any) -> Iterator[str]:
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option"]
    usage = " ".join(p.name.upper() + ("..." if p.nargs == -1 else "") for p in arguments)
    yield f"\n## spacy rnn {command.name}\n\n"
    yield f"```\nspacy rnn {command.name} {usage} [OPTIONS]\n```\n\n"
    yield f"{inspect.cleandoc(command.help)}\n\n"
    yield "| | |\n|---|---|\n"
    for parameter in arguments:
        yield f"| `{parameter.name.upper()}` | {parameter.help} |\n"
    for parameter in options:
        names = ", ".join(f"`{name}`" for name in sorted(parameter.opts, key=len, reverse=True))
        yield f"| {names} | {parameter.help}{_default(parameter)} |\n"


def _default(parameter: Any) -> str:
    if parameter.required:
        return " (required)"
    if parameter.is_flag or parameter.default in (None, ""):
        return ""
    return f" (default: `{parameter.default}`)"


if __name__ == "__main__":
    typer.run(main)
