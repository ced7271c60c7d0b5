"""Orders, from the cart to delivery."""

from andamio.model import Http, Migration, Pool, Postgres, PostgresCluster, Resources, Route, Scaling, Service, per_env

orders = Service(
    name="orders",
    team="commerce",
    tier="critical",
    http=Http(port=8080),
    resources=Resources(cpu=per_env(100, production=300), memory=per_env(256, production=512)),
    scaling=per_env(Scaling(), production=Scaling(min=3, max=10)),
    grace_period=60,
    database=Postgres(
        cluster=per_env(
            None,
            production=PostgresCluster(
                plan="advanced",
                flavor="b3-16",
                disk=320,
                backup_time="01:00:00",
                backup_regions=("EU-WEST-PAR", "GRA"),
                maintenance_time="02:30:00",
                deletion_protection=True,
            ),
        ),
        pool=Pool(size=per_env(5, production=60)),
        extensions=("pgcrypto",),
    ),
    migration=Migration(command=("/app/orders", "migrate"), timeout=900, retries=2),
    publishes=("order-placed",),
    subscribes=("payment-settled", "parcel-delivered"),
    calls=("inventory", "payments"),
    routes=(Route(host="api", path="/orders", timeout=30),),
)
