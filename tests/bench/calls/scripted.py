"""The demo's call: eight caller turns and one interruption."""

from agent.evaluation.caller_voice import CallerVoice
from agent.evaluation.phone import Phone
from agent.evaluation.phone_call import CallEnded
from agent.evaluation.scripted_caller import Script, ScriptedCaller
from agent.evaluation.wire import CallWire, WireCapture


async def one_call(phone: Phone, script: Script) -> CallWire:
    """Place the call, follow the script to its end."""
    with WireCapture() as capture:
        call = await phone.place("1000")
        try:
            async for _ in ScriptedCaller(script, CallerVoice("slt"), call).perform():
                pass
        except CallEnded:
            pass
        await call.hang_up()
        return capture.call(call.sip_call_id)
