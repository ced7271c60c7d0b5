"""What the imitated cloud does when it is told to: takes its time, throttles, fails, gives up waiting, loses things.

Each is a setting of the cloud (`Cloud.configure`), named here and told in docs/sandbox.md. Numbers count down as they
are used up, over all processes that share the cloud.
"""

from __future__ import annotations

import time
from typing import Final

from andamio.sandbox.cloud.refusal import Refusal
from andamio.sandbox.cloud.store import Cloud

__all__ = ["ANY", "Faults"]

ANY: Final = "*"
"""In place of a resource type: every type."""


class Faults:
    """The faults that a cloud was told to have.

    Args:
        cloud: Whose settings say which.
    """

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud

    def before_change(self, kind: str) -> None:
        """Take the time that changes of a type take, then refuse the change if it is to fail.

        The setting `delays` is resource type → seconds, `throttled` and `faults` are resource type → how many.

        Raises:
            Refusal: it is throttled or fails. Nothing was changed.
        """
        delays: dict[str, float] = self._cloud.setting("delays", {})
        time.sleep(delays.get(kind, delays.get(ANY, 0)))
        self._throttle(kind)
        if self._spent("faults", kind):
            raise Refusal(f"{kind} fails, as it was told to", source="the setting `faults` of the sandbox")

    def before_read(self, kind: str) -> None:
        """Refuse a read that is throttled.

        Raises:
            Refusal: it is.
        """
        self._throttle(kind)

    def after_making(self, kind: str, id_: str) -> None:
        """Give up waiting for something that was made: it is there, and whoever made it does not learn its id.

        The setting `timeouts` is resource type → how many.

        Raises:
            Refusal: it is to time out.
        """
        if self._spent("timeouts", kind):
            raise Refusal(
                f"timeout while waiting for {kind} {id_} to be READY. It exists now, and no state knows it",
                source="the setting `timeouts` of the sandbox; the provider keeps an id only after it has waited "
                "(its source, clusters, databases and their users)",
            )

    def loses(self, kind: str) -> bool:
        """Whether a thing of a type that is looked at is to be gone. The setting `losses` is type → how many."""
        return self._spent("losses", kind)

    def _throttle(self, kind: str) -> None:
        if self._spent("throttled", kind):
            raise Refusal(
                f"HTTP Error 429: too many requests, at {kind}",
                source="the setting `throttled` of the sandbox; the provider's client gives such an answer back as an "
                "error and does not ask again (go-ovh); its setting `api_rate_limit` keeps below the limit",
            )

    def _spent(self, setting: str, kind: str) -> bool:
        """Whether one is left of a setting's number for a type; it is then one less."""
        if not self._cloud.setting(setting):
            return False
        with self._cloud.transaction():  # counted, whatever becomes of the rest
            left: dict[str, int] = self._cloud.setting(setting, {})
            name = kind if left.get(kind) else ANY
            if not left.get(name):
                return False
            self._cloud.configure(setting, {**left, name: left[name] - 1})
            return True
