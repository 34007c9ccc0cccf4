"""Which calls are about a database, and what they call it."""

from __future__ import annotations

__all__ = ["DATABASE_NAMES", "DELETIONS"]

DELETIONS = (
    "docdb-elastic:DeleteCluster",
    "dsql:DeleteCluster",
    "dynamodb:DeleteTable",
    "elasticache:DeleteCacheCluster",
    "elasticache:DeleteReplicationGroup",
    "elasticache:DeleteServerlessCache",
    "es:DeleteDomain",
    "es:DeleteElasticsearchDomain",
    "lightsail:DeleteRelationalDatabase",
    "memorydb:DeleteCluster",
    "neptune-graph:DeleteGraph",
    "rds:DeleteDBCluster",
    "rds:DeleteDBInstance",
    "rds:DeleteGlobalCluster",
    "redshift-serverless:DeleteNamespace",
    "redshift:DeleteCluster",
)
"""Calls that delete a database, of the services that have some."""

DATABASE_NAMES = (
    "targetdbinstanceidentifier",
    "targettablename",
    "dbinstanceidentifier",
    "dbclusteridentifier",
    "globalclusteridentifier",
    "clusteridentifier",
    "clusterarn",
    "clustername",
    "tablename",
    "replicationgroupid",
    "cacheclusterid",
    "serverlesscachename",
    "domainname",
    "relationaldatabasename",
    "graphidentifier",
    "namespacename",
    "workgroupname",
    "replicationinstanceidentifier",
    "identifier",
)
"""In lower case."""
