"""Finds products; its index is rebuilt from events at each start."""

from andamio.model import Http, Probe, Probes, Resources, Route, Scaling, Scratch, Service, per_env

search = Service(
    name="search",
    team="data",
    http=Http(),
    probes=Probes(startup=Probe(path="/healthz/ready", period=10, failures=30)),
    resources=Resources(cpu=250, memory=per_env(512, production=1024)),
    scaling=per_env(Scaling(), production=Scaling(min=2, max=6)),
    scratch=(Scratch(path="/var/lib/index", size=1024), Scratch(path="/tmp")),
    subscribes=("product-changed", "stock-changed"),
    calls=("products",),
    routes=(Route(host="api", path="/search", rewrite="/"),),
)
