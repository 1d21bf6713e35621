"""The HTML page: escapes every word, asks nothing of the network, and holds the same sheets as the PDF."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from render_builders import NOTICE, SHOWN, worked_example

from taper_cli.model.identity import Identity
from taper_cli.render.blocks import words_of
from taper_cli.render.html import css_string, html
from taper_cli.render.printing import sheets
from taper_cli.render.style import Paper, Style

every_plan = pytest.mark.parametrize("plan", SHOWN)
SINGLE = {"meta", "input", "br", "circle", "rect", "path", "polygon", "line", "polyline"}


class Reader(HTMLParser):
    """Every tag with its attributes, the visible text, and the tags that were never closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in SINGLE:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text.append(data)


def words(text: str) -> str:
    return " ".join(text.split())


@every_plan
def test_is_well_formed_and_has_both_sheets(plan: str) -> None:
    read = Reader(html(SHOWN[plan](), Style()))
    assert read.open == []
    assert [attrs["class"] for tag, attrs in read.tags if tag == "article"] == ["sheet patient", "sheet prescriber"]
    assert sum(tag == "h1" for tag, _ in read.tags) == 2


@every_plan
def test_every_word_of_the_sheets_is_on_it(plan: str) -> None:
    style = Style(calendar=True)
    read = Reader(html(SHOWN[plan](), style))
    spoken = [value or "" for _, attrs in read.tags for name, value in attrs.items() if name == "aria-label"]
    text = words(" ".join([*read.text, *spoken]))
    keys = {
        "patient",
        "prescriber",
        "emergency",
        "same-day",
        "working-day",
        "expected",
        "tablet",
        "capsule",
        "liquid",
        "now",
    }
    drawn = re.compile(r"\[!\]|\( [!?] \)|\( \)")
    for said in words_of(sheets(SHOWN[plan](), style)):
        assert said in keys or drawn.fullmatch(said) or words(said) in text, said


@every_plan
def test_nothing_is_asked_of_the_network_and_nothing_runs(plan: str) -> None:
    page = html(SHOWN[plan](), Style())
    read = Reader(page)
    assert not {"script", "link", "img", "iframe", "object", "embed", "a", "form", "base"} & {
        tag for tag, _ in read.tags
    }
    assert not [name for _, attrs in read.tags for name in attrs if name.startswith("on") or name in ("src", "href")]
    assert "url(" not in page and "@import" not in page
    policy = next(attrs["content"] for tag, attrs in read.tags if tag == "meta" and "http-equiv" in attrs)
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"


def test_words_from_strangers_stay_words() -> None:
    typed = '<script>alert(1)</script> & "quoted" {{ 7 * 7 }} {% raw %} 王小明'
    who = Identity(name=typed, clinic_phone='"; } body { display: none } </style><script>', note=typed)
    page = html(worked_example(), Style(identity=who))
    read = Reader(page)
    assert "script" not in {tag for tag, _ in read.tags}
    assert words(" ".join(read.text)).count(words(typed)) == 3
    style = page.partition("<style>")[2].partition("</style>")[0]
    assert "body { display" not in style
    assert style.endswith("}\n")


@pytest.mark.parametrize(
    ("text", "written"),
    [("Plan A-1", '"Plan A-1"'), ('a"b', '"a\\000022b"'), ("\\", '"\\00005c"'), ("é", '"\\0000e9"')],
)
def test_a_text_in_a_style_sheet_cannot_end_it(text: str, written: str) -> None:
    assert css_string(text) == written


@every_plan
def test_says_on_every_printed_page_that_it_is_a_draft(plan: str) -> None:
    page = html(SHOWN[plan](), Style())
    for key in ("patient", "prescriber"):
        rule = page[page.index(f"@page {key}") :].partition("\n}")[0]
        assert "DRAFT. NOT FOR USE UNTIL A PRESCRIBER SIGNS IT." in rule
        assert NOTICE in rule
        assert f"Plan {SHOWN[plan]().plan_id}, version 1" in rule
        assert 'content: "page " counter(page) " of " counter(pages)' in rule
    assert words(" ".join(Reader(page).text)).count(NOTICE) == 4


@pytest.mark.parametrize(("paper", "size"), [(Paper.A4, "A4"), (Paper.LETTER, "letter")])
def test_is_printed_on_the_paper_that_was_asked_for(paper: Paper, size: str) -> None:
    assert f"@page {{ size: {size};" in html(worked_example(), Style(paper=paper))


@every_plan
def test_every_dose_of_every_day_has_a_box_with_a_name(plan: str) -> None:
    asked = SHOWN[plan]()
    boxes = [
        attrs["aria-label"]
        for tag, attrs in Reader(html(asked, Style())).tags
        if tag == "input" and "aria-label" in attrs
    ]
    assert len(boxes) == sum((step.days or 0) * len(step.intakes) for step in asked.schedule.dosing_steps)


@every_plan
def test_the_same_request_gives_the_same_page(plan: str) -> None:
    assert html(SHOWN[plan](), Style()) == html(SHOWN[plan](), Style())
