"""Every setting with its value, its default, and where its value comes from."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import to_jsonable_python

from agent.config import Settings, read_toml, settings_files

_PREFIX = "UNDERSTUDY_"
_SEPARATOR = "__"


class Source(StrEnum):
    """The strongest first; the first that has a setting counts."""

    ENVIRONMENT = "environment"
    SECRETS_FILE = "secrets file"
    SETTINGS_FILE = "settings file"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class SettingTold:
    """One setting; `value` and `default` are JSON-able, those of secrets masked.

    `place` names the variable or the file, "" for a default.
    """

    name: str
    value: Any
    default: Any
    description: str
    source: Source
    place: str


@dataclass(frozen=True, slots=True)
class _Origins:
    """The files' contents, and the variables by their names in capitals."""

    secrets: Mapping[str, Any]
    secrets_file: str
    config: Mapping[str, Any]
    config_file: str
    variables: Mapping[str, str]

    def of(self, path: tuple[str, ...]) -> tuple[Source, str]:
        # A variable may set a section, or a part of a setting that is a table.
        name = (_PREFIX + _SEPARATOR.join(path)).upper()
        whole = [(_PREFIX + _SEPARATOR.join(path[:end])).upper() for end in range(1, len(path) + 1)]
        for found in self.variables:
            if found in whole or found.startswith(name + _SEPARATOR):
                return Source.ENVIRONMENT, self.variables[found]
        if _has(self.secrets, path):
            return Source.SECRETS_FILE, self.secrets_file
        if _has(self.config, path):
            return Source.SETTINGS_FILE, self.config_file
        return Source.DEFAULT, ""


def settings_told(
    settings: Settings, config_file: Path | None, secrets_file: Path | None
) -> tuple[SettingTold, ...]:
    """In the order of the sections; the files are those that the settings were read from.

    Files that have changed since then are told as they are now. Raises ConfigError.
    """
    config, secrets = settings_files(config_file, secrets_file)
    origins = _Origins(
        read_toml(secrets) if secrets else {},
        str(secrets or ""),
        read_toml(config) if config else {},
        str(config or ""),
        {name.upper(): name for name in os.environ if name.upper().startswith(_PREFIX)},
    )
    return tuple(_leaves(settings, None, (), origins))


def _leaves(
    section: BaseModel, default: BaseModel | None, path: tuple[str, ...], origins: _Origins
) -> Iterator[SettingTold]:
    for name, field in type(section).model_fields.items():
        value, place = getattr(section, name), (*path, name)
        usual = getattr(default, name) if default is not None else _default(field)
        if isinstance(value, BaseModel):
            same = usual if isinstance(usual, type(value)) else None
            yield from _leaves(value, same, place, origins)
            continue
        source, where = origins.of(place)
        told = ".".join(place), _told(value), _told(usual), field.description or ""
        yield SettingTold(*told, source, where)


def _default(field: FieldInfo) -> Any:
    return field.get_default(call_default_factory=True, validated_data={})


def _told(value: Any) -> Any:
    if isinstance(value, SecretStr):
        return "**********" if value.get_secret_value() else ""
    return to_jsonable_python(value, fallback=str)


def _has(tree: Mapping[str, Any], path: tuple[str, ...]) -> bool:
    here: Any = tree
    for part in path:
        if not isinstance(here, Mapping) or part not in here:
            return False
        here = here[part]
    return True
