"""G.711 against values of the Recommendation, and against the C code of Python's audioop."""

import numpy as np
import pytest

from agent.media.g711 import CompandingTables, alaw_tables, ulaw_tables

ALL_SAMPLES = np.arange(65536, dtype=np.uint16).view(np.int16)
ALL_CODES = np.arange(256, dtype=np.uint8)


# G.711 tables 1a to 2b: code words at the ends of each scale and around zero, scaled to 16 bits.
@pytest.mark.parametrize(
    ("tables", "code", "sample"),
    [
        (ulaw_tables(), 0xFF, 0),
        (ulaw_tables(), 0x7F, 0),
        (ulaw_tables(), 0xFE, 8),
        (ulaw_tables(), 0x7E, -8),
        (ulaw_tables(), 0x80, 8031 * 4),
        (ulaw_tables(), 0x00, -8031 * 4),
        (ulaw_tables(), 0x8F, 4191 * 4),
        (alaw_tables(), 0xD5, 1 * 8),
        (alaw_tables(), 0x55, -1 * 8),
        (alaw_tables(), 0xAA, 4032 * 8),
        (alaw_tables(), 0x2A, -4032 * 8),
        (alaw_tables(), 0xA5, 2112 * 8),
    ],
)
def test_code_words_decode_to_the_values_of_the_recommendation(
    tables: CompandingTables, code: int, sample: int
) -> None:
    assert tables.decode[code] == sample


@pytest.mark.parametrize("tables", [ulaw_tables(), alaw_tables()])
def test_decoding_and_encoding_again_keeps_every_value(tables: CompandingTables) -> None:
    values = tables.decode[ALL_CODES]
    again = tables.decode[tables.encode[values.view(np.uint16)]]
    assert np.array_equal(again, values)


@pytest.mark.parametrize("tables", [ulaw_tables(), alaw_tables()])
def test_quantisation_error_stays_within_half_a_step(tables: CompandingTables) -> None:
    samples = ALL_SAMPLES.astype(np.int32)
    error = np.abs(tables.decode[tables.encode[samples.astype(np.uint16)]] - samples)
    # The steps double with each segment: 1/32 of the value, at least 8; the top is clipped.
    allowed = np.maximum(np.abs(samples) / 31 + 8, 8)
    allowed[np.abs(samples) > 32124] = 32768 - 32124
    assert np.all(error <= allowed)


@pytest.mark.parametrize(
    ("tables", "encoder", "decoder"),
    [(ulaw_tables(), "lin2ulaw", "ulaw2lin"), (alaw_tables(), "lin2alaw", "alaw2lin")],
)
def test_every_value_is_coded_as_by_audioop(
    tables: CompandingTables, encoder: str, decoder: str
) -> None:
    audioop = pytest.importorskip("audioop")  # gone from Python 3.13 on
    coded = getattr(audioop, encoder)(ALL_SAMPLES.tobytes(), 2)
    assert tables.encode.tobytes() == coded
    assert tables.decode.tobytes() == getattr(audioop, decoder)(ALL_CODES.tobytes(), 2)
