#!/usr/bin/env python3
"""Compares the files of this folder with each other and with the program; check.sh runs it.

    check_settings.py     (exit status 1 if something does not fit)

Validators know what a file may say. This finds what two files must agree about: settings that the program has, names of
secrets, ports, labels and volumes, addresses of machines, and the columns of the autoscaler's query.
"""

import itertools
import re
import sys
from pathlib import Path

import yaml

HERE = Path(__file__).resolve().parent
SOURCES = HERE.parent / "Sources"
KUBERNETES = HERE / "kubernetes"
# Variables that are not settings: of scripts, compose files and clients in this folder, and --config.
NOT_SETTINGS = {"BRGSA_CHECK_WORK", "BRGSA_SECRETS", "BRGSA_URL", "BRGSA_KEY", "BRGSA_KEY_FILE", "BRGSA_CONFIG"}
READ = (".yaml", ".yml", ".cfg", ".sh", ".service", ".conf", ".environment", ".md")
CONNECTIONS_PER_REPLICA = 7
# In these lines the two balancers differ.
OF_ONE_BALANCER = ("#", "log ", "user ", "group ", "bind ", "server ", "nameserver ", "hold ", "resolvers ")


def documents(path):
    return [document for document in yaml.safe_load_all(path.read_text("utf-8")) if document]


def settings():
    """Each BRGSA_… in this folder is a setting of the program."""
    table = (SOURCES / "brgsa/Settings/SettingTable.swift").read_text("utf-8")
    names = {"BRGSA_" + name.upper().replace("-", "_") for name in re.findall(r'Setting\(\s*"([a-z-]+)"', table)}
    yield "the program has no settings", not names
    for path in sorted(HERE.rglob("*")):
        if path.suffix in READ and "orthanc" not in path.parts:
            for name in sorted(set(re.findall(r"\bBRGSA_[A-Z_]*[A-Z]\b", path.read_text("utf-8")))):
                yield f"{path.name}: {name} is not a setting", name not in names | NOT_SETTINGS


def variants():
    """{name: all objects of a folder of manifests}, also those that its kustomization only mentions."""
    common = [item for path in sorted((KUBERNETES / "common").glob("*.yaml")) for item in documents(path)]
    for folder in sorted(KUBERNETES.iterdir()):
        if folder.name != "common":
            yield folder.name, common + [item for path in sorted(folder.glob("*.yaml")) for item in documents(path)]


def of_kind(items, *kinds):
    return [item for item in items if item["kind"] in kinds]


def kubernetes():
    for variant, items in variants():
        workloads = of_kind(items, "Deployment", "StatefulSet")
        for workload in workloads:
            for message, wrong in pods(workload, items):
                yield f"{variant}/{workload['metadata']['name']}: {message}", wrong
        for message, wrong in itertools.chain(selectors(items, workloads), databases(items, workloads)):
            yield f"{variant}: {message}", wrong


