"""Shopping carts, kept in Valkey."""

from andamio.model import Cache, Http, Route, Scaling, Service, per_env

cart = Service(
    name="cart",
    team="commerce",
    http=Http(),
    scaling=per_env(Scaling(), production=Scaling(min=2, max=10, stabilization=600)),
    cache=Cache(categories=("+@read", "+@write", "+@connection", "+@transaction", "-@dangerous")),
    calls=("products",),
    routes=(Route(host="api", path="/cart"),),
)
