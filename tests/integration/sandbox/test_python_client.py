"""The unmodified Python package against the sandbox."""

from urllib.request import Request, urlopen

import pytest
import stripe


@pytest.fixture
def api(running):
    return running.client().v1


def refused(call, *args, kind=stripe.InvalidRequestError):
    with pytest.raises(kind) as caught:
        call(*args)
    return caught.value


def test_one_retrieve_returns_everything_around_a_dispute(api):
    paths = ["charge.customer", "charge.refunds", "charge.payment_intent", "payment_intent"]
    dispute = api.disputes.retrieve("du_1", {"expand": paths})

    assert dispute.charge.customer.email == "ann@example.com"
    assert [refund.id for refund in dispute.charge.refunds.data] == ["re_1"]
    assert dispute.charge.payment_intent.latest_charge == "ch_1"
    assert dispute.payment_intent.amount == 4200


def test_a_deleted_customer_is_retrieved_and_expanded_as_deleted(api):
    assert api.customers.retrieve("cus_gone").to_dict() == {"id": "cus_gone", "object": "customer", "deleted": True}
    assert api.charges.retrieve("ch_3", {"expand": ["customer"]}).customer.deleted is True
    assert [customer.id for customer in api.customers.list().data] == ["cus_ann"]


def test_the_packages_own_iterator_reads_every_page(api):
    assert [each.id for each in api.disputes.list({"limit": 1}).auto_paging_iter()] == [
        "du_3",
        "du_2",
        "du_1",
        "du_inquiry",
    ]
    backwards = api.disputes.list({"limit": 1, "ending_before": "du_1"})
    assert [each.id for each in backwards.auto_paging_iter()] == ["du_2", "du_3"]


def test_disputes_are_filtered_by_time_charge_and_payment_intent(api, running):
    now = running.control("GET", "clock")["now"]

    assert [each.id for each in api.disputes.list({"created": {"gte": now - 60 * 60 * 60}}).data] == ["du_3", "du_2"]
    assert [each.id for each in api.disputes.list({"charge": "ch_2"}).data] == ["du_2"]
    assert [each.id for each in api.disputes.list({"payment_intent": "pi_1"}).data] == ["du_1"]


def test_a_customers_history_can_be_read(api):
    assert [each.id for each in api.charges.list({"customer": "cus_ann"}).data] == [
        "ch_calm",
        "ch_asked",
        "ch_2",
        "ch_1",
    ]
    assert [each.id for each in api.charges.list({"payment_intent": "pi_1"}).data] == ["ch_1"]
    assert [each.id for each in api.refunds.list({"charge": "ch_1"}).data] == ["re_1"]
    assert [each.id for each in api.invoices.list({"subscription": "sub_1"}).data] == ["in_1"]
    assert [each.id for each in api.subscriptions.list({"customer": "cus_ann"}).data] == ["sub_1"]
    assert api.subscriptions.retrieve("sub_old").status == "canceled"


def test_a_payment_intent_leads_to_its_invoice(api):
    payments = api.invoice_payments.list(
        {"payment": {"type": "payment_intent", "payment_intent": "pi_1"}, "expand": ["data.invoice"]}
    )

    assert payments.data[0].invoice.parent.subscription_details.subscription == "sub_1"
    assert api.invoice_payments.retrieve("inpay_1").invoice == "in_1"
    assert api.invoices.retrieve("in_1", {"expand": ["payments"]}).payments.data[0].id == "inpay_1"
    assert "payments" not in api.invoices.retrieve("in_1")


def test_a_charge_leads_to_its_dispute(running, api):
    client = running.client()

    assert client.raw_request("get", "/v1/charges/ch_1/dispute").data["id"] == "du_1"
    missing = refused(client.raw_request, "get", "/v1/charges/ch_calm/dispute")
    assert (missing.http_status, missing.user_message) == (404, "No dispute for charge: ch_calm")
    assert refused(api.charges.retrieve, "du_1").http_status == 404


def test_evidence_is_staged_merged_and_cleared(api, running):
    receipt = running.upload().id
    api.disputes.update("du_1", {"evidence": {"receipt": receipt, "service_date": "1 May"}, "submit": False})
    cleared = api.disputes.update(
        "du_1",
        {
            "evidence": {"service_date": ""},
            "metadata": {"packet": "abc"},
            "submit": False,
            "expand": ["evidence.receipt"],
        },
    )

    assert cleared.status == "needs_response"
    assert cleared.evidence.service_date is None
    assert cleared.evidence.receipt.filename == "receipt.pdf"
    assert cleared.metadata.to_dict() == {"packet": "abc"}
    assert cleared.evidence_details.submission_count == 0


def test_an_update_submits_unless_told_otherwise(api):
    submitted = api.disputes.update("du_1", {"metadata": {"a": "b"}})

    assert (submitted.status, submitted.evidence_details.submission_count) == ("under_review", 1)
    error = refused(api.disputes.update, "du_1", {"evidence": {"customer_name": "Ann"}})
    assert (error.http_status, error.code) == (400, None)
    assert error.headers["Sandbox-Chosen"] == "true"


def test_behaviour_not_observed_at_stripe_is_marked_in_a_header(api):
    closed = api.disputes.close("du_inquiry")
    assert closed.status == "warning_closed"
    kept = api.disputes.update("du_1", {"evidence": {"customer_name": "Ann"}, "submit": False})
    cleared = api.disputes.update("du_1", {"evidence": {"customer_name": ""}, "submit": False})
    lost = api.disputes.close("du_1")

    said = [each.last_response.headers.get("Sandbox-Chosen") for each in (closed, kept, cleared, lost)]
    assert said == ["true", None, "true", None]


