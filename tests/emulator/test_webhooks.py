"""The webhooks that the emulator sends: which, when, how often, and to whom."""

import threading
from datetime import timedelta

import pytest

from tests.emulator.builders import NOON, WIRE, invoice, item, refund, send, submitted
from vercel_marketplace import HTTPResponse, SyncVercel, VercelError
from vercel_marketplace import models as m
from vercel_marketplace import webhooks as w
from vercel_marketplace.emulator import Clock, Emulator, RunningClock, WebhookAttempt
from vercel_marketplace.emulator.webhooks.deliveries import with_attempt


def event_of(delivery):
    """The event that a partner reads out of a webhook."""
    request = delivery.request
    signature = request.headers["x-vercel-signature"]
    return w.parse_event(request.content, signature, Emulator.integration.client_secret)


class Partner:
    """A partner's endpoint, which responds as it is told."""

    def __init__(self, *responses):
        self.responses = list(responses)
        self.events = []

    def __call__(self, request):
        signature = request.headers["x-vercel-signature"]
        self.events.append(
            w.parse_event(request.content, signature, Emulator.integration.client_secret)
        )
        response = self.responses.pop(0) if self.responses else 204
        if isinstance(response, Exception):
            raise response
        return response

    @property
    def types(self):
        """What it was told, in order."""
        return [event.type.rpartition(".")[2] for event in self.events]


@pytest.fixture
def partner(emulator):
    """An endpoint that accepts every webhook."""
    return emulator.webhooks.subscribe(Partner())


# Which --------------------------------------------------------------------------------


def pay(emulator, invoice_id):
    emulator.invoices.pay(invoice_id)


def decline(emulator, invoice_id):
    emulator.invoices.decline_payment(invoice_id)


def go_out(emulator, _invoice_id):
    emulator.clock.advance(minutes=1)


def fall_overdue(emulator, _invoice_id):
    emulator.clock.advance(days=15)


@pytest.mark.parametrize(
    ("happen", "kind", "at"),
    [
        (go_out, w.InvoiceCreatedEvent, NOON),
        (pay, w.InvoicePaidEvent, NOON),
        (decline, w.InvoiceNotPaidEvent, NOON),
        (fall_overdue, w.InvoiceOverdueEvent, NOON + timedelta(days=15)),
    ],
)
def test_an_invoice_is_told_of(emulator, marketplace, partner, happen, kind, at):
    """What becomes of an invoice comes as an event of its type, with all there is to say."""
    invoice_id = submitted(marketplace, external_id="acme-1")

    happen(emulator, invoice_id)

    event = partner.events[-1]
    assert isinstance(event, kind)
    assert event.created_at == at
    assert event.payload == w.InvoicePayload(
        configuration=w.Configuration(id=emulator.installation_id),
        installation_id=emulator.installation_id,
        invoice_id=invoice_id,
        external_invoice_id="acme-1",
        period=event.payload.period,
        invoice_date=NOON,
        invoice_total="36.00",
    )


def test_a_refund_is_told_of_when_it_is_done(emulator, marketplace, partner):
    """Not the request but the refund is an event, with its amount and reason."""
    invoice_id = submitted(marketplace)
    emulator.invoices.pay(invoice_id)
    marketplace.update_invoice(invoice_id=invoice_id, request_body=refund("6.00"))
    assert partner.types == ["created", "paid"]

    emulator.invoices.complete_refund(invoice_id)

    event = partner.events[-1]
    assert isinstance(event, w.InvoiceRefundedEvent)
    assert (event.payload.amount, event.payload.reason) == ("6.00", "Downtime")


def test_an_invoice_is_created_when_it_goes_to_the_customer(emulator, marketplace, partner):
    """While it waits for its moment nothing is told, and then that moment is the event's."""
    invoice_id = submitted(marketplace)
    moment = NOON + timedelta(days=2)
    emulator.invoices.schedule(invoice_id, moment)
    emulator.clock.advance(days=1)
    assert partner.events == []

    emulator.clock.advance(days=3)

    assert [(event.type, event.created_at) for event in partner.events] == [
        ("marketplace.invoice.created", moment)
    ]


