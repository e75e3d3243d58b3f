"""A phone's SIP account and its calls, inside the phone's process."""

import re
from collections.abc import Callable
from typing import Any

import pjsua2 as pj

from agent.evaluation.phone_audio import AudioPort, Mouth, Outbox, now_s
from agent.evaluation.phone_options import PhoneOptions

_Q850_CAUSE = re.compile(r"^Reason:\s*Q\.850\s*;\s*cause=(\d+)", re.IGNORECASE | re.MULTILINE)
_NAME_ADDR = re.compile(
    r'^\s*(?:"(?P<quoted>[^"]*)"|(?P<plain>[^<"]*?))\s*<sips?:(?P<user>[^@>;]*)'
)


class PhoneCallLeg(pj.Call):  # type: ignore[misc]
    """One SIP dialog."""

    def __init__(self, line: "Line", ref: str, call_id: int = pj.PJSUA_INVALID_ID) -> None:
        super().__init__(line, call_id)
        self._line = line
        self.ref = ref
        self.mouth = Mouth()
        self.port: AudioPort | None = None
        self._cause: int | None = None
        self._ended_by = "local"

    def onCallState(self, prm: Any) -> None:  # noqa: N802
        """Report the dialog's progress."""
        info = self.getInfo()
        self._line.outbox.put(
            "state",
            call=self.ref,
            state=info.stateText,
            code=info.lastStatusCode,
            reason=info.lastReason,
            sip_call_id=info.callIdString,
            cause=self._cause,
            ended_by=self._ended_by,
            at=now_s(),
        )
        if info.state == pj.PJSIP_INV_STATE_DISCONNECTED:
            self._line.ended(self)

    def onCallTsxState(self, prm: Any) -> None:  # noqa: N802
        """Note who ended the call, and Asterisk's cause, which the status code doesn't carry."""
        state = prm.e.body.tsxState
        if state.type != pj.PJSIP_EVENT_RX_MSG:
            return
        message = state.src.rdata.wholeMsg
        if message.startswith(("BYE ", "CANCEL ")):
            self._ended_by = "remote"
        if (found := _Q850_CAUSE.search(message)) is not None:
            self._cause = int(found.group(1))

    def onCallMediaState(self, prm: Any) -> None:  # noqa: N802
        """Join the call's audio to a port as soon as there is any."""
        info = self.getInfo()  # owns the list: without a name it is freed before the loop
        for index, media in enumerate(info.media):
            if media.type != pj.PJMEDIA_TYPE_AUDIO or media.status != pj.PJSUA_CALL_MEDIA_ACTIVE:
                continue
            if self.port is None:
                self.port = self._line.take_port()
                self.port.attach(self.ref, self.mouth)
            audio = self.getAudioMedia(index)
            audio.startTransmit(self.port)
            self.port.startTransmit(audio)

    def onDtmfDigit(self, prm: Any) -> None:  # noqa: N802
        """Report a digit that the other side pressed."""
        self._line.outbox.put("dtmf", call=self.ref, digit=prm.digit, at=now_s())


