"""What the shop sells."""

from andamio.model import Cache, Http, Migration, Pool, Postgres, Resources, Route, Scaling, Service, Topic, per_env

products = Service(
    name="products",
    team="commerce",
    tier="standard",
    http=Http(),
    resources=Resources(cpu=200, memory=256, cpu_limit=1000),
    scaling=per_env(Scaling(), production=Scaling(min=3, max=8)),
    database=Postgres(pool=Pool(size=per_env(5, staging=10, production=30)), extensions=("pg_trgm",)),
    migration=Migration(command=("/app/migrate", "up")),
    cache=Cache(channels=("products:invalidate",)),
    topics=(Topic(name="product-changed", partitions=6, retention_hours=336),),
    publishes=("product-changed",),
    routes=(Route(host="api", path="/products"),),
)
