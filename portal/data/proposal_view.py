"""What a proposed release would change of the settings, for whoever reviews it: who asks for it, and who confirms."""

from portal import release_review
from portal.context import portal
from portal.data import env_texts
from portal.data.service_facts import ServiceFacts
from portal.release_review import FileChange
from runtime.releases.proposal import Proposal


def env_changes(environment: str, service: str, proposal: Proposal, found: ServiceFacts) -> list[FileChange]:
    before, entry = proposal.live.env if proposal.live else {}, found.provisioned.entry if found.provisioned else None
    env_files = portal().gateways(environment).env_files
    masked = env_texts.masked_files(environment, service, {**before, **proposal.wanted.env}, entry)
    return release_review.env_changes(env_files, service, before, proposal.wanted.env, entry, masked)
