"""The compiler's model."""
from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from .peer import Entry, Peer

if TYPE_CHECKING:
    from ..feeds import Array


class Llmc(Peer):
    name, title, modules = "llmc", "llmc", ("llmc",)

    def open(self) -> None:
        import llmc

        self.context = llmc.load(self.entry.artefact, threads=self.entry.threads).context()

    def run(self) -> Any:
        return self.context.run(self.feeds)

    def arrays(self, results: Any) -> dict[str, Array]:
        return dict(results)

    @classmethod
    def files(cls, entry: Entry) -> list[Path]:
        return sorted(entry.artefact.glob("*.so"))