def test_each_payment_that_fails_is_told_of(emulator, marketplace, partner):
    """A customer tries again and again; the invoice goes out once."""
    invoice_id = submitted(marketplace)
    for _ in range(3):
        emulator.invoices.decline_payment(invoice_id)
    emulator.invoices.pay(invoice_id)

    assert partner.types == ["created", "notpaid", "notpaid", "notpaid", "paid"]


@pytest.mark.parametrize("result", ["paid", "notpaid"])
def test_a_test_invoice_is_told_of_at_once(marketplace, partner, result):
    """An invoice in test mode goes through its states as it is submitted."""
    submitted(marketplace, test=m.InvoiceTest(result=result, validate=False))

    assert partner.types == ["created", result]


def test_an_invoice_too_small_to_charge_does_not_fall_overdue(emulator, marketplace, partner):
    """It goes to the customer, and that is all."""
    submitted(marketplace, items=[item(total="0.49")])

    emulator.clock.advance(days=20)

    assert partner.types == ["created"]


@pytest.mark.parametrize(
    ("change", "member_id", "role"),
    [
        (lambda e: e.team.add_member("usr_2"), "usr_2", "USER"),
        (lambda e: e.team.add_member(e.team.admin_id, role="BILLING"), "usr_emulator", "BILLING"),
        (lambda e: e.team.remove_member(e.team.admin_id), "usr_emulator", "NONE"),
    ],
)
def test_a_member_who_changes_is_told_of(emulator, partner, change, member_id, role):
    """A member joins, gets another role, or leaves."""
    change(emulator)

    (event,) = partner.events
    assert isinstance(event, w.MemberChangedEvent)
    assert (event.payload.member_id, event.payload.role) == (member_id, role)


def test_a_members_address_is_told_where_it_is_known(emulator, partner):
    """Of the admin there is one."""
    emulator.team.remove_member(emulator.team.admin_id)

    assert partner.events[0].payload.user_email == "owner@acme.example"


def test_a_member_may_have_an_address(emulator, partner):
    """It is in the webhook and in what the API returns, and a new role keeps it."""
    emulator.team.add_member("usr_2", email="ada@acme.example", global_user_id="u_1")
    emulator.team.add_member("usr_2", role="ADMIN")

    assert [event.payload.user_email for event in partner.events] == ["ada@acme.example"] * 2
    assert emulator.team.members[-1] == m.Member(
        id="usr_2", role="ADMIN", user_email="ada@acme.example", global_user_id="u_1"
    )


def test_a_member_who_stays_the_same_is_no_news(emulator, partner):
    """Adding somebody again with the same role is not told."""
    emulator.team.add_member("usr_2")
    emulator.team.add_member("usr_2")

    assert len(partner.events) == 1


def test_a_project_is_connected_and_disconnected(emulator, partner):
    """Both are told with the resource and the project; the name comes with the first."""
    emulator.team.connect_project("prj_1", resource_id=emulator.resource_id, name="shop")
    emulator.team.disconnect_project("prj_1", resource_id=emulator.resource_id)

    connected, disconnected = partner.events
    assert isinstance(connected, w.ProjectConnectedEvent)
    assert isinstance(disconnected, w.ProjectDisconnectedEvent)
    assert connected.payload.resource_id == emulator.resource_id
    assert connected.payload.project == w.Project(id="prj_1", name="shop")
    assert connected.payload.targets == ["production", "preview", "development"]
    assert disconnected.payload.project == w.Project(id="prj_1")


def test_a_removal_is_told_of(emulator, partner):
    """The team removes the product, with the projects that it was connected to."""
    emulator.team.connect_project("prj_1", resource_id=emulator.resource_id)
    emulator.team.uninstall()

    event = partner.events[-1]
    assert isinstance(event, w.ConfigurationRemovedEvent)
    assert event.payload.installation_id == emulator.installation_id
    assert event.payload.configuration.projects == ["prj_1"]


