"""The papers in the programs that people open them with: poppler's tools, headless Chromium, LibreOffice Calc.

Not part of the plain test run, as these programs do not come with Python: CI installs them and runs this folder by name.
"""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import pytest

NOTICE = "A prescriber must approve and sign this schedule before anyone uses it."
PLANS = {
    "the worked example": [
        "diazepam", "4 mg morning + 6 mg bedtime", "--reduce", "1 mg", "--products", "2 mg tablet", "--split", "half",
        "--region", "gb", "--for", "muscle spasm",
    ],
    "three slots": ["diazepam", "5 mg morning + 5 mg noon + 10 mg bedtime", "30w", "--region", "us"],
    "over sixty steps": ["diazepam", "40 mg", "--reduce", "0.5 mg", "--every", "1w", "--region", "gb"],
    "below a milligram": ["lorazepam", "1 mg morning + 2 mg bedtime", "30w", "--region", "gb", "--to", "0.5 mg"],
}  # fmt: skip
CHROMIUM = [
    "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--hide-scrollbars", "--virtual-time-budget=3000",
]  # fmt: skip


@cache
def papers(plan: str, *more: str) -> Path:
    """A folder with every file of one plan."""
    folder = Path(tempfile.mkdtemp(prefix="taper-readers-"))
    outputs = [word for name in ("plan.pdf", "plan.html") for word in ("-o", str(folder / name))]
    run(
        sys.executable,
        "-m",
        "taper_cli",
        "plan",
        *PLANS[plan],
        "--start",
        "2026-03-02",
        "--today",
        "2026-02-01",
        "-q",
        *outputs,
        *more,
    )
    for rows in ("step", "day", "intake", "supply"):
        table = ["-o", str(folder / f"{rows}.csv"), "--rows", rows]
        run(
            sys.executable,
            "-m",
            "taper_cli",
            "plan",
            *PLANS[plan],
            "--start",
            "2026-03-02",
            "--today",
            "2026-02-01",
            "-q",
            *table,
        )
    return folder


def run(*command: str) -> str:
    """What a program prints."""
    done = subprocess.run(command, capture_output=True, timeout=180, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-2000:]
    return done.stdout.decode(errors="replace")


def chromium(*arguments: str) -> str:
    """Chromium with a profile of its own."""
    with tempfile.TemporaryDirectory() as profile:
        return run(*CHROMIUM, f"--user-data-dir={profile}", *arguments)


@pytest.mark.parametrize("plan", PLANS)
class TestPoppler:
    """As a viewer and a printer read the PDF."""

    def test_every_page_is_a_numbered_draft(self, plan: str) -> None:
        pages = run("pdftotext", "-layout", str(papers(plan) / "plan.pdf"), "-").split("\f")[:-1]
        count = int(re.search(r"Pages:\s+(\d+)", run("pdfinfo", str(papers(plan) / "plan.pdf")))[1])  # type: ignore[index]
        assert len(pages) == count
        for page in pages:
            text = " ".join(page.split())
            assert NOTICE in text and "DRAFT. NOT FOR USE UNTIL A PRESCRIBER SIGNS IT." in text
            assert re.search(r"page \d+ of \d+", text)

    def test_is_tagged_and_its_fonts_are_embedded(self, plan: str) -> None:
        assert re.search(r"Tagged:\s+yes", run("pdfinfo", str(papers(plan) / "plan.pdf")))
        lines = run("pdffonts", str(papers(plan) / "plan.pdf")).splitlines()[2:]
        assert lines
        # name, type in two words, encoding, embedded, subset, unicode ...
        assert all(re.search(r"\s(yes)\s+(yes)\s+(yes)\s+\d+\s+\d+$", line) for line in lines)

    def test_its_structure_is_that_of_a_document(self, plan: str) -> None:
        kinds = run("pdfinfo", "-struct", str(papers(plan) / "plan.pdf"))
        assert all(kind in kinds for kind in ("Document", "H1", "H2", "Table", "TH", "TD", "Figure"))

    def test_no_ink_touches_the_edge_of_the_paper(self, plan: str, tmp_path: Path) -> None:
        from PIL import Image

        run(
            "pdftoppm",
            "-r",
            "40",
            "-gray",
            "-png",
            str(papers(plan, "--large-print", "20") / "plan.pdf"),
            str(tmp_path / "page"),
        )
        for picture in sorted(tmp_path.glob("*.png")):
            page = Image.open(picture).convert("L")
            width, height = page.size
            for edge in ((0, 0, 6, height), (width - 6, 0, width, height), (0, height - 6, width, height)):
                # The draft mark in light grey may reach the edge, text may not.
                assert page.crop(edge).getextrema()[0] > 150


