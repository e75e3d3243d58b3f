"""The one tree of settings: built-in defaults, TOML files, environment.

Precedence, weakest first: defaults in this file, `understudy.toml`, the secrets file, environment
variables (`UNDERSTUDY_ARI__URL` sets `ari.url`). Unknown keys are errors, so that a typing mistake
is seen at start and not at the first call.
"""

import os
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from platformdirs import user_cache_path, user_config_path, user_data_path, user_state_path
from pydantic import (
    Field,
    IPvAnyNetwork,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from agent.calls.admission import AdmissionSettings
from agent.errors import UnderstudyError
from agent.experiments.settings import ExperimentSettings
from agent.outbound.settings import OutboundSettings
from agent.records.periods import KeepFor
from agent.section import Section
from agent.telemetry.settings import TelemetrySettings
from agent.turns.settings import TurnSettings
from agent.watchdog.settings import WatchdogSettings

APP_NAME = "understudy"
# A snapshot must outlive the longest wait of a caller in a queue.
_LONGEST_CALL_H = 4.0
_SECRET_CHARACTERS = 16


class ConfigError(UnderstudyError):
    """A settings file or variable that can't be used, with its place."""


class AriSettings(Section):
    """Asterisk's REST interface (ari.conf, http.conf)."""

    url: str = "http://127.0.0.1:8088"
    username: str = "understudy"
    password: SecretStr = SecretStr("")
    app: str = Field("understudy", description="Stasis application; one process a name")
    request_timeout_s: float = Field(5.0, gt=0)


class ServeSettings(Section):
    """How the agent's process stops and stands in for another one."""

    drain_s: float = Field(
        30.0, ge=0, description="live calls may end by themselves for so long, then the queue"
    )
    stands_in_for: tuple[str, ...] = Field(
        (), description="ari.app of other processes whose callers are taken when they die"
    )


class AmiSettings(Section):
    """Asterisk's manager interface, read for queue state and queue events."""

    enabled: bool = True
    host: str = "127.0.0.1"
    port: int = Field(5038, ge=1, le=65535)
    username: str = "understudy"
    secret: SecretStr = SecretStr("")


class MediaSettings(Section):
    """Where calls' RTP arrives."""

    bind_host: str = Field("127.0.0.1", description="the address Asterisk sends RTP to")
    first_port: int = Field(40000, ge=1024, le=65534)
    last_port: int = Field(40999, ge=1025, le=65535)
    lost_after_s: float = Field(5.0, gt=0, description="no packets for this long: media is lost")


class SpeechSettings(Section):
    """Models by catalogue name or by path; `understudy models list` shows both."""

    asr_model: str = Field("", description="a Vosk model; empty: the best one present")
    tts_voice: str = Field("en_US-joe-medium", description="a Piper voice")
    embedding_model: str = "all-MiniLM-L6-v2-int8"
    vad_model: str = Field(
        "silero-vad", description="the neural VAD: on noisy lines, from turns.vad_filter 0.8 always"
    )
    models_dir: Path = Field(default_factory=lambda: user_data_path(APP_NAME) / "models")
    cache_dir: Path = Field(default_factory=lambda: user_cache_path(APP_NAME) / "lines")
    threads: int = Field(2, ge=1, description="threads of recognition, shared by all calls")
    tts_threads: int = Field(2, ge=1, description="threads one synthesis uses")


class LanguageModelSettings(Section):
    """llama.cpp; it breaks ties and never authors a fact."""

    enabled: bool = False
    model: str = Field("smollm2-135m-instruct-q4", description="a GGUF model")
    threads: int = Field(1, ge=1)


class DialogueSettings(Section):
    """What the agent says."""

    playbook: str = Field("larkfield", description="a shipped playbook's name or a YAML file")
    intent_threshold: float = Field(
        0.7,
        ge=0,
        le=1,
        description="confidence below which the agent asks once whether that was meant",
    )
    language_model: LanguageModelSettings = LanguageModelSettings()


class HandoffSettings(Section):
    """How callers reach human agents."""

    context: str = "understudy-handoff"
    queue_timeout_s: int = Field(20, ge=1)
    whisper: bool = Field(True, description="tell the human agent the context before they talk")
    supervisor_phones: Mapping[str, str] = Field(
        {}, description="whose phone rings when they take a call over: name = PJSIP/phone"
    )
    webhook_url: str = Field(
        "", description="is sent each handoff, https or loopback; empty: nobody is"
    )
    webhook_secret: SecretStr = Field(
        SecretStr(""), validate_default=True, description="signs what is sent there"
    )

    @field_validator("webhook_url")
    @classmethod
    def _protected(cls, url: str) -> str:
        parts = urlsplit(url)
        plain = parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1")
        if url and not (parts.hostname and (parts.scheme == "https" or plain)):
            raise ValueError("callers' words leave by https alone, or stay on this machine")
        return url

    @field_validator("webhook_secret")
    @classmethod
    def _signed(cls, secret: SecretStr, info: ValidationInfo) -> SecretStr:
        if info.data.get("webhook_url") and len(secret.get_secret_value()) < _SECRET_CHARACTERS:
            raise ValueError(
                f"a webhook_url needs a secret of {_SECRET_CHARACTERS} characters or more, in the "
                "secrets file or the environment"
            )
        return secret


class RecordSettings(Section):
    """Call records and recordings."""

    database_url: SecretStr = Field(
        default_factory=lambda: SecretStr(
            f"sqlite:///{user_data_path(APP_NAME) / 'understudy.sqlite3'}"
        ),
        description="sqlite:///PATH or postgresql://USER:PASSWORD@HOST/DATABASE",
    )
    spool_dir: Path | None = Field(
        default_factory=lambda: user_state_path(APP_NAME) / "spool",
        description="records on their way to the database; on a local disk",
    )
    encryption_key_file: str = Field(
        "",
        description="encrypts words and recordings (`understudy records key` makes it); empty: "
        "they are stored as they are",
    )
    recordings_dir: Path = Field(default_factory=lambda: user_data_path(APP_NAME) / "recordings")
    record_audio: bool = True
    keep_refused_text: bool = Field(
        False, description="keep the words of a caller who refuses recording; the sound never is"
    )
    keep_audio_days: int = Field(180, ge=0, description="then recordings go; 0: never")
    keep_transcripts_days: int = Field(365, ge=0, description="then what was said goes; 0: never")
    keep_calls_days: int = Field(365, ge=0, description="then all of a call goes; 0: never")

    @property
    def key_file(self) -> Path | None:
        """The file of keys; None where nothing is encrypted."""
        return Path(self.encryption_key_file).expanduser() if self.encryption_key_file else None

    @property
    def keep_for(self) -> KeepFor:
        """The three periods."""
        days = (self.keep_audio_days, self.keep_transcripts_days, self.keep_calls_days)
        audio, transcripts, calls = (timedelta(days=n) if n else None for n in days)
        return KeepFor(audio, transcripts, calls)


class SnapshotSettings(Section):
    """What calls need to go on after a crash, or when the caller rings back."""

    url: SecretStr = Field(
        SecretStr(""),
        description="redis://:PASSWORD@HOST:6379/0, rediss://... or unix://PATH; empty: the "
        "database of call records",
    )
    resume_within_h: float = Field(
        24.0, ge=0, le=24 * 30, description="hours in which who rings back may go on; 0: never"
    )

    @property
    def keep(self) -> timedelta:
        """How long a snapshot is kept; long enough for a live call, whatever the setting."""
        return timedelta(hours=max(self.resume_within_h, _LONGEST_CALL_H))

    @property
    def resume_within(self) -> timedelta:
        """How long after its end a call may be gone on with."""
        return timedelta(hours=self.resume_within_h)


class WebSettings(Section):
    """Health, metrics, the supervisors' desk and whisper audio for Asterisk."""

    host: str = "127.0.0.1"
    port: int = Field(8077, ge=0, le=65535)
    public_url: str = Field(
        "", description="where Asterisk and browsers reach it; empty: what it listens on"
    )
    tls_certificate: str = Field("", description="a PEM file: certificate and chain; empty: no TLS")
    tls_key: str = Field("", description="a PEM file: the private key; empty: in tls_certificate")
    trusted_proxies: tuple[IPvAnyNetwork, ...] = Field(
        (), description="addresses or networks whose X-Forwarded-* headers are believed"
    )
    insecure: bool = Field(
        False, description="listen beyond loopback without TLS: passwords can be read on the way"
    )
    session_idle_min: int = Field(60, ge=1, description="a session not used so long ends")
    session_h: int = Field(12, ge=1, le=24 * 30, description="a session ends after so many hours")

    @property
    def url(self) -> str:
        """Where others reach it, without a slash at the end."""
        scheme = "https" if self.tls_certificate else "http"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url.rstrip("/") or f"{scheme}://{host}:{self.port}"


class CallerSettings(Section):
    """The SIP account that simulated customers ring from, and what they ring: the test PBX's."""

    host: str = Field("127.0.0.1", description="the PBX, as an IP literal")
    port: int = Field(5060, ge=1, le=65535)
    bind_host: str = Field("127.0.0.1", description="this machine's address towards the PBX")
    user: str = "caller"
    password: SecretStr = SecretStr("caller")
    extension: str = Field("1000", description="where the dialplan sends calls to the agent")


class EvaluationSettings(Section):
    """How calls are judged, and from where simulated customers ring."""

    rubric: str = Field("", description="a YAML file of criteria besides the 22; empty: none")
    caller: CallerSettings = CallerSettings()


class LogSettings(Section):
    """Structured logs on standard error."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    json_lines: bool = False


class Settings(BaseSettings):
    """Everything that can be configured."""

    model_config = SettingsConfigDict(
        env_prefix="UNDERSTUDY_", env_nested_delimiter="__", extra="forbid", frozen=True
    )

    serve: ServeSettings = ServeSettings()
    ari: AriSettings = AriSettings()
    ami: AmiSettings = AmiSettings()
    media: MediaSettings = MediaSettings()
    speech: SpeechSettings = Field(default_factory=SpeechSettings)
    turns: TurnSettings = TurnSettings()
    dialogue: DialogueSettings = DialogueSettings()
    handoff: HandoffSettings = HandoffSettings()
    records: RecordSettings = Field(default_factory=RecordSettings)
    outbound: OutboundSettings = OutboundSettings()
    experiment: ExperimentSettings = ExperimentSettings()
    snapshots: SnapshotSettings = SnapshotSettings()
    admission: AdmissionSettings = AdmissionSettings()
    watchdog: WatchdogSettings = WatchdogSettings()
    web: WebSettings = WebSettings()
    evaluation: EvaluationSettings = EvaluationSettings()
    log: LogSettings = LogSettings()
    telemetry: TelemetrySettings = TelemetrySettings()

    @field_validator("experiment")
    @classmethod
    def _goes_with_the_turns(
        cls, value: ExperimentSettings, info: ValidationInfo
    ) -> ExperimentSettings:
        if "turns" in info.data:  # else they are what is reported
            value.check_over(info.data["turns"])
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment over files: the files come in as initial values."""
        return env_settings, init_settings


def config_file_candidates() -> tuple[Path, ...]:
    """Where `understudy.toml` is looked for; the first that exists is read."""
    return (
        Path("understudy.toml"),
        user_config_path(APP_NAME) / "understudy.toml",
        Path("/etc/understudy/understudy.toml"),
    )


def secrets_file_candidates() -> tuple[Path, ...]:
    """Where the PBX's passwords are looked for; the last one is the running test PBX's."""
    return (
        user_config_path(APP_NAME) / "secrets.toml",
        Path("/etc/understudy/secrets.toml"),
        user_state_path(APP_NAME) / "test-pbx" / "secrets.toml",
    )


def settings_files(
    config_file: Path | None, secrets_file: Path | None
) -> tuple[Path | None, Path | None]:
    """The files that are read where these are named, or none. Raises ConfigError."""
    config_file = config_file or _path_from_environment("UNDERSTUDY_CONFIG")
    secrets_file = secrets_file or _path_from_environment("UNDERSTUDY_SECRETS")
    return (
        _required(config_file) or _first_existing(config_file_candidates()),
        _required(secrets_file) or _first_existing(secrets_file_candidates()),
    )


def load_settings(config_file: Path | None = None, secrets_file: Path | None = None) -> Settings:
    """Read files and environment.

    A file named by argument or by `UNDERSTUDY_CONFIG` / `UNDERSTUDY_SECRETS` must exist; those in
    the usual places need not. Raises ConfigError.
    """
    paths = settings_files(config_file, secrets_file)
    values: dict[str, Any] = {}
    _check_variables()
    for path in paths:
        if path is not None:
            _merge(values, read_toml(path))
    try:
        return Settings(**values)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        where = ", ".join(str(path) for path in paths if path) or "the environment"
        raise ConfigError(
            f"Setting '{place}' is not usable: {first['msg']} (read from {where} and UNDERSTUDY_* "
            "variables). Correct it, or leave it out: every setting has a default."
        ) from None
    except SettingsError as error:
        raise ConfigError(
            f"An UNDERSTUDY_* variable is not usable: {error}. Lists are written as JSON, such as "
            "[7, 15], and sections by their settings, such as UNDERSTUDY_ARI__URL."
        ) from None


def _check_variables() -> None:
    """Raises ConfigError for a variable of a section that does not exist."""
    for name in sorted(os.environ):
        section, separator, _ = name.removeprefix("UNDERSTUDY_").partition("__")
        if not name.startswith("UNDERSTUDY_") or not separator:
            continue
        if section.lower() not in Settings.model_fields:
            known = ", ".join(Settings.model_fields)
            raise ConfigError(
                f"The variable {name} sets nothing: there is no section '{section.lower()}' "
                f"(there are {known}). Correct or unset it."
            )


def _path_from_environment(name: str) -> Path | None:
    value = os.environ.get(name)
    return Path(value).expanduser() if value else None


def _required(path: Path | None) -> Path | None:
    if path is not None and not path.is_file():
        raise ConfigError(f"There is no file {path}: give an existing TOML file, or leave it out.")
    return path


def _first_existing(candidates: tuple[Path, ...]) -> Path | None:
    return next((path for path in candidates if path.is_file()), None)


def read_toml(path: Path) -> dict[str, Any]:
    """A file's content. Raises ConfigError."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not valid TOML: {error}.") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8 text: {error.reason}.") from None
    except OSError as error:
        raise ConfigError(f"{path} can't be read: {error.strerror}.") from None


def _merge(into: dict[str, Any], new: dict[str, Any]) -> None:
    for key, value in new.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        else:
            into[key] = value
