"""Two providers of one kind, so that a message can be refused by the first and taken by the second."""

from notifications.transports.base import Options
from notifications.transports.sms_gateway import GatewayTransport


class First(GatewayTransport):
    name = "first"

    def __init__(self, channel: str, options: Options) -> None:
        super().__init__(channel, options[self.name])


class Second(First):
    name = "second"
