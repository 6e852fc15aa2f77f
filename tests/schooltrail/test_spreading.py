from __future__ import annotations

import os
from contextlib import ExitStack

import pytest

from models.errors import SchooltrailError
from schooltrail.spreading import POOL_FROM, ordered_map


def _double(number: int) -> int:
    return number * 2


def _die(_number: int) -> int:
    os._exit(9)


def test_little_work_stays_in_this_process():
    with ExitStack() as stack:
        assert ordered_map(stack, POOL_FROM - 1) is map


def test_much_work_keeps_its_order_and_is_drawn_lazily():
    drawn = []

    def numbers():
        for number in range(50):
            drawn.append(number)
            yield number

    with ExitStack() as stack:
        results = ordered_map(stack, POOL_FROM)(_double, numbers())
        assert next(results) == 0
        assert len(drawn) < 20
        assert list(results) == [number * 2 for number in range(1, 50)]


def test_a_process_that_dies_is_told_in_words():
    with ExitStack() as stack, pytest.raises(SchooltrailError, match="lack of memory"):
        list(ordered_map(stack, POOL_FROM)(_die, range(3)))
