"""Asks the carts' service every quarter of an hour to clear forgotten ones; keeps in Valkey how far it came."""

from andamio.model import Cache, Resources, Schedule, Service

cart_expiry = Service(
    name="cart-expiry",
    team="commerce",
    tier="best-effort",
    schedule=Schedule(cron="*/15 * * * *", concurrency="Replace", deadline=600),
    resources=Resources(cpu=50, memory=64),
    cache=Cache(categories=("+@connection", "-@dangerous"), commands=("+get", "+set")),
    calls=("cart",),
)