def test_a_removal_names_the_team_and_the_user(emulator, partner):
    """It says which team and which member removed the product, and which resources it had."""
    emulator.resources.add("db_2")
    emulator.team.uninstall()

    payload = partner.events[-1].payload
    assert payload.team.id.startswith("team_")
    assert payload.user.id == emulator.team.admin_id
    assert payload.integrations == [
        w.Integration(
            installation_id=emulator.installation_id,
            resources=[
                w.IntegrationResource(external_resource_id=name)
                for name in (emulator.resource_id, "db_2")
            ],
        )
    ]


def test_a_team_without_members_can_remove(emulator, partner):
    """Then no user is named."""
    emulator.team.remove_member(emulator.team.admin_id)
    emulator.team.uninstall()

    assert partner.events[-1].payload.user.id is None


def test_a_further_installation_is_told_of_too(emulator, partner):
    """Its events name it; that it is new is not an event."""
    other = emulator.installations.add()
    other.team.add_member("usr_3")

    assert [event.payload.installation_id for event in partner.events] == [other.installation_id]


def test_what_is_refused_is_not_told(emulator, marketplace, partner):
    """A request that the Marketplace refuses changes nothing."""
    submitted(marketplace, external_id="a")
    with pytest.raises(VercelError):
        submitted(marketplace, external_id="a")
    emulator.clock.advance(minutes=1)

    assert partner.types == ["created"]


# Projects and members -----------------------------------------------------------------


def test_a_project_is_connected_once(emulator):
    """A connection that there is cannot be made, and one that there is not cannot end."""
    emulator.team.connect_project("prj_1", resource_id=emulator.resource_id)
    with pytest.raises(ValueError, match="'prj_1' is connected to 'db_emulator' already"):
        emulator.team.connect_project("prj_1", resource_id=emulator.resource_id)
    with pytest.raises(LookupError, match="'prj_2' is not connected to 'db_emulator'"):
        emulator.team.disconnect_project("prj_2", resource_id=emulator.resource_id)


def test_a_project_is_connected_to_each_resource_by_itself(emulator, partner):
    """One that is connected to a resource can be connected to another."""
    emulator.resources.add("db_2")
    for name in (emulator.resource_id, "db_2"):
        emulator.team.connect_project("prj_1", resource_id=name)
    emulator.team.disconnect_project("prj_1", resource_id="db_2")

    assert [event.payload.resource_id for event in partner.events] == [
        emulator.resource_id,
        "db_2",
        "db_2",
    ]


def test_what_is_unknown_can_not_change(emulator):
    """A project needs a resource, and only a member can leave."""
    with pytest.raises(LookupError, match="no resource 'db_2'"):
        emulator.team.connect_project("prj_1", resource_id="db_2")
    with pytest.raises(LookupError, match="no member 'usr_2'"):
        emulator.team.remove_member("usr_2")


def test_a_member_who_left_is_not_found(emulator, marketplace):
    """The API no longer knows who left."""
    emulator.team.remove_member(emulator.team.admin_id)

    with pytest.raises(VercelError):
        marketplace.get_member(member_id=emulator.team.admin_id)


# When ---------------------------------------------------------------------------------


def test_nothing_is_told_without_a_receiver(emulator, marketplace):
    """What happened before somebody listened is past, for the first who does and for the next."""
    emulator.invoices.pay(submitted(marketplace))
    assert emulator.webhooks.deliveries == []

    partner = emulator.webhooks.subscribe(Partner())
    emulator.clock.advance(days=16)
    emulator.team.add_member("usr_2")
    late = emulator.webhooks.subscribe(Partner())
    emulator.clock.advance(days=16)

    assert partner.types == ["changed"]
    assert late.types == []


