"""Gives the tests of reading the kinds of malformed mail, from the file beside this one."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

    import pytest


def load_malformed() -> ModuleType:
    name = "schooltrail_malformed_mail"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name("malformed.py"))
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "malformed_kind" in metafunc.fixturenames:
        kinds = load_malformed().KINDS
        metafunc.parametrize("malformed_kind", kinds.values(), ids=kinds.keys())
