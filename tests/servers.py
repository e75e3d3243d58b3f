"""Servers from Debian's packages, which a full run must have and an inner loop may lack."""

import os
from typing import NoReturn

import pytest


def not_installed(name: str, package: str, required_by: str) -> NoReturn:
    """Fail where CI or the variable `required_by` asks for the server, else skip."""
    reason = f"{name} is not installed (apt-get install {package})"
    if os.environ.get("CI") or os.environ.get(required_by):
        pytest.fail(reason)
    pytest.skip(reason)
