"""Writes to customers: a worker without HTTP."""

from andamio.model import Egress, ManualSecret, Probe, Probes, Resources, Scaling, Service, per_env

notifications = Service(
    name="notifications",
    team="web",
    tier="standard",
    command=("/app/notify",),
    args=("--queue", "all"),
    probes=Probes(startup=None, readiness=None, liveness=Probe(command=("/app/notify", "alive"), period=60)),
    resources=Resources(cpu=50, memory=128),
    scaling=per_env(Scaling(), production=Scaling(min=2, max=6)),
    subscribes=("order-placed", "parcel-delivered", "payment-settled"),
    calls=("accounts",),
    egress=(Egress(host="smtp.mail.example", port=587),),
    secrets=(
        ManualSecret(
            name="smtp",
            keys=("username", "password"),
            instructions="Mail provider's console, SMTP credentials; one for each environment.",
        ),
    ),
)
