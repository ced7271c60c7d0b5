"""Clears forgotten carts every quarter of an hour."""

from andamio.model import Cache, Resources, Schedule, Service

cart_expiry = Service(
    name="cart-expiry",
    team="commerce",
    tier="best-effort",
    schedule=Schedule(cron="*/15 * * * *", concurrency="Replace", deadline=600),
    resources=Resources(cpu=50, memory=64),
    cache=Cache(categories=("+@read", "+@connection", "-@dangerous"), commands=("+unlink",)),
    calls=("cart",),
)
