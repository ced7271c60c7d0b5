import pytest

from andamio.cloud.links_gitops import argocd_repository, key_store_token_link, manual_secrets
from andamio.model import Repository


@pytest.mark.parametrize(
    ("url", "keys"),
    [
        ("ssh://git@example.com/a.git", ("sshPrivateKey",)),
        ("git@example.com:a.git", ("sshPrivateKey",)),
        ("https://example.com/a.git", ("username", "password")),
    ],
)
def test_the_repositorys_credential_is_of_the_kind_that_its_url_takes(url, keys) -> None:
    secret = argocd_repository(Repository(url=url))
    assert secret.link.keys == keys
    assert url in secret.instructions
    assert keys[-1] in secret.instructions


def test_every_path_is_its_own() -> None:
    links = [one.link for one in manual_secrets(Repository(url="https://example.com/a.git"))]
    paths = [link.path for link in (*links, key_store_token_link())]
    assert len(set(paths)) == len(paths)
    assert all(path.startswith("platform/") for path in paths)
