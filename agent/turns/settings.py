"""What can be set about turn-taking; defaults come from the tune half of `tests/bench/turns`."""

from typing import Any, Literal

from pydantic import Field, ValidationInfo, field_validator

from agent.section import Section


class RungSettings(Section):
    """Barge-in at one rung of the noise ladder; a frame is 20 ms."""

    speech_frames: int = Field(ge=1, description="so many speech frames pause the agent ...")
    window_frames: int = Field(ge=1, description="... out of the last so many")
    max_pauses: int = Field(ge=0, description="after so many, only words count for a while")
    word_confidence: float = Field(
        ge=0.0, lt=1.0, description="a word this unsure is no evidence; a sure one counts 1"
    )
    sustained_ms: int = Field(
        ge=0, description="so much speech in 1.2 s interrupts without words; 0: never"
    )
    deadline_ms: int = Field(ge=100, description="a suspicion without evidence ends by then")


class BargeInSettings(Section):
    """When the agent stops talking because the caller talks (guide: turn-taking 4.2)."""

    clean: RungSettings = RungSettings(
        speech_frames=3, window_frames=5, max_pauses=3, word_confidence=0.35,
        sustained_ms=0,         deadline_ms=1600,
    )  # fmt: skip
    noisy: RungSettings = RungSettings(
        speech_frames=7, window_frames=9, max_pauses=1, word_confidence=0.2,
        sustained_ms=900,         deadline_ms=400,
    )  # fmt: skip
    loud: RungSettings = RungSettings(
        speech_frames=8, window_frames=15, max_pauses=0, word_confidence=0.0,
        sustained_ms=900,         deadline_ms=1600,
    )  # fmt: skip
    gate_dbfs: float = Field(-45.0, le=0.0, description="frames below are never speech")
    over_ms: int = Field(200, ge=60, description="a sound is over after this much quiet")
    first_question_ms: int = Field(400, ge=100, description="what is it? asked so long after onset")
    next_question_ms: int = Field(200, ge=100, description="... and again, while it goes on")
    pauses_within_s: float = Field(6.0, gt=0.0, description="... for so long")
    wordless_ms: int = Field(
        800, ge=100, description="sound this long without any word does not hold the agent back"
    )
    live_evidence: float = Field(1.0, gt=0.0, description="so many sure words interrupt")
    over_evidence: float = Field(0.7, gt=0.0, description="... or so many, once the sound is over")
    quieter_db: float = Field(
        4.0, gt=0.0, description="talk so much quieter than the caller's is not meant for the agent"
    )
    protect_last_ms: int = Field(300, ge=0, description="the end of a line is not paused")
    protect_first_ms: int = Field(500, ge=0, description="line clicks at the start of a call")
    duck: bool = Field(False, description="lower the voice by 12 dB while undecided, not silence")

    @field_validator("clean", "noisy", "loud", mode="before")
    @classmethod
    def _over_its_defaults(cls, value: Any, info: ValidationInfo) -> Any:
        """One setting of a rung can be given without the others."""
        if not isinstance(value, dict) or info.field_name is None:
            return value
        return {**cls.model_fields[info.field_name].default.model_dump(), **value}


class EndpointingSettings(Section):
    """How long a silence ends the caller's turn (guide: turn-taking 4.5)."""

    short_answer_ms: int = Field(350, ge=100)
    slot_done_ms: int = Field(350, ge=100)
    understood_ms: int = Field(400, ge=100, description="the words so far make a sure intent")
    decided_ms: int = Field(
        250, ge=100, description="a hard rule of the playbook holds, whatever follows"
    )
    complete_ms: int = Field(550, ge=100)
    default_ms: int = Field(700, ge=100)
    incomplete_ms: int = Field(1400, ge=100)
    slot_open_ms: int = Field(1500, ge=100)
    hold_ms: int = Field(8000, ge=1000, description="the caller asked to wait")
    longest_turn_s: float = Field(40.0, ge=5.0, description="then the agent replies in any case")
    settled_ms: int = Field(200, ge=0, description="the partial text is unchanged for this long")
    merge_within_ms: int = Field(1000, ge=0, description="speech so soon after belongs to the turn")
    merge_played_ms: int = Field(400, ge=0, description="... unless more of the reply was heard")


class HalfDuplexSettings(Section):
    """When a call goes over to speaking by turns, because interruptions can't be told apart."""

    enabled: bool = True
    min_accuracy: float = Field(0.9, ge=0.0, le=1.0, description="of the last pauses' verdicts")
    judged_pauses: int = Field(10, ge=2, description="accuracy is taken over so many pauses")
    min_return_loss_db: float = Field(10.0, description="echo louder than this is not told apart")
    quiet_s: float = Field(60.0, gt=0, description="back again after so long without trouble")


class SilenceSettings(Section):
    """Prompts when the caller says nothing, counted from the end of the agent's speech."""

    prompts_s: tuple[float, ...] = (7.0, 13.0)


class TurnSettings(Section):
    """Turn-taking. `classic` is the plain rule, kept to be compared with."""

    rule: Literal["adaptive", "classic"] = "adaptive"
    vad_threshold: float = Field(0.5, ge=0.1, le=1.0, description="confidence that is speech")
    vad_filter: float = Field(
        0.2, ge=0.0, le=1.0, description="how much is taken for noise; from 0.8 the neural VAD"
    )
    vad_silence_timeout_ms: int = Field(500, ge=100, description="classic: ends the caller's turn")
    vad_cutoff_timeout_ms: int = Field(250, ge=0, description="classic: speech that cuts the agent")
    classic_confidence: float = Field(0.7, ge=0.1, le=1.0)
    classic_frames: int = Field(3, ge=1, description="consecutive frames of that confidence")
    line_echo: Literal["learn", "none"] = Field(
        "learn", description="whether the agent's voice may come back; none: it is known not to"
    )
    phone_silence_timeout_sec: float = Field(20.0, gt=0, description="then the call is ended")
    barge_in: BargeInSettings = BargeInSettings()
    endpointing: EndpointingSettings = EndpointingSettings()
    half_duplex: HalfDuplexSettings = HalfDuplexSettings()
    silence: SilenceSettings = SilenceSettings()

    @property
    def neural_vad(self) -> bool:
        """Whether the filter asks for the neural detector."""
        return self.vad_filter >= 0.8

    @property
    def gate_above_noise_db(self) -> float:
        """How far above the noise floor a frame must be: 6 dB at the default filter."""
        return 3.0 + 15.0 * min(self.vad_filter, 0.8)