def test_an_invoice_that_is_waiting_is_told_of_later(emulator, marketplace):
    """A receiver that comes before an invoice goes out hears of it."""
    submitted(marketplace)
    partner = emulator.webhooks.subscribe(Partner())
    emulator.clock.advance(days=15)

    assert partner.types == ["created", "overdue"]


def test_what_time_brings_is_told_in_the_order_of_time(emulator, marketplace, partner):
    """One leap of the clock passes several moments, of several invoices."""
    first = submitted(marketplace)
    second = submitted(marketplace, items=[item(plan="b")])
    emulator.invoices.schedule(first, NOON + timedelta(days=20))
    emulator.clock.advance(days=40)

    told = [(event.payload.invoice_id, event.type.rpartition(".")[2]) for event in partner.events]
    assert told == [
        (second, "created"),
        (second, "overdue"),
        (first, "created"),
        (first, "overdue"),
    ]
    assert [event.id for event in partner.events] == [
        one.event_id for one in emulator.webhooks.deliveries
    ]


def test_a_clock_that_goes_back_tells_nothing_twice(emulator, marketplace, partner):
    """The same moments pass again, and every event has come once with an id of its own."""
    submitted(marketplace)
    for _ in range(3):
        emulator.clock.set(NOON)
        emulator.clock.advance(days=16)

    assert partner.types == ["created", "overdue"]
    assert len({event.id for event in partner.events}) == 2


class HandWound(Clock):
    """A clock that tells nobody when it moves, as one may that somebody wrote."""

    def now(self):
        return self.moment


def test_what_time_brought_comes_before_what_is_done_next():
    """Under a clock that tells nobody, an invoice that is paid late was overdue before."""
    clock = HandWound()
    clock.moment = NOON
    emulator = Emulator(clock)
    partner = emulator.webhooks.subscribe(Partner())
    with SyncVercel(bearer_token=emulator.token, transport=emulator.transport()) as vercel:
        invoice_id = vercel.marketplace.submit_invoice(
            integration_configuration_id=emulator.installation_id, request_body=invoice()
        ).invoice_id
    clock.moment = NOON + timedelta(days=16)
    emulator.invoices.pay(invoice_id)

    assert partner.types == ["created", "overdue", "paid"]


def test_a_look_at_the_webhooks_sends_what_is_due():
    """Under a clock that tells nobody, looking is enough."""
    clock = HandWound()
    clock.moment = NOON
    emulator = Emulator(clock)
    partner = emulator.webhooks.subscribe(Partner())
    send(emulator, *WIRE["submit-invoice"])
    clock.moment += timedelta(minutes=1)
    assert partner.types == []

    (delivery,) = emulator.webhooks.deliveries

    assert delivery.delivered
    assert partner.types == ["created"]


def test_a_clock_that_runs_tells_when_it_is_moved():
    """Set or advanced, a running clock lets out what has fallen due, at the time it is set to."""
    emulator = Emulator(RunningClock(NOON))
    partner = emulator.webhooks.subscribe(Partner())
    send(emulator, *WIRE["submit-invoice"])
    emulator.clock.set(NOON + timedelta(days=1))
    assert partner.types == ["created"]

    emulator.clock.advance(days=15)

    assert partner.types == ["created", "overdue"]


# How often ----------------------------------------------------------------------------


def minutes(delivery):
    """When the attempts were, in minutes after the event."""
    return [(one.at - delivery.created_at) / timedelta(minutes=1) for one in delivery.attempts]


def test_a_webhook_that_is_taken_is_sent_once(emulator, partner):
    """A 2xx ends it, whatever the clock does."""
    emulator.team.add_member("usr_2")
    emulator.clock.advance(days=2)

    (delivery,) = emulator.webhooks.deliveries
    assert delivery.delivered
    assert delivery.next_attempt is None
    assert [(one.at, one.status) for one in delivery.attempts] == [(NOON, 204)]
    assert len(partner.events) == 1


