"""`LiveMapping`: a read-only mapping that shows the state of the moment."""

from abc import abstractmethod
from collections.abc import ItemsView, Iterator, Mapping, ValuesView
from typing import TypeVar

T = TypeVar("T")


class LiveMapping(Mapping[str, T]):
    """A read-only mapping; each look at it is a look at the emulator's state.

    An iteration goes over the state that it began with.
    """

    @abstractmethod
    def _snapshot(self) -> Mapping[str, T]:
        """The mapping as it is now."""

    def __getitem__(self, key: str) -> T:
        return self._snapshot()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._snapshot())

    def __len__(self) -> int:
        return len(self._snapshot())

    def items(self) -> ItemsView[str, T]:
        """The ids and what they name."""
        return self._snapshot().items()

    def values(self) -> ValuesView[T]:
        """What the ids name."""
        return self._snapshot().values()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({dict(self._snapshot())!r})"
