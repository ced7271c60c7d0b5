"""The moments of publishing, by name, so that a test can stop the process at each of them."""


def step(name: str) -> None:
    """Do nothing. Called before every change on disk with a name such as `link k8s/dev/a.yaml`."""
