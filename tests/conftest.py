"""Tests marked `long` run only when ./test --long asks for them."""

import os

import pytest


def pytest_configure(config):
    config.addinivalue_line("markers", "long: takes hours or much memory; ./test --long runs it")


def pytest_collection_modifyitems(items):
    if os.environ.get("SONGTAN_LONG_TESTS") == "1":
        return
    for item in items:
        if item.get_closest_marker("long"):
            item.add_marker(pytest.mark.skip(reason="./test --long runs it"))
