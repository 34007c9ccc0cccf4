"""Rules about what runs: instances, functions, containers, commands and models."""

from trailguard._rule import Rule
from trailguard.rules.compute.agent_changed import agent_changed
from trailguard.rules.compute.anonymous_identities_allowed import anonymous_identities_allowed
from trailguard.rules.compute.automation_started import automation_started
from trailguard.rules.compute.build_project_changed import build_project_changed
from trailguard.rules.compute.cluster_access_entry_created import cluster_access_entry_created
from trailguard.rules.compute.cluster_administrator_granted import cluster_administrator_granted
from trailguard.rules.compute.cluster_deleted import cluster_deleted
from trailguard.rules.compute.code_signing_removed import code_signing_removed
from trailguard.rules.compute.command_scheduled_on_instances import command_scheduled_on_instances
from trailguard.rules.compute.command_sent_to_instances import command_sent_to_instances
from trailguard.rules.compute.container_command_suspicious import container_command_suspicious
from trailguard.rules.compute.development_endpoint_created import development_endpoint_created
from trailguard.rules.compute.development_environment_shared import development_environment_shared
from trailguard.rules.compute.document_changed import document_changed
from trailguard.rules.compute.document_shared import document_shared
from trailguard.rules.compute.foreign_layer_attached import foreign_layer_attached
from trailguard.rules.compute.function_code_changed import function_code_changed
from trailguard.rules.compute.function_created import function_created
from trailguard.rules.compute.function_opened import function_opened
from trailguard.rules.compute.function_role_changed import function_role_changed
from trailguard.rules.compute.function_silenced import function_silenced
from trailguard.rules.compute.function_stopped import function_stopped
from trailguard.rules.compute.function_trigger_added import function_trigger_added
from trailguard.rules.compute.function_url_made_public import function_url_made_public
from trailguard.rules.compute.guardrail_weakened import guardrail_weakened
from trailguard.rules.compute.hybrid_activation_created import hybrid_activation_created
from trailguard.rules.compute.imdsv1_allowed_again import imdsv1_allowed_again
from trailguard.rules.compute.instance_allows_imdsv1 import instance_allows_imdsv1
from trailguard.rules.compute.instance_profile_replaced import instance_profile_replaced
from trailguard.rules.compute.instance_user_data_changed import instance_user_data_changed
from trailguard.rules.compute.instances_launched_in_many_regions import instances_launched_in_many_regions
from trailguard.rules.compute.instances_terminated_in_bulk import instances_terminated_in_bulk
from trailguard.rules.compute.key_pair_made import key_pair_made
from trailguard.rules.compute.launch_template_changed import launch_template_changed
from trailguard.rules.compute.lightsail_access_requested import lightsail_access_requested
from trailguard.rules.compute.many_instances_launched import many_instances_launched
from trailguard.rules.compute.model_access_requested import model_access_requested
from trailguard.rules.compute.models_tried import models_tried
from trailguard.rules.compute.notebook_start_changed import notebook_start_changed
from trailguard.rules.compute.notebook_url_created import notebook_url_created
from trailguard.rules.compute.password_data_requested import password_data_requested
from trailguard.rules.compute.privileged_container_defined import privileged_container_defined
from trailguard.rules.compute.project_made_public import project_made_public
from trailguard.rules.compute.serial_console_enabled import serial_console_enabled
from trailguard.rules.compute.session_started import session_started
from trailguard.rules.compute.sessions_on_many_instances import sessions_on_many_instances
from trailguard.rules.compute.ssh_key_pushed import ssh_key_pushed
from trailguard.rules.compute.stack_deleted import stack_deleted
from trailguard.rules.compute.stack_protection_removed import stack_protection_removed
from trailguard.rules.compute.systems_manager_setting_changed import systems_manager_setting_changed
from trailguard.rules.compute.termination_protection_disabled import termination_protection_disabled
from trailguard.rules.compute.unusual_instance_launched import unusual_instance_launched
from trailguard.rules.compute.user_data_read_in_bulk import user_data_read_in_bulk
from trailguard.rules.compute.windows_passwords_requested import windows_passwords_requested

__all__ = ["COMPUTE_RULES"]

COMPUTE_RULES: tuple[Rule, ...] = (
    agent_changed,
    anonymous_identities_allowed,
    automation_started,
    build_project_changed,
    cluster_access_entry_created,
    cluster_administrator_granted,
    cluster_deleted,
    code_signing_removed,
    command_scheduled_on_instances,
    command_sent_to_instances,
    container_command_suspicious,
    development_endpoint_created,
    development_environment_shared,
    document_changed,
    document_shared,
    foreign_layer_attached,
    function_code_changed,
    function_created,
    function_opened,
    function_role_changed,
    function_silenced,
    function_stopped,
    function_trigger_added,
    function_url_made_public,
    guardrail_weakened,
    hybrid_activation_created,
    imdsv1_allowed_again,
    instance_allows_imdsv1,
    instance_profile_replaced,
    instance_user_data_changed,
    instances_launched_in_many_regions,
    instances_terminated_in_bulk,
    key_pair_made,
    launch_template_changed,
    lightsail_access_requested,
    many_instances_launched,
    model_access_requested,
    models_tried,
    notebook_start_changed,
    notebook_url_created,
    password_data_requested,
    privileged_container_defined,
    project_made_public,
    serial_console_enabled,
    session_started,
    sessions_on_many_instances,
    ssh_key_pushed,
    stack_deleted,
    stack_protection_removed,
    systems_manager_setting_changed,
    termination_protection_disabled,
    unusual_instance_launched,
    user_data_read_in_bulk,
    windows_passwords_requested,
)
