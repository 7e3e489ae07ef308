"""Models as JSON objects, and back: for an outbox, an audit log, or a service that speaks JSON."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from difflib import get_close_matches
from typing import Any, Final, TypeGuard, TypeVar, cast, get_args

import attrs
from attrs import AttrsInstance

from vercel_marketplace._internal.describe import describe
from vercel_marketplace._internal.json import format_key, parse
from vercel_marketplace._internal.loggers import get_logger, summarize
from vercel_marketplace._internal.schema import (
    alternatives,
    arms_of,
    fields_of,
    is_datetime,
    is_list,
    is_model,
    is_object,
    is_only_from_vercel,
    is_sequence,
    models_by_tag,
)
from vercel_marketplace._internal.validation import find_segment_issues, validation_error, write
from vercel_marketplace.errors import Issue
from vercel_marketplace.result import Err, Ok

__all__ = ["from_dict", "to_dict"]

ModelT = TypeVar("ModelT", bound=AttrsInstance)

_PACKAGES: Final = ("vercel_marketplace.models.", "vercel_marketplace.partner.models.")
_MAX_COMPARED_CHARS: Final = 40

_log = get_logger()


def to_dict(model: AttrsInstance) -> dict[str, Any]:
    """Return a model as the API writes it: with its names, in values that `json.dumps` accepts.

    Amounts are strings, and datetimes are strings in UTC with milliseconds. A field that a request
    leaves out is left out here, and `None` is null where that has a meaning.

    **Secrets are included**, because they are asked for: do not log the result, and encrypt it
    where you keep it.

    ```python
    balance = Balance(resource_id="db_1", currency_value_in_cents=1050)
    assert to_dict(balance) == {"resourceId": "db_1", "currencyValueInCents": 1050}
    ```

    Args:
        model: A request, a response, or a part of one.

    Raises:
        SDKValidationError: The model is a request that would be refused before it is sent, or it
            holds what JSON cannot express. `issues` names every place that is wrong.
        TypeError: `model` is not a model.
    """
    kind = type(model)
    if not _is_ours(kind):
        msg = f"model must be one of vercel_marketplace.models, got {kind.__name__}"
        if issubclass(kind, Ok | Err):
            msg += "; pass result.unwrap()"
        raise TypeError(msg)
    output = write(kind, model, across_fields=not is_only_from_vercel(kind))
    issues = [*output.issues, *_find_path_issues(kind, model)]
    if not issues:
        try:
            return cast("dict[str, Any]", parse(output.to_bytes()))
        except RecursionError:  # some Pythons can write one level more than they can read
            issues = [Issue("", "nested too deeply")]
    del output  # a traceback remembers it
    raise validation_error([*dict.fromkeys(issues)], model=kind.__name__)


def from_dict(model: type[ModelT], mapping: Mapping[str, object]) -> ModelT:
    """Make a model from a JSON object with the API's names, such as `to_dict` returns.

    A request, or a part of one, is read strictly: it is checked as before it is sent, and an
    unknown field is refused, because an invoice with a misspelled `externalId` would be one
    without. A response is read openly, as when it arrives: unknown fields are ignored, and an
    optional field of the wrong type is skipped, with a warning in the log. `LineItem`, `Discount`,
    `Period` and `CustomClaims` occur on both sides: inside a response they are read openly, and
    otherwise strictly.

    ```python
    sent = {"action": "refund", "reason": "Outage", "total": "6.00"}
    body = from_dict(UpdateInvoiceRequestBody, sent)
    assert body.total == "6.00"
    ```

    Args:
        model: The class to make.
        mapping: The object, as `json.loads` returns it. Secrets are read like all other fields.

    Raises:
        SDKValidationError: The object does not match the class. `issues` names every place that is
            wrong, as a path of the model's fields; no message shows a value.
        TypeError: `model` is not a class of `vercel_marketplace.models`.
    """
    if not _is_ours(model):
        given = getattr(model, "__name__", None) or f"an object of {describe(model)}"
        msg = f"model must be a class of vercel_marketplace.models, got {given}"
        raise TypeError(msg)
    value, issues = _read(model, mapping)
    if issues:
        del mapping, value  # a traceback remembers them
        raise validation_error(issues, model=model.__name__)
    return cast("ModelT", value)


def _is_ours(kind: object) -> TypeGuard[type]:
    """Whether it is a class of the SDK's models, or the user's subclass of one."""
    return is_model(kind) and any(base.__module__.startswith(_PACKAGES) for base in kind.__mro__)


def _read(model: type, mapping: object) -> tuple[Any, list[Issue]]:
    if is_only_from_vercel(model):
        from vercel_marketplace._internal.converter import read_leniently  # noqa: PLC0415 (cattrs)

        value, issues = read_leniently(model, mapping)
        if value is None:
            return None, [*issues]
        if issues:
            _log.warning("%s: skipped: %s", model.__name__, summarize(issues))
        return value, []
    found: list[Issue] = []
    value = _build(model, mapping, "", found)
    known = {issue.path for issue in found}
    rest = [*write(model, value).issues, *_find_path_issues(model, value)]
    return value, [*found, *dict.fromkeys(issue for issue in rest if issue.path not in known)]


def _find_path_issues(model: Any, value: object) -> Iterator[Issue]:
    """Yield what is wrong with the parameters of a request's path."""
    if isinstance(value, model):
        for field in attrs.fields(model):
            # Only a request has fields that may be given by position: its path's, and its body.
            if not field.kw_only and field.type is str:
                yield from find_segment_issues(field.name, getattr(value, field.name))


