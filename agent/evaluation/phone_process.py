"""The inside of a SIP phone: PJSUA2 in a process of its own, driven over two pipes.

Why a process: PJSIP asserts and aborts where Python would raise, its endpoint is one a process, and
the latencies of the agent under test must not share an interpreter lock with the phone that
measures them.

Standard input takes the phone's options as a JSON object, then one object a line (`op` and its
arguments); standard output gives one a line (`event` and its fields). PCM travels as base64 of
16-bit little-endian samples. Times are `time.monotonic()` seconds, which on Linux is one clock for
all processes.

Stability rests on three rules: every PJSUA2 object is made, used and dropped on the main thread;
media ports are pooled and never freed, because the conference thread may still be inside one; the
process ends without running the interpreter's own clean-up over live C++ objects.
"""

import base64
import gc
import json
import os
import queue
import sys
import threading
from collections.abc import Callable
from typing import Any

import pjsua2 as pj

from agent.evaluation.phone_audio import FRAME_US, Clip, Outbox, now_s
from agent.evaluation.phone_line import Line
from agent.evaluation.phone_options import PhoneOptions

_POLL_MS = 5
_CODEC_IDS = {"ulaw": "PCMU/8000", "alaw": "PCMA/8000", "g722": "G722/16000"}
# Fixed depth: an adaptive buffer would make one call's latency differ from the next one's.
_JITTER_BUFFER_MS = 20
_JITTER_BUFFER_MAX_MS = 400
_MAX_CALLS = 4  # PJSUA_MAX_CALLS, compiled into the wheel


def _open_endpoint(options: PhoneOptions) -> Any:
    endpoint = pj.Endpoint()
    endpoint.libCreate()
    cfg = pj.EpConfig()
    cfg.logConfig.level = cfg.logConfig.consoleLevel = options.log_level
    cfg.uaConfig.maxCalls = _MAX_CALLS
    cfg.uaConfig.threadCnt = 0
    cfg.uaConfig.mainThreadOnly = True
    cfg.uaConfig.userAgent = "Understudy test phone"
    media = cfg.medConfig
    media.clockRate = media.sndClockRate = options.sample_rate_hz
    media.channelCount = 1
    media.audioFramePtime = media.ptime = FRAME_US // 1000
    media.maxMediaPorts = 2 * _MAX_CALLS + 8
    media.noVad = True
    media.ecTailLen = 0
    media.txDropPct = options.loses_percent
    media.jbInit = media.jbMinPre = media.jbMaxPre = _JITTER_BUFFER_MS
    media.jbMax = _JITTER_BUFFER_MAX_MS
    endpoint.libInit(cfg)
    transport = pj.TransportConfig()
    transport.port, transport.boundAddress = 0, options.bind_host
    endpoint.transportCreate(pj.PJSIP_TRANSPORT_UDP, transport)
    endpoint.libStart()
    endpoint.audDevManager().setNullDev()
    for codec in endpoint.codecEnum2():
        wanted = codec.codecId.startswith(_CODEC_IDS[options.codec])
        endpoint.codecSetPriority(codec.codecId, 255 if wanted else 0)
    return endpoint


def _read_orders(line: Line, orders: "queue.SimpleQueue[dict[str, Any]]") -> None:
    """Speech goes straight to its call; everything else waits for the main thread."""
    for text in sys.stdin.buffer:
        order = json.loads(text)
        if order["op"] not in ("say", "stop", "background"):
            orders.put(order)
            continue
        mouth = line.mouth(order["call"])
        if mouth is None:
            continue
        if order["op"] == "say":
            mouth.queue(Clip(order["clip"], base64.b64decode(order["pcm"])))
        elif order["op"] == "background":
            mouth.background = base64.b64decode(order["pcm"])
        else:
            mouth.stop()
    orders.put({"op": "quit"})  # the parent has gone


def _serve(endpoint: Any, line: Line) -> None:
    orders: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    threading.Thread(target=_read_orders, args=(line, orders), daemon=True).start()
    handlers: dict[str, Callable[..., None]] = {
        "place": line.place,
        "answer": line.answer,
        "hang_up": line.hang_up,
        "press": line.press,
        "transfer": line.transfer,
    }
    while True:
        endpoint.libHandleEvents(_POLL_MS)
        line.tidy()
        while not orders.empty():
            order = orders.get()
            if (op := order.pop("op")) == "quit":
                return
            handlers[op](**order)


def main() -> None:
    """Run a phone until standard input closes."""
    # PJSIP logs to standard output: give it standard error and keep the real one for events.
    events = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    # Not by the command line, which every user of the machine can read: there is a password in it.
    options = PhoneOptions(**json.loads(sys.stdin.buffer.readline()))
    outbox = Outbox(events)
    gc.disable()  # no cycles are made; a collection would only delay an audio frame
    try:
        endpoint = _open_endpoint(options)
        line = Line(options, outbox)
    except pj.Error as error:
        outbox.put("broken", reason=f"{error.title}: {error.reason}")
        outbox.close()
        os._exit(1)
    outbox.put("ready", at=now_s())
    _serve(endpoint, line)
    endpoint.hangupAllCalls()
    line.shutdown()
    endpoint.libDestroy()
    outbox.close()
    os._exit(0)


if __name__ == "__main__":
    main()
