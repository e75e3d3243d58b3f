"""The JSON API of a running agent, asked by schemathesis with what its own OpenAPI allows and not.

    UNDERSTUDY_FUZZ_TOKEN=... python -m tests.fuzz.api --url http://127.0.0.1:8077

The token is one of `understudy token add`; it changes data, so give a test agent's.
"""

import os
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path
from typing import Annotated

import typer

_DESCRIPTION = "/api/v1/openapi.json"
_CHECKS = "not_a_server_error,response_schema_conformance,content_type_conformance"
_NO_API = 3


def fuzz_api(
    url: Annotated[str, typer.Option(help="Of the agent.")] = "http://127.0.0.1:8077",
    examples: Annotated[int, typer.Option(help="For each operation and phase.")] = 500,
    seed: Annotated[int, typer.Option(help="The same one gives the same cases.")] = 1,
) -> None:
    """Exit status 1 for a fault, 3 where there is no API to ask."""
    token = os.environ.get("UNDERSTUDY_FUZZ_TOKEN", "")
    request = urllib.request.Request(url + _DESCRIPTION, headers=_headers(token))  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            description = answer.read()
    except (urllib.error.URLError, OSError) as error:
        typer.echo(f"{url}{_DESCRIPTION} does not answer ({error}): start an agent.", err=True)
        raise typer.Exit(_NO_API) from None
    with tempfile.TemporaryDirectory() as folder:
        schema = Path(folder, "openapi.json")
        schema.write_bytes(description)
        # Settings in a file of this folder: a token on a command line is seen by every user.
        Path(folder, "schemathesis.toml").write_text(_settings(token))
        done = subprocess.run(
            [
                sys.executable, "-m", "schemathesis.cli", "run", schema, "--url", url,
                "--checks", _CHECKS, "--max-examples", str(examples), "--seed", str(seed),
                "--continue-on-failure", "--request-timeout", "5",
            ],
            cwd=folder,
            check=False,
        )  # fmt: skip
    raise typer.Exit(done.returncode)


def _headers(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}


def _settings(token: str) -> str:
    return f'[headers]\nAuthorization = "Bearer {token}"\n' if token else ""


if __name__ == "__main__":
    typer.run(fuzz_api)
