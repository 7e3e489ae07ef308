"""JSON drawn from the schemas of the contract's document, for hypothesis.

Knows the document and nothing of the SDK's models.
"""

from hypothesis import strategies as st

from tests.contract.generated import JSON_VALUES, MOMENTS

# Milliseconds and cents, of which there are no parts.
WHOLE = {"createdAt", "updatedAt", "currencyValueInCents"}
# Answers have these as plain strings, without the format that says what they are.
MOMENTS_OF_ANSWERS = {
    *("start", "end", "invoiceDate", "paidAt", "refundedAt", "created", "updated"),
}
PATTERNS = {
    r"^[0-9]+(\.[0-9]+)?$": r"[0-9]{1,12}(\.[0-9]{1,6})?",
    r"^https?://|^sso:": r"(https?://|sso:)[a-z0-9./-]{1,20}",
}
NUMBERS = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
# As the SDK writes them, so that what goes out can be compared with what was drawn.
STAMPS = MOMENTS.map(
    lambda moment: (
        (moment - moment.utcoffset()).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
    )
)
# What no schema names; a camel's hump, so that it is no name of Python's either.
UNKNOWN = st.text(max_size=5).map(lambda name: f"xUnknown{name}")


class Schemas:
    """Draws from the schemas of a document.

    Args:
        document: The OpenAPI document.
        answer: Whether responses are drawn: those have enum members that are new.
    """

    def __init__(self, document, *, answer):
        self._components = document["components"]["schemas"]
        self._answer = answer

    def values(self, schema, name=""):
        """What a schema allows, for a property of that name."""
        if not schema:
            return JSON_VALUES
        if "$ref" in schema:
            component = schema["$ref"].rpartition("/")[2]
            # One component is any JSON, in words that never end.
            is_any = component == "GlobalConfigItemValue"
            return JSON_VALUES if is_any else self.values(self._components[component], name)
        if "allOf" in schema:
            (schema,) = schema["allOf"]
            return self.values(schema, name)
        drawn = st.none() if schema.get("nullable") else st.nothing()
        arms = schema.get("oneOf") or schema.get("anyOf")
        if arms:
            return drawn | st.one_of([self.values(arm, name) for arm in arms])
        return drawn | getattr(self, f"_{schema['type']}")(schema, name)

    def _object(self, schema, _name):
        properties = {
            name: self.values(property_, name)
            for name, property_ in schema.get("properties", {}).items()
        }
        required = {name: properties[name] for name in schema.get("required", ())}
        optional = {name: properties[name] for name in properties.keys() - required}
        known = st.fixed_dictionaries(required, optional=optional)
        rest = schema.get("additionalProperties", False)
        if rest is False:
            return known
        others = self.values({} if rest is True else rest)
        more = st.dictionaries(UNKNOWN if properties else st.text(max_size=5), others, max_size=3)
        return st.builds(lambda one, other: other | one, known, more)

    def _array(self, schema, name):
        return st.lists(
            self.values(schema["items"], name), min_size=schema.get("minItems", 0), max_size=3
        )

    def _string(self, schema, name):
        if "enum" in schema:
            members = st.sampled_from(schema["enum"])
            return members | st.text(max_size=10) if self._answer else members
        if schema.get("format") == "date-time" or (self._answer and name in MOMENTS_OF_ANSWERS):
            return STAMPS
        if "pattern" in schema:
            return st.from_regex(PATTERNS[schema["pattern"]], fullmatch=True)
        return st.text(max_size=min(20, schema.get("maxLength", 20)))

    def _number(self, schema, name):
        if "maximum" in schema:
            return st.floats(schema["minimum"], schema["maximum"])
        return st.integers(-(2**53), 2**53) if name in WHOLE else NUMBERS

    def _boolean(self, schema, _name):
        return st.sampled_from(schema.get("enum", [False, True]))

    def with_unknown_fields(self, schema, value):
        """The same value with fields that the schema does not name, at any depth."""
        arms = schema.get("oneOf") or schema.get("anyOf")
        if arms:  # of which all objects in responses are told apart by nothing
            schema = next((arm for arm in arms if arm["type"] == "object"), {})
        if isinstance(value, list) and "items" in schema:
            items = [self.with_unknown_fields(schema["items"], item) for item in value]
            return st.tuples(*items).map(list)
        if isinstance(value, dict) and "properties" in schema:
            known = {
                name: self.with_unknown_fields(schema["properties"][name], field)
                for name, field in value.items()
            }
            more = st.dictionaries(UNKNOWN, JSON_VALUES, max_size=2)
            return st.builds(lambda one, other: other | one, st.fixed_dictionaries(known), more)
        return st.just(value)
