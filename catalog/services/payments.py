"""Takes payments through an outside provider."""

from andamio.model import (
    Egress,
    Http,
    ManualSecret,
    Migration,
    Pool,
    Postgres,
    Probe,
    Probes,
    Resources,
    Scaling,
    Service,
    Topic,
    per_env,
)

payments = Service(
    name="payments",
    team="commerce",
    tier="critical",
    http=Http(port=8443, protocol="h2c"),
    probes=Probes(
        startup=Probe(path="/health/started", period=2, failures=60),
        readiness=Probe(path="/health/ready", timeout=5),
        liveness=Probe(path="/health/live", period=30),
    ),
    resources=Resources(cpu=200, memory=512, cpu_limit=1000, memory_limit=768),
    scaling=per_env(Scaling(), production=Scaling(min=3, max=6, cpu=50, memory=None)),
    database=Postgres(pool=Pool(size=per_env(15, staging=25, production=40), mode="session", client_connections=5)),
    migration=Migration(command=("/app/payments", "migrate")),
    topics=(Topic(name="payment-settled", partitions=12, replication=per_env(2, staging=3, production=3)),),
    publishes=("payment-settled",),
    egress=(Egress(host="api.payments.example"), Egress(host="fraud.payments.example", port=8443)),
    config={"PROVIDER_URL": per_env("https://sandbox.payments.example", production="https://api.payments.example")},
    secrets=(
        ManualSecret(
            name="provider",
            keys=("api-key", "webhook-secret"),
            instructions="Payment provider's dashboard, Developers, API keys; the commerce lead may create one.",
        ),
    ),
    secret_refresh=per_env(600, production=300),
)
