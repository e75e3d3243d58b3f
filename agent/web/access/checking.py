"""Whether a name and a password belong together, asked by strangers."""

import asyncio

from agent.web.access.attempts import Attempts
from agent.web.access.errors import AccountError, SignInRefused
from agent.web.access.names import normal_name
from agent.web.access.passwords import Passwords
from agent.web.access.people import People
from agent.web.access.promptly import promptly
from agent.web.access.tables import Account

_MOST_WAITING = 20


class PasswordCheck:
    """Verifies passwords one at a time, as often as the policy allows."""

    def __init__(self, people: People, passwords: Passwords) -> None:
        self._people = people
        self._passwords = passwords
        self._attempts = Attempts()
        self._turn = asyncio.Lock()
        self._waiting = 0

    async def account(self, name: str, password: str, address: str, now_s: float) -> Account:
        """Whose they are; `now_s` is a monotonic time.

        Raises SignInRefused, in the same time for a name that nobody has, and AccessUnavailable.
        """
        try:
            name = normal_name(name)
        except AccountError:
            name = ""  # nobody has it; it counts for the address
        wait_s = self._attempts.wait_s(name, address, now_s)
        if wait_s > 0:
            raise SignInRefused("Too many attempts", wait_s)
        if self._waiting >= _MOST_WAITING:
            raise SignInRefused("Too many people sign in at once", 5.0)
        self._attempts.began(name, address, now_s)
        account = await self._find(name)
        right = await self._is_right(account.password_hash if account else None, password)
        if account is None or not right:
            raise SignInRefused(
                "The name or the password is wrong", name=account.name if account else None
            )
        self._attempts.succeeded(name, address, now_s)
        return account

    async def _find(self, name: str) -> Account | None:
        async with promptly():
            found = await self._people.find(name)
        return None if found is None or found.disabled_at else found

    async def _is_right(self, stored: str | None, password: str) -> bool:
        self._waiting += 1
        try:
            async with self._turn:
                return await asyncio.to_thread(self._passwords.verify, stored, password)
        finally:
            self._waiting -= 1
