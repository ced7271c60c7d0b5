"""The gitops stack of an environment: Argo CD in its cluster, the secrets that it needs first, the root Application."""

from __future__ import annotations

from collections.abc import Mapping

from andamio.cdktf import Construct
from andamio.cloud.argo_cd import ArgoCd
from andamio.cloud.bootstrap_secrets import BootstrapSecret, BootstrapSecrets, chart_files
from andamio.cloud.catalog_outputs import CatalogOutputs
from andamio.cloud.cluster_access import ClusterAccess
from andamio.cloud.links_gitops import argocd_oidc, argocd_repository, key_store_token_link
from andamio.cloud.root_application import RootApplication
from andamio.cloud.secret import StoredSecret
from andamio.cloud.stack import CloudStack
from andamio.contract.secrets import SecretLink
from andamio.contract.stacks import Stack
from andamio.kubernetes.addons import argo_cd, external_secrets
from andamio.kubernetes.secret_stores import TOKEN_SECRET
from infra.views.gitops import GitopsView, gitops_view

__all__ = ["REPOSITORY_SECRET", "GitopsStack", "GitopsView", "gitops_view"]


REPOSITORY_SECRET = "argocd-repository"  # noqa: S105 - the name of a Secret, not its value
"""Secret by which Argo CD reads the git repository."""


class GitopsStack(CloudStack):
    """Three releases, each after the one before: bootstrap secrets, Argo CD, the root Application.

    Terraform touches none of them unless the catalog's cloud outputs are those of this cluster.
    """

    def __init__(self, scope: Construct, name: str, view: GitopsView) -> None:
        super().__init__(scope, name, kind=Stack.GITOPS, place=view.place)
        cluster_id = self.remote(Stack.CLUSTER, "cluster_id")
        store = self.remote(Stack.KEYS, "key_store_id")
        access = ClusterAccess(self, "access", project=view.place.project, cluster_id=cluster_id)
        fits = CatalogOutputs(
            self,
            "outputs",
            environment=view.place.environment,
            outputs=view.outputs,
            shared=view.shared_outputs,
            cluster_id=cluster_id,
            api=access.api,
        )
        secrets = BootstrapSecrets(
            self,
            "bootstrap",
            namespaces=(argo_cd.NAMESPACE, external_secrets.NAMESPACE),
            secrets=(
                BootstrapSecret(
                    name=TOKEN_SECRET,
                    namespace=external_secrets.NAMESPACE,
                    secret=self._stored("token", store, key_store_token_link()),
                ),
                BootstrapSecret(
                    name=REPOSITORY_SECRET,
                    namespace=argo_cd.NAMESPACE,
                    secret=self._stored("repository", store, argocd_repository(view.repository).link),
                    plain={"type": "git", "url": view.repository.url},
                    labels={"argocd.argoproj.io/secret-type": "repository"},
                ),
                BootstrapSecret(
                    name=argo_cd.OIDC_SECRET,
                    namespace=argo_cd.NAMESPACE,
                    secret=self._stored("oidc", store, argocd_oidc().link),
                    labels={"app.kubernetes.io/part-of": "argocd"},
                ),
            ),
            depends_on=(fits,),
        )
        argo = ArgoCd(
            self,
            "argo-cd",
            name=argo_cd.ADDON.name,
            namespace=argo_cd.NAMESPACE,
            charts=view.charts,
            version=view.argo_cd_version,
            values=view.argo_cd_values,
            depends_on=(secrets,),
        )
        RootApplication(
            self,
            "root",
            charts=view.charts,
            namespace=argo_cd.NAMESPACE,
            repository=view.repository,
            environment=view.place.environment,
            depends_on=(argo,),
        )

    def _stored(self, id_: str, store: str, link: SecretLink) -> Mapping[str, str]:
        """Each key of a secret in the key store, as an expression."""
        secret = StoredSecret(self, id_, stack=self, store=store, link=link)
        return {key: secret.value(key).removeprefix("${").removesuffix("}") for key in link.keys}

    @staticmethod
    def extra_files() -> Mapping[str, bytes]:
        """Files that have to lie beside the stack's `cdk.tf.json`, by path relative to its folder: our own chart."""
        return chart_files()
