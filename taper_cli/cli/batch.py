"""`taper batch`: a whole panel of patients, one plan each, and a table of what became of every row."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from taper_cli.cli import arguments as read
from taper_cli.cli import options, papers
from taper_cli.cli.app import app
from taper_cli.cli.papers import paper_formats, wanted_papers
from taper_cli.model.errors import InvalidInput

_Option = typer.Option
_USUAL_PAPERS = "csv,json"
_MOST_WORKERS = 512


@app.command(no_args_is_help=True)
def batch(
    panel: Annotated[
        str, typer.Argument(metavar="PANEL", help="a CSV with one request a row, or - (stdin): code, drug, dose, ...")
    ],
    output: Annotated[
        str, _Option("--output", "-o", metavar="DIR", help="the folder for the papers and results.csv")
    ] = "",
    formats: Annotated[
        str,
        _Option(
            "--papers",
            metavar="LIST",
            help="of csv, json, pdf, html, md, txt, ics, fhir  [default: csv,json]",
            show_default=False,
        ),
    ] = _USUAL_PAPERS,
    rows: papers.RowsOf = "",
    products_file: papers.ProductsFile = "",
    sheet: papers.Sheet = "",
    paper: papers.PaperOf = "",
    large_print: papers.LargePrintOf = "",
    quantity_words: papers.QuantityWords = False,
    level_picture: papers.LevelPicture = False,
    calendar: papers.Calendar = False,
    titles: papers.EventTitles = "",
    excel: papers.Excel = False,
    ascii_only: papers.Ascii = False,
    workers: Annotated[
        int | None, _Option("--workers", metavar="N", help="processes  [default: one a core]", show_default=False)
    ] = None,
    dask: Annotated[str, _Option("--dask", metavar="ADDRESS", help="a Dask scheduler whose workers plan instead")] = "",
    force: Annotated[
        bool, _Option("--force", help="plan rows that changed since anew, and overwrite their papers")
    ] = False,
    quiet: Annotated[bool, _Option("--quiet", "-q", help="show no progress and no summary")] = False,
    as_json: Annotated[bool, _Option("--json", help="the summary as JSON on stdout, errors as JSON on stderr")] = False,
    today: options.Today = "",
) -> None:
    """Draft a schedule for each row of a panel of patients.

    Columns: code (names the files; no person), drug, dose, and any option of plan: over, reduce, every, start, region, for, ...
    In context and accept several values are parted by semicolons. A row that fails is told in results.csv; the others go on.
    After an interruption the same command goes on where it stopped. Exit code: 0 if every row was planned; otherwise 1 where a
    row met an internal error, else the highest of 4 (a row refused), 3 (nothing to plan), 2 (a row unreadable or unwritten).
    """
    wanted = wanted_papers(
        [f"CODE{ending}" for ending in paper_formats(formats)],
        rows,
        "",
        as_json=False,
        quantity_words=quantity_words,
        sheet=sheet,
        paper=paper,
        large_print=large_print,
        identity="",
        level_picture=level_picture,
        calendar=calendar,
        titles=titles,
        remind="",
        excel=excel,
        ascii_only=ascii_only,
        how="--papers {}",
    )
    typed = {
        "papers": formats, "rows": rows, "sheet": sheet, "paper": paper, "large_print": large_print,
        "quantity_words": quantity_words, "level_picture": level_picture, "calendar": calendar, "titles": titles, "excel": excel,
        "ascii": ascii_only,
    }  # fmt: skip
    if not output:
        raise InvalidInput("-o is missing", "expected the folder for the papers", "add for example -o plans")
    if workers is not None and not 1 <= workers <= _MOST_WORKERS:
        raise InvalidInput(f"--workers {workers}", f"expected 1 to {_MOST_WORKERS}", "leave it out for one a core")
    if workers and dask:
        raise InvalidInput("--workers and --dask are given together", "expected one of them", "leave --workers out")
    from taper_cli.cli.running import exit_code, job_of, run

    day = read.day(today, "--today") if today else date.today()
    counts = run(
        panel,
        job_of(wanted, typed, products_file, day),
        Path(output),
        by=(workers or 0, dask),
        force=force,
        quiet=quiet or as_json,
    )
    if as_json:
        from taper_cli.cli.output import write_json
        from taper_cli.render.panel_json import panel_json

        write_json(panel_json(counts, exit_code(counts)))
    raise typer.Exit(exit_code(counts))
