"""What stands in deploy/ is accepted by its own validators, and says nothing that our programs do not know.

What no validator is here for is skipped with the reason: it was not run.
"""

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatch
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from scrapy.utils.project import get_project_settings

import crawler.settings
import scheduler
from operations.metrics import _families
from operations.processes import GRACE
from reports.states import VisitOutcome
from storage.measures import Measures
from storage.records import RunOutcome
from tests.portals.resolver import HOSTS_VARIABLE

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
UNITS = [path for path in sorted((DEPLOY / "systemd").iterdir()) if path.is_file()]
GUIDE = ROOT / "docs" / "operations.md"
PROSE = [ROOT / "README.md", ROOT / "README.zh-CN.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
BIN = Path(sys.executable).parent
MOST_EXPOSED = "25"  # of 100, as systemd-analyze security counts; a service without any wall has 96
OURS = re.compile(r"GONGKAI_[A-Z_]*[A-Z]")


def tool(name: str) -> str:
    """The path of a validator, from the virtual environment or the system's; skips the test where there is none."""
    found = shutil.which(name, path=f"{BIN}:{os.environ['PATH']}")
    return found or pytest.skip(f"{name} is not here: not run")


def run(*command: str | Path, **environment: str) -> str:
    """What a validator says, once it has accepted what it was given."""
    done = subprocess.run(  # noqa: S603 - the validators named below
        command, capture_output=True, text=True, check=False, env={**os.environ, **environment}
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def yaml(name: str) -> Any:
    return YAML(typ="safe").load(DEPLOY / name)


def directives(path: Path) -> dict[str, str]:
    """The settings of a unit; of one that is repeated, the last."""
    lines = (line.partition("=") for line in path.read_text().splitlines() if re.match(r"[A-Z]\w+=", line))
    return {name: value for name, _, value in lines}


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units as they would be installed, but with the program where it is here."""
    shutil.copytree(DEPLOY / "systemd", tmp_path, dirs_exist_ok=True)
    for path in (tmp_path / path.name for path in UNITS):
        text = path.read_text().replace("/opt/gongkai/.venv/bin", str(BIN))
        path.write_text(text.replace("/opt/gongkai", str(ROOT)))
    return tmp_path


def test_systemd_accepts_the_units(units: Path) -> None:
    paths = [units / path.name for path in UNITS]
    told = run(tool("systemd-analyze"), "verify", "--man=no", *paths, SYSTEMD_UNIT_PATH=f"{units}:")
    assert not [line for line in told.splitlines() if "gongkai" in line]


@pytest.mark.parametrize("name", [path.name for path in UNITS if path.suffix == ".service"])
def test_a_service_has_walls_around_it(units: Path, name: str) -> None:
    # It takes a unit by its file, and an instance's file has the instance's name.
    path = (units / name).rename(units / name.replace("@.", "@1."))
    options = ("--no-pager", "--offline=true", f"--threshold={MOST_EXPOSED}")
    run(tool("systemd-analyze"), "security", *options, path, SYSTEMD_UNIT_PATH=f"{units}:")


def test_hadolint_accepts_the_image() -> None:
    assert run(tool("hadolint"), DEPLOY / "Dockerfile") == ""


def test_the_compose_file_keeps_to_its_specification() -> None:
    run(tool("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", DEPLOY / "compose.yaml")


def test_docker_reads_the_compose_file(tmp_path: Path) -> None:
    docker = tool("docker")
    if subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode:  # noqa: S603 - found
        pytest.skip("docker compose is not here: not run")
    shutil.copy(DEPLOY / "compose.yaml", tmp_path)
    shutil.copy(DEPLOY / "gongkai.env.example", tmp_path / "gongkai.env")
    run(docker, "compose", "--file", tmp_path / "compose.yaml", "config", "--quiet", POSTGRES_PASSWORD="unused")  # noqa: S106 - none


def test_promtool_accepts_scrape_and_alerts() -> None:
    run(tool("promtool"), "check", "config", DEPLOY / "prometheus" / "scrape.yml")


def test_the_wrapper_is_a_shell_script() -> None:
    assert run(tool("sh"), "-n", DEPLOY / "gongkai") == ""


def test_a_stop_leaves_time_for_the_page_in_flight_and_reaches_a_crawl_once() -> None:
    for name in ("gongkai-scheduler.service", "gongkai-worker@.service"):
        set_ = directives(DEPLOY / "systemd" / name)
        assert timedelta(seconds=int(set_["TimeoutStopSec"])) > GRACE
        assert set_["KillMode"] == "mixed", "else systemd tells the crawl, and so does its parent: it drops its pages"
    for service in ("scheduler", "worker"):
        graced = yaml("compose.yaml")["services"][service]["stop_grace_period"]
        assert timedelta(seconds=int(graced.removesuffix("s"))) > GRACE


def test_no_password_stands_in_a_file() -> None:
    for service in yaml("compose.yaml")["services"].values():
        for name, value in service["environment"].items():
            assert "PASSWORD" not in name or value.startswith("${POSTGRES_PASSWORD:?"), name
    example = (DEPLOY / "gongkai.env.example").read_text()
    assert not re.search(r"(?m)^#?\w*(PASSWORD|KEY|KEY_ID)=.", example)


def _typed() -> Iterator[str]:
    """Every command line of ours in deploy/ and in the guide."""
    for path in UNITS:
        yield from filter(None, [directives(path).get("ExecStart")])
    yield from (shlex.join(json.loads(line[4:])) for line in _lines(DEPLOY / "Dockerfile") if line.startswith("CMD "))
    for service in yaml("compose.yaml")["services"].values():
        yield shlex.join(service.get("command", ()))
        yield shlex.join(service.get("healthcheck", {}).get("test", ()))
    yield from (line for name in ("gongkai", "compose.yaml") for line in _lines(DEPLOY / name) if line.startswith("#"))
    text = GUIDE.read_text(encoding="utf-8")
    for block in re.findall(r"(?ms)^```sh\n(.*?)^```", text):
        yield from block.splitlines()
    yield from re.findall(r"`([^`\n]+)`", re.sub(r"(?ms)^```.*?^```", "", text))


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


# In whatever it stands: a shell's quotes, a pipe, a container's run. It ends where the shell would end it.
_COMMAND = re.compile(r"(?<![\w.-])(scrapy|python scheduler\.py)((?: +[^\s;|&#\"'`(),]+)*)")
COMMANDS = sorted(
    {(name, words.strip()) for line in _typed() for name, words in _COMMAND.findall(line) if not words.endswith(" …")}
)


@pytest.mark.parametrize(("program", "words"), COMMANDS, ids=lambda value: value.replace(" ", "_"))
def test_our_programs_know_every_command(program: str, words: str) -> None:
    arguments = [word for word in words.split() if word != "\\"]
    if program != "scrapy":
        scheduler._parser().parse_args(arguments)
        return
    command = import_module(f"crawler.commands.{arguments[0]}").Command()
    command.settings = get_project_settings()
    parser = argparse.ArgumentParser(conflict_handler="resolve")
    command.add_options(parser)
    assert not [word for word in parser.parse_known_args(arguments[1:])[1] if word.startswith("-")]


def test_the_commands_were_found() -> None:
    assert {("python scheduler.py", "--metrics 127.0.0.1:9464"), ("scrapy", "work"), ("scrapy", "events --tell")} <= {
        *COMMANDS
    }


def _read(*folders: str) -> set[str]:
    """The variables of ours that the code asks the environment for."""
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    asked = re.compile(r"environ(?:\.get\(|\[)\"(GONGKAI_\w+)\"")
    return {name for path in files for name in asked.findall(path.read_text(encoding="utf-8"))}


READ = _read("crawler", "operations", "reports", "storage")


def test_the_example_names_every_variable_and_no_other() -> None:
    example = (DEPLOY / "gongkai.env.example").read_text()
    assert set(re.findall(r"(?m)^#?(GONGKAI_\w+)=", example)) == READ


def test_every_variable_is_explained() -> None:
    rows = [line for line in _lines(ROOT / "docs/commands.md") if line.startswith("| `GONGKAI_")]
    assert set(OURS.findall("".join(row.split("|")[1] for row in rows))) == READ


def test_what_is_written_of_variables_is_true() -> None:
    practice = _read("tests/portals") | {HOSTS_VARIABLE}
    known = READ | practice | {name for name in dir(crawler.settings) if OURS.fullmatch(name)}
    for path in [*PROSE, *(path for path in DEPLOY.rglob("*") if path.is_file())]:
        assert set(OURS.findall(path.read_text(encoding="utf-8"))) <= known, path


def test_the_alerts_ask_for_metrics_that_there_are() -> None:
    now, one = datetime.now(UTC), {"complete": 1}
    measures = Measures(one, 2024, one, 1, 1, {"finished": 1}, 1, now, now, 1, one, 1, 1, 1)
    metrics = {sample.name for family in _families(measures) for sample in family.samples} | {"gongkai_up"}
    for rule in (rule for group in yaml("prometheus/alerts.yml")["groups"] for rule in group["rules"]):
        assert rule.keys() - {"for"} == {"alert", "expr", "labels", "annotations"}
        assert rule["annotations"].keys() == {"summary"}
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert set(re.findall(r"gongkai_\w+", rule["expr"])) <= metrics, rule["alert"]
        for metric, values in re.findall(r"(\w+)\{outcome=~?\"([^\"]+)\"", rule["expr"]):
            outcomes = RunOutcome if metric == "gongkai_runs_total" else VisitOutcome
            assert set(values.split("|")) <= set(outcomes), rule["alert"]
    assert set(re.findall(r"gongkai_[a-z_]+", GUIDE.read_text(encoding="utf-8"))) <= metrics


def test_the_image_has_every_room_and_nothing_else() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    let_through = {line[1:] for line in _lines(DEPLOY / "Dockerfile.dockerignore") if line.startswith("!")}
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    packaged = {room for room in rooms for pattern in project["packages"]["find"]["include"] if fnmatch(room, pattern)}
    files = {"scrapy.cfg", "pyproject.toml", "requirements-deploy.lock", "LICENSE"}
    assert let_through == packaged | {f"{name}.py" for name in project["py-modules"]} | files
    assert "*" in _lines(DEPLOY / "Dockerfile.dockerignore")


def test_what_is_deployed_is_what_is_tested() -> None:
    plain, deployed, tested = (
        dict(re.findall(r"(?m)^([\w.-]+)==(\S+)", (ROOT / f"requirements{kind}.lock").read_text()))
        for kind in ("", "-deploy", "-dev")
    )
    assert plain.items() <= deployed.items() <= tested.items()
    assert {"psycopg", "procrastinate", "apprise", "s3fs", "olefile"} <= deployed.keys()
    assert not deployed.keys() & {"pytest", "mypy", "moto", "rapidocr"}
