"""Pasted references: every entry stands for itself, and nothing that is pasted breaks the page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advnet.experts.works import citations
from advnet.experts.works.citations import MAX_BYTES, MAX_ENTRIES, CitedWork, ParsedCitations, read_citations
from advnet.experts.works.model import WorkKind, WorkSource

ARTICLE = r"""
@string{polar = "Polar Record"}
@comment{made by hand}
@article{sea24,
  title = {The {Arctic} sea ice of {\"O}sterreich \& {\'E}tienne's 50% rule},
  author = {M{\"u}ller, J{\"o}rg and Yamada, Tar{\=o} and {World Health Organization} and others},
  journal = polar, year = 2024, month = jan,
  doi = {https://doi.org/10.1000/SEA\_ice}, url = {https://example.org/a\_b?x=1%202},
  abstract = {A rise of 50\% --- seen from space.}
}
"""
NOT_READ = "was not read. It is neither a DOI, such as 10.1000/182, nor part of a BibTeX or RIS entry."
RECORD = """TY  - RPRT
TI  - 北極域の海氷観測
AU  - 山田, 太郎
AU  - Müller, J.
PY  - 2020/05/01/
AB  - First line
      and the second.
DO  - doi:10.1000/182
UR  - https://example.org/report
PB  - An institute
ER  -
"""


def messages(parsed: ParsedCitations) -> list[str]:
    return [str(error) for error in parsed.errors]


def only(parsed: ParsedCitations) -> CitedWork:
    assert messages(parsed) == []
    (work,) = parsed.works
    return work


# BibTeX


def test_a_bibtex_entry_is_read_with_accents_as_letters_and_braces_gone():
    assert only(read_citations(ARTICLE)) == CitedWork(
        title="The Arctic sea ice of Österreich & Étienne's 50% rule",
        abstract="A rise of 50% — seen from space.",
        year=2024,
        venue="Polar Record",
        doi="10.1000/sea_ice",
        url="https://example.org/a_b?x=1%202",
        kind=WorkKind.ARTICLE,
        authors=("Müller, Jörg", "Yamada, Tarō", "World Health Organization"),
        source=WorkSource.BIBTEX,
        line=4,
    )


@pytest.mark.parametrize(
    ("broken", "line", "message"),
    [
        ("@book{a, title = {Never closed", 1, "not complete"),
        ("@book{a\n title = {No comma}}", 1, "not complete"),
        ("@ book{a, title = {A space before its type}}", 1, "not complete"),
        ("@book{a, title = {One}, title = {Two}}", 1, "gives “title” twice"),
        ("@book{a, year = 2020}", 1, "the title is missing"),
        ("@book{a, title = {" + "x" * 1001 + "}}", 1, "“title” is longer than 1000 characters"),
        (
            "@book{a, title = {x}, abstract = {" + "{" * 3000 + "}" * 3000 + "}}",
            1,
            "LaTeX in this entry cannot be read",
        ),
    ],
)
def test_a_bad_entry_is_named_with_its_line_and_the_good_ones_survive(broken, line, message):
    parsed = read_citations("@misc{b, title = {Before}}\n" + broken + "\n@misc{c, title = {After}}\n")
    assert [work.title for work in parsed.works] == ["Before", "After"]
    (error,) = parsed.errors
    assert error.line == line + 1
    assert message in str(error)


def test_two_works_under_one_key_are_two_works():
    parsed = read_citations("@misc{a, title = {One}}\n@misc{a, title = {Two}}")
    assert [work.title for work in parsed.works] == ["One", "Two"]


def test_a_work_keeps_its_place_when_only_its_doi_is_wrong():
    parsed = read_citations("@misc{a, title = {One}, doi = {none}}")
    assert parsed.works[0].doi is None
    assert messages(parsed) == ["Line 1, a: “none” is not a DOI. The work is taken without it."]


def test_an_address_of_the_resolver_is_taken_for_the_doi():
    assert only(read_citations("@misc{a, title = {One}, url = {https://doi.org/10.1000/182}}")).doi == "10.1000/182"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//example.org", "https://"])
def test_an_address_that_is_not_http_is_left_out(url):
    assert only(read_citations(f"@misc{{a, title = {{One}}, url = {{{url}}}}}")).url == ""


def test_inline_markup_goes_and_what_else_looks_like_markup_stays_text():
    title = "H<sub>2</sub>O &amp; <i>E. coli</i> <jats:p>x</jats:p> a < b <script>alert(1)</script>"
    assert only(read_citations(f"@misc{{a, title = {{{title}}}}}")).title == (
        "H2O & E. coli x a < b <script>alert(1)</script>"
    )


@pytest.mark.parametrize(
    ("year", "read"), [("2020", 2020), ("２０２０", 2020), ("c. 1999", 1999), ("in press", None), ("12020", None)]
)
def test_the_year_is_four_digits_or_none(year, read):
    assert only(read_citations(f"@misc{{a, title = {{One}}, year = {{{year}}}}}")).year == read


def test_characters_that_no_database_keeps_are_dropped():
    assert only(read_citations("@misc{a, title = {One\x00 \ud800two}}")).title == "One two"


# RIS


def test_a_ris_record_is_read_with_its_continued_lines():
    assert only(read_citations(RECORD.replace("\n", "\r\n"))) == CitedWork(
        title="北極域の海氷観測",
        abstract="First line and the second.",
        year=2020,
        venue="An institute",
        doi="10.1000/182",
        url="https://example.org/report",
        kind=WorkKind.REPORT,
        authors=("山田, 太郎", "Müller, J."),
        source=WorkSource.RIS,
        line=1,
    )


def test_a_record_without_an_end_and_one_with_narrow_tags_are_read_all_the_same():
    parsed = read_citations("\ufeffTY  - JOUR\nTI  - One\nTY - CHAP\nT1 - Two\n")
    assert [(work.title, work.kind, work.line) for work in parsed.works] == [
        ("One", WorkKind.ARTICLE, 1),
        ("Two", WorkKind.CHAPTER, 3),
    ]
    assert parsed.errors == ()


def test_a_bad_record_is_named_with_its_line_and_the_good_ones_survive():
    parsed = read_citations("Provider: somebody\nTI  - lost\nTY  - JOUR\nPY  - 2020\nER  - \n" + RECORD)
    assert [work.title for work in parsed.works] == ["北極域の海氷観測"]
    assert messages(parsed) == [
        f"Line 1: “Provider: somebody” {NOT_READ}",
        "Line 2: this stands outside an entry. An entry begins with “TY  - ”.",
        "Line 3, JOUR: the title is missing. Add it.",
    ]


# DOIs


def test_a_list_of_dois_gives_works_that_wait_for_their_titles():
    parsed = read_citations("1. https://doi.org/10.1000/A\n- doi: 10.1000/b, 10.1000/c;10.1000/d\n\n")
    assert [(work.title, work.doi, work.line) for work in parsed.works] == [
        ("", "10.1000/a", 1),
        ("", "10.1000/b", 2),
        ("", "10.1000/c", 2),
        ("", "10.1000/d", 2),
    ]
    assert {work.source for work in parsed.works} == {WorkSource.DOI}


def test_a_line_that_is_no_doi_is_named_and_the_others_survive():
    parsed = read_citations("10.1000/a\nYamada (2020) 10.1000/b\n10.1000/c")
    assert [work.doi for work in parsed.works] == ["10.1000/a", "10.1000/c"]
    assert messages(parsed) == [f"Line 2: “Yamada (2020) 10.1000/b” {NOT_READ}"]
    assert parsed.remainder(without=parsed.works) == "Yamada (2020) 10.1000/b"


# All of them at once


def test_what_is_pasted_one_after_the_other_is_read_each_in_its_kind_and_told_line_by_line():
    text = "\n".join(
        [
            "https://doi.org/10.1000/first", "My list:", "@misc{a, title = {Two}} 10.1000/three", "% a comment",
            "TY  - JOUR", "TI  - Four", "", "10.1000/five", "@misc{b, title = {Six}}", "TY  - BOOK", "TI  - Seven",
            "ER  - ", "doi:10.1000/eight", "Müller 2021",
        ]
    )  # fmt: skip
    parsed = read_citations(text)
    assert [work.title or work.doi for work in parsed.works] == [
        "10.1000/first", "Two", "10.1000/three", "Four", "10.1000/five", "Six", "Seven", "10.1000/eight",
    ]  # fmt: skip
    assert messages(parsed) == [f"Line 2: “My list:” {NOT_READ}", f"Line 14: “Müller 2021” {NOT_READ}"]
    assert parsed.remainder(without=parsed.works) == "My list:\nMüller 2021"
    assert parsed.remainder(without=[work for work in parsed.works if work.title]) == (
        "10.1000/first\nMy list:\n10.1000/three\n10.1000/five\n10.1000/eight\nMüller 2021"
    )


@pytest.mark.parametrize(
    "broken",
    ["@book{a\n title = {No comma}}", "@ book{a,\n title = {A space}}", "@book{a,\n year = 2020}",
     "@book{a, title = {One},\n title = {Two}}", "TY  - JOUR\nPY  - 2020\nER  - ", "TI  - lost"],
)  # fmt: skip
def test_an_entry_that_could_not_be_read_is_told_once_and_kept_whole(broken):
    parsed = read_citations(f"@misc{{b, title = {{Before}}}}\n{broken}\n10.1000/after")
    assert [work.title or work.doi for work in parsed.works] == ["Before", "10.1000/after"]
    assert len(parsed.errors) == 1
    assert parsed.remainder(without=parsed.works) == broken


def test_a_work_that_was_taken_in_part_does_not_remain():
    parsed = read_citations("@misc{a, title = {One}, doi = {none}}")
    assert parsed.remainder(without=parsed.works) == ""


# Limits and arbitrary text


@pytest.mark.parametrize("text", ["", "  \n\n", "@comment{nothing}", "Yamada (2020) A title.\nMüller (2021)", "<p>"])
def test_a_text_without_references_says_what_to_paste(text):
    assert messages(read_citations(text)) == ["Nothing here is a reference. Paste BibTeX, RIS, or DOIs, one on a line."]


@pytest.mark.parametrize("entry", ["@misc{{k{0}, title = {{T}}}}", "TY  - JOUR\nTI  - T {0}\nER  - ", "10.1000/{0}"])
def test_as_many_entries_as_the_limit_are_read_and_one_more_refuses_the_text(entry):
    lines = [entry.format(number) for number in range(MAX_ENTRIES + 1)]
    assert len(read_citations("\n".join(lines[:-1])).works) == MAX_ENTRIES
    refused = read_citations("\n".join(lines))
    assert refused.works == ()
    assert messages(refused) == ["These are more than 500 references. Paste them in parts."]


def test_a_text_as_long_as_the_limit_is_read_and_a_longer_one_refused():
    end = "\n10.1000/a"
    assert read_citations(" " * (MAX_BYTES - len(end)) + end).works
    assert messages(read_citations(" " * (MAX_BYTES - len(end) + 1) + end))[0].startswith("This text is too long")


def test_the_limit_of_the_text_counts_bytes():
    assert "too long" in messages(read_citations("海" * (MAX_BYTES // 3 + 1)))[0]


def test_a_text_full_of_commands_is_refused_before_it_keeps_the_server_busy(monkeypatch):
    monkeypatch.setattr(citations, "MAX_COMMANDS", 5)
    assert read_citations("@misc{a, title = {\\'e\\'e\\'e}}").works
    assert "too many LaTeX commands" in messages(read_citations("@misc{a, title = {\\'e\\'e\\'e\\'e}}"))[0]


PIECES = st.sampled_from(
    ["@article{", "@string{a=", "TY  - ", "ER  - ", "TI  - ", "DO  - ", "UR  - ;", "title={", "title=\"", "}", "{", '"',
     "\\", "\\'", "$", "%", "&#", "&amp;", "<i", "#", "=", ",", "\n", " and ", "10.1000/", "doi:", "\x00", "海", "a"]
)  # fmt: skip


@given(st.one_of(st.text(), st.lists(PIECES, max_size=40).map("".join)))
def test_no_text_breaks_the_reader_and_what_it_gives_can_be_kept(text):
    parsed = read_citations(text)
    assert parsed.works or parsed.errors
    if parsed.works:  # every letter that is not of a work is in the remainder
        left = parsed.remainder(without=parsed.works)
        assert all(error.raw.strip("\n") in left for error in parsed.errors)
    for error in parsed.errors:
        assert error.line >= 1
        assert str(error)
    for work in parsed.works:
        assert work.title or work.doi
        assert "\x00" not in work.title + work.abstract + work.venue
        work.title.encode()
        assert work.url == "" or work.url.startswith(("http://", "https://"))