def test_a_closed_dispute_refuses_without_code_or_param(api):
    assert api.disputes.close("du_1").status == "lost"
    for call in (api.disputes.close, api.disputes.update):
        error = refused(call, "du_1")
        assert (error.http_status, error.code, error.param) == (400, None, None)
        assert error.user_message == "This dispute is already closed"


def test_a_file_must_exist_have_the_right_purpose_and_belong_to_one_dispute(api, running):
    logo, mine = running.upload(purpose="business_logo").id, running.upload().id
    api.disputes.update("du_1", {"evidence": {"receipt": mine}, "submit": False})

    for dispute, file in (("du_1", "file_x"), ("du_1", logo), ("du_2", mine)):
        error = refused(api.disputes.update, dispute, {"evidence": {"receipt": file}, "submit": False})
        assert (error.http_status, error.param) == (400, "evidence[receipt]")
    assert error.headers["Sandbox-Chosen"] == "true"


def test_a_file_is_stored_listed_and_served(api, running, pdf):
    file = running.upload("parcel slip é.pdf")
    running.upload("logo.pdf", purpose="business_logo")

    assert (file.purpose, file.type, file.size) == ("dispute_evidence", "pdf", len(pdf))
    assert api.files.retrieve(file.id).filename == "parcel slip é.pdf"
    assert [each.id for each in api.files.list({"purpose": "dispute_evidence"}).data] == [file.id]


def test_a_files_url_leads_to_the_sandbox(running, pdf):
    file = running.upload()
    assert file.url == f"{running.base}/v1/files/{file.id}/contents"
    with urlopen(Request(file.url, headers={"Authorization": f"Bearer {running.keys.secret}"}), timeout=5) as answer:
        assert answer.read() == pdf
        assert answer.headers["Content-Type"] == "application/pdf"


@pytest.mark.parametrize(
    ("content", "purpose", "param"),
    [
        (b"", "dispute_evidence", "file"),
        (b"plain text", "dispute_evidence", "file"),
        (b"%PDF-" + b"0" * 5_000_001, "dispute_evidence", "file"),
        (b"%PDF-", "holiday", "purpose"),
    ],
)
def test_an_unusable_upload_is_refused(running, content, purpose, param):
    with pytest.raises(stripe.InvalidRequestError) as caught:
        running.upload(content=content, purpose=purpose)

    assert (caught.value.http_status, caught.value.param) == (400, param)


def test_an_upload_needs_a_file_and_not_its_name(running, api):
    error = refused(api.files.create, {"purpose": "dispute_evidence", "file": "receipt.pdf"})

    assert error.param == "file"
    assert refused(api.files.create, {"purpose": "dispute_evidence"}).code == "parameter_missing"


def test_events_tell_the_story_newest_first(api):
    api.disputes.update("du_1", {"evidence": {"customer_name": "Ann"}}, {"idempotency_key": "k1"})
    events = api.events.list({"type": "charge.dispute.updated"}).data

    assert [event.data.object.id for event in events] == ["du_1"]
    assert events[0].request.idempotency_key == "k1"
    assert events[0].data.previous_attributes.status == "needs_response"
    assert api.events.retrieve(events[0].id).id == events[0].id
    created = api.events.list({"types": ["charge.dispute.created"]}).data
    assert [event.data.object.id for event in created] == ["du_3", "du_2", "du_1", "du_inquiry"]


def test_the_account_can_be_retrieved(api):
    account = api.accounts.retrieve_current()

    assert account.id.startswith("acct_")
    assert account.charges_enabled is True


def test_the_package_raises_errors_of_the_right_class(running):
    keys = running.keys
    assert refused(running.client("sk_test_x").v1.disputes.list, kind=stripe.AuthenticationError).http_status == 401
    assert refused(running.client(keys.expired).v1.disputes.list, kind=stripe.AuthenticationError).error.code == (
        "api_key_expired"
    )
    restricted = running.client(keys.restricted).v1.disputes
    assert restricted.retrieve("du_1").id == "du_1"
    assert refused(restricted.update, "du_1", {"submit": False}, kind=stripe.PermissionError).http_status == 403


def test_invalid_parameters_that_the_package_passes_on_are_refused(api):
    update = {"evidence": {"receit": "file_1"}, "submit": False}

    assert refused(api.disputes.update, "du_1", update).param == "evidence[receit]"
    assert refused(api.disputes.list, {"status": "needs_response"}).code == "parameter_unknown"
    assert refused(api.disputes.list, {"limit": 101}).code == "parameter_invalid_integer"
    assert refused(api.disputes.retrieve, "du_1", {"expand": ["amount"]}).user_message == (
        "This property cannot be expanded (amount)."
    )
    assert "data.charge" in refused(api.disputes.list, {"expand": ["charge"]}).user_message


def test_a_body_that_is_not_json_raises_the_packages_api_error(api):
    assert refused(api.disputes.list, {"charge": "x" * 17_000}, kind=stripe.APIError).http_status == 414


def test_the_packages_global_interface_works_too(running, monkeypatch):
    monkeypatch.setattr(stripe, "api_base", running.base)

    assert stripe.Dispute.retrieve("du_1", api_key=running.keys.secret).status == "needs_response"
