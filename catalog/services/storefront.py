"""The shop's pages."""

from andamio.model import Cache, Http, Resources, Route, Scaling, Scratch, Service, per_env

storefront = Service(
    name="storefront",
    team="web",
    tier="critical",
    http=Http(port=3000),
    resources=Resources(cpu=per_env(100, production=500), memory=per_env(256, production=512)),
    scaling=per_env(Scaling(), production=Scaling(min=3, max=12, cpu=60)),
    scratch=(Scratch(path="/app/.cache", size=128),),
    cache=Cache(),
    calls=("accounts", "cart", "products", "recommendations", "search"),
    routes=(Route(host="", path="/"), Route(host="www", path="/")),
    config={"LOG_LEVEL": per_env("debug", staging="info", production="warn"), "CURRENCY": "EUR"},
)