# Strict reading ----------------------------------------------------------------------
#
# No model checks its values when it is made. So whatever does not fit is put into the model as it
# is, and `write` finds it there, as before a request is sent. What is found here is the rest: what
# a model has no place for.


def _build(kind: Any, value: Any, path: str, issues: list[Issue]) -> Any:
    """Return parsed JSON in the types of an annotation, so far as it fits."""
    arms = arms_of(kind)
    if is_object(value):
        models = [arm for arm in arms if is_model(arm)]
        return _build_one_of(models, value, path, issues) if models else value
    if is_sequence(value):
        items = [get_args(arm)[0] for arm in arms if is_list(arm)]
        entries = enumerate(value)
        return [_build(items[0], v, f"{path}[{i}]", issues) for i, v in entries] if items else value
    if isinstance(value, str) and any(map(is_datetime, arms)):
        return _build_datetime(value, path, issues)
    return value


def _build_datetime(text: str, path: str, issues: list[Issue]) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        issues.append(Issue(path, "expected an ISO 8601 timestamp"))
        return None


def _build_one_of(
    models: list[type], mapping: Mapping[Any, Any], path: str, issues: list[Issue]
) -> Any:
    if len(models) == 1:
        return _build_model(models[0], mapping, path, issues)
    name, by_tag = models_by_tag(models)
    tag = mapping.get(name)
    if isinstance(tag, str) and tag in by_tag:
        return _build_model(by_tag[tag], mapping, path, issues)
    issues.append(Issue(path, f'"{name}" must be {alternatives(by_tag)}'))
    return None


def _build_model(model: type, mapping: Mapping[Any, Any], path: str, issues: list[Issue]) -> Any:
    start = f"{path}." if path else ""
    fields = {field.wire_name: field for field in fields_of(model) if not field.is_extra}
    others = {name: value for name, value in mapping.items() if name not in fields}
    extra = [field.name for field in fields_of(model) if field.is_extra]
    found: dict[str, Any] = {}
    if extra:
        found[extra[0]] = others or None
    else:  # before what is missing: a misspelled name is why
        issues.extend(_unknown_field(name, [*fields], path) for name in others)
    for name, field in fields.items():
        if name in mapping:
            found[field.name] = _build(field.kind, mapping[name], start + field.name, issues)
        elif field.required:
            found[field.name] = None
            issues.append(Issue(start + field.name, "a required field is missing"))
    return model(**found)


def _unknown_field(name: object, known: list[str], path: str) -> Issue:
    similar = get_close_matches(str(name)[:_MAX_COMPARED_CHARS], known, n=1)
    hint = f'; did you mean "{similar[0]}"?' if similar else ""
    return Issue(f"{path}[{format_key(name)}]", f"unknown field{hint}")
