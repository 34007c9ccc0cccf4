"""Rules about what runs: instances, functions, containers, commands and models."""

from trailguard._rule import Rule
from trailguard.rules.compute.anonymous_identities_allowed import anonymous_identities_allowed
from trailguard.rules.compute.cluster_administrator_granted import cluster_administrator_granted
from trailguard.rules.compute.cluster_deleted import cluster_deleted
from trailguard.rules.compute.command_sent_to_instances import command_sent_to_instances
from trailguard.rules.compute.development_endpoint_created import development_endpoint_created
from trailguard.rules.compute.document_shared import document_shared
from trailguard.rules.compute.foreign_layer_attached import foreign_layer_attached
from trailguard.rules.compute.function_code_changed import function_code_changed
from trailguard.rules.compute.function_opened import function_opened
from trailguard.rules.compute.function_silenced import function_silenced
from trailguard.rules.compute.function_url_made_public import function_url_made_public
from trailguard.rules.compute.guardrail_weakened import guardrail_weakened
from trailguard.rules.compute.hybrid_activation_created import hybrid_activation_created
from trailguard.rules.compute.imdsv1_allowed_again import imdsv1_allowed_again
from trailguard.rules.compute.instance_allows_imdsv1 import instance_allows_imdsv1
from trailguard.rules.compute.instance_profile_replaced import instance_profile_replaced
from trailguard.rules.compute.instance_user_data_changed import instance_user_data_changed
from trailguard.rules.compute.instances_terminated_in_bulk import instances_terminated_in_bulk
from trailguard.rules.compute.key_pair_made import key_pair_made
from trailguard.rules.compute.many_instances_launched import many_instances_launched
from trailguard.rules.compute.model_access_requested import model_access_requested
from trailguard.rules.compute.models_tried import models_tried
from trailguard.rules.compute.notebook_start_changed import notebook_start_changed
from trailguard.rules.compute.project_made_public import project_made_public
from trailguard.rules.compute.session_started import session_started
from trailguard.rules.compute.sessions_on_many_instances import sessions_on_many_instances
from trailguard.rules.compute.ssh_key_pushed import ssh_key_pushed
from trailguard.rules.compute.task_definition_suspicious import task_definition_suspicious
from trailguard.rules.compute.unusual_instance_launched import unusual_instance_launched
from trailguard.rules.compute.user_data_read_in_bulk import user_data_read_in_bulk
from trailguard.rules.compute.windows_passwords_requested import windows_passwords_requested

__all__ = ["COMPUTE_RULES"]

COMPUTE_RULES: tuple[Rule, ...] = (
    anonymous_identities_allowed,
    cluster_administrator_granted,
    cluster_deleted,
    command_sent_to_instances,
    development_endpoint_created,
    document_shared,
    foreign_layer_attached,
    function_code_changed,
    function_opened,
    function_silenced,
    function_url_made_public,
    guardrail_weakened,
    hybrid_activation_created,
    imdsv1_allowed_again,
    instance_allows_imdsv1,
    instance_profile_replaced,
    instance_user_data_changed,
    instances_terminated_in_bulk,
    key_pair_made,
    many_instances_launched,
    model_access_requested,
    models_tried,
    notebook_start_changed,
    project_made_public,
    session_started,
    sessions_on_many_instances,
    ssh_key_pushed,
    task_definition_suspicious,
    unusual_instance_launched,
    user_data_read_in_bulk,
    windows_passwords_requested,
)