def test_a_webhook_is_repeated_as_the_clock_advances(emulator):
    """Nothing is retried before its time, and a retry is the same to the byte."""
    partner = emulator.webhooks.subscribe(Partner(500, 404))
    emulator.team.add_member("usr_2")
    emulator.clock.advance(seconds=59)
    assert len(partner.events) == 1
    (pending,) = emulator.webhooks.deliveries
    assert not pending.delivered
    assert pending.next_attempt == NOON + timedelta(minutes=1)

    emulator.clock.advance(seconds=1)
    emulator.clock.advance(minutes=2)

    (delivery,) = emulator.webhooks.deliveries
    assert [one.status for one in delivery.attempts] == [500, 404, 204]
    assert minutes(delivery) == [0, 1, 3]
    assert partner.events[0] == partner.events[1] == partner.events[2]


def test_a_webhook_is_given_up_after_a_day(emulator):
    """The waits double up to four hours, and after 24 hours nothing comes any more."""
    partner = emulator.webhooks.subscribe(Partner(*[503] * 99))
    emulator.team.add_member("usr_2")
    for _ in range(48):
        emulator.clock.advance(hours=1)

    (delivery,) = emulator.webhooks.deliveries
    assert minutes(delivery) == [0, 1, 3, 7, 15, 31, 63, 127, 255, 495, 735, 975, 1215]
    assert delivery.next_attempt is None
    assert not delivery.delivered
    assert len(partner.events) == 13


@pytest.mark.parametrize(("late", "is_over"), [(timedelta(0), False), (timedelta(seconds=1), True)])
def test_the_last_attempt_is_due_within_24_hours(emulator, late, is_over):
    """A retry that is due 24 hours after the event is made, and one a second later is not."""
    emulator.webhooks.subscribe(Partner(503))
    emulator.team.add_member("usr_2")
    (first,) = emulator.webhooks.deliveries
    delay = first.next_attempt - NOON
    at = NOON + timedelta(hours=24) - 2 * delay + late

    second = with_attempt(first, WebhookAttempt(at=at, status=503))

    due = second.next_attempt
    assert due == (None if is_over else NOON + timedelta(hours=24))


def test_a_leap_of_the_clock_makes_up_for_what_it_passed(emulator, marketplace):
    """The attempts are those of a clock that walked, so that no day is lost in a leap."""
    emulator.webhooks.subscribe(Partner(204, 500, 500))
    submitted(marketplace)
    emulator.clock.advance(days=30)

    overdue = emulator.webhooks.deliveries[-1]
    assert [one.status for one in overdue.attempts] == [500, 500, 204]
    assert overdue.attempts[-1].at == NOON + timedelta(days=15, minutes=3)


def test_a_clock_that_goes_back_repeats_no_attempt(emulator):
    """What is due at a time is tried once, when the clock comes to it first."""
    partner = emulator.webhooks.subscribe(Partner(500, 500, 500))
    emulator.team.add_member("usr_2")
    for _ in range(2):
        emulator.clock.set(NOON)
        emulator.clock.advance(minutes=1)

    assert len(partner.events) == 2


# Who ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("response", "status"),
    [(None, 204), (200, 200), (HTTPResponse(202), 202), (HTTPResponse(199), 199)],
)
def test_a_function_responds_in_several_ways(emulator, response, status):
    """A status, a response, and nothing at all, which is a 204."""
    emulator.webhooks.subscribe(Partner(response))
    emulator.team.add_member("usr_2")

    (delivery,) = emulator.webhooks.deliveries
    assert delivery.attempts[0].status == status
    assert delivery.delivered == (200 <= status < 300)


@pytest.mark.parametrize("response", [True, "200", 99, 600, 2.5])
def test_what_is_no_response_is_an_error_that_is_kept(emulator, response):
    """A mistake in the function shows at the attempt."""
    emulator.webhooks.subscribe(Partner(response))
    emulator.team.add_member("usr_2")

    (attempt,) = emulator.webhooks.deliveries[0].attempts
    assert attempt.status is None
    with pytest.raises(TypeError, match="a status, an HTTPResponse or None"):
        raise attempt.error


