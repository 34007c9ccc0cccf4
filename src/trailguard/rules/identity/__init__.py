"""Rules about who may do what: users, roles, policies, keys, sign-ins and federation."""

from trailguard._rule import Rule
from trailguard.rules.identity.access_key_activated import access_key_activated
from trailguard.rules.identity.access_key_created import access_key_created
from trailguard.rules.identity.administrative_policy_written import administrative_policy_written
from trailguard.rules.identity.administrator_policy_attached import administrator_policy_attached
from trailguard.rules.identity.attack_tool_used import attack_tool_used
from trailguard.rules.identity.authorization_details_read import authorization_details_read
from trailguard.rules.identity.call_denied import call_denied
from trailguard.rules.identity.cloudshell_used import cloudshell_used
from trailguard.rules.identity.console_sign_in_without_mfa import console_sign_in_without_mfa
from trailguard.rules.identity.denied_calls_burst import denied_calls_burst
from trailguard.rules.identity.discovery_burst import discovery_burst
from trailguard.rules.identity.federation_token_issued import federation_token_issued
from trailguard.rules.identity.iam_policy_changed import iam_policy_changed
from trailguard.rules.identity.identity_center_source_changed import identity_center_source_changed
from trailguard.rules.identity.identity_made_by_workload import identity_made_by_workload
from trailguard.rules.identity.identity_provider_changed import identity_provider_changed
from trailguard.rules.identity.instance_credentials_used_elsewhere import instance_credentials_used_elsewhere
from trailguard.rules.identity.instance_role_explored import instance_role_explored
from trailguard.rules.identity.login_profile_created import login_profile_created
from trailguard.rules.identity.mfa_device_deactivated import mfa_device_deactivated
from trailguard.rules.identity.password_guessed import password_guessed
from trailguard.rules.identity.password_policy_deleted import password_policy_deleted
from trailguard.rules.identity.passwords_sprayed import passwords_sprayed
from trailguard.rules.identity.permission_set_made_administrative import permission_set_made_administrative
from trailguard.rules.identity.permissions_boundary_removed import permissions_boundary_removed
from trailguard.rules.identity.principals_enumerated import principals_enumerated
from trailguard.rules.identity.quarantine_policy_attached import quarantine_policy_attached
from trailguard.rules.identity.role_assumed_in_another_account import role_assumed_in_another_account
from trailguard.rules.identity.role_open_to_anyone import role_open_to_anyone
from trailguard.rules.identity.role_trust_changed import role_trust_changed
from trailguard.rules.identity.role_trusts_another_account import role_trusts_another_account
from trailguard.rules.identity.role_trusts_any_federated_user import role_trusts_any_federated_user
from trailguard.rules.identity.role_trusts_anyone import role_trusts_anyone
from trailguard.rules.identity.roles_anywhere_profile_created import roles_anywhere_profile_created
from trailguard.rules.identity.roles_anywhere_trust_anchor_created import roles_anywhere_trust_anchor_created
from trailguard.rules.identity.roles_tried import roles_tried
from trailguard.rules.identity.root_access_key_created import root_access_key_created
from trailguard.rules.identity.root_credentials_changed import root_credentials_changed
from trailguard.rules.identity.root_session_assumed import root_session_assumed
from trailguard.rules.identity.root_sign_in_failed import root_sign_in_failed
from trailguard.rules.identity.root_signed_in import root_signed_in
from trailguard.rules.identity.root_user_acted import root_user_acted
from trailguard.rules.identity.service_credential_created import service_credential_created
from trailguard.rules.identity.session_token_issued import session_token_issued
from trailguard.rules.identity.sign_in_failed import sign_in_failed
from trailguard.rules.identity.signin_token_issued import signin_token_issued
from trailguard.rules.identity.user_added_to_group import user_added_to_group
from trailguard.rules.identity.user_created import user_created

__all__ = ["IDENTITY_RULES"]

IDENTITY_RULES: tuple[Rule, ...] = (
    access_key_activated,
    access_key_created,
    administrative_policy_written,
    administrator_policy_attached,
    attack_tool_used,
    authorization_details_read,
    call_denied,
    cloudshell_used,
    console_sign_in_without_mfa,
    denied_calls_burst,
    discovery_burst,
    federation_token_issued,
    iam_policy_changed,
    identity_center_source_changed,
    identity_made_by_workload,
    identity_provider_changed,
    instance_credentials_used_elsewhere,
    instance_role_explored,
    login_profile_created,
    mfa_device_deactivated,
    password_guessed,
    password_policy_deleted,
    passwords_sprayed,
    permission_set_made_administrative,
    permissions_boundary_removed,
    principals_enumerated,
    quarantine_policy_attached,
    role_assumed_in_another_account,
    role_open_to_anyone,
    role_trust_changed,
    role_trusts_another_account,
    role_trusts_any_federated_user,
    role_trusts_anyone,
    roles_anywhere_profile_created,
    roles_anywhere_trust_anchor_created,
    roles_tried,
    root_access_key_created,
    root_credentials_changed,
    root_session_assumed,
    root_sign_in_failed,
    root_signed_in,
    root_user_acted,
    service_credential_created,
    session_token_issued,
    sign_in_failed,
    signin_token_issued,
    user_added_to_group,
    user_created,
)
