"""Coverage-guided attack on one parser, where atheris is installed: fuzz_with_atheris.py 'a dose' -max_total_time=180."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import atheris

with atheris.instrument_imports(include=["taper_cli", "csv", "json", "tomllib", "tomli", "fractions"]):
    from parsers_listing import PARSERS

    from taper_cli.cli.app import code_of
    from taper_cli.model.errors import TaperError
    from taper_cli.model.text import visible


def main(name: str, options: list[str]) -> None:
    """Try inputs until the time is over; the first that brings a traceback or takes longer than ten seconds ends it."""
    parser = PARSERS[name]

    def one(content: bytes) -> None:
        try:
            parser.read(content)
        except TaperError as error:
            assert error.found.strip() and code_of(error) in (2, 3, 4) and visible(str(error)).isprintable()

    with TemporaryDirectory() as corpus:
        for number, good in enumerate(parser.good()):
            (Path(corpus) / str(number)).write_bytes(good)
        atheris.Setup(
            [sys.argv[0], corpus, f"-artifact_prefix={corpus}/", "-timeout=10", "-rss_limit_mb=1500", *options], one
        )
        atheris.Fuzz()


if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in PARSERS:
        main(sys.argv[1], sys.argv[2:])
    else:
        sys.exit(f"name one of: {', '.join(PARSERS)}")
