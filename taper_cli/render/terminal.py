"""The plan on a terminal, in its width and with its strong lines shown strong; in a pipe or a file the same lines as plain text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TextIO

from taper_cli.render.blocks import Block
from taper_cli.render.layout import Line, lines

TEXT_WIDTH = 80


def show(found: Iterable[Block], stream: TextIO, *, width: int, ascii_only: bool) -> None:
    """Print a paper to a stream of that width; emphasis and the terminal's own controls only where it is a terminal."""
    laid_out = lines(found, width, ascii_only=ascii_only)
    if stream.isatty() and not ascii_only:
        _emphasised(laid_out, stream, width)
    else:
        stream.writelines(f"{line.text}\n" for line in laid_out)


def plain_text(found: Iterable[Block], *, ascii_only: bool) -> str:
    """A paper as plain text of 80 columns, the same on every machine."""
    return "".join(f"{line.text}\n" for line in lines(found, TEXT_WIDTH, ascii_only=ascii_only))


def _emphasised(laid_out: Iterable[Line], stream: TextIO, width: int) -> None:
    """Lines on a real terminal; rich knows what that terminal can show and what the user asked for (NO_COLOR, TERM)."""
    from rich.console import Console
    from rich.text import Text

    console = Console(file=stream, width=max(width, 40), highlight=False, emoji=False, markup=False)
    for line in laid_out:
        console.print(Text(line.text, style="bold" if line.strong else ""), no_wrap=True, overflow="ignore", crop=False)
