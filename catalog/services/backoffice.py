"""Where the shop's staff works."""

from andamio.model import Http, Resources, Route, Service

backoffice = Service(
    name="backoffice",
    team="web",
    http=Http(port=3000),
    resources=Resources(cpu=100, memory=256),
    calls=("accounts", "inventory", "orders", "products", "shipping"),
    routes=(Route(host="admin", timeout=60),),
    config={"SESSION_MINUTES": "30"},
)
