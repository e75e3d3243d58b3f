"""What the calls of one playbook are led with."""

import os
from dataclasses import dataclass

from agent.asterisk.queues import QueueMonitor
from agent.calls.arms import Lead
from agent.calls.audio import AudioServices, RecognitionLimits
from agent.calls.detectors import detectors
from agent.calls.handoff import HandoffDesk
from agent.calls.reception import Reception
from agent.calls.services import CallServices
from agent.config import Settings
from agent.dialogue.in_use import PlaybookInUse
from agent.media.clock import MediaClock
from agent.media.endpoint import UdpNetwork
from agent.media.ports import PortRange
from agent.media.sound_file import SoundFormat
from agent.snapshots.keeper import SnapshotKeeper
from agent.speech.line_cache import LineCache
from agent.speech.silero_vad import SileroModel
from agent.turns.settings import TurnSettings
from agent.watchdog.faults import Faults
from agent.watchdog.loading import SteadyEngines


@dataclass(frozen=True, slots=True, kw_only=True)
class Leading:
    """What all calls share, and what is made of it for one playbook's."""

    settings: Settings
    steady: SteadyEngines
    faults: Faults
    neural: SileroModel | None
    clock: MediaClock
    lines: LineCache
    sound_format: SoundFormat
    queues: QueueMonitor | None
    handoffs: HandoffDesk
    keeper: SnapshotKeeper

    def with_(self, turns: TurnSettings, playbook: PlaybookInUse) -> Lead:
        """The lead of calls that follow this playbook and take turns like this."""
        services = CallServices(
            audio=self._audio(turns),
            decisions=self.steady.decisions,
            open_conversation=lambda: playbook.open(os.urandom(8)),
            queues=self.queues,
            handoffs=self.handoffs,
            fallback_queue=playbook.playbook.destination("default").queue,
            reception=Reception(
                playbook,
                self.keeper,
                instance=self.settings.ari.app,
                resume_within=self.settings.snapshots.resume_within,
            ),
            snapshots=self.keeper,
            moment_line=self.settings.watchdog.moment_line,
        )
        return Lead(services, playbook)

    def _audio(self, turns: TurnSettings) -> AudioServices:
        media, watchdog = self.settings.media, self.settings.watchdog
        ports = PortRange(media.first_port, media.last_port)
        return AudioServices(
            turns=turns,
            network=UdpNetwork(media.bind_host, ports),
            lost_after_s=media.lost_after_s,
            clock=self.clock,
            recognition=self.steady.recognition,
            recognizers=self.steady.recognizers,
            open_vad=detectors(turns, self.neural, self.faults),
            lines=self.lines,
            sound_format=self.sound_format,
            limits=RecognitionLimits(watchdog.behind_s, watchdog.lost_s),
        )
