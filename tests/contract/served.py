"""Which operations the gateway serves below a path, and whether a module calls them."""

import inspect
from types import ModuleType

from gateway.api.registry import OPERATIONS, PREFIX


def served(*prefixes: str, but: tuple[str, ...] = ()) -> set[str]:
    """Return the names of the operations whose paths start with one of `prefixes`, and with none of `but`."""
    paths = {operation.name: operation.path.removeprefix(PREFIX) for operation in OPERATIONS}
    return {name for name, path in paths.items() if path.startswith(prefixes) and not (but and path.startswith(but))}


def assert_calls(module: ModuleType | None, called: dict[str, str]) -> None:
    """Check that the module's source holds a call of every method."""
    assert module is not None
    source = inspect.getsource(module)
    for method in called.values():
        assert f"{method}(" in source, method
