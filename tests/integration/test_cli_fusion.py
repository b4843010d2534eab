"""`chronotope learn`, `models` and `evaluate`, as a user types them."""

import json
import subprocess
import sys
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
import world

from chronotope import config, evaluation, fusion, loading, server, statistics
from chronotope.doctor import examine
from chronotope.graph import Graph
from chronotope.replay import Past

CUT = "2026-02-14T00:00:00Z"


@pytest.fixture
def peopled(graph: Graph, city_files: tuple[str, str]) -> Graph:
    """Open the graph of the small city."""
    for table, path in zip((loading.ITEMS, loading.EVENTS), city_files, strict=True):
        loading.load(graph, table, [path], world.OPTIONS)
    return graph


@pytest.fixture
def small(graph: Graph, tmp_path: Path) -> Graph:
    """Open the graph of four users, with statistics as of the cut."""
    world.load(graph, tmp_path)
    world.derive(graph)
    return graph


def kept_windows() -> set[Path]:
    """Return the folders of windows that learners would go on with."""
    return set((config.cache() / "learn").glob("*"))


@pytest.mark.slow
@pytest.mark.usefixtures("learned")
def test_a_dry_run_learns_and_writes_nothing(
    run: world.Run, graph: Graph, past: Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the past of the learned city, whose windows are there."""
    module = sys.modules["chronotope.fusion.learn"]  # a function of the package has its name
    monkeypatch.setattr(module, "replay", lambda *_, **__: nullcontext(past))
    how = ("--as-of", world.CITY_CUT.isoformat(), "--instances", "500", "--seed", "3")
    tried = run("learn", "next", *how, "--dry-run", "--json")
    assert tried.returncode == 0, tried.stderr
    assert "window 1 of 4: was collected before" in tried.stderr
    assert json.loads(tried.stdout)["baselines"].keys() >= {"popularity", "EASE"}
    assert {model.name for model in fusion.read(graph)} == set(evaluation.TASKS)


def test_where_the_model_in_use_is_the_best_it_stays(
    run: world.Run, graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = {
        "instances": 60,
        "chosen": "shipped",
        "metrics": {"ndcg@20": {"value": 0.5, "ci95": [0.4, 0.6]}},
        "candidates": {"shipped": {"ndcg@20": 0.5}, "tuned": {"ndcg@20": 0.4}},
        "baselines": {"popularity": {"ndcg@20": 0.25}},
    }
    shipped = fusion.read_one(graph, "discover")
    monkeypatch.setattr(
        fusion, "learn_from_graph", lambda *_, **__: replace(shipped, metrics=report)
    )
    done = run("learn", "discover", "--name", "mine")
    assert done.returncode == 0, done.stderr
    assert "'shipped' is the best: ndcg@20 0.5000; the next is tuned, 0.4000." in done.stdout
    assert "'discover' stays in use; nothing was written." in done.stdout
    told = json.loads(run("learn", "discover", "--json").stdout)
    assert (told["stays"], told["saved"], told["replaced"]) == (True, False, None)
    assert {model.name for model in fusion.read(graph)} == set(evaluation.TASKS)


@pytest.mark.slow
def test_learn_writes_a_model_that_is_used_and_can_be_left(run: world.Run, peopled: Graph) -> None:
    fusion.save(peopled, fusion.Model.blank("discover").named("poor"))
    fusion.use(peopled, "poor")
    done = run("learn", "discover", "--instances", "200", "--users", "40", "--name", "mine")
    assert done.returncode == 0, done.stderr
    assert "recommend.discover now scores with 'mine'; chronotope models use 'poor'" in done.stdout
    for row in ("shipped", "in use", "tuned", "popularity alone", "EASE"):
        assert row in done.stdout
    assert "window 2 of 4, about" in done.stderr
    listed = json.loads(run("models", "list", "--json").stdout)["models"]
    assert [(m["name"], m["inUse"]) for m in listed] == [
        ("discover", False), ("mine", True), ("poor", False), ("new_items", True), ("next", True),
    ]  # fmt: skip
    assert all(model["problem"] is None for model in listed)
    assert "mine" in run("models", "list").stdout
    statistics.derive(peopled, world.END, statistics.DeriveOptions(taste_dimension=8))
    answer = run("recommend", "resident-001", "--discover", "--at", "2026-04-01", "--json")
    assert len(json.loads(answer.stdout)["recommendations"]) == 20
    weights = json.loads(run("models", "diff", "discover", "mine", "--json").stdout)["weights"]
    assert {row["feature"] for row in weights} == set(
        evaluation.TASKS["discover"].query.feature_names
    )
    assert "popularity" in run("models", "diff", "discover", "mine").stdout
    assert run("models", "use", "discover").returncode == 0
    assert [model.name for model in fusion.read(peopled) if model.in_use] == sorted(
        evaluation.TASKS
    )


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep windows where no other run of the tests keeps any."""
    jars, own = config.cache() / "jars", tmp_path / "cache" / "chronotope"
    own.mkdir(parents=True)
    (own / "jars").symlink_to(jars)
    monkeypatch.setenv("XDG_CACHE_HOME", str(own.parent))


@pytest.mark.slow
@pytest.mark.usefixtures("own_cache")
def test_evaluate_files_prints_the_report(
    run: world.Run, city_files: tuple[str, str], tmp_path: Path
) -> None:
    pytest.importorskip("matplotlib")
    items, events = city_files
    picture, page = tmp_path / "found.png", tmp_path / "found.html"
    where = ("--events", events, "--items", items, "--cut", CUT)
    before = kept_windows()
    done = run(
        "evaluate", "discover", *where, "--until", "2026-02-20", "--ablate", "--diversity",
        "--plot", str(picture), "--json", NEO4J_URI="",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["task"], report["until"]) == ("discover", "2026-02-20T00:00:00+00:00")
    assert set(report["metrics"]) == {"ndcg@20", "recall@20", "mrr"}
    assert report["instances"] == report["users"] <= world.CITY.residents
    diversity = report["diversity"]
    assert list(diversity) == ["0", "0.3", "0.6"]
    assert diversity["0"]["ndcg@20"] == report["metrics"]["ndcg@20"]
    assert diversity["0"]["ild"]["value"] < diversity["0.6"]["ild"]["value"]
    assert set(report["ablation"]) == {
        "G", "G+T", "G+L", "G+T+L", "G+T+shuffled L", "G+T+random L",
    }  # fmt: skip
    assert "difference" in report["ablation"]["G"]["ndcg@20"]
    again = [line for line in done.stderr.splitlines() if line.endswith(": was collected before")]
    assert again[0].startswith("vectors as they are: window 1 of 4")
    assert (len(again), kept_windows()) == (4, before)
    assert picture.read_bytes().startswith(b"\x89PNG")

    given = tmp_path / "instances.csv"
    given.write_text(
        "user_id,timestamp,item_id\n"
        "resident-001,2026-02-16T09:00:00Z,venue-0001\n"
        "resident-002,2026-02-17T12:30:00Z,venue-0002\n"
        "stranger,2026-02-17T12:30:00Z,venue-0002\n"
    )
    done = run(
        "evaluate", "next", *where, "--instances", str(given), "--plot", str(page),
        "--model", "next", NEO4J_URI="",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("next: 2 instances of 2 users, 2 relevant items")
    assert ", next, seed 0\n" in done.stdout
    assert "learning" not in report["seconds"] or report["seconds"]["learning"] > 0
    assert "own counter" in done.stdout
    assert "<img" in page.read_text()


@pytest.mark.parametrize("protocol", [("--cut", CUT), ("--leave-last-out",)])
def test_baselines_of_files_need_no_server_and_say_first_how_much_is_asked(
    run: world.Run,
    city_files: tuple[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    protocol: tuple[str, ...],
) -> None:
    monkeypatch.setattr(server, "scratch", None)
    items, events = city_files
    visits = tmp_path / "visits.csv"  # of one kind: what the others are worth the graph alone knows
    lines = Path(events).read_text().splitlines(keepends=True)
    visits.write_text("".join(line for line in lines if ",purchase," not in line))
    where = ("--events", str(visits), "--items", items, *protocol)
    done = run("evaluate", "discover", *where, "--baselines-only", "--sample", "5", "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["model"], report["metrics"], report["users"]) == (None, {}, 5)
    assert report["baselines"].keys() >= {"popularity, 90 days", "item-kNN", "walk", "EASE"}
    assert set(report["seconds"]) == {"reading the past", "ranking"}
    first = f"5 questions of 5 users, {report['positives']} relevant items: about "
    assert first in done.stderr
    assert ("leaks" in done.stderr) is (protocol == ("--leave-last-out",))


@pytest.mark.slow
def test_a_command_that_is_told_to_end_takes_its_server_along(city_files: tuple[str, str]) -> None:
    items, events = city_files
    arguments = ["evaluate", "next", "--cut", CUT, "--events", events, "--items", items]
    command = [*world.PROCESS, *arguments]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        assert any("embedding texts of the past" in line for line in running.stderr)
        servers = psutil.Process(running.pid).children()
        running.terminate()
        assert running.stderr.read().rstrip().endswith("Interrupted.")
        assert running.wait(60) == 130
    assert servers
    assert not any(server.is_running() for server in servers)


def test_evaluate_refuses_a_model_that_knows_the_future(run: world.Run, graph: Graph) -> None:
    model = next(model for model in fusion.read(graph) if model.task == "next")
    later = run("evaluate", "next", "--cut", "2026-01-01", "--model", "nothing")
    assert later.returncode == 1
    assert "has no fusion model 'nothing'; it has: discover, new_items, next." in later.stderr
    fusion.save(graph, replace(model, name="late", as_of=world.END, in_use=False))
    refused = run("evaluate", "next", "--cut", "2026-01-01", "--model", "late")
    assert refused.returncode == 1
    assert "knows what happened until 2026-04-01T00:00:00+00:00, after the cut" in refused.stderr


def test_a_model_of_another_query_is_told(run: world.Run, small: Graph) -> None:
    model = fusion.read_one(small, "next")
    for changed, problem in (
        (replace(model, normalisation="request"), "was learned on features normalised by request"),
        (
            replace(model, features=("other", *model.features[1:])),
            "weighs the feature 'other', which the query does not compute",
        ),
    ):
        fusion.save(small, replace(changed, name="old"))
        fusion.use(small, "old")
        refused = run("recommend", "ann", "--at", "2026-03-02T08:00:00+01:00")
        assert refused.returncode == 1
        assert f"The model 'old' {problem}; use the shipped one" in refused.stderr
        for command in (("models", "use"), ("evaluate", "next", "--cut", "2026-03-01", "--model")):
            refused = run(*command, "old")
            assert refused.returncode == 1
            assert f"The model 'old' {problem}; use the shipped one" in refused.stderr
        seen = {finding.subject: finding for finding in examine(small)}
        assert seen["model of next"].verdict == "failed"
        assert seen["model of next"].text == (
            f"'old' {problem}; use the shipped one, chronotope models use next, or learn anew, "
            "chronotope learn next"
        )


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (
            ("next", "--cut", "2026-02-01", "--until", "2026-01-01"),
            "until (2026-01-01T00:00:00+00:00) has to be later",
        ),
        (("next", "--cut", "2026-02-01", "--new-items"), "new_items is a question of discover"),
        (("next", "--cut", "2026-02-01", "--plot", "x.gif"), "has to end in .png or .html"),
        (("next", "--cut", "2026-02-01", "--items", "x.csv"), "--items needs --events"),
        (("next", "--cut", "2026-02-01"), "There is no event before"),
    ],
)
@pytest.mark.usefixtures("graph")
def test_what_cannot_be_evaluated_is_said(
    run: world.Run, arguments: tuple[str, ...], complaint: str
) -> None:
    done = run("evaluate", *arguments)
    assert done.returncode == 1
    assert complaint in done.stderr


@pytest.fixture
def no_past(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have no server of the past: what is refused is refused before one is started."""
    monkeypatch.setattr(server, "scratch", lambda **_: pytest.fail("a server was started"))


@pytest.mark.usefixtures("small", "no_past")
@pytest.mark.parametrize(
    "arguments", [("learn", "next"), ("learn", "discover"), ("evaluate", "next", "--cut", CUT)]
)
def test_too_little_to_learn_from_is_said_at_once(
    run: world.Run, arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    copying = "chronotope.replay.past.PreviewedFiles"
    monkeypatch.setattr(copying, lambda *_: pytest.fail("something was copied"))
    done = run(*arguments)
    assert done.returncode == 1
    assert "There is not enough data to learn from" in done.stderr
    assert "The model in use stays." in done.stderr


@pytest.mark.usefixtures("no_past")
@pytest.mark.parametrize(
    ("cut", "changed", "said"),
    [
        ("2026-02-14", {}, "There is not enough data to learn from: 2 moves before"),
        ("2026-05-01", {}, "Nobody with events before 2026-05-01T00:00:00+00:00 does anything"),
        ("2026-01-01", {}, "There is not enough data to learn from: 0 moves before"),
        ("2026-02-14", {"item_id": "item"}, "e.csv has no column 'item_id'; it has: user_id, item"),
    ],
)
def test_files_that_cannot_be_evaluated_are_told_at_once(
    run: world.Run, tmp_path: Path, cut: str, changed: dict[str, str], said: str
) -> None:
    text = world.EVENTS
    for ours, theirs in changed.items():
        text = text.replace(ours, theirs)
    (tmp_path / "e.csv").write_text(text)
    done = run("evaluate", "next", "--cut", cut, "--events", str(tmp_path / "e.csv"), NEO4J_URI="")
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr


def test_heads_of_files_are_checked_before_anything_is_read_or_started(
    run: world.Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "chronotope.cli.session.start_server", lambda name: pytest.fail(f"{name} was started")
    )
    monkeypatch.setattr(server, "scratch", lambda **_: pytest.fail("a server was started"))
    good, bad, vectors = tmp_path / "i.csv", tmp_path / "e.csv", tmp_path / "v.npy"
    good.write_text("item_id\na\n")
    bad.write_text("user_id,item,timestamp\nann,a,2026-02-01\n")
    vectors.write_bytes(b"none")
    evaluate = ("evaluate", "next", "--cut", CUT)
    for arguments, said in (
        ((*evaluate, "--instances", str(bad)), "has no column 'item_id'"),
        ((*evaluate, "--items", str(good), "--events", str(bad)), "has no column 'item_id'"),
        ((*evaluate, "--items", str(bad), "--events", str(bad)), "has no column 'item_id'"),
        (("load", "--items", str(good), "--events", str(bad)), "has no column 'item_id'"),
        (("load", "--items", str(good), "--events", str(bad), "--offline"), "has no column"),
        (("load", "events", str(bad)), "has no column 'item_id'"),
        (("load", "items", str(good), "--vectors", str(vectors)), "cannot be read as vectors"),
        (("load", "events", str(tmp_path / "none.csv")), "No such file"),
        (("embed", "--encoder", "word2vec"), "There is no encoder 'word2vec'"),
    ):
        done = run(*arguments, NEO4J_URI="")
        assert (done.returncode, done.stdout) == (1, ""), arguments
        assert said in done.stderr
