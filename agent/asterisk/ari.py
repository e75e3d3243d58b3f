"""Asterisk REST Interface requests.

Holds no call state and makes no policy. What matters to a caller of these methods is what is known
after a failure: `AriRefused` means that Asterisk said no and nothing changed, `AriUnreachable` that
the request never left, `AriOutcomeUnknown` that it was sent and may have been carried out.
"""

from types import TracebackType
from typing import Any, Self

import aiohttp

from agent.config import AriSettings
from agent.errors import UnderstudyError

# An Asterisk that hangs does not answer a goodbye either.
_GOODBYE = aiohttp.ClientWSTimeout(ws_close=1.0)


class AriError(UnderstudyError):
    """A request to Asterisk that did not succeed."""


class AriRefused(AriError):
    """Asterisk answered with an error status; nothing was done."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class AriUnreachable(AriError):
    """No connection; the request was not sent."""


class AriOutcomeUnknown(AriError):
    """The request was sent and no answer came; it may have been carried out."""


class AriClient:
    """One HTTP session to one Asterisk. Use as an async context manager."""

    def __init__(self, settings: AriSettings) -> None:
        self._settings = settings
        self._app = settings.app
        self._base_url = settings.url.rstrip("/")
        authorization = aiohttp.encode_basic_auth(
            settings.username, settings.password.get_secret_value()
        )
        self._session = aiohttp.ClientSession(
            # The header, not `api_key` in the URL: URLs end up in logs.
            headers={"Authorization": authorization},
            timeout=aiohttp.ClientTimeout(total=settings.request_timeout_s),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the HTTP session."""
        await self._session.close()

    @property
    def app(self) -> str:
        """The Stasis application that this client acts for."""
        return self._app

    def act_for(self, app: str) -> None:
        """Act for another application from now on, once `open_events` has registered it."""
        self._app = app

    @property
    def url(self) -> str:
        """Asterisk's base URL, for messages."""
        return self._base_url

    async def open_events(self, *, every_channel: bool = False) -> aiohttp.ClientWebSocketResponse:
        """Open the application's event socket; Asterisk registers the application by it.

        `every_channel`: also events of channels that are in no application or in another one.
        Raises AriRefused for a wrong password or an application that may not be used, and
        AriUnreachable where nobody listens.
        """
        try:
            return await self._session.ws_connect(
                f"{self._base_url}/ari/events",
                params={"app": self.app, "subscribeAll": "true" if every_channel else "false"},
                heartbeat=10.0,
                max_msg_size=0,
                timeout=_GOODBYE,
            )
        except aiohttp.WSServerHandshakeError as error:
            raise self._refused(error.status, "GET /events", error.message) from None
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise self._unreachable(error) from None

    async def request(
        self,
        method: str,
        path: str,
        *,
        params: dict[str, str] | None = None,
        json: dict[str, Any] | None = None,
    ) -> Any:
        """Send one request; returns the decoded JSON body or None. Raises AriError."""
        url = f"{self._base_url}/ari{path}"
        try:
            async with self._session.request(method, url, params=params, json=json) as response:
                if response.status >= 400:
                    body = await response.text()
                    raise self._refused(response.status, f"{method} {path}", body)
                return await response.json() if response.status != 204 else None
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise self._unreachable(error) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise AriOutcomeUnknown(
                f"Asterisk at {self._base_url} did not answer {method} {path} "
                f"({type(error).__name__}); it may have been carried out."
            ) from None

    def _refused(self, status: int, what: str, detail: str) -> AriRefused:
        if status in (401, 403):
            return AriRefused(
                f"Asterisk at {self._base_url} refused the ARI user '{self._settings.username}': "
                "compare ari.username and ari.password in your secrets file with ari.conf.",
                status,
            )
        return AriRefused(
            f"Asterisk at {self._base_url} refused {what} ({status}): {detail.strip()[:200]}",
            status,
        )

    def _unreachable(self, error: BaseException) -> AriUnreachable:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        return AriUnreachable(
            f"Asterisk does not answer at {self._base_url} ({reason}): is it running, and are "
            "http.conf and ari.conf enabled?"
        )

    async def info(self) -> dict[str, Any]:
        """Asterisk's version and system information (GET /asterisk/info)."""
        info: dict[str, Any] = await self.request("GET", "/asterisk/info")
        return info

    async def originate(
        self,
        endpoint: str,
        *,
        channel_id: str,
        app: str,
        arguments: str,
        caller_id: str,
        ring_s: int,
    ) -> None:
        """Call an endpoint; the channel enters `app` when it is answered.

        Returns as soon as the call is on its way; its events tell what becomes of it, which may be
        before this returns. AriRefused: the endpoint does not exist or can't be reached.
        """
        params = {
            "endpoint": endpoint,
            "channelId": channel_id,
            "app": app,
            "appArgs": arguments,
            "timeout": str(ring_s),
        }
        if caller_id:
            params["callerId"] = caller_id
        await self.request("POST", "/channels", params=params)

    async def allow_events(self, *kinds: str) -> None:
        """Let only these kinds of events come over this application's socket."""
        allowed = [{"type": kind} for kind in kinds]
        await self.request(
            "PUT", f"/applications/{self.app}/eventFilter", json={"allowed": allowed}
        )

    async def has_application(self, app: str) -> bool:
        """Whether a process is connected for an application."""
        try:
            await self.request("GET", f"/applications/{app}")
        except AriRefused as error:
            if error.status == 404:
                return False
            raise
        return True

    async def applications(self) -> dict[str, frozenset[str]]:
        """Every application's channels by its name, those that it only listens to included.

        Asterisk 22 lists an application whose process is gone for as long as it has channels.
        """
        found = await self.request("GET", "/applications")
        return {app["name"]: frozenset(app["channel_ids"]) for app in found}

    async def tell(self, app: str, event: str, variables: dict[str, str]) -> None:
        """Send an application a ChannelUserevent; AriRefused (404) where there is none."""
        await self.request(
            "POST",
            f"/events/user/{event}",
            params={"application": app},
            json={"variables": variables},
        )

    async def started_at(self) -> str:
        """When Asterisk was started, in its own words; another value is another Asterisk."""
        info = await self.request("GET", "/asterisk/info", params={"only": "status"})
        return str(info["status"]["startup_time"])

    async def answer(self, channel_id: str) -> None:
        """Answer a ringing channel."""
        await self.request("POST", f"/channels/{channel_id}/answer")

    async def hang_up(self, channel_id: str, reason: str = "normal") -> None:
        """Hang a channel up; one that is gone already is no error."""
        await self._ignore_missing("DELETE", f"/channels/{channel_id}", {"reason": reason})

    async def get_variable(self, channel_id: str, name: str) -> str:
        """A channel variable or function such as `CHANNEL(audionativeformat)`."""
        body = await self.request(
            "GET", f"/channels/{channel_id}/variable", params={"variable": name}
        )
        return str(body["value"])

    async def set_variable(self, channel_id: str, name: str, value: str) -> None:
        """Set a channel variable; a `__` prefix lets the queue's call to a member inherit it."""
        await self.request(
            "POST", f"/channels/{channel_id}/variable", params={"variable": name, "value": value}
        )

    async def continue_in_dialplan(self, channel_id: str, context: str, extension: str) -> None:
        """Leave Stasis for `context,extension,1`.

        Asynchronous, and Asterisk does not check that the target exists.
        """
        await self.request(
            "POST",
            f"/channels/{channel_id}/continue",
            params={"context": context, "extension": extension, "priority": "1"},
        )

    async def create_bridge(self, bridge_id: str, name: str) -> None:
        """Create a mixing bridge.

        `proxy_media` keeps Asterisk in the media path, without which the external leg of a
        two-party bridge may be left out.
        """
        await self.request(
            "POST",
            f"/bridges/{bridge_id}",
            params={"type": "mixing,proxy_media,dtmf_events", "name": name},
        )

    async def add_to_bridge(self, bridge_id: str, channel_id: str) -> None:
        """Put a channel that is in this application into a bridge."""
        await self.request(
            "POST", f"/bridges/{bridge_id}/addChannel", params={"channel": channel_id}
        )

    async def destroy_bridge(self, bridge_id: str) -> None:
        """Destroy a bridge; one that is gone already is no error."""
        await self._ignore_missing("DELETE", f"/bridges/{bridge_id}")

    async def external_media(
        self, channel_id: str, *, host: str, port: int, codec: str
    ) -> tuple[str, int]:
        """Create the media channel that sends RTP to `host:port` (an IP literal).

        Returns Asterisk's own RTP address, which packets must be sent to and come from.
        """
        channel = await self.request(
            "POST",
            "/channels/externalMedia",
            params={
                "app": self.app,
                "channelId": channel_id,
                "external_host": f"{host}:{port}",
                "format": codec,
            },
        )
        variables = channel["channelvars"]
        return variables["UNICASTRTP_LOCAL_ADDRESS"], int(variables["UNICASTRTP_LOCAL_PORT"])

    async def in_application(self, channel_id: str) -> bool:
        """Whether a channel is in an application, and not in the dialplan. Raises AriError."""
        channel = await self.request("GET", f"/channels/{channel_id}")
        return bool(channel["dialplan"].get("app_name") == "Stasis")

    async def subscribe_channel(self, channel_id: str) -> None:
        """Keep getting a channel's events after it has left the application."""
        await self.request(
            "POST",
            f"/applications/{self.app}/subscription",
            params={"eventSource": f"channel:{channel_id}"},
        )

    async def unsubscribe_channel(self, channel_id: str) -> None:
        """End `subscribe_channel`; a channel that is gone is no error."""
        await self._ignore_missing(
            "DELETE",
            f"/applications/{self.app}/subscription",
            {"eventSource": f"channel:{channel_id}"},
        )

    async def channels(self) -> list[dict[str, Any]]:
        """Every channel of the PBX."""
        channels: list[dict[str, Any]] = await self.request("GET", "/channels")
        return channels

    async def bridges(self) -> list[dict[str, Any]]:
        """Every bridge of the PBX."""
        bridges: list[dict[str, Any]] = await self.request("GET", "/bridges")
        return bridges

    async def _ignore_missing(
        self, method: str, path: str, params: dict[str, str] | None = None
    ) -> None:
        try:
            await self.request(method, path, params=params)
        except AriRefused as error:
            # 404: gone; 409/422: not (or no longer) subscribed or in the application.
            if error.status not in (404, 409, 422):
                raise
