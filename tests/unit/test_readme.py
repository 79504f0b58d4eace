"""What the READMEs name exists, what they link resolves, and their examples hold."""

import json
import re
from pathlib import Path

import pytest
import yaml
from airflow.sdk import BaseNotifier
from airflow.sdk.module_loading import import_string

from disputes.facts.facts import read_merchant_facts
from disputes.facts.members import GROUPS, MEMBERS
from disputes.facts.wording import FILTERS
from disputes.packet.templates import environment
from disputes.response.assigning import read_assignments
from disputes.rules.loading import playbook_for
from disputes.rules.playbook import Approval, FieldPlan, Playbook
from disputes.rules.rule_files import RULES_DIR
from representment.provider_info import get_provider_info
from representment.storage import record_names
from sandbox.disputes import ACTIONS
from sandbox.http.faults import Rule

PROJECT = Path(__file__).parents[2]
PAGES = sorted(
    PROJECT / name
    for name in (
        "README.md",
        "include/disputes/README.md",
        "include/sandbox/README.md",
        "plugins/representment/README.md",
    )
)
TEXT = {page: page.read_text("utf-8") for page in PAGES}
ALL = "\n".join(TEXT.values())
CODE = "\n".join(
    path.read_text("utf-8")
    for folder in ("dags", "plugins", "include")
    for path in (PROJECT / folder).rglob("*")
    if path.suffix in {".py", ".yaml", ".j2", ".env"}
)
COMPOSE = PROJECT / "docker-compose.yaml"


def blocks(language: str) -> list[tuple[str, str]]:
    return [
        (page.parent.name, block)
        for page, text in TEXT.items()
        for block in re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    ]


def quoted() -> set[str]:
    return set(re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", ALL, flags=re.DOTALL | re.MULTILINE)))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_every_relative_link_leads_somewhere(page):
    for target in re.findall(r"\]\(([^)]+)\)", TEXT[page]):
        path, _, heading = target.partition("#")
        if path.startswith("http"):
            continue
        found = page.parent / path if path else page
        assert found.exists(), target
        headings = re.findall(r"^#+ (.+)$", found.read_text("utf-8"), re.MULTILINE) if heading else []
        assert not heading or heading in {title.lower().replace(" ", "-") for title in headings}, target


def test_every_make_target_and_its_options_are_in_the_makefile():
    makefile = (PROJECT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    commands = re.findall(r"(?:^ {4}|`)make ((?:[a-z-]+|[A-Z]+=\w+)(?: [A-Z]+=\w+)*)", ALL, re.MULTILINE)
    assert {"demo", "test", "up", "down", "sandbox"} <= {command.split()[0] for command in commands}
    for word in " ".join(commands).split():
        name, is_option, _ = word.partition("=")
        assert re.search(rf"^{name} \?=", makefile, re.MULTILINE) if is_option else name in targets, word


def test_every_path_of_the_project_exists():
    below = re.compile(r"(?:dags|plugins|include|tests)/[\w./-]*\w/?")
    for path in below.findall(re.sub(r"<\w+>|http://\S+", "", ALL)):
        assert (PROJECT / path).exists(), path


def test_every_file_below_the_packages_exists():
    for name in quoted():
        if re.fullmatch(r"(?:hooks|operators|inbox|storage|webhook|rules|templates)/(?:[\w./-]*)", name):
            homes = (PROJECT / "plugins/representment", PROJECT / "include/disputes")
            assert any((home / name).exists() for home in homes), name


def test_every_dag_named_has_a_file():
    dags = {path.stem for path in (PROJECT / "dags").glob("*.py")}
    named = set(re.findall(r"\b(?:respond|dispute)_[a-z_]*[a-z]\b", ALL)) - {"dispute_evidence"}
    assert {"respond_general", "dispute_intake", "dispute_outcomes"} <= named <= dags


def test_every_task_of_a_response_has_its_row():
    tasks = set(re.findall(r'task_id="(\w+)"', (PROJECT / "plugins/representment/response_dag.py").read_text("utf-8")))
    page = TEXT[PROJECT / "plugins/representment/README.md"]
    table = page.partition("## The tasks")[2].partition("| DAG |")[0]
    assert tasks == set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE))


