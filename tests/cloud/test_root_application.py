from andamio.cloud.root_application import root_values
from andamio.model import Repository


def test_it_reads_the_folder_of_its_environment_on_the_declared_branch() -> None:
    repository = Repository(url="https://example.com/a.git", branch="release", path="deploy/dist/")
    source = root_values(repository, "dev", "argocd")["applications"]["root"]["source"]
    assert source["path"] == "deploy/dist/k8s/dev/applications"
    assert source["targetRevision"] == "release"


def test_a_mistake_never_holds_up_the_commit_that_mends_it() -> None:
    """Argo CD tries the revision again that failed, unless it is told to take the newest."""
    policy = root_values(Repository(url="https://example.com/a.git"), "dev", "argocd")["applications"]["root"]
    assert policy["syncPolicy"]["retry"]["refresh"] is True
