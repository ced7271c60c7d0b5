"""Guesses what a customer wants next. The shop works without it."""

from andamio.model import Cache, Http, Resources, Service

recommendations = Service(
    name="recommendations",
    team="data",
    tier="best-effort",
    http=Http(),
    resources=Resources(cpu=200, memory=512),
    cache=Cache(),
    subscribes=("order-placed",),
    calls=("products",),
)
