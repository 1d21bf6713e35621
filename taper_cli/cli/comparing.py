"""Where a comparison goes: the screen, and files by their extension."""

from __future__ import annotations

import sys
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from taper_cli.cli import arguments as read
from taper_cli.cli.output import deliver_made, screen_width, write_json
from taper_cli.model.comparison import Comparison
from taper_cli.model.errors import InvalidInput
from taper_cli.render.blocks import Block
from taper_cli.render.style import Paper, Style


class _Kind(Enum):
    """What can be made of a comparison."""

    TEXT = "txt"
    MARKDOWN = "md"
    HTML = "html"
    PDF = "pdf"
    JSON = "json"


class Files(NamedTuple):
    """The files asked for, and how they are printed."""

    named: tuple[tuple[Path, _Kind], ...]
    style: Style


def wanted_files(outputs: list[str], paper: str) -> Files:
    """Read the output options.

    Raises:
        InvalidInput: for an extension that is not known, one file named twice, or a paper with nothing to print on it.
    """
    named = tuple((Path(name), _by_extension(name)) for name in outputs)
    if len({path.absolute() for path, _ in named}) != len(named):
        raise InvalidInput("one file is named twice with -o", "expected each file once", "leave one out")
    if paper and not any(kind in (_Kind.PDF, _Kind.HTML) for _, kind in named):
        raise InvalidInput("--paper has no page to change", "expected a PDF or HTML output", "add -o compare.pdf")
    return Files(named, Style(paper=read.choice(paper, Paper, "--paper") if paper else None))


def _by_extension(name: str) -> _Kind:
    extension = Path(name).suffix.lower().lstrip(".")
    known = [kind.value for kind in _Kind]
    if extension not in known:
        raise InvalidInput(
            f"-o {name!r} has no known extension",
            f"expected one of .{', .'.join(known)}",
            "write for example compare.pdf",
        )
    return _Kind(extension)


def deliver_comparison(
    found: Comparison, files: Files, *, as_json: bool, ascii_only: bool, force: bool, quiet: bool
) -> None:
    """Make every file, write them, then show; nothing is written where any cannot be made.

    Raises:
        InvalidInput: for a file that exists (without `force`) or cannot be written.
    """
    made = {path: _make(found, kind, files.style, ascii_only=ascii_only) for path, kind in files.named}

    def show() -> None:
        if as_json:
            from taper_cli.render.comparison import comparison_json

            write_json(comparison_json(found))
        elif not quiet:
            _show(found, ascii_only=ascii_only)

    deliver_made(made, show, force=force, quiet=quiet)


def _show(found: Comparison, *, ascii_only: bool) -> None:
    from taper_cli.render.terminal import show

    width = screen_width()
    show(_blocks(found), sys.stdout, width=width, ascii_only=ascii_only)


def _blocks(found: Comparison) -> tuple[Block, ...]:
    """The paper of screen, text and Markdown, its texts read for faults of notation first."""
    from taper_cli.render.blocks import words_of
    from taper_cli.render.comparison import comparison_blocks
    from taper_cli.service import verify_comparison

    blocks = tuple(comparison_blocks(found))
    verify_comparison(words_of(blocks), found)
    return blocks


def _make(found: Comparison, kind: _Kind, style: Style, *, ascii_only: bool) -> bytes:
    """One file as bytes."""
    match kind:
        case _Kind.JSON:
            from taper_cli.render.comparison import comparison_json

            return comparison_json(found).encode()
        case _Kind.TEXT:
            from taper_cli.render.terminal import plain_text

            return plain_text(_blocks(found), ascii_only=ascii_only).encode()
        case _Kind.MARKDOWN:
            from taper_cli.render.markdown import markdown

            return markdown(_blocks(found), ascii_only=ascii_only).encode()
        case _Kind.HTML | _Kind.PDF:
            return _printed(found, kind, style)


def _printed(found: Comparison, kind: _Kind, style: Style) -> bytes:
    """The page as PDF or HTML."""
    from taper_cli.render.blocks import words_of
    from taper_cli.render.comparison import comparison_sheet
    from taper_cli.render.printing import document, in_words_of
    from taper_cli.service import verify_comparison

    sheet = in_words_of(comparison_sheet(found), found.region)
    verify_comparison(words_of(sheet), found)
    data = document([sheet], f"{sheet.title}, draft", found.region, style)
    if kind is _Kind.PDF:
        from taper_cli.render.pdf import pdf_of

        return pdf_of(data, found.asked.today)
    from taper_cli.render.html import html_of

    return html_of(data, style.paper_in(found.region), style.points).encode()
