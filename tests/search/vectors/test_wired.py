"""From the settings to the pages: which evidence there is, how far it is, and what matching goes without."""

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from advnet import create_app
from advnet.accounts.model import Role
from advnet.admin.labels import GOES_WITHOUT_MEANING
from advnet.cli import main
from advnet.cli.context import Instance
from advnet.config import Embeddings, Settings, SettingsError
from advnet.matching.handlers import VectorFollower
from advnet.matching.opening import dense_evidence, open_index
from advnet.search import (
    DenseEvidence,
    EndpointModel,
    ExpertDocument,
    ExpertIndex,
    LocalModel,
    MatchQuestion,
    WorkDocument,
)
from advnet.search.vectors import OFF, REASONS
from advnet.search.vectors.embedding import NO_MODEL, UNREACHABLE
from tests.browser_less import Browser
from tests.search.vectors.embedders import WordCounter

ICE = ExpertDocument("1", works=(WorkDocument("a", "Decline of sea ice"), WorkDocument("b", "Volcanoes")))


@pytest.fixture
def counted(app, tmp_path: Path):
    """An index of the application with a model that counts words; nothing has a vector yet."""
    index = ExpertIndex(
        app.extensions["advnet.settings"].index_folder,
        dense=DenseEvidence(WordCounter(), store_path=tmp_path / "vectors.sqlite"),
    )
    app.extensions["advnet.index"] = index
    index.rebuild([ICE], reached=0)
    yield index
    index.close()


@pytest.fixture
def overview(browser: Browser, session, people):
    user = people.make(Role.ADMINISTRATOR)
    session.commit()
    browser.sign_in(user.email)
    return lambda: browser.get("/admin/").words()


def ready(app) -> dict[str, object]:
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 200, "it works without vectors"
    return answer.get_json()["checks"]


def test_how_far_the_vectors_are_is_said(app, counted, overview):
    assert "0 of 2 texts of profiles can be compared by meaning" in overview()
    follower = VectorFollower(counted)
    assert follower()
    assert not follower()
    assert ready(app)["vectors"] == "ok"
    assert "All texts of profiles can be compared by meaning: 2." in overview()


def test_what_matching_goes_without_is_said(app, counted, overview):
    counted.dense.embedder.failure = UNREACHABLE
    assert not VectorFollower(counted)(), "the worker goes on"
    assert ready(app)["vectors"] == UNREACHABLE
    assert "Experts are found by words alone The embedding server cannot be reached" in overview()


def test_that_a_text_is_refused_is_said_and_no_more_of_it(app, counted, overview):
    counted.dense.embedder.refused = "Volcanoes"
    while VectorFollower(counted)():
        pass
    assert ready(app)["vectors"] == "ok, but some texts are refused"
    assert "1 text is refused by the embedding server" in overview()
    assert "Volcanoes" not in overview()


def test_that_it_is_switched_off_is_said(app, overview):
    assert ready(app)["vectors"] == OFF
    assert "It is switched off in the settings." in overview()


def test_every_reason_has_its_words():
    assert set(GOES_WITHOUT_MEANING) == {*REASONS, OFF}


def test_a_worker_without_an_index_waits(tmp_path: Path):
    index = ExpertIndex(tmp_path / "index", dense=DenseEvidence(WordCounter(), store_path=tmp_path / "v.sqlite"))
    assert not VectorFollower(index)()


def test_the_model_that_comes_along_is_the_default():
    assert Embeddings.from_environ({}).kind == "local"
    dense = dense_evidence(Embeddings(), Path("nowhere"))
    assert isinstance(dense.embedder, LocalModel)


def test_an_address_alone_chooses_the_endpoint():
    given = {"ADVNET_EMBEDDINGS_URL": "https://vectors.example/v1", "ADVNET_EMBEDDINGS_MODEL": "m"}
    chosen = Embeddings.from_environ(given | {"ADVNET_EMBEDDINGS_LANGUAGES": "en, ja"})
    assert (chosen.kind, chosen.reads_japanese) == ("endpoint", True)
    dense = dense_evidence(chosen, Path("nowhere"))
    assert isinstance(dense.embedder, EndpointModel)
    assert Embeddings.from_environ(given | {"ADVNET_EMBEDDINGS": "off"}).kind == "off"


def test_switched_off_nothing_is_there(settings: Settings):
    index = open_index(replace(settings, embeddings=Embeddings(kind="off")))
    assert index.dense is None


@pytest.mark.parametrize(
    "given",
    [
        {"ADVNET_EMBEDDINGS": "yes"},
        {"ADVNET_EMBEDDINGS": "endpoint"},
        {"ADVNET_EMBEDDINGS_URL": "https://vectors.example"},
        {"ADVNET_EMBEDDINGS_URL": "file:///etc/passwd", "ADVNET_EMBEDDINGS_MODEL": "m"},
        {"ADVNET_EMBEDDINGS_URL": "https://user:word@vectors.example", "ADVNET_EMBEDDINGS_MODEL": "m"},
        {"ADVNET_EMBEDDINGS_URL": "http://vectors.example", "ADVNET_EMBEDDINGS_MODEL": "m"},
        {"ADVNET_EMBEDDINGS_URL": "https://vectors.example:99999", "ADVNET_EMBEDDINGS_MODEL": "m"},
        {"ADVNET_EMBEDDINGS_URL": "https://vectors.example/é", "ADVNET_EMBEDDINGS_MODEL": "m"},
        {"ADVNET_EMBEDDINGS_KEY": "sk-one\nX-Other: two"},
        {"ADVNET_EMBEDDINGS_LANGUAGES": "ja"},
        {"ADVNET_EMBEDDINGS_LANGUAGES": "en,fr"},
        {"ADVNET_EMBEDDINGS_THREADS": "0"},
        {"ADVNET_EMBEDDINGS_THREADS": "many"},
    ],
    ids=str,
)
def test_settings_that_describe_nothing_are_refused(given: dict[str, str]):
    with pytest.raises(SettingsError, match="ADVNET_EMBEDDINGS"):
        Embeddings.from_environ(given)


