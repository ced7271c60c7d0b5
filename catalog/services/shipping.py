"""Hands parcels to carriers and follows them."""

from andamio.model import Egress, Http, ManualSecret, Migration, Postgres, Service

shipping = Service(
    name="shipping",
    team="logistics",
    http=Http(),
    database=Postgres(),
    migration=Migration(command=("/app/shipping", "migrate")),
    publishes=("parcel-delivered",),
    subscribes=("order-placed",),
    egress=(Egress(host="api.carrier.example"),),
    secrets=(
        ManualSecret(
            name="carrier",
            keys=("username", "password"),
            instructions="Account at the carrier's business portal, one an environment; ask logistics.",
        ),
    ),
)
