"""How requests come into an environment: its load balancers and its API, what stands before them, and their names."""

from collections.abc import Sequence

import pulumi

from infra.components.access_logs import AccessLogs
from infra.components.alias_records import AliasRecords, AliasRecordsArgs, AliasTarget
from infra.components.http_api import HttpApi, HttpApiArgs
from infra.components.load_balancer import LoadBalancer, LoadBalancerArgs
from infra.components.network import NetworkOutputs
from infra.components.network_load_balancer import NetworkLoadBalancer, NetworkLoadBalancerArgs
from infra.components.test_listener import ListenerOfTesters, ListenerOfTestersArgs
from infra.components.web_firewall import WebFirewall, WebFirewallArgs
from service_catalog.dns_names import environment_names
from service_catalog.listener_rules.names import audience_of
from service_catalog.model import Environment
from service_catalog.yaml_text.locations import Path

_INTERNET = ("0.0.0.0/0",)


class WaysIn:
    def __init__(
        self,
        environment: Environment,
        network: NetworkOutputs,
        logs: AccessLogs,
        further: Sequence[str],
        opts: pulumi.ResourceOptions,
    ):
        """``further``: load balancers beside the first of each kind, like ``public-2``."""
        self._environment, self._network, self._logs, self._opts = environment, network, logs, opts
        self.public = self._load_balancer("public")
        self.internal = self._load_balancer("internal")
        self.further = {listener: self._load_balancer(listener) for listener in further}
        self.api = self._api()
        self.network_load_balancers = self._network_load_balancers()
        self.test_listeners = self._test_listeners()
        self._before_and_beside = [*self._names(), *self._firewall()]

    @property
    def components(self) -> list[pulumi.ComponentResource]:
        declared = [*([self.api] if self.api else []), *self.network_load_balancers.values()]
        balancers = self._by_listener().values()
        return [*balancers, *declared, *self.test_listeners.values(), *self._before_and_beside]

    @property
    def security_groups(self) -> dict[str, pulumi.Input[str]]:
        """Of all load balancers, each by a name."""
        groups = {listener: it.exports.load_balancer_security_group_id for listener, it in self._by_listener().items()}
        networks = self.network_load_balancers.items()
        return groups | {f"{audience}-nlb": it.exports.security_group_id for audience, it in networks}

    def _by_listener(self) -> dict[str, LoadBalancer]:
        """All Application Load Balancers, by the name in the lock."""
        return {"public": self.public, "internal": self.internal, **self.further}

    def _load_balancer(self, listener: str) -> LoadBalancer:
        is_public = audience_of(listener) == "public"
        args = self._public_load_balancer(listener) if is_public else self._internal_load_balancer(listener)
        return LoadBalancer(f"{self._environment.name}-{listener}", args, self._opts)

    def _public_load_balancer(self, listener: str) -> LoadBalancerArgs:
        environment, network, domain = self._environment, self._network, self._environment.domain
        return LoadBalancerArgs(
            environment=environment.name,
            listener=listener,
            vpc_id=network.vpc_id,
            subnet_ids=network.public_subnet_ids,
            clients=_INTERNET,
            targets=network.ranges,
            certificates=(domain.certificate_arn, *domain.certificates) if domain else (),
            settings=environment.load_balancers,
            signs_users_in=bool(environment.sign_in),
            is_protected=environment.is_protected,
            log_bucket=self._logs.bucket,
            log_policy=self._logs.policy,
            after=network.internet_ready,
        )

    def _internal_load_balancer(self, listener: str) -> LoadBalancerArgs:
        environment, network, domain = self._environment, self._network, self._environment.internal_domain
        return LoadBalancerArgs(
            environment=environment.name,
            listener=listener,
            vpc_id=network.vpc_id,
            subnet_ids=network.private_subnet_ids,
            clients=network.ranges,
            targets=network.ranges,
            # The certificate of `domain` is for the public name, which does not lead here.
            certificates=(domain.certificate_arn,) if domain and domain.certificate_arn else (),
            settings=environment.load_balancers,
            signs_users_in=False,
            is_protected=environment.is_protected,
            log_bucket=self._logs.bucket,
            log_policy=self._logs.policy,
        )

    def _api(self) -> HttpApi | None:
        environment, network = self._environment, self._network
        if environment.api is None:
            return None
        args = HttpApiArgs(environment, environment.api, network.vpc_id, network.private_subnet_ids, self.internal)
        return HttpApi(f"{environment.name}-api", args, self._opts)

    def _network_load_balancers(self) -> dict[str, NetworkLoadBalancer]:
        """By audience, those that are declared."""
        environment, network = self._environment, self._network
        subnets = {"public": network.public_subnet_ids, "internal": network.private_subnet_ids}
        found = {}
        for audience, wanted in environment.nlb:
            if wanted:
                args = NetworkLoadBalancerArgs(
                    environment,
                    audience,
                    wanted,
                    network.vpc_id,
                    subnets[audience],
                    network.ranges,
                    network.internet_ready,
                )
                found[audience] = NetworkLoadBalancer(f"{environment.name}-{audience}-nlb", args, self._opts)
        return found

    def _test_listeners(self) -> dict[str, ListenerOfTesters]:
        """By the listener beside which they are, where they are declared."""
        environment = self._environment
        wanted = environment.load_balancers.test_listener
        if wanted is None:
            return {}
        clients = {"public": _INTERNET, "internal": self._network.ranges}
        domains = {"public": environment.domain, "internal": environment.internal_domain}
        certificates = {audience: it.certificate_arn if it else None for audience, it in domains.items()}
        found = {}
        for listener, balancer in self._by_listener().items():
            audience = audience_of(listener)
            args = ListenerOfTestersArgs(balancer, wanted, clients[audience], certificates[audience])
            found[listener] = ListenerOfTesters(f"{environment.name}-{listener}-test", args, self._opts)
        return found

    def _names(self) -> list[AliasRecords]:
        """The environment's own, each led to what bears it."""
        targets: dict[Path, AliasTarget | None] = {
            ("domain",): self.public.target,
            ("internal_domain",): self.internal.target,
            ("api", "domain"): self.api.target if self.api else None,
        }
        for audience, it in self.network_load_balancers.items():
            targets["nlb", audience, "domain"] = it.target
        return [
            AliasRecords(
                "-".join(map(str, (self._environment.name, *path))), AliasRecordsArgs(zone, [name], target), self._opts
            )
            for path, name, zone in environment_names(self._environment)
            if zone and (target := targets[path])
        ]

    def _firewall(self) -> list[WebFirewall]:
        environment = self._environment
        if environment.waf is None:
            return []
        public = {name: it.arn for name, it in self._by_listener().items() if audience_of(name) == "public"}
        args = WebFirewallArgs(environment.waf, public)
        return [WebFirewall(f"{environment.name}-waf", args, self._opts)]