@pytest.mark.parametrize("plan", PLANS)
class TestChromium:
    """As a browser shows and prints the HTML."""

    @pytest.mark.parametrize("paper", ["a4", "letter"])
    def test_prints_numbered_drafts(self, plan: str, paper: str, tmp_path: Path) -> None:
        page = papers(plan, "--paper", paper) / "plan.html"
        chromium("--no-pdf-header-footer", f"--print-to-pdf={tmp_path / 'printed.pdf'}", page.as_uri())
        text = run("pdftotext", "-layout", str(tmp_path / "printed.pdf"), "-").split("\f")[:-1]
        for number, printed in enumerate(text, start=1):
            words = " ".join(printed.split())
            assert "DRAFT. NOT FOR USE UNTIL A PRESCRIBER SIGNS IT." in words
            assert f"page {number} of {len(text)}" in words
        size = re.search(r"Page size:\s+([\d.]+) x ([\d.]+)", run("pdfinfo", str(tmp_path / "printed.pdf")))
        assert size is not None
        assert abs(float(size[1]) - {"a4": 595, "letter": 612}[paper]) < 1
        assert "EMERGENCY: call" in text[0]

    @pytest.mark.parametrize("width", [360, 390, 800, 1200])
    def test_nothing_is_wider_than_the_screen(self, plan: str, width: int, tmp_path: Path) -> None:
        assert measured(papers(plan) / "plan.html", tmp_path, width)["overflow"] == []

    def test_nothing_is_asked_of_the_network(self, plan: str, tmp_path: Path) -> None:
        assert measured(papers(plan) / "plan.html", tmp_path, 800)["requests"] == 0


def measured(page: Path, folder: Path, width: int) -> dict[str, object]:
    """What a script of ours, put into a copy of the page, finds out in the browser."""
    script = """
<script>
const wide = [...document.querySelectorAll("body *")].filter(it => !it.closest(".scroll") && !it.closest(".mark-over")
  && it.getBoundingClientRect().right > innerWidth + 1).map(it => it.tagName + "." + it.className).slice(0, 5);
const asked = performance.getEntriesByType("resource").length;
const out = document.createElement("pre"); out.id = "measured";
out.textContent = JSON.stringify({overflow: wide, requests: asked}); document.body.append(out);
</script></body>"""
    html = page.read_text(encoding="utf-8")
    assert "<script" not in html
    allowed = html.replace(
        "default-src 'none'; style-src 'unsafe-inline'", "script-src 'unsafe-inline'; style-src 'unsafe-inline'"
    )
    copy = folder / "measured.html"
    # A frame has exactly the width that is asked for; a window has a least width of its own.
    copy.write_text(allowed.replace("</body>", script), encoding="utf-8")
    frame = folder / "frame.html"
    frame.write_text(
        f'<body style="margin:0"><iframe src="measured.html" style="border:0" width="{width}" height="5000"></iframe>'
        "<script>onload = () => { const found = document.querySelector('iframe').contentDocument.getElementById('measured');"
        "document.body.innerHTML = '<pre id=measured>' + found.innerHTML + '</pre>' }</script></body>",
        encoding="utf-8",
    )
    dom = chromium("--allow-file-access-from-files", "--window-size=1400,1000", "--dump-dom", frame.as_uri())
    found = re.search(r'<pre id="measured">(.*?)</pre>', dom)
    assert found, dom[-500:]
    return json.loads(found[1])  # type: ignore[no-any-return]


@pytest.mark.parametrize("rows", ["step", "day", "intake", "supply"])
@pytest.mark.parametrize("plan", PLANS)
def test_a_spreadsheet_opens_the_csv_and_changes_no_cell(plan: str, rows: str, tmp_path: Path) -> None:
    table = papers(plan) / f"{rows}.csv"
    # 44 comma, 34 quote, 76 UTF-8, first line 1, and no column forced: Calc decides what each cell is, as for a user.
    run(
        "soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to",
        "csv:Text - txt - csv (StarCalc):44,34,76,1", "--infilter=Text - txt - csv (StarCalc):44,34,76,1,,0,false,true",
        "--outdir", str(tmp_path), str(table),
    )  # fmt: skip
    before, after = (
        list(csv.reader(io.StringIO(path.read_text(encoding="utf-8")))) for path in (table, tmp_path / table.name)
    )
    assert len(after) == len(before) > 1
    changed = [
        (was, now)
        for row, other in zip(before, after, strict=True)
        for was, now in zip(row, other, strict=True)
        if was != now
    ]
    # Calc writes true and false in capitals; every dose, date, count and sentence must come back as it went.
    assert [pair for pair in changed if pair[0].upper() != pair[1]] == []
