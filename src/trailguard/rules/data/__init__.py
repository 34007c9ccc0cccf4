"""Rules about what is stored: buckets, databases, snapshots, backups, keys, secrets, queues and topics."""

from trailguard._rule import Rule
from trailguard.rules.data.automatic_backups_disabled import automatic_backups_disabled
from trailguard.rules.data.backup_copied_to_another_account import backup_copied_to_another_account
from trailguard.rules.data.backup_deleted import backup_deleted
from trailguard.rules.data.backup_plan_deleted import backup_plan_deleted
from trailguard.rules.data.backup_vault_unprotected import backup_vault_unprotected
from trailguard.rules.data.backups_deleted_in_bulk import backups_deleted_in_bulk
from trailguard.rules.data.bucket_access_changed import bucket_access_changed
from trailguard.rules.data.bucket_acl_made_public import bucket_acl_made_public
from trailguard.rules.data.bucket_is_public import bucket_is_public
from trailguard.rules.data.bucket_or_safeguard_deleted import bucket_or_safeguard_deleted
from trailguard.rules.data.bucket_policy_made_public import bucket_policy_made_public
from trailguard.rules.data.bucket_policy_shared import bucket_policy_shared
from trailguard.rules.data.bucket_replicated_elsewhere import bucket_replicated_elsewhere
from trailguard.rules.data.bucket_versioning_weakened import bucket_versioning_weakened
from trailguard.rules.data.data_exported_to_bucket import data_exported_to_bucket
from trailguard.rules.data.database_access_weakened import database_access_weakened
from trailguard.rules.data.database_data_api_enabled import database_data_api_enabled
from trailguard.rules.data.database_deleted import database_deleted
from trailguard.rules.data.database_deletion_protection_disabled import database_deletion_protection_disabled
from trailguard.rules.data.database_is_publicly_accessible import database_is_publicly_accessible
from trailguard.rules.data.database_log_downloaded import database_log_downloaded
from trailguard.rules.data.database_made_public import database_made_public
from trailguard.rules.data.database_master_password_changed import database_master_password_changed
from trailguard.rules.data.database_queried_in_bulk import database_queried_in_bulk
from trailguard.rules.data.database_restarted import database_restarted
from trailguard.rules.data.database_restored import database_restored
from trailguard.rules.data.database_snapshot_copied import database_snapshot_copied
from trailguard.rules.data.database_snapshot_is_public import database_snapshot_is_public
from trailguard.rules.data.database_snapshot_shared import database_snapshot_shared
from trailguard.rules.data.databases_deleted_in_bulk import databases_deleted_in_bulk
from trailguard.rules.data.disk_encrypted_with_foreign_key import disk_encrypted_with_foreign_key
from trailguard.rules.data.ebs_default_encryption_disabled import ebs_default_encryption_disabled
from trailguard.rules.data.file_system_deleted import file_system_deleted
from trailguard.rules.data.image_exported import image_exported
from trailguard.rules.data.image_shared import image_shared
from trailguard.rules.data.images_replicated_to_another_account import images_replicated_to_another_account
from trailguard.rules.data.key_disabled_or_deleted import key_disabled_or_deleted
from trailguard.rules.data.key_policy_opened import key_policy_opened
from trailguard.rules.data.key_weakened import key_weakened
from trailguard.rules.data.object_acl_made_public import object_acl_made_public
from trailguard.rules.data.object_encrypted_by_stranger import object_encrypted_by_stranger
from trailguard.rules.data.objects_deleted_in_bulk import objects_deleted_in_bulk
from trailguard.rules.data.parameters_decrypted_in_bulk import parameters_decrypted_in_bulk
from trailguard.rules.data.public_access_block_weakened import public_access_block_weakened
from trailguard.rules.data.public_sharing_unblocked import public_sharing_unblocked
from trailguard.rules.data.queue_or_topic_deleted import queue_or_topic_deleted
from trailguard.rules.data.queue_purged import queue_purged
from trailguard.rules.data.ransom_note_uploaded import ransom_note_uploaded
from trailguard.rules.data.registry_weakened import registry_weakened
from trailguard.rules.data.replication_task_started import replication_task_started
from trailguard.rules.data.repository_deleted import repository_deleted
from trailguard.rules.data.resource_policy_opened import resource_policy_opened
from trailguard.rules.data.resource_shared_with_another_account import resource_shared_with_another_account
from trailguard.rules.data.role_added_to_database import role_added_to_database
from trailguard.rules.data.search_domain_opened import search_domain_opened
from trailguard.rules.data.secret_deleted_at_once import secret_deleted_at_once
from trailguard.rules.data.secret_reads_denied import secret_reads_denied
from trailguard.rules.data.secrets_read_in_bulk import secrets_read_in_bulk
from trailguard.rules.data.snapshot_blocks_read import snapshot_blocks_read
from trailguard.rules.data.snapshot_created import snapshot_created
from trailguard.rules.data.snapshot_deleted import snapshot_deleted
from trailguard.rules.data.snapshot_protection_removed import snapshot_protection_removed
from trailguard.rules.data.stream_changed import stream_changed
from trailguard.rules.data.topic_subscribed import topic_subscribed
from trailguard.rules.data.volume_snapshot_shared import volume_snapshot_shared

__all__ = ["DATA_RULES"]

DATA_RULES: tuple[Rule, ...] = (
    automatic_backups_disabled,
    backup_copied_to_another_account,
    backup_deleted,
    backup_plan_deleted,
    backup_vault_unprotected,
    backups_deleted_in_bulk,
    bucket_access_changed,
    bucket_acl_made_public,
    bucket_is_public,
    bucket_or_safeguard_deleted,
    bucket_policy_made_public,
    bucket_policy_shared,
    bucket_replicated_elsewhere,
    bucket_versioning_weakened,
    data_exported_to_bucket,
    database_access_weakened,
    database_data_api_enabled,
    database_deleted,
    database_deletion_protection_disabled,
    database_is_publicly_accessible,
    database_log_downloaded,
    database_made_public,
    database_master_password_changed,
    database_queried_in_bulk,
    database_restarted,
    database_restored,
    database_snapshot_copied,
    database_snapshot_is_public,
    database_snapshot_shared,
    databases_deleted_in_bulk,
    disk_encrypted_with_foreign_key,
    ebs_default_encryption_disabled,
    file_system_deleted,
    image_exported,
    image_shared,
    images_replicated_to_another_account,
    key_disabled_or_deleted,
    key_policy_opened,
    key_weakened,
    object_acl_made_public,
    object_encrypted_by_stranger,
    objects_deleted_in_bulk,
    parameters_decrypted_in_bulk,
    public_access_block_weakened,
    public_sharing_unblocked,
    queue_or_topic_deleted,
    queue_purged,
    ransom_note_uploaded,
    registry_weakened,
    replication_task_started,
    repository_deleted,
    resource_policy_opened,
    resource_shared_with_another_account,
    role_added_to_database,
    search_domain_opened,
    secret_deleted_at_once,
    secret_reads_denied,
    secrets_read_in_bulk,
    snapshot_blocks_read,
    snapshot_created,
    snapshot_deleted,
    snapshot_protection_removed,
    stream_changed,
    topic_subscribed,
    volume_snapshot_shared,
)
