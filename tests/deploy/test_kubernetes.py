"""The Kubernetes manifests: valid by the schemas of several versions, hardened, and true to each other."""

from __future__ import annotations

import tomllib
from typing import Any

import kubernetes_validate
import pytest
import yaml

from consent.model.sites import load_sites
from tests.deploy.test_images import DEPLOY

FOLDER = DEPLOY / "kubernetes"
MANIFESTS = [
    (path.name, manifest)
    for path in sorted(FOLDER.glob("*.yaml"))
    for manifest in yaml.safe_load_all(path.read_text(encoding="utf-8"))
]


def of_kind(kind: str) -> list[dict[str, Any]]:
    return [manifest for _, manifest in MANIFESTS if manifest["kind"] == kind]


@pytest.mark.parametrize("version", ["1.29", "1.33"])
def test_every_manifest_keeps_to_the_schema(version: str) -> None:
    for _, manifest in MANIFESTS:
        kubernetes_validate.validate(manifest, version, strict=True)


def test_a_manifest_with_a_key_that_does_not_exist_would_be_found() -> None:
    manifest = of_kind("Deployment")[0] | {"replica": 2}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(manifest, "1.33", strict=True)


def test_what_an_operator_needs_is_there() -> None:
    kinds = {manifest["kind"] for _, manifest in MANIFESTS}
    assert kinds == {
        "ConfigMap",
        "Deployment",
        "Ingress",
        "NetworkPolicy",
        "PodDisruptionBudget",
        "Secret",
        "Service",
    }


def test_every_container_runs_without_rights_on_a_root_that_cannot_be_written() -> None:
    for deployment in of_kind("Deployment"):
        pod = deployment["spec"]["template"]["spec"]
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert pod["automountServiceAccountToken"] is False
        for container in pod["containers"]:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            assert container["resources"]["limits"]["memory"]
            mounted = {mount["mountPath"] for mount in container["volumeMounts"]}
            assert {"/etc/consentry", "/run/secrets/consentry", "/tmp", "/var/lib/consentry"} <= mounted


def test_services_budgets_and_policies_choose_pods_that_exist() -> None:
    pods = [one["spec"]["template"]["metadata"]["labels"].items() for one in of_kind("Deployment")]
    chosen = [one["spec"]["selector"] for one in of_kind("Service")]
    chosen += [one["spec"]["selector"]["matchLabels"] for one in of_kind("PodDisruptionBudget")]
    chosen += [one["spec"]["podSelector"]["matchLabels"] for one in of_kind("NetworkPolicy")]
    for labels in chosen:
        assert any(labels.items() <= pod for pod in pods), labels


def test_the_sites_file_of_the_example_is_one(tmp_path: Any) -> None:
    text = of_kind("ConfigMap")[0]["data"]["sites.toml"]
    assert tomllib.loads(text)["server"]["trusted_proxies"]
    (tmp_path / "sites.toml").write_text(text, encoding="utf-8")
    assert set(load_sites(tmp_path / "sites.toml").sites) == {"larkspur"}


def test_visitors_reach_no_administration_and_administrators_come_from_named_networks() -> None:
    for ingress in of_kind("Ingress"):
        paths = {path["path"] for path in ingress["spec"]["rules"][0]["http"]["paths"]}
        networks = ingress["metadata"]["annotations"].get(
            "nginx.ingress.kubernetes.io/whitelist-source-range"
        )
        assert bool(networks) == any("admin" in path for path in paths)