def test_a_function_that_raises_is_called_again(emulator):
    """An endpoint that fails is none of the caller's business, and its error is kept."""
    error = KeyError("x")
    emulator.webhooks.subscribe(Partner(error))
    emulator.team.add_member("usr_2")
    emulator.clock.advance(minutes=1)

    (delivery,) = emulator.webhooks.deliveries
    assert [one.error for one in delivery.attempts] == [error, None]
    assert delivery.delivered


def test_the_end_of_a_test_is_not_held_up(emulator):
    """What ends a test from within a function ends it, and webhooks go on afterwards."""
    calls = []

    @emulator.webhooks.subscribe
    def receive(_request):
        calls.append(1)
        if len(calls) == 1:
            pytest.fail("unexpected")

    with pytest.raises(pytest.fail.Exception):
        emulator.team.add_member("usr_2")

    assert emulator.webhooks.deliveries[0].delivered
    assert len(calls) == 2


def test_all_receivers_have_the_same_event(emulator, partner):
    """Each is sent it on its own account, and one that fails does not hold up the other."""
    other = emulator.webhooks.subscribe(Partner(500))
    emulator.team.add_member("usr_2")
    emulator.clock.advance(minutes=1)

    assert len(partner.events) == 1
    assert other.events == partner.events * 2


def test_a_function_may_use_the_emulator(emulator, marketplace):
    """What it does there is sent when it has responded, in order."""
    seen = []

    @emulator.webhooks.subscribe
    def receive(request):
        event = w.parse_event(
            request.content,
            request.headers["x-vercel-signature"],
            emulator.integration.client_secret,
        )
        seen.append(event.type.rpartition(".")[2])
        if isinstance(event, w.InvoiceNotPaidEvent):
            invoice_id = event.payload.invoice_id
            assert marketplace.get_invoice(invoice_id=invoice_id).state == "notpaid"
            emulator.invoices.pay(invoice_id)
            seen.append("done")

    emulator.invoices.decline_payment(submitted(marketplace))

    assert [one.delivered for one in emulator.webhooks.deliveries] == [True] * 3
    assert seen == ["created", "notpaid", "done", "paid"]


