"""The nightly figures: a scheduled job with a database of its own."""

from andamio.model import Migration, Pool, Postgres, PostgresCluster, Resources, Schedule, Service, per_env

reports = Service(
    name="reports",
    team="data",
    tier="best-effort",
    schedule=Schedule(
        cron=per_env("0 6 * * *", production="30 2 * * *"),
        time_zone="Europe/Madrid",
        deadline=7200,
        retries=1,
        suspended=per_env(False, staging=True),
    ),
    command=("/app/reports",),
    args=("nightly",),
    resources=Resources(cpu=500, memory=1024),
    database=Postgres(
        placement=per_env("shared", production="dedicated"),
        cluster=per_env(None, production=PostgresCluster(version="17", plan="production", flavor="b3-8")),
        pool=Pool(size=5, client_connections=2),
    ),
    migration=Migration(command=("/app/reports", "migrate")),
    calls=("inventory", "orders"),
)
