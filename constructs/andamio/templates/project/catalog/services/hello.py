"""The first service: answers at https://hello.<domain>/."""

from andamio.model import Http, Route, Service

hello = Service(
    name="hello",
    team="core",
    http=Http(port=8080),
    routes=(Route(host="hello"),),
)