def test_threads_lose_no_webhook(emulator, partner):
    """Whoever is sending sends what others do meanwhile, each once."""

    def join(number):
        for at in range(20):
            emulator.team.add_member(f"usr_{number}_{at}")

    threads = [threading.Thread(target=join, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert all(one.delivered for one in emulator.webhooks.deliveries)
    assert sorted(event.id for event in partner.events) == sorted(
        f"evt_emulator_{number}" for number in range(1, 81)
    )


async def receive_later(_request):
    """An endpoint that would have to be awaited."""


@pytest.mark.parametrize("wrong", [receive_later, "https://partner.example", None])
def test_only_a_plain_function_receives(emulator, wrong):
    """What cannot be called, or would have to be awaited, is refused at once."""
    with pytest.raises(TypeError, match="a webhook receiver must"):
        emulator.webhooks.subscribe(wrong)


# Over HTTP ----------------------------------------------------------------------------


def test_a_webhook_is_posted(emulator, server):
    """A URL gets what a function gets, over a connection of its own."""
    server.answers(status=500).answers()
    emulator.webhooks.send_to(f"{server.url}/webhooks")
    emulator.team.add_member("usr_2")
    emulator.clock.advance(minutes=1)

    (delivery,) = emulator.webhooks.deliveries
    assert [one.status for one in delivery.attempts] == [500, 200]
    assert delivery.request.url == f"{server.url}/webhooks"
    for request in server.requests:
        assert (request.method, request.target) == ("POST", "/webhooks")
        (signature,) = request.values("x-vercel-signature")
        event = w.parse_event(request.body, signature, emulator.integration.client_secret)
        assert event == event_of(delivery)


def test_a_server_that_is_not_there_is_tried_again(emulator, refusing_url):
    """Without a response there is no status, and the reason is kept."""
    emulator.webhooks.send_to(refusing_url)
    emulator.team.add_member("usr_2")

    (delivery,) = emulator.webhooks.deliveries
    assert delivery.attempts[0].status is None
    assert isinstance(delivery.attempts[0].error, ConnectionError)
    assert delivery.next_attempt == NOON + timedelta(minutes=1)


@pytest.mark.parametrize("url", ["partner.example", "ftp://partner.example", "", None])
def test_a_url_has_to_be_absolute(emulator, url):
    """What cannot be posted to is refused at once."""
    with pytest.raises(ValueError, match="url must be an absolute"):
        emulator.webhooks.send_to(url)


@pytest.mark.parametrize("timeout", [0, -1, float("nan")])
def test_a_timeout_has_to_make_sense(emulator, timeout):
    """One that is never kept is refused at once."""
    with pytest.raises(ValueError, match="timeout"):
        emulator.webhooks.send_to("https://partner.example", timeout=timeout)


# Again --------------------------------------------------------------------------------


def test_a_webhook_can_be_sent_again(emulator, partner):
    """One that was delivered comes a second time, with the same id and body."""
    emulator.team.connect_project("prj_1", resource_id=emulator.resource_id)
    (delivery,) = emulator.webhooks.deliveries
    emulator.webhooks.resend(delivery.event_id)
    assert partner.events[0] == partner.events[1]
    (delivery,) = emulator.webhooks.deliveries
    assert [attempt.status for attempt in delivery.attempts] == [204, 204]


def test_a_webhook_that_was_given_up_can_be_sent_again(emulator):
    """A server that was down for more than a day can have what it missed."""
    down = emulator.webhooks.subscribe(Partner(*[500] * 30))
    emulator.team.connect_project("prj_1", resource_id=emulator.resource_id)
    emulator.clock.advance(hours=25)
    (delivery,) = emulator.webhooks.deliveries
    assert delivery.next_attempt is None
    down.responses.clear()
    emulator.webhooks.resend(delivery.event_id)
    (delivery,) = emulator.webhooks.deliveries
    assert delivery.delivered


def test_only_a_webhook_that_there_is_can_be_sent_again(emulator):
    """An unknown id is named."""
    with pytest.raises(LookupError, match="no webhook 'evt_unknown'"):
        emulator.webhooks.resend("evt_unknown")


def test_a_server_is_told_no_more(emulator, server, refusing_url):
    """Neither what happens from then on nor what it has not accepted; others are."""
    server.answers().answers()
    for url in (refusing_url, server.url):
        emulator.webhooks.send_to(url)
    assert emulator.webhooks.urls == [refusing_url, server.url]
    emulator.team.add_member("usr_2")

    emulator.webhooks.stop_sending_to(refusing_url)

    emulator.team.add_member("usr_3")
    emulator.clock.advance(days=1)
    assert emulator.webhooks.urls == [server.url]
    assert [len(one.attempts) for one in emulator.webhooks.deliveries] == [1, 1, 1]
    assert [one.next_attempt for one in emulator.webhooks.deliveries] == [None] * 3


def test_a_server_that_is_told_nothing_cannot_be_removed(emulator):
    """Nor can a function, whose URL is made up."""
    emulator.webhooks.subscribe(lambda _: 204)
    assert emulator.webhooks.urls == []
    for url in ("https://acme.example", "https://partner.example/webhooks"):
        with pytest.raises(LookupError, match="no webhooks are sent to"):
            emulator.webhooks.stop_sending_to(url)


def test_a_server_that_failed_and_another_are_apart(emulator, refusing_url, partner):
    """What another receiver has not accepted is retried, although a server was removed."""
    partner.responses = [500]
    emulator.webhooks.send_to(refusing_url)
    emulator.team.add_member("usr_2")
    emulator.webhooks.stop_sending_to(refusing_url)
    emulator.clock.advance(minutes=1)
    assert [event.member_id for event in (one.payload for one in partner.events)] == ["usr_2"] * 2
