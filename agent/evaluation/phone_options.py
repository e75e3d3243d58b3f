"""What a phone needs to know before it starts."""

from dataclasses import dataclass

_SAMPLE_RATES_HZ = {"ulaw": 8000, "alaw": 8000, "g722": 16000}


@dataclass(frozen=True, slots=True)
class PhoneOptions:
    """A SIP account and the way its calls sound. Addresses are IP literals.

    `loses_percent` of its RTP packets, drawn at random, are not sent.
    """

    user: str
    password: str
    codec: str = "ulaw"
    register: bool = False
    display_name: str = "Understudy caller"
    host: str = "127.0.0.1"
    port: int = 5060
    bind_host: str = "127.0.0.1"
    log_level: int = 1
    loses_percent: int = 0

    def __post_init__(self) -> None:
        if self.codec not in _SAMPLE_RATES_HZ:
            known = ", ".join(_SAMPLE_RATES_HZ)
            raise ValueError(f"phone {self.user}: codec {self.codec!r} is not one of {known}")

    @property
    def sample_rate_hz(self) -> int:
        """The rate of all PCM that this phone takes and gives."""
        return _SAMPLE_RATES_HZ[self.codec]
