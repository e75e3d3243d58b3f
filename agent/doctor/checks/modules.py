"""Whether Asterisk has loaded what calls and dialplan/understudy.conf need."""

from collections.abc import Sequence

from agent.asterisk.ari import AriClient
from agent.config import Settings
from agent.doctor.finding import Finding, fail, ok, warn

CALLS = (
    "res_ari", "res_ari_channels", "res_ari_bridges", "res_ari_events", "res_ari_applications",
    "res_ari_asterisk", "res_stasis", "app_stasis", "chan_rtp", "app_queue", "app_stack",
    "app_playback", "app_read", "app_softhangup", "app_system", "func_callerid", "func_channel",
    "func_dialplan", "func_global", "func_logic", "func_strings", "func_version",
    "res_pjsip_header_funcs", "codec_ulaw", "codec_alaw", "codec_g722",
)  # fmt: skip
WHISPER = ("func_curl", "res_http_media_cache", "format_wav")
_RUNNING = "Running"


async def look(settings: Settings) -> Sequence[Finding]:
    """Ask for the list of modules."""
    async with AriClient(settings.ari) as ari:
        listed = await ari.request("GET", "/asterisk/modules")
    running = {str(one["name"]) for one in listed if one["status"] == _RUNNING}
    return judge({name.removesuffix(".so") for name in running})


def judge(running: set[str]) -> list[Finding]:
    """What is missing among the modules that run."""
    findings = []
    if missing := [name for name in CALLS if name not in running]:
        findings.append(
            fail(
                f"not loaded: {', '.join(missing)}",
                "Calls or their way to the queue break where these are used.",
                f"asterisk -rx 'module load {missing[0]}.so', and no `noload` of it in "
                "modules.conf",
            )
        )
    if missing := [name for name in WHISPER if name not in running]:
        findings.append(
            warn(
                f"not loaded: {', '.join(missing)}",
                "Human agents are not told what the caller wants before they talk.",
                f"asterisk -rx 'module load {missing[0]}.so', or [handoff] whisper = false in "
                "understudy.toml",
            )
        )
    return findings or [ok(f"all {len(CALLS) + len(WHISPER)} modules that are needed run")]