class Line(pj.Account):  # type: ignore[misc]
    """The phone's account and all its calls."""

    def __init__(self, options: PhoneOptions, outbox: Outbox) -> None:
        super().__init__()
        self.outbox = outbox
        self._options = options
        self._calls: dict[str, PhoneCallLeg] = {}
        self._ended: list[PhoneCallLeg] = []
        self._free_ports: list[AudioPort] = []
        self._ports: list[AudioPort] = []
        self._incoming = 0
        self.create(self._settings())

    def take_port(self) -> AudioPort:
        """A media port that no call uses."""
        if self._free_ports:
            return self._free_ports.pop()
        port = AudioPort(self.outbox, self._options.sample_rate_hz)
        self._ports.append(port)
        return port

    def ended(self, leg: PhoneCallLeg) -> None:
        """Forget a call soon, but not inside its own callback."""
        self._ended.append(leg)

    def tidy(self) -> None:
        """Drop the calls that have ended and keep their ports for the next ones."""
        for leg in self._ended:
            if leg.port is not None:
                leg.port.detach()
                self._free_ports.append(leg.port)
            self._calls.pop(leg.ref, None)
        self._ended.clear()

    def mouth(self, call: str) -> Mouth | None:
        """Where a call's speech is queued; None when the call is over."""
        leg = self._calls.get(call)
        return None if leg is None else leg.mouth

    def place(self, call: str, uri: str, headers: dict[str, str]) -> None:
        """Send an INVITE."""
        leg = self._calls[call] = PhoneCallLeg(self, call)
        prm = pj.CallOpParam(True)
        prm.opt.audioCount, prm.opt.videoCount = 1, 0
        for name, value in headers.items():
            header = pj.SipHeader()
            header.hName, header.hValue = name, value
            prm.txOption.headers.append(header)
        try:
            leg.makeCall(uri, prm)
        except pj.Error as error:
            del self._calls[call]
            self.outbox.put("failed", call=call, reason=f"{error.title}: {error.reason}")

    def answer(self, call: str, code: int) -> None:
        """Answer a call that rings; a code of 300 or more refuses it."""
        self._on(call, lambda leg, prm: leg.answer(prm), code)

    def hang_up(self, call: str) -> None:
        """End a call in whatever state it is."""
        self._on(call, lambda leg, prm: leg.hangup(prm))

    def press(self, call: str, digits: str, duration_ms: int) -> None:
        """Send RFC 4733 events."""
        prm = pj.CallSendDtmfParam()
        prm.method, prm.duration, prm.digits = pj.PJSUA_DTMF_METHOD_RFC2833, duration_ms, digits
        self._on(call, lambda leg, _: leg.sendDtmf(prm))

    def transfer(self, call: str, extension: str) -> None:
        """Send a REFER: the PBX is to put the other side through to an extension."""
        uri = f"sip:{extension}@{self._options.host}:{self._options.port}"
        self._on(call, lambda leg, prm: leg.xfer(uri, prm))

    def onRegState(self, prm: Any) -> None:  # noqa: N802
        """Report how registering went."""
        self.outbox.put(
            "registration", code=prm.code, reason=prm.reason, active=self.getInfo().regIsActive
        )

    def onIncomingCall(self, prm: Any) -> None:  # noqa: N802
        """Ring, and report the caller and the headers of the INVITE."""
        self._incoming += 1
        ref = f"in-{self._incoming}"
        self._calls[ref] = PhoneCallLeg(self, ref, prm.callId)
        headers = _headers(prm.rdata.wholeMsg)
        caller = _NAME_ADDR.match(headers.get("from", ""))
        self.outbox.put(
            "incoming",
            call=ref,
            at=now_s(),
            name=(caller["quoted"] or caller["plain"] or "") if caller else "",
            number=caller["user"] if caller else "",
            headers=headers,
        )
        self.answer(ref, 180)

    def _on(self, call: str, act: Callable[[PhoneCallLeg, Any], None], code: int = 0) -> None:
        leg = self._calls.get(call)
        if leg is None:
            return
        prm = pj.CallOpParam(True)
        prm.statusCode = code
        try:
            act(leg, prm)
        except pj.Error as error:
            # The far end may have ended the call in the same moment; its state event says so.
            self.outbox.put("refused", call=call, reason=f"{error.title}: {error.reason}")

    def _settings(self) -> Any:
        options = self._options
        cfg = pj.AccountConfig()
        cfg.idUri = f'"{options.display_name}" <sip:{options.user}@{options.host}>'
        cfg.sipConfig.authCreds.append(
            pj.AuthCredInfo("digest", "*", options.user, 0, options.password)
        )
        if options.register:
            cfg.regConfig.registrarUri = f"sip:{options.host}:{options.port}"
            cfg.regConfig.timeoutSec = 300
        cfg.natConfig.iceEnabled = False
        cfg.natConfig.udpKaIntervalSec = 0
        cfg.callConfig.timerUse = pj.PJSUA_SIP_TIMER_INACTIVE
        cfg.mediaConfig.transportConfig.boundAddress = options.bind_host
        cfg.mediaConfig.transportConfig.port = 30_000
        cfg.mediaConfig.transportConfig.portRange = 8_000
        cfg.mediaConfig.transportConfig.randomizePort = True
        return cfg


def _headers(message: str) -> dict[str, str]:
    """The header lines of a SIP message by lower-case name; the first of each."""
    headers: dict[str, str] = {}
    for line in message.split("\r\n\r\n", 1)[0].split("\r\n")[1:]:
        name, colon, value = line.partition(":")
        if colon:
            headers.setdefault(name.strip().lower(), value.strip())
    return headers
