"""Customers' accounts. It was called "users" when its database was made."""

from andamio.model import Http, ManualSecret, Migration, Pool, Postgres, Route, Scaling, Service, per_env

accounts = Service(
    name="accounts",
    team="web",
    tier="critical",
    renamed_from="users",
    http=Http(),
    scaling=per_env(Scaling(), production=Scaling(min=3, max=8)),
    database=Postgres(placement="shared", pool=Pool(size=per_env(5, production=40)), extensions=("citext", "pgcrypto")),
    migration=Migration(command=("/app/accounts", "migrate")),
    routes=(Route(host="api", path="/accounts"),),
    secrets=(
        ManualSecret(
            name="signing",
            keys=("private.pem",),
            instructions="Made with `openssl genpkey -algorithm ed25519`; the security lead keeps the copy.",
        ),
    ),
)