def test_variables_connections_and_metadata_are_those_of_the_code():
    for name in set(re.findall(r"`(representment_\w+|stripe_default|aws_default)`", ALL)):
        assert name in CODE, name
    for name in set(re.findall(r"\bAIRFLOW_VAR_(\w+)", ALL)):
        assert name.lower() in CODE, name
    for name in set(re.findall(r"\bAIRFLOW_CONN_(\w+)", ALL)):
        assert name.lower() in ("stripe_default", "aws_default")


def test_airflow_settings_exist_in_airflow():
    from airflow.configuration import conf

    for section, name in set(re.findall(r"\bAIRFLOW__([A-Z_]+?)__([A-Z_]+)", ALL)):
        assert conf.has_option(section.lower(), name.lower()), f"[{section}] {name}"


def test_the_connections_fields_and_modes_are_those_of_the_form():
    (form,) = get_provider_info()["connection-types"]
    page = TEXT[PROJECT / "README.md"]
    assert all(f"`{field}`" in page for field in form["conn-fields"])
    modes = [mode for mode in form["conn-fields"]["mode"]["schema"]["enum"] if mode]
    assert re.findall(r"^\| `(shadow|stage|submit)` \|", page, re.MULTILINE) == modes


def test_every_record_of_a_round_is_written_by_the_code():
    page = TEXT[PROJECT / "plugins/representment/README.md"].partition("## What is stored in S3")[2].partition("## ")[0]
    for name in set(re.findall(r"([\w]+\.json)", page)):
        assert name in CODE, name


def test_every_record_that_the_code_writes_is_in_the_list():
    page = (
        TEXT[PROJECT / "plugins/representment/README.md"].partition("## What is stored in S3")[2].partition("\n## ")[0]
    )
    named = {value for name, value in vars(record_names).items() if name.isupper() and isinstance(value, str)}
    missing = {name for name in named if name.removesuffix("/") not in page}
    assert not missing


def test_every_error_has_the_same_words_as_in_the_code():
    page = TEXT[PROJECT / "plugins/representment/README.md"].partition("## When a run is red")[2].partition("## ")[0]
    said = [text for text in re.findall(r"`([^`]+)`", page) if " " in text]
    assert len(said) > 8
    for text in said:
        words = [
            part for part in re.split(r"\d{3}|…|: |shadow|chargeback|\(manual\)|<[^>]+>", text) if len(part.strip()) > 3
        ]
        assert all(part.strip() in CODE for part in words), text


@pytest.mark.parametrize(("page", "block"), blocks("json"), ids=range(len(blocks("json"))))
def test_json_examples_can_be_read_by_the_code(page, block):
    example = json.loads(block)
    if isinstance(example, list) and "users" in example[0]:
        assert len(read_assignments(block)) == len(example)
    elif isinstance(example, list):
        for entry in example:
            if ".slack." not in entry["notifier"]:  # its provider is not installed here
                assert issubclass(import_string(entry["notifier"]), BaseNotifier)
                assert import_string(entry["notifier"])(**entry["kwargs"])
    elif "facts" in example:
        assert len(read_merchant_facts(block.encode(), charge=example["charge"]).facts) > 0
    elif "kind" in example:
        Rule.model_validate(example)
    else:
        source = (PROJECT / "include/sandbox/__main__.py").read_text("utf-8")
        assert all(f'"{name}"' in source for name in example), page


@pytest.mark.parametrize(("page", "block"), blocks("yaml"), ids=lambda value: value[:20].strip())
def test_yaml_examples_are_valid_playbooks(page, block, tmp_path, monkeypatch):
    (tmp_path / "playbooks").mkdir()
    (tmp_path / "playbooks" / "example.yaml").write_text(block, "utf-8")
    monkeypatch.setenv(RULES_DIR, str(tmp_path))
    playbook = playbook_for("example")
    assert playbook.claim == "example"
    assert "customer_signature" not in playbook.plan("physical_product")
    for plan in playbook.fields.values():
        name = plan.template if plan else None
        assert not name or (PROJECT / f"include/disputes/templates/fields/{name}.txt.j2").exists()
    assert yaml.safe_load(block), page


def test_templates_in_the_pages_compile_and_name_existing_facts():
    for _, block in blocks("jinja"):
        assert environment().from_string(block)
        assert {"shipment.delivered_at", "shipment.delivered_address"} <= set(re.findall(r"[a-z]+\.[a-z_]+", block))
        assert set(re.findall(r"shipment\.[a-z_]+", block)) <= set(MEMBERS)


