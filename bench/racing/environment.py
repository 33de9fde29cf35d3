"""The virtual environment with the peers. One that exists is used as it is, so that versions stay what they were."""
import os
import shutil
import subprocess
import sys
from pathlib import Path

from .errors import RaceError

HERE = Path(__file__).resolve().parent
#: Without the first list there is no race; without the others there are fewer peers, which the results say.
NEEDED, OPTIONAL = "requirements.txt", ("requirements-openvino.txt", "requirements-torch.txt",
                                         "requirements-nncf.txt", "requirements-llamacpp.txt")
#: A file that lies in an environment as long as it is being made.
UNFINISHED = "unfinished"


def enter(folder: Path) -> None:
    """Goes on in the environment's Python, and returns there."""
    if Path(sys.prefix).resolve() == folder.resolve():
        return
    python = folder / "bin" / "python"
    if (folder / UNFINISHED).exists() or not python.exists():
        make(folder)
    sys.stdout.flush()
    os.execv(python, [str(python), *sys.argv])


def make(folder: Path) -> None:
    """The whole environment, or none: what a making left that was killed goes first."""
    if (folder / UNFINISHED).exists():
        shutil.rmtree(folder)
    if folder.exists():
        raise RaceError(f"{folder} exists and is no virtual environment; try: another folder with --venv")
    print(f"race: making {folder} with the peers, once", flush=True)
    folder.mkdir(parents=True)
    (folder / UNFINISHED).touch()
    try:
        _call(f"python3 could not make {folder}", sys.executable, "-m", "venv", str(folder))
        _install(folder, NEEDED)
        for name in OPTIONAL:
            try:
                _install(folder, name)
            except RaceError as error:
                print(f"race: going on without its peers: {error}", file=sys.stderr, flush=True)
        (folder / UNFINISHED).unlink()
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _install(folder: Path, name: str) -> None:
    _call(f"pip could not install {name}; check the network and pip's settings", str(folder / "bin" / "python"), "-m",
          "pip", "install", "-q", "--disable-pip-version-check", "-r", str(HERE / name))


def _call(message: str, *command: str) -> None:
    if subprocess.run(command, stdin=subprocess.DEVNULL).returncode:
        raise RaceError(message)