def pods(workload, items):
    """Volumes, ports, images and secrets of a workload."""
    spec = workload["spec"]["template"]["spec"]
    volumes = {volume["name"] for volume in spec.get("volumes", [])}
    volumes |= {claim["metadata"]["name"] for claim in workload["spec"].get("volumeClaimTemplates", [])}
    made = {"brgsa-keys"} | {
        f"{cluster['metadata']['name']}-{kind}" for cluster in of_kind(items, "Cluster") for kind in ("app", "ca")}
    (customization,) = [item for item in of_kind(items, "Kustomization") if "images" in item]
    images = {image["name"] for image in customization["images"]}
    mounted = set()
    for container in spec["containers"] + spec.get("initContainers", []):
        mounts = {mount["name"] for mount in container.get("volumeMounts", [])}
        mounted |= mounts
        yield f"volumes {mounts - volumes} are missing", not mounts <= volumes
        yield f"image {container['image']} is not replaced", container["image"] not in images
        ports = {port["name"] for port in container.get("ports", [])}
        for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
            if probe in container:
                yield f"the port of {probe} is missing", container[probe]["httpGet"]["port"] not in ports
        for variable in container.get("env", []):
            secret = variable.get("valueFrom", {}).get("secretKeyRef", {}).get("name")
            yield f"no secret {secret}", secret is not None and secret not in made
        grace = workload["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]
        yield "the grace is less than preStop and --shutdown-grace", grace < 5 + 25
    yield f"volumes {volumes - mounted} are not mounted", volumes != mounted
    for volume in spec.get("volumes", []):
        secret = volume.get("secret", {}).get("secretName")
        yield f"no secret {secret}", secret is not None and secret not in made


def selectors(items, workloads):
    """Services, budgets, policies, scalers and routes lead to something."""
    labels = [workload["spec"]["template"]["metadata"]["labels"] for workload in workloads]
    labels += [{"cnpg.io/cluster": cluster["metadata"]["name"]} for cluster in of_kind(items, "Cluster")]

    def leads_nowhere(selector):
        return not any(selector.items() <= each.items() for each in labels)

    names = {(workload["kind"], workload["metadata"]["name"]) for workload in workloads}
    services = {service["metadata"]["name"] for service in of_kind(items, "Service")}
    for workload in workloads:
        chosen = workload["spec"]["selector"]["matchLabels"]
        yield "a workload does not select its pods", leads_nowhere(chosen)
    for service in of_kind(items, "Service"):
        yield f"service {service['metadata']['name']} selects no pod", leads_nowhere(service["spec"]["selector"])
    for item in of_kind(items, "PodDisruptionBudget"):
        yield "a budget selects no pod", leads_nowhere(item["spec"]["selector"]["matchLabels"])
    for item in of_kind(items, "NetworkPolicy"):
        yield "a policy selects no pod", leads_nowhere(item["spec"]["podSelector"]["matchLabels"])
        for rule in item["spec"].get("egress", []):
            for peer in rule["to"]:
                if "namespaceSelector" not in peer:
                    yield "a policy allows no pod", leads_nowhere(peer["podSelector"]["matchLabels"])
    for item in of_kind(items, "HorizontalPodAutoscaler", "ScaledObject"):
        target = item["spec"]["scaleTargetRef"]
        yield f"{target['name']} is not there to be scaled", (target["kind"], target["name"]) not in names
        yield "a scaled workload sets its replicas", any(
            "replicas" in workload["spec"] for workload in workloads if workload["metadata"]["name"] == target["name"])
    for item in of_kind(items, "Ingress"):
        for rule in item["spec"]["rules"]:
            for path in rule["http"]["paths"]:
                name = path["backend"]["service"]["name"]
                yield f"no service {name}", name not in services


def databases(items, workloads):
    """The address of the store and the autoscaler's query belong to the database."""
    namespace = of_kind(items, "Namespace")[0]["metadata"]["name"]
    for cluster in of_kind(items, "Cluster"):
        host, made = f"{cluster['metadata']['name']}-rw", cluster["spec"]["bootstrap"]["initdb"]
        wanted = f"postgresql://{made['owner']}@{host}/{made['database']}?"
        stores = {
            variable["value"] for workload in workloads
            for part in ("containers", "initContainers") for container in workload["spec"]["template"]["spec"][part]
            for variable in container.get("env", []) if variable["name"] == "BRGSA_STORE"}
        yield f"the stores are not one of {wanted}", len(stores) != 1 or not stores.pop().startswith(wanted)
        room = int(cluster["spec"]["postgresql"]["parameters"]["max_connections"])
        for item in of_kind(items, "HorizontalPodAutoscaler", "ScaledObject"):
            most = item["spec"].get("maxReplicas") or item["spec"]["maxReplicaCount"]
            yield f"{most} replicas need more than {room} connections", most * CONNECTIONS_PER_REPLICA + 20 > room
        for item in of_kind(items, "ScaledObject"):
            asked = item["spec"]["triggers"][0]["metadata"]
            yield "the query asks another host", asked["host"].split(".")[:2] != [host, namespace]
            yield "the query asks another database", (asked["userName"], asked["dbName"]) != (
                made["owner"], made["database"])
            authentications = {other["metadata"]["name"] for other in of_kind(items, "TriggerAuthentication")}
            yield "the query has no password", (
                item["spec"]["triggers"][0]["authenticationRef"]["name"] not in authentications)
            yield from query(asked["query"])


def query(sql):
    """The table and the column of the autoscaler's query are those of the program."""
    schema = (SOURCES / "Storage/Postgres/PostgresSchema.swift").read_text("utf-8")
    parts = re.fullmatch(r"SELECT count\(\*\) FROM (\w+)\.(\w+) WHERE (\w+) IS NULL", sql)
    yield f"the query is not understood: {sql}", not parts
    if parts:
        table = re.search(rf"CREATE TABLE {parts[2]} \((.*?)\n    \)", schema, re.DOTALL)
        yield f"no schema {parts[1]}", f'name = "{parts[1]}"' not in schema
        yield f"no column {parts[2]}.{parts[3]}", not table or not re.search(rf"\b{parts[3]} bigint", table[1])


def machines():
    """The three machines have the same addresses in all files, and the balancers the same options."""
    folder = HERE / "machines"
    (patroni,) = documents(folder / "patroni.yml")
    etcd, balancer = (folder / "etcd").read_text("utf-8"), (folder / "haproxy.cfg").read_text("utf-8")
    environment = dict(re.findall(r"^(\w+)=(.*)$", (folder / "brgsa.environment").read_text("utf-8"), re.MULTILINE))
    hosts = set(re.search(r"@([^/]*)/", environment["BRGSA_STORE"])[1].split(","))
    clients = patroni["etcd3"]["hosts"].split(",")
    yield "there are not three machines", len(hosts) != 3
    yield "Patroni asks other machines for etcd", {host.split(":")[0] for host in clients} != hosts
    yield "Patroni asks etcd at another port", any(f"{host}\"" not in etcd for host in clients[:1])
    yield "etcd has other members", set(re.findall(r"=http://([\d.]+):2380", etcd)) != hosts
    servers = re.findall(r"^ *server \w+ ([\d.]+):(\d+)", balancer, re.MULTILINE)
    yield "the balancer has other servers", {host for host, _ in servers} != hosts
    yield "the balancer asks another port", {port for _, port in servers} != {environment["BRGSA_PORT"]}
    dcs = patroni["bootstrap"]["dcs"]
    yield "ttl is too short", dcs["ttl"] < dcs["loop_wait"] + 2 * dcs["retry_timeout"]
    yield "replication is not synchronous", not (dcs["synchronous_mode"] and dcs["synchronous_mode_strict"])
    other = (HERE / "cluster/haproxy.cfg").read_text("utf-8")
    yield "the balancers' options differ", options(balancer) != options(other)
    (compose,) = documents(HERE / "cluster/compose.yaml")
    named = set(re.findall(r"^ *server \w+ (\w+):8080", other, re.MULTILINE))
    replicas = {name for name, service in compose["services"].items() if service["image"] == "brgsa"}
    yield "compose has other replicas than its balancer", named != replicas


def options(text):
    """The lines of a balancer that do not name a machine."""
    lines = (re.sub(r" (init-addr|resolvers) \S+", "", line.strip()) for line in text.splitlines())
    return [line for line in lines if line and not line.startswith(OF_ONE_BALANCER)]


def main():
    checks = 0
    faults = []
    for message, wrong in itertools.chain(settings(), kubernetes(), machines()):
        checks += 1
        faults += [message] if wrong else []
    print(*faults, f"{checks} comparisons, {len(faults)} faults", sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
