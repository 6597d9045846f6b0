"""URNs as Pulumi writes them: ``urn:pulumi:STACK::PROJECT::PARENT_TYPES$TYPE::NAME``."""

STACK_TYPE = "pulumi:pulumi:Stack"
STACK_REFERENCE_TYPE = "pulumi:pulumi:StackReference"
PROVIDER_PREFIX = "pulumi:providers:"


def make(stack: str, project: str, parent: str, type: str, name: str) -> str:
    """``parent`` is a URN or empty. The stack's own type is left out of the chain."""
    chain = type_chain(parent) if parent else ""
    if chain and chain != STACK_TYPE:
        type = f"{chain}${type}"
    return f"urn:pulumi:{stack}::{project}::{type}::{name}"


def type_chain(urn: str) -> str:
    return urn.split("::", 3)[2]


def type_of(urn: str) -> str:
    return type_chain(urn).rsplit("$", 1)[-1]


def name_of(urn: str) -> str:
    return urn.split("::", 3)[3]


def is_provider(type: str) -> bool:
    return type.startswith(PROVIDER_PREFIX)


def of_reference(reference: str) -> str:
    """The URN in a provider reference, which reads ``URN::ID``."""
    return reference.rsplit("::", 1)[0]