def test_the_key_may_stand_in_a_file_and_is_never_shown(tmp_path: Path):
    (tmp_path / "key").write_text("sk-secret\n")
    chosen = Embeddings.from_environ({"ADVNET_EMBEDDINGS_KEY_FILE": str(tmp_path / "key")})
    assert chosen.key == "sk-secret"
    assert "sk-secret" not in repr(chosen)


def test_making_the_application_loads_no_model(settings: Settings):
    app = create_app(replace(settings, embeddings=Embeddings()))
    assert app.extensions["advnet.index"].dense.embedder._loaded is None
    app.extensions["advnet.database"].dispose()


def test_the_real_model_finds_what_is_said_in_other_words(tmp_path: Path, minilm: LocalModel):
    experts = [
        ExpertDocument("ice", works=(WorkDocument("a", "Sea ice retreat at high northern latitudes"),)),
        ExpertDocument("trade", works=(WorkDocument("a", "Tariffs and customs unions"),)),
        ExpertDocument("law", works=(WorkDocument("a", "Contract law for consumers"),)),
    ]
    dense = DenseEvidence(minilm, store_path=tmp_path / "vectors.sqlite")
    with closing(ExpertIndex(tmp_path / "index", dense=dense)) as index:
        index.rebuild(experts, reached=0)
        question = MatchQuestion("The polar ocean is losing its frozen cover")
        assert index.scores(question) == []
        while index.fill_vectors():
            pass
        assert index.scores(question)[0].expert_id == "ice"


def test_evaluation_keeps_vectors_for_the_next_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ADVNET_EMBEDDINGS", "local")
    (tmp_path / "e.jsonl").write_text(json.dumps({"id": "a", "works": [{"title": "Sea ice"}]}))
    (tmp_path / "q.jsonl").write_text(json.dumps({"id": "1", "title": "Frozen oceans"}))
    files = ["--experts", "e.jsonl", "--queries", "q.jsonl", "--run", "run.tsv"]
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["evaluate", "match", *files, "--cache", "cache"])
    assert result.exit_code == 0, result.output
    assert "Embedding" in result.stderr
    with closing(DenseEvidence(WordCounter(), store_path=tmp_path / "cache" / "vectors.sqlite")) as kept:
        assert kept.store.count(LocalModel.id) == 1
    assert Path("run.tsv").read_text().startswith("1\ta\t")
    result = CliRunner().invoke(main, ["evaluate", "match", *files, "--words-only"])
    assert result.exit_code == 0
    assert "Embedding" not in result.stderr
    assert Path("run.tsv").read_text() == "", "no word in common"


def test_evaluation_without_a_model_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ADVNET_EMBEDDINGS", "local")
    monkeypatch.setattr("advnet.search.vectors.model.MODEL_PACKAGE", "no_such_package_of_weights")
    (tmp_path / "e.jsonl").write_text(json.dumps({"id": "a", "works": [{"title": "Sea ice"}]}))
    (tmp_path / "q.jsonl").write_text(json.dumps({"id": "1", "title": "Frozen oceans"}))
    monkeypatch.chdir(tmp_path)
    files = ["--experts", "e.jsonl", "--queries", "q.jsonl", "--run", "run.tsv"]
    result = CliRunner().invoke(main, ["evaluate", "match", *files])
    assert result.exit_code == 1
    assert "--words-only" in result.stderr
    assert not Path("run.tsv").exists()
    assert dense_evidence(Embeddings(), tmp_path / "v").trouble() == NO_MODEL


def test_the_check_makes_a_vector(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("advnet.cli.Instance", lambda: instance)
    instance = Instance()
    (tmp_path / "here").mkdir(mode=0o700)
    chosen = {"ADVNET_MODE": "test", "ADVNET_SECRET_KEY": "x", "ADVNET_INSTANCE": str(tmp_path / "here")}
    instance.__dict__["settings"] = Settings.from_environ(chosen | {"ADVNET_EMBEDDINGS": "local"})
    assert CliRunner().invoke(main, ["db", "upgrade"]).exit_code == 0
    result = CliRunner().invoke(main, ["check"])
    assert (result.exit_code, "ok     vectors: 384 dimensions, local" in result.stdout) == (0, True), result.output
    instance.index.dense.embedder._loaded = None
    monkeypatch.setattr("advnet.search.vectors.model.MODEL_PACKAGE", "no_such_package_of_weights")
    result = CliRunner().invoke(main, ["check"])
    assert result.exit_code == 1
    assert "FAILED vectors: the package no_such_package_of_weights is not installed" in result.stderr
