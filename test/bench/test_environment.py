"""Making the environment: whole or not at all, except for peers that can't be installed."""

import contextlib
import io
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from racing import environment
from racing.errors import RaceError


class Making(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name) / "venv"

    def make(self, fails=""):
        """The commands, each by its last word, of which those with this name fail."""
        commands = []

        def run(command, **_):
            self.assertTrue((self.folder / environment.UNFINISHED).exists())
            commands.append(Path(command[-1]).name)
            return mock.Mock(returncode=int(commands[-1] == fails))

        said = io.StringIO()
        with mock.patch.object(environment.subprocess, "run", run), contextlib.redirect_stdout(said), \
                contextlib.redirect_stderr(said):
            environment.make(self.folder)
        return commands, said.getvalue()

    def test_everything(self):
        commands, _ = self.make()
        self.assertEqual(commands, ["venv", environment.NEEDED, *environment.OPTIONAL])
        self.assertEqual(list(self.folder.iterdir()), [])
        for name in commands[1:]:
            self.assertTrue((environment.HERE / name).exists())

    def test_a_peer_that_does_not_install(self):
        commands, said = self.make(fails="requirements-openvino.txt")
        self.assertEqual(commands[2:], list(environment.OPTIONAL))
        self.assertIn("going on without its peers: pip could not install requirements-openvino.txt", said)
        self.assertTrue(self.folder.exists())

    def test_what_is_needed_does_not_install(self):
        for name in ("venv", environment.NEEDED):
            with self.assertRaisesRegex(RaceError, "could not"):
                self.make(fails=name)
            self.assertFalse(self.folder.exists())

    def test_what_a_killed_making_left(self):
        (self.folder / "bin").mkdir(parents=True)
        (self.folder / "bin" / "python").touch()
        (self.folder / environment.UNFINISHED).touch()
        with mock.patch.object(environment.os, "execv") as goes_on, mock.patch.object(environment, "_call"), \
                contextlib.redirect_stdout(io.StringIO()):
            environment.enter(self.folder)
        goes_on.assert_called_once()
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_a_folder_of_somebody_else(self):
        self.folder.mkdir()
        with self.assertRaisesRegex(RaceError, "exists and is no virtual environment"):
            self.make()
        self.assertTrue(self.folder.exists())


if __name__ == "__main__":
    unittest.main()
