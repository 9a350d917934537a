"""The glossary made from a dictionary of a few words."""

import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner

from advnet.cli import main
from advnet.search.glossary.build import build
from advnet.search.glossary.table import Table

NOUN, SURU = "noun (common) (futsuumeishi)", "noun or participle which takes the aux. verb suru"
GODAN, ICHIDAN = "Godan verb with 'tsu' ending", "Ichidan verb"
KANA, ARCHAIC = "word usually written using kana alone", "archaism"
TABLES = {
    "Entry": "idseq",
    "Kanji": "ID, idseq, text",
    "Kana": "ID, idseq, text",
    "Sense": "ID, idseq",
    "SenseGloss": "sid, lang, text",
    **dict.fromkeys(("pos", "misc", "field"), "sid, text"),
    **dict.fromkeys(("KJP", "KNP", "KJI", "KNI"), "kid, text"),
}
ENTRIES = [
    (["学習"], ["がくしゅう"], [([SURU], [], ["study", "learning"])]),
    (["強化学習"], ["きょうかがくしゅう"], [([NOUN], [], ["reinforcement learning"])]),
    (["学習理論"], ["がくしゅうりろん"], [([NOUN], [], ["learning theory"])]),
    (["機械学習"], ["きかいがくしゅう"], [([NOUN], [], ["machine learning (field of AI)"])]),
    (["理論"], ["りろん"], [([NOUN], [], ["theory"])]),
    (["強化"], ["きょうか"], [([SURU], [], ["reinforcement", "strengthening"])]),
    (["機械"], ["きかい"], [([NOUN], [], ["the machine"])]),
    (["持つ"], ["もつ"], [([GODAN], [], ["to hold", "to have"])]),
    (["助ける"], ["たすける"], [([ICHIDAN], [], ["to help"])]),
    (["癌"], ["がん"], [([NOUN], [KANA], ["cancer"])]),
    ([], ["データ"], [([NOUN], [], ["data"])]),
    ([], ["ベース"], [([NOUN], [], ["base"])]),
    ([], ["データベース"], [([NOUN], [], ["data base"])]),
    (["場合"], ["ばあい"], [([NOUN], [], ["case"])]),
    (["古語"], ["こご"], [([NOUN], [ARCHAIC], ["old word"])]),
    (["説明"], ["せつめい"], [([NOUN], [], ["a very long explanation of something", "explanation"])]),
]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "jamdict.db"
    with sqlite3.connect(path) as database:
        for table, columns in TABLES.items():
            database.execute(f"CREATE TABLE {table} ({columns})")
        for number, (kanji, kana, senses) in enumerate(ENTRIES, 1):
            database.execute("INSERT INTO Entry VALUES (?)", (number,))
            database.executemany("INSERT INTO Kanji VALUES (?, ?, ?)", [(number, number, text) for text in kanji])
            database.executemany("INSERT INTO Kana VALUES (?, ?, ?)", [(number, number, text) for text in kana])
            database.executemany("INSERT INTO KNP VALUES (?, ?)", [(number, "ichi1"), (number, "news1")])
            for parts, remarks, glosses in senses:
                database.execute("INSERT INTO Sense VALUES (?, ?)", (number, number))
                database.executemany("INSERT INTO pos VALUES (?, ?)", [(number, one) for one in parts])
                database.executemany("INSERT INTO misc VALUES (?, ?)", [(number, one) for one in remarks])
                database.executemany("INSERT INTO SenseGloss VALUES (?, 'eng', ?)", [(number, one) for one in glosses])
    database.close()
    return path


@pytest.fixture
def lines(source: Path, tmp_path: Path) -> list[str]:
    target = tmp_path / "table.tsv"
    count = build(source, target)
    found = target.read_text().splitlines()
    assert len(found) == count == len(Table(target))
    return found


def test_compounds_tell_which_meaning_comes_first(lines: list[str]):
    assert "学習\t\tlearning\tstudy" in lines


def test_inflected_words_are_kept_as_stems_with_what_may_follow(lines: list[str]):
    assert "持\tつ\thold" in "\n".join(lines)
    assert "助け\tru\thelp" in lines


def test_kana_stand_only_for_words_that_are_written_so(lines: list[str]):
    words = {line.split("\t")[0]: line for line in lines}
    assert words["がん"] == "がん\th\tcancer"
    assert words["でーた"] == "でーた\tp\tdata"
    assert "がくしゅう" not in words


def test_remarks_explanations_and_dead_words_are_left_out(lines: list[str]):
    words = {line.split("\t")[0]: line for line in lines}
    assert words["機械学習"] == "機械学習\t\tmachine learning"
    assert words["機械"] == "機械\t\tmachine"
    assert words["説明"] == "説明\t\texplanation"
    assert "古語" not in words


def test_words_that_hold_sentences_together_are_known_and_mean_nothing(lines: list[str]):
    assert "場合\t" in lines


def test_the_command_says_what_it_made_and_refuses_other_files(source: Path, tmp_path: Path):
    target = tmp_path / "made.tsv"
    made = CliRunner().invoke(main, ["glossary", "build", "--jmdict", str(source), "--out", str(target)])
    assert made.exit_code == 0
    assert target.exists()
    assert f"{len(target.read_text().splitlines())} headwords" in made.output
    other = tmp_path / "other.txt"
    other.write_text("no database, but long enough to be read as one" * 20)
    refused = CliRunner().invoke(main, ["glossary", "build", "--jmdict", str(other), "--out", str(target)])
    assert refused.exit_code == 1
    assert "is not the database of jamdict-data" in refused.output
