"""The values for Airflow's Helm chart agree with the project; the chart itself is not needed to say so."""

import json
import os
import re
from pathlib import Path

import jsonschema
import pytest
import yaml
from airflow.configuration import conf
from kubernetes.client import ApiClient
from kubernetes.client.models import V1Container, V1ObjectMeta, V1Pod, V1PodSpec, V1ResourceRequirements

from demo.settings import read_settings
from representment.metrics import Metric
from representment.pods import MEMORY, pod_mutation_hook

PROJECT = Path(__file__).parents[3]
VALUES = yaml.safe_load((PROJECT / "deploy" / "helm" / "values.yaml").read_text("utf-8"))
CONFIG = {
    f"AIRFLOW__{section.upper()}__{option.upper()}": value
    for section, options in VALUES["config"].items()
    for option, value in options.items()
}


def test_the_values_contain_the_settings_of_every_deployment():
    wanted = {name: value.lower() for name, value in read_settings().items()}
    assert {name: CONFIG.get(name, "").lower() for name in wanted} == wanted


def test_every_setting_is_known_to_airflow():
    sections = conf.configuration_description
    known = {f"AIRFLOW__{name}__{option}".upper() for name, one in sections.items() for option in one["options"]}
    of_kubernetes = {name for name in CONFIG if "__KUBERNETES_EXECUTOR__" in name}  # its provider is not installed here
    assert set(CONFIG) - of_kubernetes <= known


def test_the_image_and_airflow_version_are_those_of_the_compose_file():
    compose = (PROJECT / "docker-compose.yaml").read_text("utf-8")
    assert f"image: representment:{VALUES['defaultAirflowTag']}\n" in compose
    assert f"apache/airflow:slim-{VALUES['airflowVersion']}-" in compose


@pytest.mark.skipif(
    "AIRFLOW_CHART_SCHEMA" not in os.environ,
    reason="AIRFLOW_CHART_SCHEMA must name chart/values.schema.json of apache/airflow, as the chart's release has it",
)
def test_the_charts_schema_accepts_every_value():
    schema = json.loads(Path(os.environ["AIRFLOW_CHART_SCHEMA"]).read_text("utf-8"))
    jsonschema.validate(VALUES, schema)
    assert list(strangers(VALUES, schema, "")) == []


def strangers(values, schema, at):
    """What the schema does not know, or calls deprecated."""
    known = schema.get("properties")
    if known is None or not isinstance(values, dict):
        return
    for name, value in values.items():
        if name in known:
            if "(deprecated" in known[name].get("description", ""):
                yield f"{at}{name}: {known[name]['description']}"
            yield from strangers(value, known[name], f"{at}{name}.")
        elif not schema.get("additionalProperties"):
            yield f"{at}{name} is not known"


def test_durations_are_exported_as_the_histograms_that_the_alerts_read():
    mapping = yaml.safe_load((PROJECT / "deploy" / "monitoring" / "statsd_mapping.yml").read_text("utf-8"))["defaults"]
    made = {
        one["match"]: (
            one["name"],
            {"observer_type": one["observer_type"], "histogram_options": one["histogram_options"]},
        )
        for one in VALUES["statsd"]["extraMappings"]
    }
    durations = {f"airflow.{metric}" for metric in (Metric.STRIPE_REQUEST, Metric.INBOX_LAG)}
    assert made == {match: (match.replace(".", "_"), mapping) for match in durations}


def test_no_secret_is_in_the_file():
    text = (PROJECT / "deploy" / "helm" / "values.yaml").read_text("utf-8")
    assert not re.findall(r"^\s*(?:password|connection|fernetKey|jwtSecret|apiSecretKey):", text, re.MULTILINE)


def pod(dag_id, task_id, resources):
    labels = {"dag_id": dag_id, "task_id": task_id}
    containers = [V1Container(name="base", resources=resources), V1Container(name="git-sync")]
    return V1Pod(metadata=V1ObjectMeta(labels=labels), spec=V1PodSpec(containers=containers))


def sized(*args):
    made = pod(*args)
    pod_mutation_hook(made)
    return [one.get("resources") for one in ApiClient().sanitize_for_serialization(made)["spec"]["containers"]]


def test_a_pod_that_opens_documents_gets_the_memory_for_it():
    kept = V1ResourceRequirements(requests={"cpu": "1", "memory": "1Gi"})
    of_collect = {"requests": {"cpu": "1", "memory": MEMORY["collect"]}, "limits": {"memory": MEMORY["collect"]}}
    assert sized("respond_fraudulent", "collect", kept) == [of_collect, None]
    assert sized("respond_fraudulent", "render", None)[0]["limits"] == {"memory": MEMORY["render"]}


def test_other_pods_keep_their_resources():
    assert sized("respond_fraudulent", "gather", None) == [None, None]
    assert sized("somebody_elses", "collect", None) == [None, None]
