"""What lies in the warehouse."""

from andamio.model import Http, Migration, Postgres, Service

inventory = Service(
    name="inventory",
    team="logistics",
    http=Http(port=9090),
    database=Postgres(),
    migration=Migration(command=("/app/inventory", "migrate")),
    publishes=("stock-changed",),
    subscribes=("order-placed",),
)
