"""What can be set about an experiment on live calls."""

from collections.abc import Mapping
from typing import Any, Self

from pydantic import Field, ValidationError, model_validator

from agent.section import Section
from agent.turns.settings import TurnSettings

# Callers who are kept out of the experiment are called so in the records.
HOLDOUT = "holdout"


class VariantSettings(Section):
    """One way of leading calls: what differs from the settings outside the experiment."""

    weight: float = Field(
        1.0, gt=0, allow_inf_nan=False, description="its share of callers, against the others'"
    )
    playbook: str = Field("", description="instead of dialogue.playbook")
    turns: dict[str, Any] = Field({}, description="settings of [turns] that differ")

    def over(self, base: TurnSettings) -> TurnSettings:
        """These turn-taking settings with the variant's in their place. Raises ValidationError."""
        return TurnSettings.model_validate(_merged(base.model_dump(), self.turns))

    @property
    def changes_nothing(self) -> bool:
        """Whether calls go as they do outside the experiment."""
        return not self.playbook and not self.turns


class ExperimentSettings(Section):
    """An experiment: callers are shared out between variants for as long as it is configured.

    Everything here is written down with the first call, before any outcome is known. Whatever is
    changed later begins another revision, which is reported by itself.
    """

    name: str = Field("", pattern=r"^([A-Za-z0-9][\w.-]*)?$", description="empty: no experiment")
    variants: dict[str, VariantSettings] = Field({}, description="by name; at least two")
    control: str = Field(
        "", description="what others are held against; empty: the one that changes nothing"
    )
    holdout: float = Field(0.0, ge=0.0, lt=1.0, description="share of callers kept out of it")
    salt: str = Field("", description="another one shares callers out anew; empty: the name")
    success: tuple[str, ...] = Field(
        (), description="outcomes that count; empty: what the playbooks have as done"
    )
    smallest_effect: float = Field(
        0.05, gt=0.0, lt=1.0, description="the difference in successes that is worth finding"
    )
    callers: int = Field(
        2000, ge=100, description="planned; intervals are narrowest there, and valid at any number"
    )

    @model_validator(mode="after")
    def _is_one_or_none(self) -> Self:
        if bool(self.name) != bool(self.variants):
            raise ValueError("an experiment needs both a name and variants")
        if len(self.variants) == 1:
            raise ValueError("one variant has nothing to be compared with: give two, or none")
        if HOLDOUT in self.variants:
            raise ValueError(f"'{HOLDOUT}' is who is kept out: give the variant another name")
        if self.name:
            self._check_control()
        return self

    def _check_control(self) -> None:
        if self.control and self.control not in self.variants:
            known = ", ".join(self.variants)
            raise ValueError(f"control is '{self.control}', and the variants are {known}")
        if not self.control and sum(v.changes_nothing for v in self.variants.values()) != 1:
            raise ValueError("control has to name the variant that the others are held against")

    def turns_over(self, base: TurnSettings) -> tuple[TurnSettings, ...]:
        """All that calls may have: the base settings and the variants'. Raises ValidationError."""
        return (base, *(variant.over(base) for variant in self.variants.values()))

    def playbooks_besides(self, base: str) -> tuple[str, ...]:
        """All that calls may be led by, each once; the base one first."""
        named = (variant.playbook for variant in self.variants.values() if variant.playbook)
        return tuple(dict.fromkeys((base, *named)))

    def check_over(self, base: TurnSettings) -> None:
        """Raises ValueError for a variant whose turn-taking settings can't be used."""
        for name, variant in self.variants.items():
            try:
                variant.over(base)
            except ValidationError as error:
                first = error.errors(include_url=False, include_input=False)[0]
                place = ".".join(str(part) for part in first["loc"])
                raise ValueError(f"variants.{name}.turns.{place}: {first['msg']}") from None

    @property
    def held_against(self) -> str:
        """The control's name. Raises StopIteration where there is no experiment."""
        unchanged = (name for name, variant in self.variants.items() if variant.changes_nothing)
        return self.control or next(unchanged)


def _merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        if isinstance(below, Mapping) and isinstance(value, Mapping):
            merged[key] = _merged(below, value)
        else:
            merged[key] = value
    return merged
