"""What a person finds in the UI before anything has run, read from the addresses that the UI reads."""

import ast

import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("_clean")]


def test_every_dag_file_loads(rehearsal):
    assert rehearsal.stack.rest.import_errors() == {}
    assert rehearsal.stack.rest.dag_ids() == rehearsal.stack.dag_ids()


def test_each_dag_shows_its_docstring_as_its_page(rehearsal):
    for file in (rehearsal.stack.project / "dags").glob("*.py"):
        shown = rehearsal.stack.rest.get(f"/dags/{file.stem}/details")["doc_md"]
        # A response's page continues with its playbook.
        assert shown.strip().startswith(ast.get_docstring(ast.parse(file.read_text()), clean=False).strip())


def test_the_connection_form_offers_stripe_with_its_fields(rehearsal):
    answer = rehearsal.stack.rest.client.get("/ui/connections/hook_meta")
    stripe = next(one for one in answer.raise_for_status().json() if one["connection_type"] == "stripe")
    assert stripe["hook_name"] == "Stripe"
    assert set(stripe["extra_fields"]) == {"mode", "account", "webhook_secrets", "base_url", "files_url", "api_version"}
    assert stripe["standard_fields"]["password"]["title"] == "Secret or restricted API key"
    assert stripe["standard_fields"]["host"]["hidden"] is True
