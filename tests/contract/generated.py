"""Values drawn from what the models' annotations allow, for hypothesis."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Literal, get_args, get_origin

import attrs
from hypothesis import strategies as st

from tests.contract.reading import EXTRA, arms, holds_json, item_kind
from vercel_marketplace.models import (
    UNSET,
    BillingPlan,
    ClaimCondition,
    ClaimRule,
    ExchangeSsoTokenRequestBody,
    Unset,
)
from vercel_marketplace.models._fields import money

# A slow machine is no failure, and a few dozen examples find what there is to find here.

MONEY = st.one_of(
    st.from_regex(r"[0-9]{1,12}(\.[0-9]{1,6})?", fullmatch=True),
    st.decimals(0, 10**12, allow_nan=False, allow_infinity=False, places=4),
    st.integers(0, 10**12),
)
# In milliseconds: what is finer does not go over the wire.
MOMENTS = st.builds(
    lambda moment, zone: moment.replace(microsecond=moment.microsecond // 1000 * 1000, tzinfo=zone),
    st.datetimes(datetime(1000, 1, 1), datetime(9998, 1, 1)),  # noqa: DTZ001 (zones are drawn)
    st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30)), timezone(timedelta(hours=-8))]),
)
JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
JSON_OBJECTS = st.dictionaries(st.text(max_size=10), JSON_VALUES, max_size=4)
LEAVES = {
    str: st.text(max_size=20),
    bool: st.booleans(),
    int: st.integers(-(2**53), 2**53),
    float: st.one_of(
        st.floats(allow_nan=False, allow_infinity=False), st.integers(-(10**15), 10**15)
    ),
    datetime: MOMENTS,
}


def values(kind, converter=None):
    """What an annotation allows; money in every form that a constructor accepts."""
    drawn = [_arm(arm, converter) for arm in arms(kind)]
    nothing = {type(None): None, Unset: UNSET}
    optional = [st.just(value) for arm, value in nothing.items() if arm in get_args(kind)]
    return st.one_of(*optional, *drawn)


def _arm(kind, converter):
    if converter is money:
        return MONEY
    if kind in LEAVES:
        return LEAVES[kind]
    if get_origin(kind) is Literal:
        return st.sampled_from(get_args(kind))
    if item_kind(kind):
        return st.lists(values(item_kind(kind)), max_size=3)
    if holds_json(kind):
        return JSON_OBJECTS
    if attrs.has(kind):
        fields = {a.name: values(a.type, a.converter) for a in attrs.fields(kind)}
        if kind is BillingPlan:
            # Names that no field has, and that are there when it is read again.
            names = st.text(max_size=10).map(lambda name: f"x-{name}")
            fields[EXTRA] = st.none() | st.dictionaries(names, JSON_VALUES, min_size=1, max_size=2)
        return st.builds(kind, **fields)
    raise NotImplementedError(kind)


def _grant(grant_type, **fields):
    return st.builds(
        ExchangeSsoTokenRequestBody,
        client_id=LEAVES[str],
        client_secret=LEAVES[str],
        grant_type=st.just(grant_type),
        **fields,
    )


_GRANTS = st.one_of(
    _grant(
        "authorization_code",
        code=LEAVES[str],
        state=st.none() | LEAVES[str],
        redirect_uri=st.none() | LEAVES[str],
    ),
    _grant("refresh_token", refresh_token=LEAVES[str]),
)
LEAVES[ExchangeSsoTokenRequestBody] = _GRANTS

_NAMES = st.none() | st.lists(LEAVES[str], min_size=1, max_size=3)
_CLAIMS = st.dictionaries(
    LEAVES[str], st.none() | st.booleans() | LEAVES[float] | LEAVES[str], max_size=3
)
LEAVES[ClaimRule] = st.builds(
    ClaimRule,
    when=st.none() | st.builds(ClaimCondition, role=_NAMES, environment=_NAMES),
    claims=_CLAIMS,
)