def test_python_examples_compile():
    for page, block in blocks("python"):
        assert compile(block, page, "exec").co_code


def test_shell_examples_contain_valid_json():
    found = [text for _, block in blocks("sh") for text in re.findall(r"'(\{.*?\})'", block)]
    assert len(found) >= 4
    assert all(isinstance(json.loads(text), dict) for text in found)


def test_the_playbook_table_names_every_key():
    page = TEXT[PROJECT / "include/disputes/README.md"]
    keys = {f"approval.{name}" for name in Approval.model_fields} | set(Playbook.model_fields) - {"claim", "approval"}
    assert keys == set(re.findall(r"^\| `([\w.]+)` \|", page.partition("## Playbooks")[2], re.MULTILINE))
    assert all(f"`{name}`" in page for name in set(FieldPlan.model_fields) - {"letter"})
    (filters,) = re.findall(r"^- Filters put values into words: (.*) and more", page, re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", filters)) <= set(FILTERS)


def test_facts_named_in_the_pages_exist():
    groups = "|".join(sorted(GROUPS))
    for name in quoted():
        if re.fullmatch(rf"(?:{groups})\.(?!json)[a-z_]+", name):
            assert name in MEMBERS, name


def test_the_sandboxs_routes_actions_and_faults_are_all_listed():
    page = TEXT[PROJECT / "include/sandbox/README.md"]
    source = "".join(path.read_text("utf-8") for path in (PROJECT / "include/sandbox/control").glob("*.py"))
    routes = re.findall(r'\("(\w+)", "/(.+?)", does', source)
    routes += [(method, rule) for rule, method in re.findall(r'add_url_rule\("/(.+?)", .*methods=\["(\w+)"\]', source)]
    routes = {f"{method} {re.sub('<[a-z]+_id>', '<id>', rule)}" for method, rule in routes}
    assert routes == set(re.findall(r"^\| `((?:GET|POST|DELETE) [^`]+)` \|", page, re.MULTILINE))
    assert all(f"`{action}`" in page for action in ACTIONS)
    assert all(f"`{name}`" in page for name in Rule.model_fields)
    assert all(f"`{kind}`" in page for kind in ("429", "500", "lock_timeout", "hang", "reset", "latency", "mixed"))


def test_commands_have_the_options_that_the_pages_use():
    sources = {
        "sandbox": (PROJECT / "include/sandbox/__main__.py").read_text("utf-8"),
        "representment": (PROJECT / "plugins/representment/__main__.py").read_text("utf-8"),
        "disputes": "".join(path.read_text("utf-8") for path in (PROJECT / "include/disputes/commands").glob("*.py")),
    }
    commands = re.findall(r"python -m (\w+)((?: [\w-]+)*)", ALL)
    assert {module for module, _ in commands} == set(sources)
    for module, words in commands:
        for word in words.split():
            assert word.isupper() or word.isdigit() or f'"{word}"' in sources[module], f"{module} {word}"
    for option in set(re.findall(r"`(--[\w-]+)", TEXT[PROJECT / "include/sandbox/README.md"])):
        assert f'"{option}"' in sources["sandbox"], option


def test_compose_profiles_exist():
    services = yaml.safe_load(COMPOSE.read_text("utf-8"))["services"]
    profiles = {profile for service in services.values() for profile in service.get("profiles", ())}
    assert set(re.findall(r"--profile (\w+)", ALL)) <= profiles


def test_the_files_that_follow_a_dispute_through_the_code_exist_and_are_few():
    page = (PROJECT / "CONTRIBUTING.md").read_text("utf-8")
    section = page.partition("### Follow one dispute through the code")[2].partition("\n### ")[0]
    steps = re.findall(r"^(\d+)\. `([^`]+)` \w+", section, re.MULTILINE)
    assert [int(number) for number, _ in steps] == list(range(1, len(steps) + 1))
    assert 10 <= len(steps) <= 20
    missing = [path for _, path in steps if not (PROJECT / path).is_file()]
    assert not missing
    ways = re.findall(
        r"operators\.(\w+) import", (PROJECT / "plugins/representment/response_dag.py").read_text("utf-8")
    )
    read = {Path(path).stem for _, path in steps if "/operators/" in path}
    assert {"gather", "collect", "render", "upload", "stage", "approve", "submit"} <= read & set(ways)
